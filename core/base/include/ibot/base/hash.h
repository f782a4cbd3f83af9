// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ibot::base {

/// SHA-256 (FIPS 180-4, by OpenSSL), fed in pieces. Not thread-safe; one object per hash.
class IBOT_API Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::span<const std::byte> bytes);
  Sha256& update(std::string_view text);
  /// 64 lower-case hexadecimal digits. The object is spent afterwards.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

IBOT_API std::string sha256_hex(std::string_view text);
/// Streams the file; errors NotFound, PermissionDenied, Io.
IBOT_API Result<std::string> sha256_file(const std::filesystem::path& path);

}  // namespace ibot::base
