// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

namespace ibot::protocol {

/// Attention of some query tokens of a picture, every head of a layer. Only the asked rows are computed.
struct IBOT_API AttentionRequest {
  static constexpr std::string_view kMethod = "attention";
  static constexpr std::size_t kMostQueries = 64;

  NetworkChoice network = {};
  PictureChoice picture = {};
  std::int64_t layer = 0;
  std::vector<PatchPlace> queries = {PatchPlace{}};  ///< at least one
  bool pixels = false;                               ///< the picture as it was seen, too

  Message to_message() const;
  static base::Result<AttentionRequest> from_message(const Message& message);
  bool operator==(const AttentionRequest&) const = default;
};

struct IBOT_API AttentionReply {
  SeenNetwork network = {};
  SeenPicture picture = {};
  std::int64_t layer = 0;  ///< from 1
  int heads = 0;
  std::vector<PatchPlace> queries = {};  ///< [Q]
  std::vector<float> attention = {};     ///< [Q, heads, rows, columns], the softmax's own values
  std::vector<float> prefix = {};        ///< [Q, heads, prefix]: what goes to CLS and registers instead
  /// [Q, heads], in nats, of the attention over the patches as shares of one.
  std::vector<float> entropy = {};
  /// [Q, heads], px: mean distance of the attended patches from the query patch; for CLS, which has no place,
  /// from their own centre.
  std::vector<float> distance = {};

  /// One map. Precondition: both in range.
  std::vector<float> map(std::size_t query, std::size_t head) const;
  Message to_message() const;
  static base::Result<AttentionReply> from_message(const Message& message);
  bool operator==(const AttentionReply&) const = default;
};

}  // namespace ibot::protocol
