// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view_session.h"

#include <ibot/data/dataset.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ibot::inspect {

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

  PrototypeGallery(std::shared_ptr<const data::Dataset> dataset, std::vector<std::int64_t> pictures,
                   std::int64_t size, std::int64_t prototypes);

  std::int64_t total() const { return static_cast<std::int64_t>(pictures_.size()); }
  std::int64_t seen() const { return seen_; }
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

 private:
  std::shared_ptr<const data::Dataset> dataset_;
  std::vector<std::int64_t> pictures_;  // in the data set
  std::int64_t size_;
  std::int64_t seen_ = 0;
  std::vector<std::int64_t> counts_;
  std::vector<std::vector<Found>> strongest_;
  std::vector<std::int32_t> assignment_;
};

/// Logits of the patch prototypes, [N, K].
at::Tensor patch_logits(const OpenNetwork& network, const at::Tensor& rows);

/// How far two assignments of the same patches agree: see protocol::PrototypesReply::overlap.
struct Overlap {
  double found = 0, chance = 0;
};
Overlap overlap_of(const std::vector<std::int32_t>& first, const std::vector<std::int32_t>& second);

}  // namespace ibot::inspect
