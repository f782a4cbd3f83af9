// SPDX-License-Identifier: GPL-3.0-or-later
#include "marker_name.h"

#include <ibot/base/file.h>
#include <ibot/plugin/switches.h>

namespace ibot::plugin {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDisabled = ".disabled";
constexpr std::string_view kAllowed = ".allowed";
const std::string kSafeMode = "safe_mode";

}  // namespace

void Switches::refresh() {
  disabled_.clear();
  allowed_.clear();
  safe_mode_ = false;
  if (folder_.empty()) return;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder_, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string file = entry->path().filename().string();
    const std::string_view name = file;
    if (name == kSafeMode) safe_mode_ = true;
    if (name.ends_with(kDisabled))
      disabled_.insert(name_of_marker(name.substr(0, name.size() - kDisabled.size())));
    if (name.ends_with(kAllowed))
      allowed_.insert(name_of_marker(name.substr(0, name.size() - kAllowed.size())));
  }
}

base::Status Switches::put(const std::string& file) {
  if (folder_.empty()) {
    return base::Error{base::ErrorCode::Unsupported, "there is no folder to remember it in", "",
                       "Set HOME or XDG_STATE_HOME"};
  }
  std::error_code error;
  fs::create_directories(folder_, error);
  return base::write_file_atomically(folder_ / file, std::string_view());
}

base::Status Switches::remove(const std::string& file) {
  if (folder_.empty()) return {};
  return base::remove_file(folder_ / file);
}

base::Status Switches::disable(std::string_view name) {
  IBOT_CHECK_OK(put(marker_stem(name) + std::string(kDisabled)));
  IBOT_CHECK_OK(remove(marker_stem(name) + std::string(kAllowed)));
  refresh();
  return {};
}

base::Status Switches::enable(std::string_view name) {
  IBOT_CHECK_OK(remove(marker_stem(name) + std::string(kDisabled)));
  if (safe_mode_) IBOT_CHECK_OK(put(marker_stem(name) + std::string(kAllowed)));
  refresh();
  return {};
}

base::Status Switches::set_safe_mode(bool on) {
  for (const std::string& name : std::set<std::string, std::less<>>(allowed_))
    IBOT_CHECK_OK(remove(marker_stem(name) + std::string(kAllowed)));
  IBOT_CHECK_OK(on ? put(kSafeMode) : remove(kSafeMode));
  refresh();
  return {};
}

}  // namespace ibot::plugin
