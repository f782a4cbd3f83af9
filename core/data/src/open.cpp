// SPDX-License-Identifier: GPL-3.0-or-later
#include "open_folder.h"

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

base::Result<std::unique_ptr<const Dataset>> open_dataset(const DataOptions& options,
                                                          const IndexCache& user_cache) {
  if (options.path.empty()) {
    return base::Error{base::ErrorCode::InvalidArgument, "no data is named",
                       "a folder of pictures or a CSV file", "Set data.path"};
  }
  IndexCache cache = user_cache;
  if (options.index == "off") cache.folder.clear();
  if (options.index == "rebuild") cache.rebuild = true;

  if (options.kind == "list" || (options.kind == "auto" && is_csv_file(options.path))) {
    return open_list(options.path, options.split);
  }
  if (options.kind == "auto") return open_folder(options.path, options.split, FolderReading::Detect, cache);
  if (options.kind == "folder")
    return open_folder(options.path, options.split, FolderReading::FolderPerClass, cache);
  if (options.kind == "pictures")
    return open_folder(options.path, options.split, FolderReading::Pictures, cache);
  return base::Error{base::ErrorCode::InvalidArgument,
                     base::str("data.kind is ", base::quote_untrusted(options.kind)),
                     "auto, folder, pictures, list or parts", ""};
}

}  // namespace ibot::data
