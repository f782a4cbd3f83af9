// SPDX-License-Identifier: GPL-3.0-or-later
#include "regions.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/data/dataset.h>
#include <ibot/image/decode.h>

#include <algorithm>
#include <cmath>

namespace ibot::inspect {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

constexpr std::uint64_t kMostPictureFile = std::uint64_t{256} << 20;
constexpr std::uint64_t kMostMaskFile = std::uint64_t{64} << 20;
constexpr std::size_t kMostFiles = 1'000'000;
constexpr std::size_t kMostRegions = 4096;

// Where a pixel of the view lies in the picture, in [0, 1] of its sides.
struct Place {
  double left, top, width, height;  // the part of the picture that the view shows

  double x(int column, int columns) const { return left + width * (column + 0.5) / columns; }
  double y(int row, int rows) const { return top + height * (row + 0.5) / rows; }
};

Place place_of(protocol::PictureChoice::Fit fit, int picture_width, int picture_height) {
  if (fit == protocol::PictureChoice::Fit::Whole) return {0, 0, 1, 1};
  const double side = std::min(picture_width, picture_height);
  const double width = side / picture_width, height = side / picture_height;
  return {(1 - width) / 2, (1 - height) / 2, width, height};
}

base::Result<std::vector<fs::path>> files_below(const fs::path& folder) {
  std::error_code problem;
  std::vector<fs::path> files;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, problem);
  if (problem) {
    return Error{ErrorCode::NotFound,
                 base::quote_untrusted(folder.string(), 300) + " cannot be read: " + problem.message(),
                 "a folder", ""};
  }
  for (; at != fs::recursive_directory_iterator() && files.size() < kMostFiles; at.increment(problem)) {
    if (problem) break;
    if (at->is_regular_file(problem)) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

base::Result<std::vector<Region>> regions_of_picture(const std::vector<std::byte>& bytes, int width,
                                                     int height, const Place& place, int picture_width,
                                                     int picture_height) {
  image::Image mask;
  IBOT_CHECK_OK(image::decode(bytes, mask));
  // Smaller or larger than its picture, but of its shape: to the pixel.
  const std::int64_t skew =
      std::abs(std::int64_t{mask.width()} * picture_height - std::int64_t{mask.height()} * picture_width);
  if (skew >= std::max(picture_width, picture_height)) {
    return Error{ErrorCode::Incompatible, base::str("a mask of ", mask.width(), " x ", mask.height(), " px"),
                 base::str("the shape of its picture, ", picture_width, " x ", picture_height, " px"),
                 "Is it of another picture, or cut?"};
  }
  std::map<std::int64_t, Region> by_colour;
  for (int row = 0; row < height; ++row) {
    const int y = std::clamp(static_cast<int>(place.y(row, height) * mask.height()), 0, mask.height() - 1);
    for (int column = 0; column < width; ++column) {
      const int x = std::clamp(static_cast<int>(place.x(column, width) * mask.width()), 0, mask.width() - 1);
      const std::uint8_t* pixel = mask.pixel(x, y);
      const std::int64_t colour = (pixel[0] << 16) | (pixel[1] << 8) | pixel[2];
      if (colour == 0) continue;
      Region& region = by_colour[colour];
      if (by_colour.size() > kMostRegions) {
        return Error{ErrorCode::Corrupt, base::str("more than ", kMostRegions, " colours"),
                     "a mask: one colour a region", "Is this a photograph?"};
      }
      region.kind = colour;
      if (region.mask.empty())
        region.mask.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
      region.mask[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(column)] = 1;
      ++region.area;
    }
  }
  std::vector<Region> regions;
  for (auto& [colour, region] : by_colour) regions.push_back(std::move(region));
  return regions;
}

// Even-odd rule, row by row.
void fill_polygon(const std::vector<double>& corners, int width, int height, const Place& place,
                  Region& region) {
  region.mask.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
  const std::size_t count = corners.size() / 2;
  for (int row = 0; row < height; ++row) {
    const double y = place.y(row, height);
    std::vector<double> crossings;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t next = (i + 1) % count;
      const double x0 = corners[2 * i], y0 = corners[2 * i + 1];
      const double x1 = corners[2 * next], y1 = corners[2 * next + 1];
      if ((y0 <= y) != (y1 <= y)) crossings.push_back(x0 + (y - y0) / (y1 - y0) * (x1 - x0));
    }
    std::sort(crossings.begin(), crossings.end());
    for (int column = 0; column < width; ++column) {
      const double x = place.x(column, width);
      const auto left = std::lower_bound(crossings.begin(), crossings.end(), x) - crossings.begin();
      if (left % 2 == 0) continue;
      region.mask[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(column)] = 1;
      ++region.area;
    }
  }
}

base::Result<std::vector<Region>> regions_of_text(const std::vector<std::byte>& bytes, int width, int height,
                                                  const Place& place) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<Region> regions;
  for (const std::string& line : base::split(text, '\n')) {
    std::vector<double> numbers;
    for (const std::string& word : base::split(base::trim(line), ' ')) {
      if (word.empty()) continue;
      const auto number = base::parse_double(word);
      if (!number || !std::isfinite(*number)) {
        return Error{ErrorCode::Corrupt, "a line of polygons holds " + base::quote_untrusted(word),
                     "class x y x y ...", ""};
      }
      numbers.push_back(*number);
    }
    if (numbers.empty()) continue;
    // A box has four numbers, a polygon three corners or more.
    if (numbers.size() < 7 || numbers.size() % 2 == 0 || regions.size() >= kMostRegions) {
      return Error{ErrorCode::Corrupt, base::str("a line of ", numbers.size(), " numbers"),
                   "a class and at least three corners", ""};
    }
    Region region;
    region.kind = static_cast<std::int64_t>(std::clamp(numbers[0], 0.0, 1e9));
    fill_polygon({numbers.begin() + 1, numbers.end()}, width, height, place, region);
    regions.push_back(std::move(region));
  }
  return regions;
}

}  // namespace

