// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "evaluation.h"
#include "follow.h"
#include "history.h"
#include "launch.h"

#include <ibot/base/clock.h>
#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/figure/curve_figure.h>
#include <ibot/record/liveness.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <thread>

namespace ibot::cli {
namespace {

struct DemoArguments {
  std::string folder = "ibot-demo", data;
  double minutes = 8;
  bool headless = false;
  bool prepare = false, start = false;  ///< for the window
};

// Where the answer is JSON, words go to standard error.
void say(const DemoArguments& arguments, const std::string& words) {
  if (arguments.start) {
    std::cerr << words << '\n';
  } else {
    print(words);
  }
}

// The folder that has experiments/ and resources/: this program's own tree, or where it was installed.
base::Result<std::filesystem::path> home_folder() {
  std::error_code error;
  for (std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", error);
       folder.has_relative_path(); folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / "experiments/recipes/demo_parts.yaml", error)) return folder;
  }
  return base::Error{base::ErrorCode::NotFound,
                     "the demo's recipe experiments/recipes/demo_parts.yaml is not beside this program", "",
                     "Run it from its source tree: ./workbench demo"};
}

// One row of the closing table.
struct Standing {
  std::string name;
  double knn = NAN;
  double nmi = NAN;             ///< of the backbone's patch tokens with parts; without a network: of colours
  double projection_nmi = NAN;  ///< of what the head makes of them
};

double evaluation_at(const std::vector<record::Evaluation>& rows, std::string_view protocol,
                     std::string_view network, std::string_view metric, std::int64_t step) {
  double value = NAN;
  std::int64_t best = -1;
  for (const record::Evaluation& row : rows) {
    if (row.protocol != protocol || row.network != network || row.metric != metric || row.step > step ||
        row.step < best)
      continue;
    best = row.step;
    value = row.value;
  }
  return value;
}

Standing standing(const std::vector<record::Evaluation>& rows, std::string name, std::string_view network,
                  std::int64_t step) {
  return {std::move(name), evaluation_at(rows, "knn", network, "top1", step),
          evaluation_at(rows, "part_clusters", network, "nmi", step),
          evaluation_at(rows, "part_clusters", network, "projection_nmi", step)};
}

void print_table(const std::vector<Standing>& rows) {
  const auto cell = [](double value, int digits) {
    char text[32];
    if (std::isnan(value)) return std::string("-");
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return std::string(text);
  };
  char line[160];
  std::snprintf(line, sizeof line, "  %-50s %10s %12s %14s", "", "k-NN top-1", "part NMI,", "after the");
  print(line);
  std::snprintf(line, sizeof line, "  %-50s %10s %12s %14s", "", "", "tokens", "head");
  print(line);
  for (const Standing& row : rows) {
    std::snprintf(line, sizeof line, "  %-50s %9s%% %12s %14s", row.name.c_str(), cell(row.knn, 1).c_str(),
                  cell(row.nmi, 3).c_str(), cell(row.projection_nmi, 3).c_str());
    print(line);
  }
}

struct Reference {
  std::unique_ptr<OpenedRun> opened;
  record::Run run;
  std::vector<record::Evaluation> evaluations;
};

// The finished run that is shipped with the program; empty if this build has none.
std::optional<Reference> open_reference(const std::filesystem::path& home) {
  const std::filesystem::path folder = home / "resources/demo/workspace";
  auto workspace = record::Workspace::open(folder);
  if (!workspace) return std::nullopt;
  auto reader = record::Reader::open(*workspace);
  if (!reader) return std::nullopt;
  auto runs = reader->runs();
  if (!runs || runs->empty()) return std::nullopt;
  Reference reference{
      std::make_unique<OpenedRun>(OpenedRun{*workspace, std::move(*reader), runs->front().id}),
      runs->front(),
      {}};
  auto evaluations = reference.opened->reader.evaluations(reference.run.id);
  if (evaluations) reference.evaluations = std::move(*evaluations);
  return reference;
}

