// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace ibot::plugin {

/// What a person decided about plugins, for this and later processes. Empty files beside the quarantine's:
///
///   masking.block.disabled   off until it is enabled again
///   safe_mode                only the program's own plugins are loaded, and those that are
///   masking.block.allowed    enabled one by one meanwhile
///
/// Not thread-safe. Errors of the changes: PermissionDenied, OutOfSpace, Io; Unsupported (no folder).
class IBOT_API Switches {
 public:
  /// An empty folder name: nothing is remembered, and every change is an error.
  explicit Switches(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void refresh();

  bool is_disabled(std::string_view name) const { return disabled_.contains(name); }
  bool safe_mode() const { return safe_mode_; }
  bool is_allowed(std::string_view name) const { return allowed_.contains(name); }

  base::Status disable(std::string_view name);
  /// Takes back disable(), and in the safe mode allows the plugin.
  base::Status enable(std::string_view name);
  /// Turning it on begins with no plugin allowed.
  base::Status set_safe_mode(bool on);

 private:
  base::Status put(const std::string& file);
  base::Status remove(const std::string& file);

  std::filesystem::path folder_;
  std::set<std::string, std::less<>> disabled_, allowed_;
  bool safe_mode_ = false;
};

}  // namespace ibot::plugin
