// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

namespace ibot::protocol {

/// Cosine similarity of one patch, the clicked one, with all patches of some pictures, in each of some
/// networks: another step, another run. Networks of another patch size are refused.
struct IBOT_API SimilarityRequest {
  static constexpr std::string_view kMethod = "similarity";
  static constexpr std::size_t kMostNetworks = 16, kMostPictures = 64;

  std::vector<NetworkChoice> networks = {};  ///< at least one
  std::vector<PictureChoice> pictures = {};  ///< the first is the clicked one
  PatchPlace patch = {};                     ///< in the first picture; CLS is allowed
  TokenChoice tokens = {};
  std::int64_t best = 0;  ///< so many of the most similar patches of the other pictures are named
  bool pixels = false;
  /// Pictures that cannot be read are left out of the answer and named, rather than its end.
  bool leave_out = false;

  Message to_message() const;
  static base::Result<SimilarityRequest> from_message(const Message& message);
  bool operator==(const SimilarityRequest&) const = default;
};

struct IBOT_API SimilarityReply {
  std::vector<SeenNetwork> networks = {};
  std::vector<SeenPicture> pictures = {};
  PatchPlace patch = {};
  TokenChoice tokens = {};                            ///< with the layer from 1
  std::vector<std::vector<float>> maps = {};          ///< [networks * pictures][rows * columns], in [-1, 1]
  std::vector<std::vector<PatchMatch>> matches = {};  ///< [networks], most similar first
  std::vector<LeftOut> left_out = {};                 ///< never the clicked one: without it is no answer

  const std::vector<float>& map(std::size_t network, std::size_t picture) const {
    return maps[network * pictures.size() + picture];
  }
  Message to_message() const;
  static base::Result<SimilarityReply> from_message(const Message& message);
  bool operator==(const SimilarityReply&) const = default;
};

/// The patches of two pictures that are each other's most similar ones.
struct IBOT_API CorrespondenceRequest {
  static constexpr std::string_view kMethod = "correspondence";
  static constexpr std::int64_t kMostLines = 4096;

  NetworkChoice network = {};
  PictureChoice first = {}, second = {};
  TokenChoice tokens = {};
  std::int64_t most = 32;   ///< the most similar pairs
  bool foreground = false;  ///< only patches within the mean of heads' 60 % mass of the CLS attention
  bool pixels = false;

  Message to_message() const;
  static base::Result<CorrespondenceRequest> from_message(const Message& message);
  bool operator==(const CorrespondenceRequest&) const = default;
};

struct IBOT_API CorrespondenceReply {
  struct Line {
    PatchPlace first = {}, second = {};
    double value = 0;  ///< cosine
    bool operator==(const Line&) const = default;
  };
  SeenNetwork network = {};
  std::vector<SeenPicture> pictures = {};  ///< two
  TokenChoice tokens = {};
  std::vector<Line> lines = {};  ///< most similar first
  std::int64_t mutual = 0;       ///< pairs there are in all

  Message to_message() const;
  static base::Result<CorrespondenceReply> from_message(const Message& message);
  bool operator==(const CorrespondenceReply&) const = default;
};

}  // namespace ibot::protocol
