// SPDX-License-Identifier: GPL-3.0-or-later
#include "folder_order.h"
#include "words.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/data/dataset.h>
#include <ibot/data/folder_scan.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace ibot::data {
namespace {

using base::ErrorCode;
using base::quote_untrusted;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

std::int64_t changed_ns(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

// How many there were of something, with the first few by name.
class NamedCount {
 public:
  void add(std::string_view name) {
    if (++count_ <= kNamed) names_.push_back(quote_untrusted(name));
  }
  // "2 links lead nowhere: "a", "b"".
  void note(std::string_view one, std::string_view many, std::vector<std::string>& notes) const {
    if (count_ == 0) return;
    std::string text = counted(count_, one, many) + ": ";
    for (std::size_t i = 0; i < names_.size(); ++i) text += (i == 0 ? "" : ", ") + names_[i];
    if (count_ > kNamed) text += ", ...";
    notes.push_back(std::move(text));
  }

 private:
  static constexpr std::int64_t kNamed = 5;
  std::int64_t count_ = 0;
  std::vector<std::string> names_;
};

class Scanner {
 public:
  Scanner(const std::filesystem::path& root, const ListingWatch& watch) : root_(root), watch_(watch) {}

  base::Result<FolderScan> run() {
    // Links wait until every real folder is listed: a folder is then known by its own path, whatever the
    // order in which the system returns entries, and a link to it is left out.
    std::vector<std::string> folders = {""};
    while (!folders.empty()) {
      for (const std::string& folder : folders) IBOT_CHECK_OK(walk(folder));
      folders = std::exchange(links_, {});
      std::sort(folders.begin(), folders.end());
    }
    std::sort(scan_.folders.begin(), scan_.folders.end(),
              [](const auto& a, const auto& b) { return folder_before(a.path, b.path); });
    write_notes();
    return std::move(scan_);
  }

 private:
  // The folder and its real subfolders.
  base::Status walk(const std::string& top) {
    std::vector<std::string> pending = {top};
    while (!pending.empty()) {
      const std::string folder = std::move(pending.back());
      pending.pop_back();
      IBOT_CHECK_OK(list(folder, pending));
    }
    return {};
  }

  base::Status list(const std::string& folder, std::vector<std::string>& pending) {
    const std::filesystem::path path = folder.empty() ? root_ : root_ / folder;
    const std::unique_ptr<DIR, CloseFolder> handle(::opendir(path.c_str()));
    const auto failed = [&] {
      base::Error error =
          base::error_from_errno(errno, base::str("list folder ", quote_untrusted(path.string(), 300)));
      if (error.hint.empty()) error.hint = "Make the folder readable, or move it out of the data set";
      return error;
    };
    if (!handle) return failed();
    struct stat status {};
    if (::fstat(::dirfd(handle.get()), &status) != 0) return failed();
    if (!visited_.emplace(status.st_dev, status.st_ino).second) {
      repeated_.add(folder);
      return {};
    }

    std::vector<std::pair<std::string, std::uint64_t>> pictures;
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(handle.get());
      if (entry == nullptr) {
        if (errno != 0) return failed();
        break;
      }
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      IBOT_CHECK_OK(look_up());
      if (name.front() == '.') {
        ++hidden_;
        continue;
      }
      const bool picture = has_picture_extension(name);
      if (entry->d_type == DT_REG && !picture) {
        count_other(name);
        continue;
      }
      const std::string relative = folder.empty() ? std::string(name) : folder + "/" + std::string(name);
      struct stat target {};
      if (::fstatat(::dirfd(handle.get()), entry->d_name, &target, 0) != 0) {
        if (errno != ENOENT && errno != ELOOP) return failed();
        dangling_.add(relative);
      } else if (S_ISDIR(target.st_mode)) {
        (is_link(handle.get(), *entry) ? links_ : pending).push_back(relative);
      } else if (!picture) {
        count_other(name);
      } else if (!S_ISREG(target.st_mode)) {
        irregular_.add(relative);
      } else {
        pictures.emplace_back(name, static_cast<std::uint64_t>(target.st_size));
        ++pictures_;
      }
    }
    add(folder, status, std::move(pictures));
    return {};
  }

  // Once in a while: whether somebody wants it to end, and how far it is.
  base::Status look_up() {
    if (++entries_ % kLookUpEvery != 0) return {};
    if (watch_.stop.stop_requested()) {
      return base::Error{ErrorCode::Cancelled, "listing was stopped", "", ""};
    }
    if (watch_.found) watch_.found(pictures_);
    return {};
  }

  static bool is_link(DIR* folder, const dirent& entry) {
    if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_LNK;
    struct stat status {};
    return ::fstatat(::dirfd(folder), entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISLNK(status.st_mode);
  }

  void add(const std::string& folder, const struct stat& status,
           std::vector<std::pair<std::string, std::uint64_t>> pictures) {
    std::sort(pictures.begin(), pictures.end());
    scan_.folders.push_back({folder, status.st_ino, changed_ns(status), scan_.files.size(), pictures.size()});
    for (const auto& [name, size] : pictures) {
      scan_.files.push_back({scan_.names.size(), static_cast<std::uint32_t>(name.size()), size});
      scan_.names += name;
    }
  }

  void count_other(std::string_view name) {
    constexpr std::size_t kLongest = 12, kMost = 100;
    const std::size_t dot = name.rfind('.');
    std::string kind = "without extension";
    if (dot != std::string_view::npos) kind = name.substr(dot);
    if (kind.size() > kLongest && dot != std::string_view::npos) kind = "other";
    if (others_.size() >= kMost && !others_.contains(kind)) kind = "other";
    ++others_[kind];
  }

  void write_notes() {
    std::int64_t total = 0;
    std::vector<std::pair<std::int64_t, std::string>> kinds;
    for (const auto& [kind, count] : others_) {
      total += count;
      kinds.emplace_back(-count, kind);
    }
    if (total > 0) {
      std::sort(kinds.begin(), kinds.end());
      std::string text = counted(total, "file", "files") + " of other types left out: ";
      for (std::size_t i = 0; i < kinds.size() && i < 5; ++i) {
        text += base::str(i == 0 ? "" : ", ", base::format_count(-kinds[i].first), " ", kinds[i].second);
      }
      scan_.notes.push_back(text + (kinds.size() > 5 ? ", ..." : ""));
    }
    if (hidden_ > 0) scan_.notes.push_back(counted(hidden_, "hidden entry", "hidden entries") + " left out");
    repeated_.note("link leads to a folder that is listed already and was not followed",
                   "links lead to folders that are listed already and were not followed", scan_.notes);
    dangling_.note("link leads nowhere", "links lead nowhere", scan_.notes);
    irregular_.note("entry is named like a picture but is no regular file",
                    "entries are named like pictures but are no regular files", scan_.notes);
  }

  static constexpr std::int64_t kLookUpEvery = 256;

  const std::filesystem::path& root_;
  const ListingWatch& watch_;
  std::int64_t entries_ = 0, pictures_ = 0;
  FolderScan scan_;
  std::set<std::pair<dev_t, ino_t>> visited_;
  std::vector<std::string> links_;
  std::map<std::string, std::int64_t> others_;
  std::int64_t hidden_ = 0;
  NamedCount repeated_, dangling_, irregular_;
};

}  // namespace

base::Result<FolderScan> scan_folder(const std::filesystem::path& root, const ListingWatch& watch) {
  return Scanner(root, watch).run();
}

bool is_current(const FolderScan& scan, const std::filesystem::path& root) {
  return std::all_of(scan.folders.begin(), scan.folders.end(), [&](const FolderScan::Folder& folder) {
    struct stat status {};
    const std::filesystem::path path = folder.path.empty() ? root : root / folder.path;
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_ino == folder.inode &&
           changed_ns(status) == folder.changed_ns;
  });
}

}  // namespace ibot::data