base::Result<std::vector<MaskedPicture>> find_masked_pictures(const fs::path& pictures,
                                                              const fs::path& masks) {
  IBOT_TRY(const auto mask_files, files_below(masks));
  std::map<std::string, fs::path> by_place;
  std::map<std::string, std::vector<fs::path>> by_name;
  for (const fs::path& file : mask_files) {
    fs::path place = file.lexically_relative(masks);
    by_place[place.replace_extension().string()] = file;
    by_name[file.stem().string()].push_back(file);
  }
  IBOT_TRY(const auto picture_files, files_below(pictures));
  std::vector<MaskedPicture> found;
  for (const fs::path& file : picture_files) {
    if (!data::has_picture_extension(file.filename().string())) continue;
    fs::path place = file.lexically_relative(pictures);
    const auto same_place = by_place.find(place.replace_extension().string());
    const auto same_name = by_name.find(file.stem().string());
    if (same_place != by_place.end()) {
      found.push_back({file, same_place->second});
    } else if (same_name != by_name.end() && same_name->second.size() == 1) {
      found.push_back({file, same_name->second.front()});
    }
  }
  if (found.empty()) {
    return Error{ErrorCode::NotFound,
                 base::str("no picture of ", base::quote_untrusted(pictures.string(), 300),
                           " has a mask of its name below ", base::quote_untrusted(masks.string(), 300)),
                 "files of one name in both folders", ""};
  }
  return found;
}

base::Result<std::vector<Region>> read_regions(const fs::path& file, int width, int height,
                                               protocol::PictureChoice::Fit fit, int picture_width,
                                               int picture_height) {
  const Place place = place_of(fit, picture_width, picture_height);
  auto bytes = base::read_file(file, kMostMaskFile);
  if (!bytes) return bytes.error();
  auto regions = file.extension() == ".txt"
                     ? regions_of_text(*bytes, width, height, place)
                     : regions_of_picture(*bytes, width, height, place, picture_width, picture_height);
  if (!regions) return regions.error().with_context(base::quote_untrusted(file.filename().string(), 200));
  return regions;
}

std::vector<double> coverage(const std::vector<std::uint8_t>& mask, int width, const nn::TokenGrid& grid,
                             int patch) {
  std::vector<double> shares(static_cast<std::size_t>(grid.patches()), 0);
  for (std::int64_t row = 0; row < grid.grid_rows; ++row) {
    for (std::int64_t column = 0; column < grid.grid_cols; ++column) {
      double inside = 0;
      for (std::int64_t y = row * patch; y < (row + 1) * patch; ++y) {
        const auto* line = mask.data() + y * width + column * patch;
        inside += static_cast<double>(std::count(line, line + patch, std::uint8_t{1}));
      }
      shares[static_cast<std::size_t>(row * grid.grid_cols + column)] = inside / (patch * patch);
    }
  }
  return shares;
}

std::vector<std::int64_t> kinds_of_patches(const std::vector<Region>& regions, int width,
                                           const nn::TokenGrid& grid, int patch) {
  std::vector<std::int64_t> kinds(static_cast<std::size_t>(grid.patches()), -1);
  std::vector<double> most(kinds.size(), 0.5);
  for (const Region& region : regions) {
    const std::vector<double> shares = coverage(region.mask, width, grid, patch);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (shares[i] < most[i]) continue;
      most[i] = shares[i];
      kinds[i] = region.kind;
    }
  }
  return kinds;
}

base::Result<std::vector<Region>> regions_beside(const fs::path& picture, int width, int height,
                                                 protocol::PictureChoice::Fit fit) {
  std::error_code ignored;
  std::vector<fs::path> candidates;
  for (fs::path above = picture.parent_path(); !above.empty(); above = above.parent_path()) {
    fs::path place = picture.lexically_relative(above);
    for (const char* ending : {".png", ".txt"}) {
      candidates.push_back(above / "masks" / place.replace_extension(ending));
      if (above.filename() == "images")
        candidates.push_back(above.parent_path() / "labels" / place.replace_extension(ending));
    }
    if (above == above.root_path()) break;
  }
  for (const fs::path& file : candidates) {
    if (!fs::is_regular_file(file, ignored)) continue;
    IBOT_TRY(const auto bytes, base::read_file(picture, kMostPictureFile));
    IBOT_TRY(const image::ImageInfo size, image::probe(bytes));
    return read_regions(file, width, height, fit, size.width, size.height);
  }
  return Error{ErrorCode::NotFound,
               base::quote_untrusted(picture.filename().string(), 200) + " has no masks beside it",
               "a file of its name below a folder masks", ""};
}

}  // namespace ibot::inspect
