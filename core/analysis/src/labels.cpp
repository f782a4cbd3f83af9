// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/analysis/assignment.h>
#include <ibot/analysis/labels.h>

#include <algorithm>
#include <unordered_map>

namespace ibot::analysis {
namespace {

using Counts = std::unordered_map<std::int32_t, std::int64_t>;

Counts counts_of(std::span<const std::int32_t> labels) {
  Counts counts;
  for (const std::int32_t label : labels) ++counts[label];
  return counts;
}

// The most frequent labels, of equally frequent ones the smaller first, and the place of each.
struct Ranked {
  std::vector<std::int32_t> labels;
  std::unordered_map<std::int32_t, std::size_t> places;
};

Ranked ranked(std::span<const std::int32_t> labels, std::size_t most) {
  std::vector<std::pair<std::int64_t, std::int32_t>> order;
  for (const auto& [label, count] : counts_of(labels)) order.emplace_back(-count, label);
  std::sort(order.begin(), order.end());
  Ranked found;
  for (std::size_t i = 0; i < std::min(order.size(), most); ++i) {
    found.labels.push_back(order[i].second);
    found.places[order[i].second] = i;
  }
  return found;
}

}  // namespace

std::vector<LabelPair> paired_labels(std::span<const std::int32_t> first,
                                     std::span<const std::int32_t> second, std::size_t most) {
  const Ranked rows = ranked(first, most), columns = ranked(second, most);
  const std::size_t width = columns.labels.size();
  std::vector<double> cost(rows.labels.size() * width, 0);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto row = rows.places.find(first[i]);
    const auto column = columns.places.find(second[i]);
    if (row != rows.places.end() && column != columns.places.end())
      cost[row->second * width + column->second] -= 1;
  }
  const std::vector<int> assigned = assign(cost, rows.labels.size(), width);
  std::vector<LabelPair> pairs;
  for (std::size_t row = 0; row < assigned.size(); ++row) {
    if (assigned[row] < 0) continue;
    const auto column = static_cast<std::size_t>(assigned[row]);
    const auto together = static_cast<std::int64_t>(-cost[row * width + column]);
    if (together > 0) pairs.push_back({rows.labels[row], columns.labels[column], together});
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const LabelPair& a, const LabelPair& b) { return a.together > b.together; });
  return pairs;
}

double paired_share(std::span<const LabelPair> pairs, std::size_t points) {
  std::int64_t together = 0;
  for (const LabelPair& pair : pairs) together += pair.together;
  return points == 0 ? 0 : static_cast<double>(together) / static_cast<double>(points);
}

double same_share(std::span<const std::int32_t> first, std::span<const std::int32_t> second) {
  std::size_t same = 0;
  for (std::size_t i = 0; i < first.size(); ++i) same += first[i] == second[i] ? 1 : 0;
  return first.empty() ? 0 : static_cast<double>(same) / static_cast<double>(first.size());
}

double same_share_by_chance(std::span<const std::int32_t> first, std::span<const std::int32_t> second) {
  const Counts others = counts_of(second);
  double share = 0;
  for (const auto& [label, count] : counts_of(first)) {
    const auto found = others.find(label);
    if (found == others.end()) continue;
    share += static_cast<double>(count) / static_cast<double>(first.size()) *
             (static_cast<double>(found->second) / static_cast<double>(second.size()));
  }
  return share;
}

}  // namespace ibot::analysis
