// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

#include <optional>

namespace ibot::protocol {

/// Which patches clusters and components are made of.
enum class Foreground : std::uint8_t {
  All = 1,
  Component,  ///< those on the smaller side of the first principal component, as DINOv2's pictures
  Attention,  ///< those within the 60 % mass of the CLS attention, mean of heads
};
IBOT_API std::string_view to_string(Foreground rule);

/// k-means clusters and principal components of the patch tokens of some pictures: of all together (joint),
/// so that a colour means the same in each, or of each alone.
struct IBOT_API ClustersRequest {
  static constexpr std::string_view kMethod = "clusters";
  static constexpr std::size_t kMostPictures = 64;
  static constexpr std::int64_t kMostClusters = 128;

  NetworkChoice network = {};
  std::vector<PictureChoice> pictures = {};  ///< at least one
  TokenChoice tokens = {};
  std::int64_t clusters = 6;
  std::int64_t seed = 0;
  bool joint = true;
  Foreground foreground = Foreground::All;
  /// Signs and order of components and numbers of clusters follow those of this network (the step before,
  /// the baseline): colours do not flip where little changed.
  std::optional<NetworkChoice> aligned_to = {};
  std::int64_t nearest = 0;  ///< patches nearest to each cluster's centre, for the gallery; at most 32
  bool pixels = false;
  /// Pictures that cannot be read are left out of the answer and named, rather than its end.
  bool leave_out = false;

  Message to_message() const;
  static base::Result<ClustersRequest> from_message(const Message& message);
  bool operator==(const ClustersRequest&) const = default;
};

struct IBOT_API ClustersReply {
  static constexpr std::uint8_t kBackground = 255;  ///< label of a patch outside the foreground

  SeenNetwork network = {};
  std::vector<SeenPicture> pictures = {};
  TokenChoice tokens = {};
  int clusters = 0;
  std::vector<std::vector<std::uint8_t>> labels = {};  ///< [pictures][rows * columns]
  /// [pictures][rows * columns * 3]: 128 + 51 z of the first three components, z in standard deviations;
  /// 0 outside the foreground.
  std::vector<std::vector<std::uint8_t>> components = {};
  std::vector<double> explained =
      {};  ///< shares of the variance of the three, of the first picture if not joint
  std::vector<std::int64_t> sizes = {};               ///< [clusters] patches; over all pictures
  std::vector<std::vector<PatchMatch>> nearest = {};  ///< [clusters], by distance; joint alone
  /// [clusters], joint alone: of its patches that lie on a region of a mask, the share on the commonest kind
  /// of region; -1: it has none. Empty: no picture has a mask. A mask is looked for where the picture lies:
  /// "masks/NAME.png" or ".txt" for "NAME.jpg", in any folder above it, or "labels" where that says "images".
  std::vector<double> purity = {};
  std::int64_t masked_pictures = 0;  ///< that have a mask
  std::vector<LeftOut> left_out = {};

  Message to_message() const;
  static base::Result<ClustersReply> from_message(const Message& message);
  bool operator==(const ClustersReply&) const = default;
};

/// Patch tokens as points of a plane. Says how far it is: "t-SNE", iterations done, iterations in all.
struct IBOT_API EmbeddingRequest {
  static constexpr std::string_view kMethod = "embedding";
  static constexpr std::int64_t kMostPoints = 5000;

  NetworkChoice network = {};
  std::vector<PictureChoice> pictures = {};
  TokenChoice tokens = {};
  bool tsne = true;               ///< exact t-SNE; otherwise the first two principal components
  double perplexity = 30;         ///< 2 to 200
  std::int64_t iterations = 500;  ///< of t-SNE, at most 5000
  std::int64_t points = 2000;     ///< at most so many patches, evenly spread; at most kMostPoints
  std::int64_t clusters = 6;      ///< k-means of all these patches, for the colours
  std::int64_t seed = 0;
  bool leave_out = false;  ///< as ClustersRequest

  Message to_message() const;
  static base::Result<EmbeddingRequest> from_message(const Message& message);
  bool operator==(const EmbeddingRequest&) const = default;
};

struct IBOT_API EmbeddingReply {
  SeenNetwork network = {};
  std::vector<SeenPicture> pictures = {};
  TokenChoice tokens = {};
  bool tsne = true;
  std::vector<float> points = {};         ///< [M, 2]
  std::vector<std::int64_t> places = {};  ///< [M, 3]: picture, row, column
  std::vector<std::uint8_t> labels = {};  ///< [M], clusters
  double objective = 0;                   ///< t-SNE: Kullback-Leibler divergence, nats
  std::int64_t patches = 0;               ///< in all pictures
  std::vector<LeftOut> left_out = {};

  Message to_message() const;
  static base::Result<EmbeddingReply> from_message(const Message& message);
  bool operator==(const EmbeddingReply&) const = default;
};

}  // namespace ibot::protocol
