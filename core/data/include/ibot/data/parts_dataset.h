// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/parts.h>
#include <ibot/params/schema.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace ibot::data {

/// What is drawn: the identity of a `parts` folder.
struct IBOT_API PartsOptions {
  static constexpr std::int64_t kMaximumScenes = 10'000'000;

  std::int64_t train = 6000;
  std::int64_t val = 1200;
  int size = 96;
  std::int64_t seed = 1;
  std::string format = "jpeg";  ///< jpeg or png
  int jpeg_quality = 95;

  static void describe(params::Describer& d, PartsOptions& o);
  bool operator==(const PartsOptions&) const = default;
};

struct PartsReport {
  std::int64_t drawn = 0;  ///< scenes drawn and written now
  std::int64_t kept = 0;   ///< scenes that were there already
};

/// Called now and then on the thread of write_parts_dataset, at the end with done == total.
using PartsProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Draws the data set into a folder:
///
///   <folder>/train/<class>/<index>.jpg         pictures, a folder per class, `val` likewise
///   <folder>/masks/train/<class>/<index>.png   grey PNG of part ids, 0 is background
///   <folder>/parts.json                        options, generator version, class and part names, whether
///   complete
///
/// Idempotent: what is there and whole is kept, so that a finished folder costs one look at each file and an
/// interrupted one is completed, to the same bytes. Every file appears under its name whole or not at all;
/// they are synced together at the end, before parts.json says that the set is complete. `threads` 0: one for
/// each core.
///
/// Errors: AlreadyExists (the folder holds something else, or a set drawn with other options or by another
/// version: nothing is touched), Cancelled (`stop` was requested), InvalidArgument, OutOfSpace,
/// PermissionDenied, Io.
IBOT_API base::Result<PartsReport> write_parts_dataset(const std::filesystem::path& folder,
                                                       const PartsOptions& options,
                                                       const PartsProgress& progress = {},
                                                       const std::stop_token& stop = {}, int threads = 0);

}  // namespace ibot::data
