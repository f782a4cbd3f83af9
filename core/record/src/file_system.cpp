// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/record/file_system.h>

#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace ibot::record {
namespace {

struct Known {
  unsigned long magic;
  const char* type;
};

// linux/magic.h and the file systems' own sources: not every header lists all of them.
constexpr Known kNetwork[] = {
    {0x6969, "nfs"},       {0xFF534D42, "cifs"},   {0xFE534D42, "smb2"}, {0x517B, "smb"},
    {0x5346414F, "afs"},   {0x6B414653, "kafs"},   {0x73757245, "coda"}, {0x564C, "ncp"},
    {0x00C36400, "ceph"},  {0x0BD00BD0, "lustre"}, {0x47504653, "gpfs"}, {0x19830326, "beegfs"},
    {0x01161970, "gfs2"},  {0x7461636F, "ocfs2"},  {0x01021997, "9p"},   {0x20030528, "pvfs2"},
    {0xAAD7AAEA, "panfs"},
};
constexpr Known kLocal[] = {
    {0xEF53, "ext4"},        {0x58465342, "xfs"}, {0x9123683E, "btrfs"}, {0x01021994, "tmpfs"},
    {0x794C7630, "overlay"}, {0x2FC12FC1, "zfs"}, {0xF2F52010, "f2fs"},  {0xCA451A4E, "bcachefs"},
};
constexpr unsigned long kFuse = 0x65735546;

// FUSE programs that store on this machine's own disks; any other kind may be anywhere and counts as network.
constexpr const char* kLocalFuse[] = {"fuseblk", "fuse.fuse-overlayfs", "fuse.bindfs", "fuse.mergerfs",
                                      "fuse.ntfs-3g"};

// The type column of the mount that holds this device, from /proc/self/mountinfo (proc(5)).
std::string mount_type_of(dev_t device) {
  std::ifstream file("/proc/self/mountinfo");
  const std::string wanted = base::str(major(device), ":", minor(device));
  for (std::string line; std::getline(file, line);) {
    const auto fields = base::split(line, ' ');
    const auto separator = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() > 3 && fields[2] == wanted && separator != fields.end() &&
        separator + 1 != fields.end()) {
      return *(separator + 1);
    }
  }
  return {};
}

}  // namespace

FileSystem classify_file_system(unsigned long magic, const std::string& mount_type) {
  if (magic == kFuse) {
    const bool local =
        std::find(std::begin(kLocalFuse), std::end(kLocalFuse), mount_type) != std::end(kLocalFuse);
    return {mount_type.empty() ? "fuse" : mount_type, !local};
  }
  for (const Known& known : kNetwork) {
    if (known.magic == magic) return {known.type, true};
  }
  if (!mount_type.empty()) return {mount_type, false};
  for (const Known& known : kLocal) {
    if (known.magic == magic) return {known.type, false};
  }
  return {"unknown", false};
}

base::Result<FileSystem> file_system_of(const std::filesystem::path& path) {
  std::filesystem::path existing = std::filesystem::absolute(path);
  struct statfs info {};
  while (::statfs(existing.c_str(), &info) != 0) {
    const int error = errno;
    if (error == EINTR) continue;
    if (error != ENOENT || !existing.has_relative_path()) {
      return base::error_from_errno(error, "ask for the file system of " + existing.string());
    }
    existing = existing.parent_path();
  }
  struct stat status {};
  const std::string type = ::stat(existing.c_str(), &status) == 0 ? mount_type_of(status.st_dev) : "";
  // The kernel's magic numbers have 32 bits; the field is signed on some machines.
  return classify_file_system(static_cast<unsigned long>(info.f_type) & 0xFFFFFFFFUL, type);
}

}  // namespace ibot::record
