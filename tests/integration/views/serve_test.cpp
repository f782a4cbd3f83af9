// SPDX-License-Identifier: GPL-3.0-or-later
// The window's child over its pipes: views, refusals, what is replaced and what is cancelled.
#include "program.h"

#include <ibot/protocol/attention.h>
#include <ibot/protocol/clusters.h>
#include <ibot/protocol/frame_reader.h>
#include <ibot/protocol/similarity.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace ibot::test {
namespace {

using protocol::Message;
using protocol::MessageKind;

class Served : public testing::Test {
 protected:
  Served() : program_({"inspect", "--serve"}) {
    std::signal(SIGPIPE, SIG_IGN);
    network_.workspace = trained_workspace().folder.string();
    network_.run = "small";
    picture_.file = trained_workspace().picture;
  }
  void SetUp() override { ASSERT_EQ(next().kind, MessageKind::Hello); }

  void send(Message message, std::uint64_t number, std::string tag = {}) {
    message.number = number;
    message.tag = std::move(tag);
    const auto bytes = protocol::encode(message).value();
    ASSERT_EQ(::write(program_.input(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }

  // The next message; progress is passed over.
  Message next() {
    while (true) {
      auto message = reader_.next().value();
      if (message && message->kind != MessageKind::Progress) return std::move(*message);
      if (message) {
        ++progress_;
        continue;
      }
      std::array<std::byte, 65536> block;
      const ssize_t read = ::read(program_.output(), block.data(), block.size());
      if (read <= 0) {
        ADD_FAILURE() << "the program has ended";
        return {};
      }
      reader_.feed(std::span(block).first(static_cast<std::size_t>(read)));
    }
  }

  Program program_;
  protocol::FrameReader reader_;
  protocol::NetworkChoice network_;
  protocol::PictureChoice picture_;
  int progress_ = 0;
};

TEST_F(Served, AnswersViewsAndRefusals) {
  send(protocol::NetworkRequest{network_}.to_message(), 1);
  const auto what = protocol::NetworkReply::from_message(next());
  ASSERT_TRUE(what) << what.error().to_text();
  EXPECT_EQ(what->network.name, "small");
  EXPECT_EQ(what->network.source, "checkpoint");
  EXPECT_GT(what->network.saved, 0);
  EXPECT_GT(what->network.prototypes, 0);

  send(protocol::SimilarityRequest{{network_}, {picture_}, {0, 0}, {}, 0, true}.to_message(), 2);
  const auto map = protocol::SimilarityReply::from_message(next());
  ASSERT_TRUE(map) << map.error().to_text();
  EXPECT_FALSE(map->pictures[0].pixels.empty());
  EXPECT_NEAR(map->maps[0][0], 1, 1e-5);

  protocol::PictureChoice gone = picture_;
  gone.file += ".gone";
  send(protocol::AttentionRequest{network_, gone, 0, {{}}, false}.to_message(), 3);
  const Message refused = next();
  EXPECT_EQ(refused.kind, MessageKind::Error);
  EXPECT_EQ(refused.number, 3U);
  EXPECT_EQ(protocol::error_of(refused).code, base::ErrorCode::NotFound);

  Message broken = protocol::AttentionRequest{network_, picture_, 0, {{}}, false}.to_message();
  broken.body["queries"] = 7;
  send(broken, 4);
  EXPECT_EQ(protocol::error_of(next()).code, base::ErrorCode::Corrupt);
  program_.close_input();
  EXPECT_EQ(program_.wait(), 0);
}

TEST_F(Served, AnswersOnlyTheNewestOfOneTag) {
  protocol::EmbeddingRequest slow{.network = network_, .pictures = {picture_}};
  slow.iterations = 5000;
  slow.clusters = 2;
  send(slow.to_message(), 1, "plane");
  // Dragging: all but the last are replaced, whether they wait or are being answered.
  for (std::uint64_t number = 2; number < 12; ++number) {
    protocol::SimilarityRequest drag{{network_}, {picture_}, {0, static_cast<int>(number % 3)}, {}, 0, false};
    send(drag.to_message(), number, "plane");
  }
  std::vector<std::uint64_t> answered;
  for (int i = 0; i < 11; ++i) {
    const Message message = next();
    if (message.kind == MessageKind::Reply) {
      answered.push_back(message.number);
    } else {
      EXPECT_TRUE(protocol::is_superseded(message)) << message.body.dump();
    }
  }
  ASSERT_FALSE(answered.empty());
  EXPECT_EQ(answered.back(), 11U);
}

TEST_F(Served, CancelsWhatIsNotWanted) {
  protocol::EmbeddingRequest slow{.network = network_, .pictures = {picture_}};
  slow.iterations = 5000;
  slow.clusters = 2;
  send(slow.to_message(), 1);
  Message cancel;
  cancel.kind = MessageKind::Cancel;
  send(cancel, 1);
  const Message message = next();
  EXPECT_EQ(message.number, 1U);
  // It may have been done already; otherwise it says so.
  if (message.kind == MessageKind::Error) {
    EXPECT_EQ(protocol::error_of(message).code, base::ErrorCode::Cancelled);
    EXPECT_FALSE(protocol::is_superseded(message));
  }
  send(protocol::NetworkRequest{network_}.to_message(), 2);
  EXPECT_EQ(next().number, 2U);
}

}  // namespace
}  // namespace ibot::test
