// SPDX-License-Identifier: GPL-3.0-or-later
#include "small_training.h"

#include <ibot/base/text.h>
#include <ibot/data/parts_dataset.h>
#include <ibot/record/state.h>
#include <ibot/record/store.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <thread>

namespace ibot::bench {
namespace {

namespace fs = std::filesystem;
using base::str;

constexpr auto kLook = std::chrono::milliseconds(250);
constexpr double kPatience = 600;  // seconds without a step
constexpr int kEnding = 80;        // looks that a training is given to end

volatile std::sig_atomic_t g_interrupted = 0;

base::Error failure(const std::string& what) {
  return {base::ErrorCode::Io, what, "", ""};
}

base::Status write_recipe(const SmallTraining& training, const fs::path& folder, const fs::path& file) {
  std::ofstream out(file);
  out << "name: small\ndata: {kind: folder, path: '" << (folder / "parts").string() << "', split: train}\n"
      << "crops:\n  global: {size: 64}\n  local: {count: 2, size: 32}\n"
      << "backbone: {plugin: vit, dim: 128, depth: 4, heads: 4, patch: 8}\n"
      << "head: {out_dim: 512, patch_out_dim: 512, hidden_dim: 256, bottleneck_dim: 64, shared: true}\n"
      << "losses:\n  - {plugin: ibot_cls, warmup_teacher_temp_epochs: 1}\n"
      << "  - {plugin: ibot_patch, warmup_teacher_temp_epochs: 1}\n"
      << "optimizer: {warmup_epochs: 1, freeze_last_layer_epochs: 1}\n"
      << "train: {precision: fp32, batch: " << training.batch << ", epochs: "
      << std::max(2, (training.steps + SmallTraining::kStepsOfAnEpoch - 1) / SmallTraining::kStepsOfAnEpoch)
      << ", threads: " << training.threads << "}\nprobes: {every_steps: " << training.probe_rhythm
      << ", pictures: " << training.probe_pictures
      << "}\ncheckpoints: {every_minutes: 0, every_epochs: 1000000}\n";
  if (!out.flush()) return failure("cannot write " + file.string());
  return {};
}

// For /bin/sh.
std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// The run's id.
base::Result<std::string> launch(const SmallTraining& training, const fs::path& folder,
                                 const fs::path& workspace) {
  data::PartsOptions scenes;
  scenes.train = training.batch * SmallTraining::kStepsOfAnEpoch;
  scenes.val = 12;
  scenes.size = 64;
  IBOT_TRY([[maybe_unused]] const auto drawn, data::write_parts_dataset(folder / "parts", scenes));
  const fs::path recipe = folder / "recipe.yaml";
  IBOT_CHECK_OK(write_recipe(training, folder, recipe));
  const std::string command = quoted(training.ibot) + " train " + quoted(recipe.string()) +
                              " --detach --json --workspace " + quoted(workspace.string()) + " 2> " +
                              quoted((folder / "words").string());
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> program(::popen(command.c_str(), "r"), &::pclose);
  if (program == nullptr) return failure(training.ibot + " cannot be started");
  std::string said;
  std::array<char, 4096> piece = {};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), program.get()))
    said.append(piece.data(), count);
  const nlohmann::json answer = nlohmann::json::parse(said, nullptr, false);
  if (answer.is_object() && answer.contains("run") && answer["run"].is_string())
    return answer["run"].get<std::string>();
  std::ifstream words(folder / "words");
  std::ostringstream why;
  why << words.rdbuf();
  return failure("the training did not start: " + why.str());
}

}  // namespace

