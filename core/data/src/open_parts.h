// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>
#include <ibot/data/index_file.h>

#include <memory>

namespace ibot::data {

/// True if the folder is one that write_parts_dataset() has begun.
bool holds_parts(const std::filesystem::path& folder);

/// The drawn scenes of `folder`, with their masks; `split` is train (or empty) or val. Errors as
/// open_dataset().
base::Result<std::unique_ptr<const Dataset>> open_parts(const std::filesystem::path& folder,
                                                        std::string_view split, const IndexCache& cache);

}  // namespace ibot::data
