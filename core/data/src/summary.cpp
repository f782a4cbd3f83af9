// SPDX-License-Identifier: GPL-3.0-or-later
#include "check_file.h"
#include "words.h"

#include <ibot/data/summary.h>

#include <algorithm>
#include <cmath>

namespace ibot::data {
namespace {

// Powers of two: what a crop of 96 or 224 pixels is cut from.
constexpr std::array kSideSteps = {1, 32, 64, 128, 256, 512, 1024, 2048, 4096};

void count_classes(const Dataset& dataset, DatasetSummary& summary) {
  summary.class_sizes.assign(dataset.class_names().size(), 0);
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    const Sample sample = dataset.sample(i);
    summary.bytes += sample.file_size;
    if (sample.label >= 0) {
      ++summary.class_sizes[static_cast<std::size_t>(sample.label)];
    } else {
      ++summary.unlabelled;
    }
  }
}

int shorter(const PictureSize& size) {
  return std::min(size.width, size.height);
}

std::string words(const PictureSize& size) {
  return base::str(base::format_count(size.width), " x ", base::format_count(size.height));
}

// Collects what headers say, and hands the sizes on in pieces.
class Collector {
 public:
  Collector(const Dataset& dataset, const SummaryOptions& options, DatasetSummary& summary)
      : dataset_(dataset), options_(options), summary_(summary) {}

  void look_at(std::int64_t index) {
    ++summary_.probed;
    const auto info = check_file(dataset_.file_path(index));
    PictureSize size;
    if (info) {
      size = {static_cast<std::uint16_t>(info->width), static_cast<std::uint16_t>(info->height)};
      ++(info->format == image::Format::Jpeg ? summary_.jpeg : summary_.png);
      take(size);
    } else {
      ++summary_.unreadable_count;
      if (summary_.unreadable.size() < DatasetSummary::kKept) {
        summary_.unreadable.push_back(
            {index, printable(dataset_.sample(index).path), info.error().to_text()});
      }
    }
    if (!options_.probed) return;
    waiting_.push_back(size);
    if (waiting_.size() >= kPiece) hand_on();
  }
  void hand_on() {
    if (options_.probed && !waiting_.empty()) options_.probed(waiting_);
    waiting_.clear();
  }
  std::vector<int> sides() { return std::move(sides_); }

 private:
  void take(const PictureSize& size) {
    if (sides_.empty()) summary_.smallest = summary_.largest = size;
    summary_.one_size = (sides_.empty() || summary_.one_size) && size.width == summary_.smallest.width &&
                        size.height == summary_.smallest.height;
    if (shorter(size) < shorter(summary_.smallest)) summary_.smallest = size;
    if (shorter(size) > shorter(summary_.largest)) summary_.largest = size;
    sides_.push_back(shorter(size));
  }

  static constexpr std::size_t kPiece = 512;
  const Dataset& dataset_;
  const SummaryOptions& options_;
  DatasetSummary& summary_;
  std::vector<int> sides_;
  std::vector<PictureSize> waiting_;
};

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

base::Result<DatasetSummary> summarise(const Dataset& dataset, const SummaryOptions& options) {
  DatasetSummary summary;
  summary.pictures = dataset.size();
  count_classes(dataset, summary);
  Collector collector(dataset, options, summary);
  for (const std::int64_t index : spread_indices(dataset.size(), options.probes)) {
    if (options.stop.stop_requested())
      return base::Error{base::ErrorCode::Cancelled, "reading headers was stopped", "", ""};
    collector.look_at(index);
  }
  collector.hand_on();
  count_sides(collector.sides(), summary);
  return summary;
}

void add_unreadable(DatasetSummary& summary, const std::vector<BadPicture>& found) {
  const std::vector<BadPicture> known = summary.unreadable;
  for (const BadPicture& bad : found) {
    const auto same = [&](const BadPicture& each) { return each.index == bad.index; };
    if (std::any_of(known.begin(), known.end(), same)) continue;
    ++summary.unreadable_count;
    if (summary.unreadable.size() < DatasetSummary::kKept) summary.unreadable.push_back(bad);
  }
  std::sort(summary.unreadable.begin(), summary.unreadable.end(),
            [](const BadPicture& a, const BadPicture& b) { return a.index < b.index; });
}

std::string DatasetSummary::sentence() const {
  using base::str;
  std::string text = counted(pictures, "picture", "pictures");
  if (!class_sizes.empty()) {
    text += " in " + counted(static_cast<std::int64_t>(class_sizes.size()), "class", "classes");
  }
  if (!shorter_sides.empty()) {
    text += one_size ? ", " + words(smallest) : str(", ", words(smallest), " to ", words(largest));
  }
  if (unreadable_count > 0) text += str(", ", base::format_count(unreadable_count), " cannot be read");
  return text + ".";
}

std::string DatasetSummary::to_text() const {
  using base::str;
  std::string text = str(counted(pictures, "picture", "pictures"), ", ", base::format_bytes(bytes), "\n");
  if (!class_sizes.empty()) {
    const auto [fewest, most] = std::minmax_element(class_sizes.begin(), class_sizes.end());
    text += str(counted(static_cast<std::int64_t>(class_sizes.size()), "class", "classes"), " of ",
                base::format_count(*fewest), " to ", counted(*most, "picture", "pictures"));
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
                                             std::int64_t pictures, const std::stop_token& stop,
                                             std::vector<BadPicture>* bad) {
  EvalStream stream(source, options, spread_indices(source.dataset().size(), pictures));
  const base::Error stopped{base::ErrorCode::Cancelled, "measuring pixels was stopped", "", ""};
  std::array<std::uint64_t, 3> sums{}, squares{};
  PixelStatistics statistics;
  std::uint64_t plane = 0;
  while (const auto batch = stream.next()) {
    if (stop.stop_requested()) return stopped;
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
  const std::vector<BadPicture> unreadable = stream.bad_pictures().kept();
  if (bad != nullptr) *bad = unreadable;
  if (statistics.pictures == 0) {
    return base::Error{base::ErrorCode::Corrupt,
                       base::str("none of the pictures can be read",
                                 unreadable.empty() ? ""
                                                    : base::str("; the first: ", unreadable[0].path, ": ",
                                                                unreadable[0].reason)),
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
