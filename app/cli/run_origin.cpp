// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_origin.h"

#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/record/extract.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ibot::cli {
namespace {

bool is_whole(const record::Checkpoint& row, const std::filesystem::path& path) {
  const auto hash = base::sha256_file(path);
  return hash && hash.value() == row.sha256;
}

std::vector<record::Checkpoint> full_checkpoints(std::vector<record::Checkpoint> rows) {
  std::erase_if(rows, [](const record::Checkpoint& row) {
    return row.kind != record::CheckpointKind::Full || row.state != record::CheckpointState::Present;
  });
  return rows;
}

}  // namespace

base::Result<Origin> first_origin(record::Reader& reader, const record::Workspace& workspace,
                                  const std::string& run) {
  IBOT_TRY(const record::Run row, reader.run(run));
  if (row.parent) {
    IBOT_TRY(const auto rows, reader.checkpoints(row.parent->run));
    for (const record::Checkpoint& checkpoint : full_checkpoints(rows)) {
      const std::filesystem::path path = workspace.run_folder(row.parent->run) / checkpoint.path;
      if (checkpoint.step == row.parent->step && is_whole(checkpoint, path)) return Origin{path, {}, {}, {}};
    }
    return base::Error{base::ErrorCode::NotFound,
                       base::str("the run ", run, " branched from step ", row.parent->step, " of ",
                                 row.parent->run, ", and that checkpoint is gone"),
                       "", "Branch again from a checkpoint that is still there"};
  }
  IBOT_TRY(const auto segments, reader.plan(run));
  const auto json =
      segments.empty() ? nlohmann::json() : nlohmann::json::parse(segments.front().plan_json, nullptr, false);
  if (!json.is_object() || !json.contains("init") || !json["init"].is_string()) return Origin{};
  const auto file = json["init"].get<std::string>();
  const auto wanted = json.value("init_sha256", nlohmann::json());
  if (wanted.is_string() && !wanted.get<std::string>().empty()) {
    IBOT_TRY(const std::string found, base::sha256_file(file));
    if (found != wanted.get<std::string>()) {
      return base::Error{base::ErrorCode::InvalidArgument,
                         "the weights " + file + " have changed since the run " + run + " was recorded",
                         "a file with the SHA-256 " + wanted.get<std::string>(),
                         "Put the file back, or record a new run with the weights as they are now"};
    }
  }
  return Origin{{}, file, {}, {}};
}

base::Result<Origin> newest_origin(record::Reader& reader, const record::Workspace& workspace,
                                   const std::string& run) {
  IBOT_TRY(auto rows, reader.checkpoints(run));
  rows = full_checkpoints(std::move(rows));
  if (rows.empty()) {
    IBOT_TRY(const record::Run row, reader.run(run));
    if (std::find(row.tags.begin(), row.tags.end(), record::kExtractTag) != row.tags.end()) {
      return base::Error{
          base::ErrorCode::NotFound,
          "this workspace holds an extract of the run " + run + ", without a full checkpoint to go on from",
          "", "Resume it in the workspace where it was trained"};
    }
    return first_origin(reader, workspace, run);
  }
  Origin origin;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    const std::filesystem::path path = workspace.run_folder(run) / row->path;
    if (!origin.checkpoint && is_whole(*row, path)) origin.checkpoint = path;
    if (origin.checkpoint) {
      origin.saved_steps.insert(origin.saved_steps.begin(), row->step);
    } else {
      origin.damaged.push_back(row->path);
    }
  }
  if (origin.checkpoint) return origin;
  return base::Error{base::ErrorCode::NotFound, "every checkpoint of the run " + run + " is damaged or gone",
                     "", "Start it afresh with `ibot train`"};
}

}  // namespace ibot::cli
