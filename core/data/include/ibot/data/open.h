// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/data/index_file.h>
#include <ibot/data/options.h>

#include <memory>

namespace ibot::data {

/// Opens the data set that the options describe:
///
///   folder    one folder per class below `path`, in torchvision's ImageFolder order
///   pictures  every picture below `path`, without labels
///   list      a CSV file (manifest.h); paths are relative to the file's folder
///   parts     the built-in drawn scenes
///   auto      list for a .csv file; folder if at least two subfolders hold pictures and `path` itself holds
///   none;
///             pictures otherwise. The finding is in notes().
///
/// Errors: InvalidArgument (kind or split does not fit what is there, nothing to read), NotFound, Corrupt
/// (bad rows), PermissionDenied, Io.
IBOT_API base::Result<std::unique_ptr<const Dataset>> open_dataset(
    const DataOptions& options, const IndexCache& cache = IndexCache::of_user());

}  // namespace ibot::data
