// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/record/workspace.h>

#include <algorithm>

namespace ibot::record {
namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

constexpr std::size_t kMaxRunIdLength = 64;

base::Status create_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return base::error_from_errno(error.value(), "create the folder " + folder.string());
  return {};
}

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

}  // namespace

base::Result<Workspace> Workspace::create(const fs::path& folder) {
  std::error_code ignored;
  if (fs::exists(folder, ignored) && !fs::is_directory(folder, ignored)) {
    return base::Error{ErrorCode::InvalidArgument, folder.string() + " is not a folder",
                       "a folder for the workspace", ""};
  }
  IBOT_CHECK_OK(create_folder(folder));
  return Workspace(folder);
}

base::Result<Workspace> Workspace::open(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) {
    return base::Error{ErrorCode::InvalidArgument, folder.string() + " is not a folder",
                       "the folder of a workspace", ""};
  }
  if (!fs::is_directory(folder, error)) {
    return base::Error{ErrorCode::NotFound, "there is no workspace folder " + folder.string(), "",
                       "`ibot train --workspace` makes one"};
  }
  Workspace workspace(folder);
  if (!fs::exists(workspace.record_file(), error)) {
    return base::Error{ErrorCode::NotFound,
                       folder.string() + " holds no record.sqlite: it is not a workspace", "",
                       "Give the folder that `ibot train --workspace` was given"};
  }
  return workspace;
}

fs::path Workspace::run_folder(std::string_view run) const {
  return runs_folder() / run;
}
fs::path Workspace::checkpoints_folder(std::string_view run) const {
  return run_folder(run) / "checkpoints";
}
fs::path Workspace::snapshots_folder(std::string_view run) const {
  return run_folder(run) / "snapshots";
}
fs::path Workspace::log_file(std::string_view run) const {
  return run_folder(run) / "log.txt";
}

base::Status Workspace::create_run_folders(std::string_view run) const {
  if (!is_valid_run_id(run)) {
    return base::Error{ErrorCode::InvalidArgument, "not a run id: " + base::quote_untrusted(run),
                       "1 to 64 characters of A-Z a-z 0-9 . _ -", ""};
  }
  // Its folder is not made again: a workspace that was moved would leave an empty one behind.
  std::error_code ignored;
  if (!fs::is_directory(folder_, ignored)) {
    return base::Error{ErrorCode::NotFound, "there is no workspace folder " + folder_.string(), "", ""};
  }
  IBOT_CHECK_OK(create_folder(checkpoints_folder(run)));
  return create_folder(snapshots_folder(run));
}

bool is_valid_run_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxRunIdLength && id.front() != '.' &&
         std::all_of(id.begin(), id.end(), is_id_character);
}

bool is_safe_relative_path(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  const fs::path parsed(path);
  return parsed.is_relative() && std::none_of(parsed.begin(), parsed.end(), [](const fs::path& part) {
           return part == ".." || part == "." || part.empty();
         });
}

}  // namespace ibot::record
