// SPDX-License-Identifier: GPL-3.0-or-later
// What looking on costs: the same small training, in turns with a window that watches it and without, each in
// processes of their own. Printed: by how much the window slows it, with the interval, and what share of two
// cores the window's processes take while they only watch. The window paints without a display.
#include "harness.h"
#include "watched_process.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/data/parts_dataset.h>
#include <ibot/record/reader.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <thread>

namespace ibot::bench {
namespace {

namespace fs = std::filesystem;
using base::str;

constexpr int kStepsOfAnEpoch = 8;
constexpr double kCores = 2;  // whose time the window's share is of
constexpr auto kLook = std::chrono::milliseconds(250);
constexpr double kPatience = 600;  // seconds without a step

struct Options {
  int rounds = 10;
  int warmup = 1;
  int steps = 320;
  int batch = 16;
  int threads = 0;
  double settle = 5;
  std::string ibot, window, json;
};

base::Error failure(const std::string& what, const std::string& hint = "") {
  return {base::ErrorCode::Io, what, "", hint};
}

/// One turn: a training from its start to its end, with a window on its workspace or without.
class Training final : public Contender {
 public:
  Training(const Options& options, const fs::path& folder, bool watched)
      : options_(options), folder_(folder), watched_(watched) {}

  base::Result<Measurement> run(int /*iterations*/) override {
    const fs::path workspace = folder_ / "workspace";
    std::error_code ignored;
    fs::remove_all(workspace, ignored);
    IBOT_TRY(const std::string run, start(workspace));
    IBOT_TRY(const auto opened, record::Workspace::open(workspace));
    IBOT_TRY(auto reader, record::Reader::open(opened));
    IBOT_CHECK_OK(wait_for_step(reader, run, 1));
    std::unique_ptr<WatchedProcess> window;
    if (watched_) {
      window = std::make_unique<WatchedProcess>(QString::fromStdString(options_.window),
                                                QStringList{QString::fromStdString(workspace.string())});
      if (!window->started()) return failure(options_.window + " cannot be started");
      std::this_thread::sleep_for(std::chrono::duration<double>(options_.settle));
    }
    // The first part goes by while a window opens, and is left out of both.
    const std::int64_t first = options_.steps / 4;
    IBOT_TRY(const record::Run now, reader.run(run));
    if (watched_ && now.step > first) {
      return failure(str("the training was at step ", now.step, " when the window had opened"),
                     "Give it more --steps");
    }
    IBOT_CHECK_OK(wait_for_step(reader, run, first));
    const double before = window ? window->processor_seconds() : 0;
    const base::Stopwatch watch;
    IBOT_CHECK_OK(wait_for_step(reader, run, options_.steps));
    if (window) shares_.push_back((window->processor_seconds() - before) / watch.seconds() / kCores);
    window.reset();
    return measure(reader, run, first);
  }

  /// Of the time of kCores, in each watched turn.
  const std::vector<double>& shares() const { return shares_; }

