// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/output_target.h>
#include <ibot/base/text.h>
#include <ibot/record/output_file.h>

namespace ibot::record {
namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

constexpr const char* kRecord = "record.sqlite";

bool holds_record(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / kRecord, ignored);
}

base::Error refused(const fs::path& path, const fs::path& workspace, const char* what) {
  return {ErrorCode::InvalidArgument,
          base::str("nothing is written to ", path.string(), ": there the workspace ", workspace.string(),
                    " keeps ", what),
          "a file outside of it", ""};
}

}  // namespace

base::Status check_output_path(const fs::path& path) {
  if (path.empty())
    return base::Error{ErrorCode::InvalidArgument, "no file was named", "the name of a file", ""};
  IBOT_TRY(const base::OutputTarget target, base::output_target(path));
  if (target.in_place) return {};
  std::error_code error;
  const fs::path place = fs::weakly_canonical(fs::absolute(target.path, error), error);
  // A folder that may not be looked into cannot be written either.
  if (error) return {};
  if (place.filename().string().starts_with(kRecord) && holds_record(place.parent_path()))
    return refused(path, place.parent_path(), "its record");
  for (fs::path folder = place; folder.has_relative_path(); folder = folder.parent_path()) {
    if (folder.filename() == "runs" && holds_record(folder.parent_path()))
      return refused(path, folder.parent_path(), "its runs");
  }
  return {};
}

}  // namespace ibot::record