base::Status draw_curves(OpenedRun& fresh, std::optional<Reference>& reference,
                         const std::filesystem::path& out) {
  figure::CurveFigure content;
  content.title = "Loss of the fresh run";
  content.x_label = "step";
  content.y_label = "loss";
  content.smoothing = 0.98;
  const auto add = [&](OpenedRun& opened, const char* name, bool is_reference,
                       std::int64_t until) -> base::Status {
    IBOT_TRY(const auto curve, opened.reader.curve(opened.id, "loss"));
    figure::Series series;
    series.name = name;
    series.reference = is_reference;
    for (const record::CurvePoint& point : curve) {
      if (until > 0 && point.step > until) break;
      series.x.push_back(static_cast<double>(point.step));
      series.y.push_back(point.value);
    }
    if (is_reference) series.y = figure::smoothed(series.x, series.y, content.smoothing);
    content.series.push_back(std::move(series));
    return {};
  };
  IBOT_TRY(const record::Run run, fresh.reader.run(fresh.id));
  if (reference) IBOT_CHECK_OK(add(*reference->opened, "reference", true, run.step * 5 / 4));
  IBOT_CHECK_OK(add(fresh, "this run", false, 0));
  IBOT_TRY(const figure::Figure drawing, figure::draw_curves(content));
  return drawing.save(out);
}

// Says where the picture lies; a run without probe history has none.
base::Status save_history(OpenedRun& opened, const char* what, const std::filesystem::path& out) {
  const auto drawing = draw_history(opened, {});
  if (!drawing && drawing.error().code == base::ErrorCode::NotFound) return {};
  if (!drawing) return drawing.error();
  IBOT_CHECK_OK(drawing->save(out));
  print(std::string(what) + out.string());
  return {};
}

void show_reference(const Reference& reference) {
  print("A finished run of this recipe, shipped with the program (" + reference.run.id + "):");
  print_table({standing(reference.evaluations, "raw pixels, colours", "raw_pixels", 0),
               standing(reference.evaluations, "the network before training", "teacher", 0),
               standing(reference.evaluations,
                        base::str("its teacher after ", base::format_count(reference.run.step), " steps"),
                        "teacher", reference.run.step)});
}

// The demo's workspace begins as a copy of the shipped one, so that a fresh run stands beside the finished
// one in every list and plot. A folder that is there is left as it is.
base::Result<record::Workspace> prepare_workspace(const std::filesystem::path& home,
                                                  const std::filesystem::path& folder) {
  const std::filesystem::path workspace = folder / "workspace";
  const std::filesystem::path shipped = home / "resources/demo/workspace";
  std::error_code error;
  if (!std::filesystem::exists(workspace, error) && std::filesystem::exists(shipped, error)) {
    const std::filesystem::path partial = folder / "workspace.partial";
    std::filesystem::remove_all(partial, error);
    std::filesystem::create_directories(folder, error);
    std::filesystem::copy(shipped, partial, std::filesystem::copy_options::recursive, error);
    if (!error) std::filesystem::rename(partial, workspace, error);
    if (error) {
      return base::Error{base::ErrorCode::Io,
                         "the shipped run cannot be copied to " + workspace.string() + ": " + error.message(),
                         "", "Choose another folder with --out"};
    }
  }
  return record::Workspace::create(workspace);
}

// Draws the pictures where they are missing, records the run and starts its trainer. Returns its id.
base::Result<std::string> start_fresh(const DemoArguments& arguments, const std::filesystem::path& home,
                                      const std::filesystem::path& folder,
                                      const record::Workspace& workspace) {
  std::string data = arguments.data;
  std::vector<std::string> overrides;
  if (data.empty()) {
    data = (folder / "parts").string();
    say(arguments, "Pictures: the built-in scenes, in " + data);
    overrides = {"data.kind=parts", "data.split=train"};
  } else {
    data = std::filesystem::absolute(data).string();
    // Own pictures have neither a validation split nor part masks that the demo could know of.
    overrides = {"data.kind=auto", "evaluators=[]"};
  }
  overrides.push_back("data.path=" + nlohmann::json(data).dump());
  overrides.emplace_back("name=fresh");
  if (!base::this_machine().bf16_products) {
    say(arguments,
        "This processor has no instructions for products of bf16: training in fp32, which is faster here.");
    overrides.emplace_back("train.precision=fp32");
  }
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  IBOT_TRY(const PreparedPlan prepared,
           prepare_plan(loader, {(home / "experiments/recipes/demo_parts.yaml").string(), overrides}, true));
  IBOT_TRY(const std::string run, create_run(workspace, prepared, {}));
  IBOT_CHECK_OK(launch_trainer(workspace, run, {}));
  return run;
}

// What the window needs: a workspace to open at once, or a fresh run in it.
base::Status serve_window(const DemoArguments& arguments, const std::filesystem::path& home,
                          const std::filesystem::path& folder) {
  IBOT_TRY(const record::Workspace workspace, prepare_workspace(home, folder));
  {
    // The record is made, so that the window has something to open.
    IBOT_TRY([[maybe_unused]] const record::Store store, record::Store::open(workspace));
  }
  nlohmann::json answer{{"workspace", workspace.folder().string()}};
  if (const auto reference = open_reference(home)) answer["reference"] = reference->run.id;
  if (arguments.start) {
    IBOT_TRY(answer["run"], start_fresh(arguments, home, folder, workspace));
  }
  print_json(answer);
  return {};
}

