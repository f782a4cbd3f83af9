// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/data/summary.h>
#include <ibot/image/decode.h>

#include <algorithm>
#include <cmath>

namespace ibot::data {
namespace {

// Powers of two: what a crop of 96 or 224 pixels is cut from.
constexpr std::array kSideSteps = {1, 32, 64, 128, 256, 512, 1024, 2048, 4096};

void count_classes(const Dataset& dataset, DatasetSummary& summary) {
  std::vector<std::int64_t> of_class(dataset.class_names().size(), 0);
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    const Sample sample = dataset.sample(i);
    summary.bytes += sample.file_size;
    if (sample.label >= 0) {
      ++of_class[static_cast<std::size_t>(sample.label)];
    } else {
      ++summary.unlabelled;
    }
  }
  summary.classes = static_cast<std::int64_t>(of_class.size());
  if (!of_class.empty()) {
    const auto [smallest, largest] = std::minmax_element(of_class.begin(), of_class.end());
    summary.smallest_class = *smallest;
    summary.largest_class = *largest;
  }
}

void count_sides(std::vector<int> sides, DatasetSummary& summary) {
  if (sides.empty()) return;
  std::sort(sides.begin(), sides.end());
  summary.median_shorter_side = sides[sides.size() / 2];
  for (std::size_t i = 0; i < kSideSteps.size(); ++i) {
    const auto first = std::lower_bound(sides.begin(), sides.end(), kSideSteps[i]);
    const auto last = i + 1 < kSideSteps.size()
                          ? std::lower_bound(sides.begin(), sides.end(), kSideSteps[i + 1])
                          : sides.end();
    summary.shorter_sides.push_back({kSideSteps[i], last - first});
  }
  while (summary.shorter_sides.back().pictures == 0) summary.shorter_sides.pop_back();
  const auto first = std::find_if(summary.shorter_sides.begin(), summary.shorter_sides.end(),
                                  [](const auto& entry) { return entry.pictures > 0; });
  summary.shorter_sides.erase(summary.shorter_sides.begin(), first);
}

}  // namespace

std::vector<std::int64_t> spread_indices(std::int64_t size, std::int64_t count) {
  count = std::min(size, count);
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < count; ++i) indices.push_back(i * size / count);
  return indices;
}

DatasetSummary summarise(const Dataset& dataset, std::int64_t probes) {
  DatasetSummary summary;
  summary.pictures = dataset.size();
  count_classes(dataset, summary);

  BadPictures bad;
  std::vector<int> sides;
  for (const std::int64_t index : spread_indices(dataset.size(), probes)) {
    ++summary.probed;
    const auto bytes = dataset.read_bytes(index);
    const auto info = bytes ? image::probe(*bytes) : base::Result<image::ImageInfo>(bytes.error());
    if (info) {
      sides.push_back(std::min(info->width, info->height));
    } else {
      bad.add(dataset, index, info.error());
    }
  }
  summary.unreadable = bad.kept();
  count_sides(std::move(sides), summary);
  return summary;
}

std::string DatasetSummary::to_text() const {
  using base::str;
  std::string text = str(counted(pictures, "picture", "pictures"), ", ", base::format_bytes(bytes), "\n");
  if (classes > 0) {
    text += str(counted(classes, "class", "classes"), " of ", base::format_count(smallest_class), " to ",
                counted(largest_class, "picture", "pictures"));
    if (unlabelled > 0) text += ", " + counted(unlabelled, "picture", "pictures") + " without a label";
    text += '\n';
  } else {
    text += "no labels\n";
  }
  text += str("shorter side of ", counted(probed, "picture", "pictures"), ": ");
  if (shorter_sides.empty()) {
    text += "none can be read\n";
  } else {
    text += str("median ", median_shorter_side, " px (");
    for (std::size_t i = 0; i < shorter_sides.size(); ++i) {
      text += str(i == 0 ? "" : ", ", "from ", shorter_sides[i].from, ": ",
                  base::format_count(shorter_sides[i].pictures));
    }
    text += ")\n";
  }
  for (const BadPicture& bad : unreadable) text += str("cannot read ", bad.path, ": ", bad.reason, "\n");
  return text;
}

base::Result<PixelStatistics> measure_pixels(PictureSource& source, const EvalOptions& options,
                                             std::int64_t pictures) {
  EvalStream stream(source, options, spread_indices(source.dataset().size(), pictures));
  std::array<std::uint64_t, 3> sums{}, squares{};
  PixelStatistics statistics;
  std::uint64_t plane = 0;
  while (const auto batch = stream.next()) {
    plane = static_cast<std::uint64_t>(batch->size) * static_cast<std::uint64_t>(batch->size);
    const std::uint8_t* pixel = batch->pixels.data();
    for (int image = 0; image < batch->images; ++image) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        std::uint64_t sum = 0, square = 0;
        for (std::uint64_t i = 0; i < plane; ++i, ++pixel) {
          sum += *pixel;
          square += std::uint64_t{*pixel} * *pixel;
        }
        sums[channel] += sum;
        squares[channel] += square;
      }
    }
    statistics.pictures += batch->images;
  }
  if (statistics.pictures == 0) {
    const std::vector<BadPicture> bad = stream.bad_pictures().kept();
    return base::Error{
        base::ErrorCode::Corrupt,
        base::str("none of the pictures can be read",
                  bad.empty() ? "" : base::str("; the first: ", bad[0].path, ": ", bad[0].reason)),
        "", "Check data.path"};
  }
  const auto count = static_cast<double>(plane) * static_cast<double>(statistics.pictures);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const double mean = static_cast<double>(sums[channel]) / count;
    const double variance = std::max(0.0, static_cast<double>(squares[channel]) / count - mean * mean);
    statistics.mean[channel] = mean / 255;
    statistics.std[channel] = std::sqrt(variance) / 255;
  }
  return statistics;
}

}  // namespace ibot::data
