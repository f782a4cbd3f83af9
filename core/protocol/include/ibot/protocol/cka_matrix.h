// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/comparison.h>
#include <ibot/protocol/views.h>

#include <string_view>
#include <vector>

namespace ibot::protocol {

/// Whether several networks learnt the same thing: linear CKA between each two of them, at one layer. Refused
/// where they do not see the same pixels in the same patches, as CkaRequest is.
struct IBOT_API CkaMatrixRequest {
  static constexpr std::string_view kMethod = "cka_matrix";
  static constexpr std::size_t kMostNetworks = 32;

  std::vector<NetworkChoice> networks = {};  ///< two or more
  std::vector<PictureChoice> pictures = {};  ///< at most CkaRequest::kMostPictures
  std::int64_t layer = 0;                    ///< from 1; 0: the last one of each network
  bool cls = false;                          ///< of CLS tokens, one a picture, rather than of patch tokens
  bool leave_out = false;  ///< pictures that cannot be read, rather than the end of the answer

  Message to_message() const;
  static base::Result<CkaMatrixRequest> from_message(const Message& message);
  bool operator==(const CkaMatrixRequest&) const = default;
};

struct IBOT_API CkaMatrixReply {
  std::vector<SeenNetwork> networks = {};
  std::int64_t layer = 0;          ///< of the request
  std::int64_t samples = 0;        ///< tokens of each network
  std::vector<float> values = {};  ///< [networks, networks], 0 to 1, symmetric; 1 on the diagonal
  std::vector<LeftOut> left_out = {};
  std::int64_t pictures = 0;     ///< that were seen
  std::int64_t longer_side = 0;  ///< px, of the largest

  Message to_message() const;
  static base::Result<CkaMatrixReply> from_message(const Message& message);
  bool operator==(const CkaMatrixReply&) const = default;
};

}  // namespace ibot::protocol
