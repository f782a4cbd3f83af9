// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>

namespace ibot::nn {

/// Lets CPU tensors reuse each other's memory: freed blocks are kept by size and handed out again. A training
/// step asks for the same sizes every time, so that after the first one nothing is asked of the system and no
/// page is zeroed anew. Blocks are 64-byte aligned and at most twice as large as asked for. Process-wide,
/// once; thread-safe.
IBOT_API void keep_tensor_memory();

/// Gives the free lists back to the system. For the moment after preparation, whose sizes never come again.
IBOT_API void release_tensor_memory();

/// Bytes that lie in the free lists. For reports.
IBOT_API std::uint64_t kept_tensor_memory();

}  // namespace ibot::nn
