// SPDX-License-Identifier: GPL-3.0-or-later
#include "open_folder.h"
#include "open_parts.h"
#include "user_cache.h"

#include <ibot/base/text.h>
#include <ibot/data/open.h>

namespace ibot::data {
namespace {

bool is_csv_file(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) &&
         (path.extension() == ".csv" || path.extension() == ".CSV");
}

}  // namespace

std::filesystem::path parts_folder(const DataOptions& options) {
  if (!options.path.empty()) return options.path;
  const PartsOptions& parts = options.parts;
  const std::string name = base::str(
      "parts-", parts.size, "px-", parts.train, "-", parts.val, "-seed", parts.seed, "-", parts.format,
      parts.format == "jpeg" ? base::str(parts.jpeg_quality) : "", "-v", kPartsGeneratorVersion);
  const std::filesystem::path cache = user_cache_folder();
  return cache.empty() ? cache : cache / "data" / name;
}

std::string folder_of_splits(const std::string& own) {
  std::filesystem::path path = own;
  if (!path.has_filename()) path = path.parent_path();
  return path.filename() == "train" ? path.parent_path().string() : path.string();
}

base::Status prepare_dataset(const DataOptions& options, const PartsProgress& progress,
                             const std::stop_token& stop) {
  if (options.kind != "parts") return {};
  if (parts_folder(options).empty()) {
    return base::Error{base::ErrorCode::InvalidArgument, "there is no place for the drawn scenes", "a folder",
                       "Set data.path, or the environment variable HOME"};
  }
  IBOT_TRY(const PartsReport report,
           write_parts_dataset(parts_folder(options), options.parts, progress, stop));
  static_cast<void>(report);
  return {};
}

base::Result<std::unique_ptr<const Dataset>> open_dataset(const DataOptions& options,
                                                          const IndexCache& user_cache,
                                                          const ListingWatch& watch) {
  if (options.path.empty() && options.kind != "parts") {
    return base::Error{base::ErrorCode::InvalidArgument, "no data is named",
                       "a folder of pictures or a CSV file", "Set data.path"};
  }
  IndexCache cache = user_cache;
  if (options.index == "off") cache.folder.clear();
  if (options.index == "rebuild") cache.rebuild = true;

  if (options.kind == "list" || (options.kind == "auto" && is_csv_file(options.path))) {
    return open_list(options.path, options.split);
  }
  if (options.kind == "parts" || (options.kind == "auto" && holds_parts(options.path))) {
    return open_parts(parts_folder(options), options.split, cache);
  }
  if (options.kind == "auto")
    return open_folder(options.path, options.split, FolderReading::Detect, cache, {}, watch);
  if (options.kind == "folder")
    return open_folder(options.path, options.split, FolderReading::FolderPerClass, cache, {}, watch);
  if (options.kind == "pictures")
    return open_folder(options.path, options.split, FolderReading::Pictures, cache, {}, watch);
  return base::Error{base::ErrorCode::InvalidArgument,
                     base::str("data.kind is ", base::quote_untrusted(options.kind)),
                     "auto, folder, pictures, list or parts", ""};
}

}  // namespace ibot::data