base::Result<std::unique_ptr<RunningTraining>> RunningTraining::start(const SmallTraining& training) {
  std::signal(SIGINT, [](int) { g_interrupted = 1; });
  std::signal(SIGTERM, [](int) { g_interrupted = 1; });
  const fs::path folder = fs::temp_directory_path() / str("ibot-bench-training-", ::getpid());
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  auto opened = [&]() -> base::Result<std::unique_ptr<RunningTraining>> {
    const fs::path workspace = folder / "workspace";
    IBOT_TRY(std::string run, launch(training, folder, workspace));
    IBOT_TRY(record::Workspace record, record::Workspace::open(workspace));
    IBOT_TRY(record::Reader reader, record::Reader::open(record));
    return std::unique_ptr<RunningTraining>(
        new RunningTraining(folder, std::move(record), std::move(reader), std::move(run)));
  }();
  if (!opened) {
    fs::remove_all(folder, ignored);
    return opened.error();
  }
  IBOT_TRY([[maybe_unused]] const auto first, (*opened)->losses_from(0, 1));
  return opened;
}

RunningTraining::~RunningTraining() {
  if (auto store = record::Store::open(workspace_)) [[maybe_unused]]
    const auto told = store->put_command(run_, record::CommandKind::StopNow);
  for (int i = 0; i < kEnding; ++i) {
    const auto row = reader_.run(run_);
    if (!row || record::is_ended(row->state)) break;
    std::this_thread::sleep_for(kLook);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

base::Status RunningTraining::look(std::int64_t step) {
  if (g_interrupted != 0) return base::Error{base::ErrorCode::Cancelled, "interrupted", "", ""};
  IBOT_TRY(const record::Run row, reader_.run(run_));
  if (record::is_ended(row.state))
    return failure(str("the training ended at step ", row.step, row.error.empty() ? "" : ": ", row.error));
  if (step != last_step_) since_last_step_.restart();
  last_step_ = step;
  if (since_last_step_.seconds() > kPatience) return failure(str("the training stands at step ", row.step));
  std::this_thread::sleep_for(kLook);
  return {};
}

base::Result<std::vector<record::CurvePoint>> RunningTraining::losses_from(std::int64_t time,
                                                                           std::size_t count) {
  std::vector<record::CurvePoint> found;
  std::int64_t step = last_step_;
  for (;;) {
    IBOT_TRY(const auto points, reader_.curve(run_, "loss", step));
    for (const record::CurvePoint& point : points) {
      step = point.step;
      if (point.time >= time && found.size() < count) found.push_back(point);
    }
    if (found.size() == count) return found;
    IBOT_CHECK_OK(look(step));
  }
}

base::Result<std::vector<record::CurvePoint>> RunningTraining::all_losses(std::int64_t steps) {
  for (;;) {
    IBOT_TRY(auto points, reader_.curve(run_, "loss"));
    if (!points.empty() && points.back().step >= steps) return points;
    IBOT_CHECK_OK(look(points.empty() ? -1 : points.back().step));
  }
}

double seconds_of(const std::vector<record::CurvePoint>& losses) {
  return losses.empty() ? 0 : static_cast<double>(losses.back().time - losses.front().time) / 1e6;
}

void add_training_options(CLI::App& app, SmallTraining& training, std::string& json) {
  app.add_option("--batch", training.batch, "pictures of a step")
      ->check(CLI::Range(2, 512))
      ->capture_default_str();
  app.add_option("--threads", training.threads, "threads of the training (0: as many as there are cores)")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  app.add_option("--ibot", training.ibot, "the program ibot (beside this one if not given)");
  app.add_option("--json", json, "also write the result to this file");
}

std::string percent(double share) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(2) << 100 * share << " %";
  return out.str();
}

std::string percent(const Interval& interval) {
  return percent(interval.mean) + ", 95 % interval " + percent(interval.low) + " .. " +
         percent(interval.high);
}

int write_json(const std::string& file, const std::string& text) {
  if (file.empty()) return 0;
  std::ofstream out(file);
  out << text << "\n";
  if (out.flush()) return 0;
  std::cerr << "error: cannot write " << file << "\n";
  return 1;
}

}  // namespace ibot::bench
