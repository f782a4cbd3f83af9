// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/protocol/frame.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ibot::protocol {

/// Puts messages together from bytes as a pipe delivers them. The bytes are untrusted: what is no frame is an
/// error and is passed over, up to the next "IBF1". One thread.
///
///   reader.feed(bytes);
///   while (true) {
///     auto message = reader.next();
///     if (!message) complain(message.error());
///     else if (!*message) break;  // more bytes are needed
///     else handle(**message);
///   }
class IBOT_API FrameReader {
 public:
  explicit FrameReader(const FrameLimits& limits = {}) : limits_(limits) {}

  void feed(std::span<const std::byte> bytes);

  /// The next whole message; nothing while bytes are missing. Errors: Corrupt (no frame, or one that
  /// contradicts itself), OutOfSpace (beyond the limits). After an error call again: what is wrong is behind.
  base::Result<std::optional<Message>> next();

  /// The number of the request that the last error was about, as far as it could be read; 0: unknown.
  std::uint64_t failed_number() const { return failed_number_; }
  /// Bytes that were fed and not used yet.
  std::size_t waiting() const { return buffer_.size() - begin_; }

 private:
  base::Result<Message> decode(std::span<const std::byte> header, std::span<const std::byte> payload);
  /// Drops bytes up to the next beginning of a frame. False: none is there yet.
  bool find_beginning();
  void drop(std::size_t bytes);

  FrameLimits limits_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;  // what lies before is used
  bool lost_ = false;      // passing over what is no frame; it was complained of once
  std::uint64_t failed_number_ = 0;
};

}  // namespace ibot::protocol
