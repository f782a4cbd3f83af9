// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/frame.h>

#include <optional>
#include <span>
#include <string_view>

// What writer and reader of frames share.
namespace ibot::protocol {

constexpr std::string_view kMagic = "IBF1";
constexpr std::size_t kPrefixBytes = 16;

/// Bytes of an array; nothing if a side is negative or they are more than `limit`.
std::optional<std::uint64_t> array_bytes(std::span<const std::int64_t> shape, Array::Type type,
                                         std::uint64_t limit);

}  // namespace ibot::protocol
