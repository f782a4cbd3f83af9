// SPDX-License-Identifier: GPL-3.0-or-later
// The pipe of the inspection process: any bytes, in any pieces, give messages and errors in words, never more
// than the bytes that came; a message that was read can be written and read again; and whatever a message
// holds, it is a typed one or refused.
#include <ibot/protocol/attention.h>
#include <ibot/protocol/clusters.h>
#include <ibot/protocol/comparison.h>
#include <ibot/protocol/frame_reader.h>
#include <ibot/protocol/hello.h>
#include <ibot/protocol/laboratory.h>
#include <ibot/protocol/prototypes.h>
#include <ibot/protocol/similarity.h>
#include <ibot/protocol/wall.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace ibot::protocol;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

template <class Typed>
void read_as(const Message& message) {
  const auto typed = Typed::from_message(message);
  if (!typed) return require(!typed.error().message.empty());
  require(Typed::from_message(typed->to_message()).value() == *typed);
}

void check(const Message& message) {
  const auto bytes = encode(message);
  require(bytes.ok());
  FrameReader again;
  again.feed(*bytes);
  const auto read = again.next();
  require(read.ok() && read->has_value());
  require((*read)->number == message.number && (*read)->arrays == message.arrays);
  require(again.waiting() == 0);
  read_as<Hello>(message);
  read_as<LaboratoryRequest>(message);
  read_as<LaboratoryReply>(message);
  read_as<HistogramRequest>(message);
  read_as<HistogramReply>(message);
  read_as<NetworkRequest>(message);
  read_as<NetworkReply>(message);
  read_as<AttentionRequest>(message);
  read_as<AttentionReply>(message);
  read_as<SimilarityRequest>(message);
  read_as<SimilarityReply>(message);
  read_as<CorrespondenceRequest>(message);
  read_as<CorrespondenceReply>(message);
  read_as<ClustersRequest>(message);
  read_as<ClustersReply>(message);
  read_as<EmbeddingRequest>(message);
  read_as<EmbeddingReply>(message);
  read_as<PrototypesRequest>(message);
  read_as<PrototypesReply>(message);
  read_as<PrototypeDriftRequest>(message);
  read_as<PrototypeDriftReply>(message);
  read_as<PredictionRequest>(message);
  read_as<PredictionReply>(message);
  read_as<NormsRequest>(message);
  read_as<NormsReply>(message);
  read_as<CkaRequest>(message);
  read_as<CkaReply>(message);
  read_as<AgreementRequest>(message);
  read_as<AgreementReply>(message);
  read_as<WallRequest>(message);
  read_as<WallReply>(message);
  require(!error_of(message).message.empty() || message.body.contains("message"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> all(reinterpret_cast<const std::byte*>(data), size);
  FrameReader reader;
  // Byte by byte, in small pieces, or all at once.
  const std::size_t piece = size % 5 == 0 ? 1 : size % 5 == 1 ? 13 : std::max<std::size_t>(size, 1);
  for (std::size_t at = 0; at < size; at += piece) {
    reader.feed(all.subspan(at, std::min(piece, size - at)));
    for (std::size_t turns = 0;; ++turns) {
      require(turns <= size);
      const auto message = reader.next();
      if (!message) {
        require(!message.error().message.empty());
      } else if (*message) {
        check(**message);
      } else {
        break;
      }
    }
    require(reader.waiting() <= at + piece);
  }
  return 0;
}
