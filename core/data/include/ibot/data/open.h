// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/data/index_file.h>
#include <ibot/data/options.h>
#include <ibot/data/parts_dataset.h>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

namespace ibot::data {

/// Opens the data set that the options describe:
///
///   folder    one folder per class below `path`, in torchvision's ImageFolder order
///   pictures  every picture below `path`, without labels
///   list      a CSV file (manifest.h); paths are relative to the file's folder
///   parts     the built-in drawn scenes with their maps of parts; prepare_dataset() draws them
///   auto      list for a .csv file; parts for a folder of drawn scenes; folder if at least two subfolders
///   hold
///             pictures and `path` itself holds none; pictures otherwise. The finding is in notes().
///
/// Errors: InvalidArgument (kind or split does not fit what is there, nothing to read), NotFound, Corrupt
/// (bad rows), PermissionDenied, Cancelled, Io.
IBOT_API base::Result<std::unique_ptr<const Dataset>> open_dataset(
    const DataOptions& options, const IndexCache& cache = IndexCache::of_user(),
    const ListingWatch& watch = {});

/// Makes what open_dataset() reads, where it can be made: draws the scenes of kind parts that are not there
/// yet. Does nothing for other kinds. May take minutes. Errors: as write_parts_dataset().
IBOT_API base::Status prepare_dataset(const DataOptions& options, const PartsProgress& progress = {},
                                      const std::stop_token& stop = {});

/// Where the drawn scenes of the options lie: `path`, or a folder in the user's cache that is named after
/// what is drawn.
IBOT_API std::filesystem::path parts_folder(const DataOptions& options);

/// Where the other splits of a run's pictures lie: its own folder, or the one above where that is named
/// `train`.
IBOT_API std::string folder_of_splits(const std::string& own);

}  // namespace ibot::data
