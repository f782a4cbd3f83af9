// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>
#include <ibot/data/index_file.h>

#include <memory>

namespace ibot::data {

/// How a folder of pictures is read. Zero is not a valid choice.
enum class FolderReading : unsigned char {
  Detect = 1,  ///< by looking (open.h: auto)
  FolderPerClass,
  Pictures,
};

/// Errors as open_dataset(). `masks`: see FileDataset::Contents.
base::Result<std::unique_ptr<const Dataset>> open_folder(const std::filesystem::path& path,
                                                         std::string_view split, FolderReading reading,
                                                         const IndexCache& cache,
                                                         const std::filesystem::path& masks = {},
                                                         const ListingWatch& watch = {});

/// Reads the CSV file `path` and keeps the rows of `split` (empty: all). Errors as open_dataset().
base::Result<std::unique_ptr<const Dataset>> open_list(const std::filesystem::path& path,
                                                       std::string_view split);

}  // namespace ibot::data