 private:
  base::Result<std::string> start(const fs::path& workspace) {
    QProcess program;
    program.start(QString::fromStdString(options_.ibot),
                  {"train", QString::fromStdString((folder_ / "recipe.yaml").string()), "--detach", "--json",
                   "--workspace", QString::fromStdString(workspace.string())});
    if (!program.waitForFinished(120'000) || program.exitStatus() != QProcess::NormalExit ||
        program.exitCode() != 0) {
      return failure("the training did not start: " + program.readAllStandardError().toStdString());
    }
    return QJsonDocument::fromJson(program.readAllStandardOutput())
        .object()
        .value(QLatin1String("run"))
        .toString()
        .toStdString();
  }

  static base::Status wait_for_step(record::Reader& reader, const std::string& run, std::int64_t step) {
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

  // By the trainer's own clock, which it writes beside every value.
  base::Result<Measurement> measure(record::Reader& reader, const std::string& run, std::int64_t first) {
    IBOT_TRY(const auto points, reader.curve(run, "loss", first - 1));
    if (points.size() < 2) return failure("the training wrote no losses");
    const auto steps = static_cast<double>(points.back().step - points.front().step);
    return Measurement{
        static_cast<double>(points.back().time - points.front().time) / 1e6, steps * options_.batch, {}};
  }

  const Options& options_;
  fs::path folder_;
  bool watched_;
  std::vector<double> shares_;
};

void add_options(CLI::App& app, Options& options) {
  app.add_option("--rounds", options.rounds, "pairs of turns, with the window and without")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  app.add_option("--warmup", options.warmup, "uncounted turns of each kind at the start")
      ->check(CLI::Range(0, 10))
      ->capture_default_str();
  app.add_option("--steps", options.steps, "steps of a turn; the last three quarters are timed")
      ->check(CLI::Range(2 * kStepsOfAnEpoch, 1'000'000))
      ->capture_default_str();
  app.add_option("--batch", options.batch, "pictures of a step")
      ->check(CLI::Range(2, 512))
      ->capture_default_str();
  app.add_option("--threads", options.threads, "threads of the training (0: as many as there are cores)")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  app.add_option("--settle", options.settle, "seconds that a window is given to open")
      ->check(CLI::Range(0.0, 120.0))
      ->capture_default_str();
  app.add_option("--ibot", options.ibot, "the program ibot (beside this one if not given)");
  app.add_option("--window", options.window, "the program ibot-workbench (beside this one if not given)");
  app.add_option("--json", options.json, "also write the result to this file");
}

// A Vision Transformer as small as those of recipes for small pictures: a step is tens of milliseconds.
base::Status write_recipe(const Options& options, const fs::path& folder) {
  std::ofstream out(folder / "recipe.yaml");
  out << "name: watched\ndata: {kind: folder, path: '" << (folder / "parts").string() << "', split: train}\n"
      << "crops:\n  global: {size: 64}\n  local: {count: 2, size: 32}\n"
      << "backbone: {plugin: vit, dim: 128, depth: 4, heads: 4, patch: 8}\n"
      << "head: {out_dim: 512, patch_out_dim: 512, hidden_dim: 256, bottleneck_dim: 64, shared: true}\n"
      << "losses:\n  - {plugin: ibot_cls, warmup_teacher_temp_epochs: 1}\n"
      << "  - {plugin: ibot_patch, warmup_teacher_temp_epochs: 1}\n"
      << "optimizer: {warmup_epochs: 1, freeze_last_layer_epochs: 1}\n"
      << "train: {precision: fp32, batch: " << options.batch
      << ", epochs: " << std::max(2, options.steps / kStepsOfAnEpoch) << ", threads: " << options.threads
      << "}\nprobes: {every_steps: 50, pictures: 4}\ncheckpoints: {every_minutes: 0, every_epochs: "
         "1000000}\n";
  if (!out.flush()) return failure("cannot write a recipe into " + folder.string());
  return {};
}

std::string percent(double share) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(2) << 100 * share << " %";
  return out.str();
}

int print(const Options& options, const Comparison& comparison, std::vector<double> shares) {
  std::vector<double> logs;
  for (const double ratio : comparison.ratios()) logs.push_back(-std::log(ratio));  // of times, not of rates
  const Interval slower = interval_of(logs);
  const auto part = [](double log) { return std::exp(log) - 1; };
  shares.erase(shares.begin(), shares.begin() + std::min<std::ptrdiff_t>(options.warmup, std::ssize(shares)));
  const Interval share = interval_of(shares);
  double load[1] = {0};
  if (::getloadavg(load, 1) != 1) load[0] = 0;
  std::cout << "watching: " << options.steps << " steps of " << options.batch << " pictures, " << logs.size()
            << " alternations\n"
            << "  watched                     " << spread_of(comparison.ours.rates()).median
            << " images/s (median)\n"
            << "  alone                       " << spread_of(comparison.reference.rates()).median
            << " images/s (median)\n"
            << "  the window slows it by      " << percent(part(slower.mean)) << ", 95 % interval "
            << percent(part(slower.low)) << " .. " << percent(part(slower.high)) << ", n = " << logs.size()
            << "\n"
            << "  of two cores, watching      " << percent(share.mean) << ", 95 % interval "
            << percent(share.low) << " .. " << percent(share.high) << "\n"
            << "  load of the machine         " << load[0] << "\n";
  if (options.json.empty()) return 0;
  const nlohmann::json result = {{"bench", "watching"},
                                 {"steps", options.steps},
                                 {"batch", options.batch},
                                 {"ratios", comparison.ratios()},
                                 {"slower", {part(slower.mean), part(slower.low), part(slower.high)}},
                                 {"shares", shares},
                                 {"load", load[0]}};
  std::ofstream out(options.json);
  out << result.dump(2) << "\n";
  if (out.flush()) return 0;
  std::cerr << "error: cannot write " << options.json << "\n";
  return 1;
}

int run(const Options& options) {
  const fs::path folder = fs::temp_directory_path() / str("ibot-bench-watching-", ::getpid());
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  const auto measured = [&]() -> base::Result<int> {
    IBOT_CHECK_OK(write_recipe(options, folder));
    data::PartsOptions scenes;
    scenes.train = options.batch * kStepsOfAnEpoch;
    scenes.val = 12;
    scenes.size = 64;
    IBOT_TRY([[maybe_unused]] const auto drawn, data::write_parts_dataset(folder / "parts", scenes));
    Training watched(options, folder, true);
    Training alone(options, folder, false);
    std::cerr << "· measuring\n";
    const Rounds rounds = {options.rounds, 1, options.warmup};
    IBOT_TRY(const Comparison comparison, alternate(watched, &alone, rounds));
    return print(options, comparison, watched.shares());
  }();
  fs::remove_all(folder, ignored);
  if (measured) return *measured;
  std::cerr << "error: " << measured.error().to_text() << "\n";
  return base::exit_code(measured.error().code);
}

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  ibot::bench::Options options;
  CLI::App app("Times a small training with a window that watches it and without, in turns.");
  ibot::bench::add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  const std::string here = QCoreApplication::applicationDirPath().toStdString();
  if (options.ibot.empty()) options.ibot = here + "/ibot";
  if (options.window.empty()) options.window = here + "/ibot-workbench";
  return ibot::bench::run(options);
}