base::Status demo(const DemoArguments& arguments) {
  IBOT_TRY(const std::filesystem::path home, home_folder());
  const std::filesystem::path folder = std::filesystem::absolute(arguments.folder);
  if (arguments.prepare || arguments.start) return serve_window(arguments, home, folder);
  std::optional<Reference> reference = open_reference(home);
  if (reference) {
    show_reference(*reference);
    std::filesystem::create_directories(folder);
    IBOT_CHECK_OK(save_history(*reference->opened,
                               "What its teacher saw while it learnt: ", folder / "reference-history.png"));
  } else {
    print("This build ships no finished run to compare with.");
  }
  IBOT_TRY(const record::Workspace workspace, prepare_workspace(home, folder));
  IBOT_TRY(const std::string run, start_fresh(arguments, home, folder, workspace));
  print(base::str("Training the same recipe afresh for ", base::format_number(arguments.minutes),
                  arguments.minutes == 1 ? " minute" : " minutes", ": run ", run, " in ",
                  workspace.folder().string()));
  IBOT_CHECK_OK(follow_run(workspace, run, {.seconds = 60 * arguments.minutes}));

  OpenedRun opened = open_run(workspace.folder().string(), run).value();
  IBOT_TRY(record::Run state, opened.reader.run(run));
  if (record::is_active(record::effective_status(state, base::now_micros()).state)) {
    IBOT_TRY(record::Store store, record::Store::open(workspace));
    IBOT_TRY([[maybe_unused]] const std::int64_t number, store.put_command(run, record::CommandKind::Stop));
    IBOT_TRY(const std::int64_t said, last_event(opened.reader, run));
    IBOT_CHECK_OK(follow_run(workspace, run, {.after_event = said}));
  }
  IBOT_TRY(state, opened.reader.run(run));
  if (arguments.data.empty()) {
    IBOT_TRY(record::Store store, record::Store::open(workspace));
    for (const char* protocol : {"knn", "part_clusters"}) {
      print(base::str("Evaluating ", protocol, " of its teacher ..."));
      EvaluationRequest request;
      request.protocol = protocol;
      IBOT_TRY(const auto rows, evaluate_run(opened, request));
      IBOT_CHECK_OK(store.add_evaluations(run, rows));
    }
    IBOT_TRY(const auto rows, opened.reader.evaluations(run));
    print("Where this run stands:");
    std::vector<Standing> table = {
        standing(rows, "raw pixels, colours", "raw_pixels", 0),
        standing(rows, "the network before training", "teacher", 0),
        standing(rows, base::str("this run's teacher after ", base::format_count(state.step), " steps"),
                 "teacher", state.step)};
    if (reference) {
      table.push_back(standing(reference->evaluations, "the reference at the last figure before that step",
                               "teacher", state.step));
      table.push_back(
          standing(reference->evaluations,
                   base::str("the reference at its end, step ", base::format_count(reference->run.step)),
                   "teacher", reference->run.step));
    }
    print_table(table);
  }
  const std::filesystem::path curves = folder / "loss.png";
  IBOT_CHECK_OK(draw_curves(opened, reference, curves));
  print("Curves: " + curves.string());
  IBOT_CHECK_OK(save_history(opened, "What its teacher saw: ", folder / "history.png"));
  print("Go on: `ibot resume " + run + " -w " + workspace.folder().string() + "`");
  return {};
}

}  // namespace

void add_demo(CLI::App& app) {
  auto arguments = std::make_shared<DemoArguments>();
  CLI::App* command =
      app.add_subcommand("demo", "Watch iBOT learn: a finished run, and a fresh one beside it");
  command->footer("Examples:\n  ibot demo --minutes 3\n  ibot demo --data my_photos");
  command->add_option("--minutes", arguments->minutes, "How long to train")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 1'000'000.0));
  command->add_option("--data", arguments->data, "Own pictures instead of the built-in scenes");
  command->add_option("-o,--out", arguments->folder, "Folder for pictures and record")
      ->check(output_path())
      ->capture_default_str();
  command->add_flag("--headless", arguments->headless, "Without a window");
  command->add_flag("--prepare", arguments->prepare, "Only make the workspace with the finished run in it")
      ->group("");
  command->add_flag("--start", arguments->start, "Only start a fresh run; print its workspace and id as JSON")
      ->group("");
  on_run(command, [arguments] { return demo(*arguments); });
}

}  // namespace ibot::cli
