// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/data/dataset.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

namespace ibot::data {

Dataset::~Dataset() = default;

std::optional<std::filesystem::path> Dataset::mask_path(std::int64_t) const {
  return std::nullopt;
}

std::string Dataset::content_hash() const {
  std::vector<std::int64_t> order(static_cast<std::size_t>(size()));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::int64_t a, std::int64_t b) { return sample(a).path < sample(b).path; });
  base::Sha256 hash;
  std::string line;
  for (const std::int64_t index : order) {
    const Sample picture = sample(index);
    line.assign(picture.path);
    line += '\0';
    line += std::to_string(picture.file_size);
    line += '\0';
    if (picture.label >= 0) line += class_names()[static_cast<std::size_t>(picture.label)];
    line += '\0';
    line += picture.split;
    line += '\n';
    hash.update(line);
  }
  return hash.hex();
}

std::vector<std::int64_t> labels_by_name(const Dataset& dataset, const std::vector<std::string>& names) {
  std::unordered_map<std::string_view, std::int64_t> known;
  for (std::size_t i = 0; i < names.size(); ++i) known.emplace(names[i], static_cast<std::int64_t>(i));
  std::vector<std::int64_t> of_class;
  for (const std::string& name : dataset.class_names()) {
    const auto found = known.find(name);
    of_class.push_back(found == known.end() ? -1 : found->second);
  }
  std::vector<std::int64_t> labels(static_cast<std::size_t>(dataset.size()), -1);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::int64_t label = dataset.sample(static_cast<std::int64_t>(i)).label;
    if (label >= 0) labels[i] = of_class[static_cast<std::size_t>(label)];
  }
  return labels;
}

bool has_picture_extension(std::string_view name) {
  static constexpr std::array<std::string_view, 3> kExtensions = {".jpg", ".jpeg", ".png"};
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  std::string extension(name.substr(dot));
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

}  // namespace ibot::data
