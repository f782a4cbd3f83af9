// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/data/parts.h>
#include <ibot/data/parts_dataset.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace ibot::data {

/// The pictures and masks of a `parts` folder. Immutable; used by several threads at once.
class PartsFiles {
 public:
  PartsFiles(std::filesystem::path folder, const PartsOptions& options);

  /// Makes the folders and removes what an interrupted run left half written.
  base::Status prepare() const;

  /// Draws scene `number` (training scenes first) unless both of its files are there and whole. True if it
  /// was drawn.
  base::Result<bool> write_if_missing(const PartsGenerator& generator, std::int64_t number) const;

 private:
  struct Names {
    std::uint64_t index = 0;
    std::filesystem::path picture;
    std::filesystem::path mask;
  };
  Names names_of(std::int64_t number) const;

  std::filesystem::path folder_;
  PartsOptions options_;
};

}  // namespace ibot::data
