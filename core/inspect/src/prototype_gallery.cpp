// SPDX-License-Identifier: GPL-3.0-or-later
#include "prototype_gallery.h"

#include <ibot/analysis/assignment.h>
#include <ibot/base/random.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <unordered_map>

namespace ibot::inspect {
namespace {

// Beyond these the assignment would take minutes; they hold nearly all patches.
constexpr std::size_t kMostPaired = 800;

// The numbers of the most used values, 0 for the most used.
std::unordered_map<std::int32_t, std::size_t> ranks_of(const std::vector<std::int32_t>& values) {
  std::unordered_map<std::int32_t, std::int64_t> counts;
  for (const std::int32_t value : values) ++counts[value];
  std::vector<std::pair<std::int64_t, std::int32_t>> order;
  for (const auto& [value, count] : counts) order.emplace_back(-count, value);
  std::sort(order.begin(), order.end());
  std::unordered_map<std::int32_t, std::size_t> ranks;
  for (std::size_t i = 0; i < std::min(order.size(), kMostPaired); ++i) ranks[order[i].second] = i;
  return ranks;
}

double paired_share(const std::vector<std::int32_t>& first, const std::vector<std::int32_t>& second) {
  const auto rows = ranks_of(first);
  const auto columns = ranks_of(second);
  std::vector<double> cost(rows.size() * columns.size(), 0);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto row = rows.find(first[i]);
    const auto column = columns.find(second[i]);
    if (row != rows.end() && column != columns.end())
      cost[row->second * columns.size() + column->second] -= 1;
  }
  const std::vector<int> pairs = analysis::assign(cost, rows.size(), columns.size());
  double together = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i] >= 0) together -= cost[i * columns.size() + static_cast<std::size_t>(pairs[i])];
  }
  return first.empty() ? 0 : together / static_cast<double>(first.size());
}

}  // namespace

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

Overlap overlap_of(const std::vector<std::int32_t>& first, const std::vector<std::int32_t>& second) {
  const std::size_t count = std::min(first.size(), second.size());
  const std::vector<std::int32_t> a(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(count));
  std::vector<std::int32_t> b(second.begin(), second.begin() + static_cast<std::ptrdiff_t>(count));
  Overlap overlap;
  overlap.found = paired_share(a, b);
  base::RandomStream(0, base::Purpose::Cluster, 0, count).shuffle(std::span(b));
  overlap.chance = paired_share(a, b);
  return overlap;
}

}  // namespace ibot::inspect
