// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_sources.h"

#include "session.h"

#include <ibot/base/text.h>
#include <ibot/params/layers.h>
#include <ibot/plan/missing_plugin.h>

#include <algorithm>
#include <set>

namespace ibot::cli {
namespace {

using base::Error;
using base::ErrorCode;

// The checkpoint or snapshot that a choice means: of one step, or the newest; of one step the full one. Files
// that somebody has taken away are passed over. `there`: the steps that can be had.
const record::Checkpoint* chosen_of(const std::vector<record::Checkpoint>& checkpoints,
                                    const protocol::NetworkChoice& choice,
                                    const std::filesystem::path& folder, std::string& there) {
  const record::Checkpoint* chosen = nullptr;
  std::set<std::int64_t> steps;
  std::error_code ignored;
  for (const record::Checkpoint& each : checkpoints) {
    const bool full = each.kind == record::CheckpointKind::Full;
    if (each.state != record::CheckpointState::Present || (choice.network == "student" && !full)) continue;
    if (!std::filesystem::exists(folder / each.path, ignored)) continue;
    if (steps.insert(each.step).second) there += (there.empty() ? "" : ", ") + std::to_string(each.step);
    if (choice.step >= 0 && each.step != choice.step) continue;
    const bool newer = chosen == nullptr || each.step > chosen->step || (each.step == chosen->step && full);
    if (newer) chosen = &each;
  }
  return chosen;
}

// Why a run has none of the weights that are asked for, and what can be done.
std::string why_nothing(const record::Run& run, const std::vector<record::Checkpoint>& checkpoints,
                        const protocol::NetworkChoice& choice) {
  const bool student = choice.network == "student";
  const auto recorded = std::count_if(checkpoints.begin(), checkpoints.end(), [&](const auto& each) {
    return each.state == record::CheckpointState::Present &&
           (!student || each.kind == record::CheckpointKind::Full);
  });
  if (recorded > 0) {
    return base::str("The record names ", recorded, recorded == 1 ? " file" : " files",
                     " of weights that lie in the workspace's folder runs no more: put that folder back");
  }
  if (student) return "Students are kept in full checkpoints alone; look at the teacher";
  return record::is_active(run.state) ? "Publish a snapshot of it" : "It is over, and kept none";
}

}  // namespace

base::Result<RecordSources::Opened*> RecordSources::open(const std::string& workspace) {
  if (workspace.empty())
    return Error{ErrorCode::InvalidArgument, "no workspace was named", "the folder of a record", ""};
  if (const auto kept = opened_.find(workspace); kept != opened_.end()) {
    const auto counter = kept->second->reader.change_counter();
    if (counter) {
      if (*counter != kept->second->changed) kept->second->found.clear();
      kept->second->changed = *counter;
      return kept->second.get();
    }
    opened_.erase(kept);  // replaced or gone: opened anew
  }
  IBOT_TRY(record::Workspace folder, record::Workspace::open(workspace));
  IBOT_TRY(record::Reader reader, record::Reader::open(folder));
  auto made = std::make_unique<Opened>(Opened{std::move(folder), std::move(reader), -1, {}, {}});
  IBOT_TRY(made->changed, made->reader.change_counter());
  return (opened_[workspace] = std::move(made)).get();
}

base::Result<plan::Plan> RecordSources::plan_of(Opened& opened, const std::string& run) {
  if (const auto kept = opened.plans.find(run); kept != opened.plans.end()) return kept->second;
  plan::PlanRequest request;
  IBOT_TRY(request.text, recorded_yaml(opened.reader, run));
  offer_plugins(loader_, request, true);
  plan::PlanResult result = plan::make_plan(request);
  if (!result.plan) {
    plan::explain_missing_plugins(result.diagnostics, loader_);
    return params::to_error(result.diagnostics);
  }
  opened.plans.emplace(run, *result.plan);
  return std::move(*result.plan);
}

base::Result<inspect::NetworkSource> RecordSources::network(const protocol::NetworkChoice& choice) {
  IBOT_TRY(Opened * opened, open(choice.workspace));
  const std::string name =
      base::str(choice.run, "|", choice.step, "|", choice.network, "|", choice.untrained);
  if (const auto kept = opened->found.find(name); kept != opened->found.end()) return kept->second;
  IBOT_TRY(const std::string id, opened->reader.find_run(choice.run));
  IBOT_TRY(const record::Run run, opened->reader.run(id));
  IBOT_TRY(plan::Plan plan, plan_of(*opened, id));
  IBOT_TRY(const auto checkpoints, opened->reader.checkpoints(id));
  std::string there;
  const record::Checkpoint* chosen = chosen_of(checkpoints, choice, opened->workspace.run_folder(id), there);
  inspect::NetworkSource source{std::move(plan), {}, true, {}};
  source.seen.run = id;
  source.seen.name = run.name;
  if (chosen != nullptr) {
    source.file = opened->workspace.run_folder(id) / chosen->path;
    source.full = chosen->kind == record::CheckpointKind::Full;
    source.seen.source = source.full ? "checkpoint" : "snapshot";
    source.seen.step = chosen->step;
    source.seen.saved = chosen->created;
  } else if (!choice.untrained) {
    const std::string what = base::str("the run ", base::quote_untrusted(run.name), " has no weights of the ",
                                       base::quote_untrusted(choice.network));
    return Error{ErrorCode::NotFound, choice.step < 0 ? what : base::str(what, " at step ", choice.step),
                 there.empty() ? "a run that has saved something" : "one of the steps " + there,
                 !there.empty() ? "" : why_nothing(run, checkpoints, choice)};
  }
  return opened->found.emplace(name, std::move(source)).first->second;
}

base::Result<std::vector<std::int64_t>> RecordSources::kept_steps(const protocol::NetworkChoice& choice) {
  IBOT_TRY(Opened * opened, open(choice.workspace));
  IBOT_TRY(const std::string id, opened->reader.find_run(choice.run));
  IBOT_TRY(const auto checkpoints, opened->reader.checkpoints(id));
  std::set<std::int64_t> steps;
  for (const record::Checkpoint& each : checkpoints) {
    const bool full = each.kind == record::CheckpointKind::Full;
    if (each.state == record::CheckpointState::Present && (full || choice.network != "student"))
      steps.insert(each.step);
  }
  return std::vector<std::int64_t>(steps.begin(), steps.end());
}

base::Result<inspect::EncodedPicture> RecordSources::probe(const protocol::NetworkChoice& run,
                                                           const std::string& image) {
  IBOT_TRY(Opened * opened, open(run.workspace));
  IBOT_TRY(const std::string id, opened->reader.find_run(run.run));
  IBOT_TRY(const auto probes, opened->reader.probes(id));
  auto found = std::find_if(probes.begin(), probes.end(),
                            [&](const record::Probe& probe) { return probe.image == image; });
  // On a command line by their number, from 1.
  if (const auto number = base::parse_int(image);
      found == probes.end() && number && *number >= 1 && *number <= std::ssize(probes))
    found = probes.begin() + (*number - 1);
  if (found == probes.end()) {
    const std::string what = "the run has no probe picture " + base::quote_untrusted(image);
    if (probes.empty()) return Error{ErrorCode::NotFound, what, "a run with probe pictures", ""};
    return Error{ErrorCode::NotFound, what, base::str("probe:1 to probe:", probes.size()), ""};
  }
  return inspect::EncodedPicture{found->source, found->image_file};
}

}  // namespace ibot::cli
