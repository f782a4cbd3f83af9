// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/crop_recipe.h>
#include <ibot/protocol/views.h>

#include <array>
#include <optional>

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

/// The patches of two pictures that are each other's most similar ones; or of two augmented views of one
/// picture, of which it is known where each patch lies in the other.
struct IBOT_API CorrespondenceRequest {
  static constexpr std::string_view kMethod = "correspondence";
  static constexpr std::int64_t kMostLines = 4096;
  static constexpr std::int64_t kMostDraw = 1'000'000;

  NetworkChoice network = {};
  PictureChoice first = {};
  PictureChoice second = {};  ///< not read where `draw` is set
  /// Instead of two pictures, two large crops of the first one as the network's recipe draws them in training
  /// (spec 1.7), in this epoch; size 0 is that of the recipe's large crops.
  std::optional<std::int64_t> draw = {};
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
    /// Of two views: how far the second patch lies from where the first one's middle is in its view, in
    /// patches of the view that shows more of the picture; -1: it is outside of that view, or there are no
    /// views.
    double off = -1;
    /// Of two views.
    bool right() const { return off >= 0 && off <= 1; }
    bool operator==(const Line&) const = default;
  };
  /// What is known of two augmented views.
  struct TwoViews {
    std::int64_t draw = 0;
    std::array<data::CropRecipe, 2> crops = {};
    std::int64_t shared = 0;  ///< pairs whose first patch the second view shows, too
    std::int64_t right = 0;   ///< of these
    double chance = 0;        ///< share of these that would be right with any patch of the second view
    bool operator==(const TwoViews&) const = default;
  };
  SeenNetwork network = {};
  std::vector<SeenPicture> pictures = {};  ///< two
  TokenChoice tokens = {};
  std::vector<Line> lines = {};  ///< most similar first
  std::int64_t mutual = 0;       ///< pairs there are in all
  std::optional<TwoViews> views = {};

  Message to_message() const;
  static base::Result<CorrespondenceReply> from_message(const Message& message);
  bool operator==(const CorrespondenceReply&) const = default;
};

}  // namespace ibot::protocol
