// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view_session.h"

#include <ibot/analysis/labels.h>
#include <ibot/data/dataset.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ibot::inspect {

/// Which pictures a gallery is of.
struct GalleryChoice {
  std::string folder = {}, split = {};  ///< as protocol::PrototypesRequest
  std::int64_t pictures = 0;            ///< at most, evenly spread
  std::int64_t size = 0;                ///< px; 0: what it means to the network whose data they are
};

/// Which patches of a data set each patch prototype of a head answers strongest to, gathered picture by
/// picture. A picture that cannot be read is passed over and counted as seen.
class PrototypeGallery {
 public:
  static constexpr std::size_t kKept = 16;  ///< patches a prototype

  /// Where a prototype was found: `picture` counts in the pictures of the gallery.
  struct Found {
    float logit = 0;
    std::int32_t picture = 0, row = 0, column = 0;
  };

  /// A gallery of `network`, which has looked at nothing yet, over the pictures of `owner`, the network
  /// itself or one that it is compared with. Errors: InvalidArgument (neither a folder nor a run), those of
  /// the data set.
  static base::Result<std::shared_ptr<PrototypeGallery>> open(const GalleryChoice& choice,
                                                              const OpenNetwork& owner,
                                                              const OpenNetwork& network);
  /// What tells such a gallery from every other.
  static std::string key(const GalleryChoice& choice, const OpenNetwork& owner, const OpenNetwork& network);

  PrototypeGallery(std::shared_ptr<const data::Dataset> dataset, std::vector<std::int64_t> pictures,
                   std::int64_t size, std::int64_t prototypes);

  std::int64_t total() const { return static_cast<std::int64_t>(pictures_.size()); }
  std::int64_t seen() const { return seen_; }
  /// px, side of the squares in which the pictures are seen.
  std::int64_t size() const { return size_; }
  std::int64_t patches() const { return static_cast<std::int64_t>(assignment_.size()); }
  /// Looks at the next picture. Precondition: seen() < total().
  void look(ViewSession& session, OpenNetwork& network);

  const std::vector<std::int64_t>& counts() const { return counts_; }
  /// Strongest first.
  const std::vector<Found>& strongest(std::int64_t prototype) const {
    return strongest_[static_cast<std::size_t>(prototype)];
  }
  /// Prototype of every patch seen, in order.
  const std::vector<std::int32_t>& assignment() const { return assignment_; }
  protocol::PictureChoice picture(std::int64_t index) const;
  /// Pixels of every picture seen, in order: ViewPicture::key; empty where one could not be read.
  const std::vector<std::string>& pixels() const { return pixels_; }

 private:
  std::shared_ptr<const data::Dataset> dataset_;
  std::vector<std::int64_t> pictures_;  // in the data set
  std::int64_t size_;
  std::int64_t seen_ = 0;
  std::vector<std::int64_t> counts_;
  std::vector<std::vector<Found>> strongest_;
  std::vector<std::int32_t> assignment_;
  std::vector<std::string> pixels_;
};
using GalleryPointer = std::shared_ptr<PrototypeGallery>;

/// Logits of the patch prototypes, [N, K].
at::Tensor patch_logits(const OpenNetwork& network, const at::Tensor& rows);

/// The weight vectors of the patch prototypes, of unit length, [K, D]. Throws Unsupported without a head.
at::Tensor prototype_vectors(const OpenNetwork& network);

/// How far two galleries' assignments of the same patches agree, of what both have seen: see
/// protocol::PrototypesReply::overlap.
struct Overlap {
  double found = 0, chance = 0;
  std::vector<analysis::LabelPair> pairs;
};
/// Errors: Incompatible (other pixels: a picture that changed, or that one of them could not read).
base::Result<Overlap> overlap_of(const PrototypeGallery& first, const PrototypeGallery& second);
/// The first picture of which two galleries have seen other pixels; -1: none.
std::int64_t first_difference(const PrototypeGallery& first, const PrototypeGallery& second);

}  // namespace ibot::inspect
