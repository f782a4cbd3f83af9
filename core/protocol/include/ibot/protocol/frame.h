// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/protocol/message.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ibot::protocol {

/// What a frame may hold at most. Larger ones are refused on both ends, before memory is taken.
struct FrameLimits {
  std::uint64_t header_bytes = std::uint64_t{4} << 20;
  std::uint64_t payload_bytes = std::uint64_t{256} << 20;
  std::size_t arrays = 256;
  std::size_t rank = 8;
  int nesting = 32;             ///< of the header's JSON
  std::size_t name_bytes = 64;  ///< of tags, methods and names of arrays
};

/// A message as bytes:
///
///   "IBF1", u32 bytes of the header, u64 bytes of the payload (little-endian)
///   header: JSON {kind, number, tag, method, body, arrays: [{name, type, shape}]}
///   payload: the arrays' bytes, one after the other
///
/// Text that is no UTF-8 is written with replacement characters. Errors: InvalidArgument (an array whose
/// bytes do not fit its shape), OutOfSpace (beyond the limits).
IBOT_API base::Result<std::vector<std::byte>> encode(const Message& message, const FrameLimits& limits = {});

}  // namespace ibot::protocol
