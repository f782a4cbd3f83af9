// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/data/parts_dataset.h>
#include <ibot/params/schema.h>

#include <cstdint>
#include <string>

namespace ibot::data {

/// Where pictures come from and how they are brought in. One section, `data`, of a recipe.
struct IBOT_API DataOptions {
  std::string kind = "auto";  ///< auto, folder, pictures, list or parts
  std::string path;           ///< folder or CSV file; kind parts: may be empty
  std::string split;          ///< folder: a folder below `path`; list: the rows to keep; empty: everything
  std::string index = "use";  ///< use, rebuild or off: the cached list of a folder's pictures
  int workers = 2;            ///< threads that decode and crop
  int slots = 4;              ///< batches that are filled ahead
  int niceness = 5;           ///< scheduling of the workers: the training step goes first
  std::int64_t cache_mb = 512;
  PartsOptions parts;  ///< kind parts: what is drawn

  static void describe(params::Describer& d, DataOptions& o);
};

}  // namespace ibot::data
