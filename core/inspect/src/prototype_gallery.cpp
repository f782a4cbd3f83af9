// SPDX-License-Identifier: GPL-3.0-or-later
#include "prototype_gallery.h"

#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/open.h>
#include <ibot/data/summary.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <filesystem>
#include <span>

namespace ibot::inspect {

base::Result<GalleryPointer> PrototypeGallery::open(const GalleryChoice& choice, const OpenNetwork& owner,
                                                    const OpenNetwork& network) {
  data::DataOptions where;
  if (!choice.folder.empty()) {
    where.path = choice.folder;
  } else if (!owner.seen.run.empty()) {
    where = owner.plan.data();
  } else {
    return base::Error{base::ErrorCode::InvalidArgument, "no pictures were named", "a folder or a list", ""};
  }
  // The built-in scenes are the same wherever they were drawn: where the run's folder is not there (any more,
  // or on this machine), those in the user's cache stand in for them.
  std::error_code ignored;
  if (where.kind == "parts" && !std::filesystem::exists(where.path, ignored)) where.path.clear();
  if (!choice.split.empty()) where.split = choice.split;
  IBOT_TRY(auto opened, data::open_dataset(where));
  const std::shared_ptr<const data::Dataset> dataset = std::move(opened);
  protocol::PictureChoice shown;
  shown.size = choice.size;
  return std::make_shared<PrototypeGallery>(dataset, data::spread_indices(dataset->size(), choice.pictures),
                                            ViewSession::sized_for(owner, {shown}).front().size,
                                            network.seen.prototypes);
}

std::string PrototypeGallery::key(const GalleryChoice& choice, const OpenNetwork& owner,
                                  const OpenNetwork& network) {
  return base::str(network.key, "#", choice.folder.empty() ? owner.seen.run : choice.folder, "#",
                   choice.split, "#", choice.pictures, "#",
                   choice.size > 0 ? choice.size : 2 * owner.plan.crops().global.size);
}

PrototypeGallery::PrototypeGallery(std::shared_ptr<const data::Dataset> dataset,
                                   std::vector<std::int64_t> pictures, std::int64_t size,
                                   std::int64_t prototypes)
    : dataset_(std::move(dataset)),
      pictures_(std::move(pictures)),
      size_(size),
      counts_(static_cast<std::size_t>(prototypes), 0),
      strongest_(static_cast<std::size_t>(prototypes)) {}

protocol::PictureChoice PrototypeGallery::picture(std::int64_t index) const {
  protocol::PictureChoice choice;
  choice.file = dataset_->file_path(pictures_[static_cast<std::size_t>(index)]).string();
  choice.size = size_;
  return choice;
}

void PrototypeGallery::look(ViewSession& session, OpenNetwork& network) {
  const at::NoGradGuard no_grad;
  const auto index = static_cast<std::int32_t>(seen_++);
  const auto found_picture = session.picture(picture(index), network, {});
  pixels_.push_back(found_picture ? (*found_picture)->key : std::string());
  if (!found_picture) return;
  const nn::TokenGrid grid = session.grid(network, **found_picture);
  const at::Tensor rows =
      session.fresh_tokens(network, **found_picture).narrow(0, grid.prefix, grid.patches());
  require_finite(rows);
  const auto [best, chosen] = patch_logits(network, rows).max(1);
  const std::vector<float> logits = floats_of(best);
  const std::vector<std::int64_t> prototypes = integers_of(chosen);
  for (std::size_t i = 0; i < prototypes.size(); ++i) {
    const auto prototype = static_cast<std::size_t>(prototypes[i]);
    ++counts_[prototype];
    assignment_.push_back(static_cast<std::int32_t>(prototype));
    std::vector<Found>& list = strongest_[prototype];
    if (list.size() == kKept && logits[i] <= list.back().logit) continue;
    const auto columns = static_cast<std::int32_t>(grid.grid_cols);
    const auto patch = static_cast<std::int32_t>(i);
    const Found found{logits[i], index, patch / columns, patch % columns};
    const auto place = std::upper_bound(list.begin(), list.end(), found,
                                        [](const Found& a, const Found& b) { return a.logit > b.logit; });
    list.insert(place, found);
    if (list.size() > kKept) list.pop_back();
  }
}

at::Tensor patch_logits(const OpenNetwork& network, const at::Tensor& rows) {
  if (network.head == nullptr) {
    throw base::Exception({base::ErrorCode::Unsupported, network.seen.name + " has no prototypes",
                           "a network of a run, whose head is kept with it", ""});
  }
  return network.head->patch_logits(network.head->bottleneck(rows, false), false).to(at::kFloat);
}

at::Tensor prototype_vectors(const OpenNetwork& network) {
  if (network.head == nullptr) patch_logits(network, {});  // says why
  // One of the two names is there, also where it is shared with the CLS prototypes.
  for (const nn::NamedTensor& named : network.head->state()) {
    if (named.name == "last_layer2.weight_v" || named.name == "mlp2.weight")
      return unit_rows(named.tensor->to(at::kFloat));
  }
  throw base::Exception({base::ErrorCode::Unsupported, network.seen.name + " has no patch prototypes",
                         "a network that was trained with a patch loss", ""});
}

std::int64_t first_difference(const PrototypeGallery& first, const PrototypeGallery& second) {
  const std::size_t count = std::min(first.pixels().size(), second.pixels().size());
  for (std::size_t i = 0; i < count; ++i) {
    if (first.pixels()[i] != second.pixels()[i]) return static_cast<std::int64_t>(i);
  }
  return -1;
}

base::Result<Overlap> overlap_of(const PrototypeGallery& first, const PrototypeGallery& second) {
  if (const std::int64_t other = first_difference(first, second); other >= 0) {
    return base::Error{base::ErrorCode::Incompatible,
                       base::str("the two networks have seen different pixels of ",
                                 base::quote_untrusted(first.picture(other).file, 200)),
                       "the same pictures for both", "It has changed meanwhile; ask again"};
  }
  const std::size_t count = std::min(first.assignment().size(), second.assignment().size());
  const std::span<const std::int32_t> a = std::span(first.assignment()).first(count);
  std::vector<std::int32_t> b(second.assignment().begin(),
                              second.assignment().begin() + static_cast<std::ptrdiff_t>(count));
  Overlap overlap;
  overlap.pairs = analysis::paired_labels(a, b);
  overlap.found = analysis::paired_share(overlap.pairs, count);
  base::RandomStream(0, base::Purpose::Cluster, 0, count).shuffle(std::span(b));
  overlap.chance = analysis::paired_share(analysis::paired_labels(a, b), count);
  return overlap;
}

}  // namespace ibot::inspect
