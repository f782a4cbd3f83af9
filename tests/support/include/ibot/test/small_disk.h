// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ibot::test {

/// A tmpfs of a few megabytes, gone with this object. The path is empty where a test may not mount one.
class SmallDisk {
 public:
  /// `size` as mount(8) takes it: "1m".
  SmallDisk(const std::filesystem::path& where, const std::string& size) {
    std::filesystem::create_directories(where);
    if (::mount("none", where.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0) path_ = where;
  }
  ~SmallDisk() {
    if (!path_.empty()) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  const std::filesystem::path& path() const { return path_; }

  /// Leaves no byte free; to be called again where something is removed meanwhile.
  void fill() const {
    std::ofstream file(path_ / "filler", std::ios::app | std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }

 private:
  std::filesystem::path path_;
};

}  // namespace ibot::test
