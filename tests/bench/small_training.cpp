// SPDX-License-Identifier: GPL-3.0-or-later
#include "small_training.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/data/parts_dataset.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <memory>
#include <sstream>
#include <thread>

namespace ibot::bench {
namespace {

namespace fs = std::filesystem;
using base::str;

constexpr auto kLook = std::chrono::milliseconds(250);
constexpr double kPatience = 600;  // seconds without a step

base::Error failure(const std::string& what) {
  return {base::ErrorCode::Io, what, "", ""};
}

base::Status write_recipe(const SmallTraining& training, const fs::path& file) {
  std::ofstream out(file);
  out << "name: small\ndata: {kind: folder, path: '" << (training.folder / "parts").string()
      << "', split: train}\n"
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

}  // namespace

base::Status draw_scenes(const SmallTraining& training) {
  data::PartsOptions scenes;
  scenes.train = training.batch * SmallTraining::kStepsOfAnEpoch;
  scenes.val = 12;
  scenes.size = 64;
  IBOT_TRY([[maybe_unused]] const auto drawn, data::write_parts_dataset(training.folder / "parts", scenes));
  return {};
}

base::Result<std::string> start_training(const SmallTraining& training, const fs::path& workspace) {
  std::error_code ignored;
  fs::remove_all(workspace, ignored);
  const fs::path recipe = training.folder / (workspace.filename().string() + ".yaml");
  IBOT_CHECK_OK(write_recipe(training, recipe));
  const std::string command = quoted(training.ibot) + " train " + quoted(recipe.string()) +
                              " --detach --json --workspace " + quoted(workspace.string());
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> program(::popen(command.c_str(), "r"), &::pclose);
  if (program == nullptr) return failure(training.ibot + " cannot be started");
  std::string said;
  std::array<char, 4096> piece = {};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), program.get()))
    said.append(piece.data(), count);
  const nlohmann::json answer = nlohmann::json::parse(said, nullptr, false);
  if (!answer.is_object() || !answer.contains("run") || !answer["run"].is_string())
    return failure("the training did not start: " + command);
  return answer["run"].get<std::string>();
}

base::Status wait_for_step(record::Reader& reader, const std::string& run, std::int64_t step) {
  base::Stopwatch since;
  std::int64_t last = -1;
  for (;;) {
    IBOT_TRY(const record::Run row, reader.run(run));
    if (row.step >= step) return {};
    if (row.state == record::State::Failed) return failure("the training failed: " + row.error);
    if (row.step != last) since.restart();
    last = row.step;
    if (since.seconds() > kPatience) return failure(str("the training stands at step ", row.step));
    std::this_thread::sleep_for(kLook);
  }
}

base::Result<Measurement> measure_training(const SmallTraining& training, record::Reader& reader,
                                           const std::string& run, std::int64_t first) {
  IBOT_TRY(const auto points, reader.curve(run, "loss", first - 1));
  if (points.size() < 2) return failure("the training wrote no losses");
  const auto steps = static_cast<double>(points.back().step - points.front().step);
  return Measurement{
      static_cast<double>(points.back().time - points.front().time) / 1e6, steps * training.batch, {}};
}

void add_turn_options(CLI::App& app, SmallTraining& training, Rounds& rounds, std::string& json) {
  app.add_option("--rounds", rounds.rounds, "pairs of turns, one of each kind")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  app.add_option("--warmup", rounds.warmup, "uncounted turns of each kind at the start")
      ->check(CLI::Range(0, 10))
      ->capture_default_str();
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

}  // namespace ibot::bench
