// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/protocol/message.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ibot::protocol {

/// Grows when a message changes its meaning. Both ends come from one build; another number means that they do
/// not.
inline constexpr std::int64_t kProtocolVersion = 1;

/// What the inspection process says first.
struct IBOT_API Hello {
  struct Plugin {
    std::string kind;  ///< "masking"
    std::string id;    ///< "block"
    std::string version;
    bool operator==(const Plugin&) const = default;
  };
  std::int64_t protocol = kProtocolVersion;
  std::string version;          ///< of the program
  std::vector<Plugin> plugins;  ///< that can be chosen

  Message to_message() const;
  /// Errors: Corrupt, Incompatible (another protocol).
  static base::Result<Hello> from_message(const Message& message);
  bool operator==(const Hello&) const = default;
};

}  // namespace ibot::protocol
