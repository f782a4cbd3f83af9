// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace ibot::base {

/// The machine that this program runs on, as far as plans and advice depend on it.
struct Machine {
  enum class VectorUnits : std::uint8_t { Plain = 1, Avx2, Avx512 };

  int processors = 1;              ///< that this process may use
  std::uint64_t memory_bytes = 0;  ///< in all; 0: unknown
  VectorUnits vector_units = VectorUnits::Plain;
  /// Whether products of bf16 are instructions (AVX512-BF16, AMX). Without them LibTorch converts back and
  /// forth, which took three times fp32's time in a small network.
  bool bf16_products = false;
};

/// Asked of the system once. Any thread.
IBOT_API const Machine& this_machine();

/// The most memory that this process has held so far (resident), in bytes.
IBOT_API std::optional<std::uint64_t> peak_memory();

/// Free bytes on the disk of a path; of its nearest folder that exists.
IBOT_API std::optional<std::uint64_t> free_disk(std::filesystem::path path);

}  // namespace ibot::base
