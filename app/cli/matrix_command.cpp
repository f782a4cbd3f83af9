// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "earlier_runs.h"
#include "launch.h"
#include "metric_check.h"
#include "session.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/compare/duplicates.h>
#include <ibot/data/open.h>
#include <ibot/plan/matrix.h>
#include <ibot/record/queue.h>
#include <ibot/record/study.h>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

namespace ibot::cli {
namespace {

struct MatrixArguments {
  std::string workspace, file, base, name, metric, better;
  std::vector<std::string> factors, overrides;
  std::vector<std::int64_t> seeds;
  double rate = 0;
  std::int64_t retries = 1;
  bool one_at_a_time = false, preview = false, queue = false, json = false, again = false;
};

base::Status failed(const params::Diagnostics& diagnostics) {
  std::cerr << params::to_text(diagnostics);
  return base::Error{base::ErrorCode::InvalidArgument, "the matrix has mistakes (listed above)", "", ""};
}

base::Result<plan::Matrix> matrix_of(const MatrixArguments& arguments) {
  plan::Matrix matrix;
  params::Diagnostics diagnostics;
  if (!arguments.file.empty()) {
    std::error_code ignored;
    if (!std::filesystem::exists(arguments.file, ignored)) {
      return base::Error{base::ErrorCode::NotFound,
                         "there is no matrix " + base::quote_untrusted(arguments.file), "a YAML file",
                         "Some are in experiments/ablations"};
    }
    if (auto read = plan::read_matrix(arguments.file, diagnostics)) matrix = std::move(*read);
  }
  if (!arguments.base.empty()) matrix.base = arguments.base;
  for (const std::string& text : arguments.factors) {
    if (auto factor = plan::parse_factor(text, diagnostics)) matrix.factors.push_back(std::move(*factor));
  }
  if (params::has_errors(diagnostics)) return failed(diagnostics).error();
  matrix.overrides.insert(matrix.overrides.end(), arguments.overrides.begin(), arguments.overrides.end());
  if (!arguments.seeds.empty()) matrix.seeds = arguments.seeds;
  if (arguments.one_at_a_time) matrix.design = plan::MatrixDesign::OneAtATime;
  if (!arguments.name.empty()) matrix.name = arguments.name;
  if (matrix.name.empty()) matrix.name = "matrix";
  if (matrix.base.empty()) {
    return base::Error{base::ErrorCode::InvalidArgument, "no matrix and no recipe was named",
                       "a matrix file, or --base RECIPE with --factor", ""};
  }
  return matrix;
}

// What the workspace has of a cell already; of several runs the newest.
plan::EarlierRuns earlier_runs_of(const std::vector<record::Run>& runs, const plan::Plan& plan,
                                  std::string_view content_hash) {
  const auto found = compare::find_duplicates(runs, compare::recorded_hashes(plan, content_hash));
  plan::EarlierRuns earlier;
  if (!found.same_seed.empty()) earlier.same_run = found.same_seed.front().id;
  if (!found.other_builds.empty()) earlier.other_build = found.other_builds.front().id;
  return earlier;
}

// Draws built-in scenes where they are missing if runs are to be queued; a preview changes nothing.
// `problem`: why data cannot be looked at, of the first that cannot.
std::optional<plan::MatrixDataset> open_data(const data::DataOptions& options, bool prepare,
                                             std::string& problem) {
  if (prepare) {
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    const auto prepared = data::prepare_dataset(options, [&](std::int64_t done, std::int64_t total) {
      if (terminal)
        std::cerr << "\r\033[Kdrawing scenes: " << done << " of " << total << (done == total ? "\n" : "");
    });
    if (!prepared) std::cerr << "note: " << prepared.error().to_text() << '\n';
  }
  const auto dataset = data::open_dataset(options);
  if (!dataset) {
    std::cerr << "note: the data set is not there, so its numbers are left open: "
              << dataset.error().to_text() << '\n';
    if (problem.empty()) problem = dataset.error().to_text();
    return std::nullopt;
  }
  return plan::MatrixDataset{{.pictures = (*dataset)->size(),
                              .classes = static_cast<std::int64_t>((*dataset)->class_names().size())},
                             (*dataset)->content_hash()};
}

std::string verdict(const plan::ReviewedCell& cell) {
  if (!cell.plan) return "has mistakes";
  if (!cell.same_cell.empty()) return "same as " + cell.same_cell;
  if (!cell.same_run.empty()) return "same as run " + cell.same_run;
  const auto steps = cell.plan->derived().total_steps;
  std::string text = steps ? base::format_count(*steps) + " steps" : "steps unknown";
  if (!cell.other_build.empty()) text += "; run " + cell.other_build + " had another build of a plugin";
  return text;
}

nlohmann::json to_json(const plan::MatrixReview& review, const std::string& name) {
  nlohmann::json cells = nlohmann::json::array();
  for (const plan::ReviewedCell& cell : review.cells) {
    nlohmann::json json = {{"name", cell.cell.name},    {"overrides", cell.cell.overrides},
                           {"new", cell.is_new()},      {"same_cell", cell.same_cell},
                           {"same_run", cell.same_run}, {"other_build", cell.other_build}};
    if (cell.cell.seed) json["seed"] = *cell.cell.seed;
    if (cell.plan) json["hash"] = cell.plan->hashes().plan;
    if (cell.plan && cell.plan->derived().total_steps) json["steps"] = *cell.plan->derived().total_steps;
    cells.push_back(std::move(json));
  }
  const plan::MatrixTotals& totals = review.totals;
  nlohmann::json json = {
      {"name", name}, {"cells", cells}, {"runs", totals.runs}, {"duplicates", totals.duplicates}};
  if (totals.steps) json["steps"] = *totals.steps;
  if (totals.disk_bytes) json["disk_bytes"] = *totals.disk_bytes;
  if (totals.seconds) json["seconds"] = *totals.seconds;
  return json;
}

std::string totals_sentence(const plan::MatrixTotals& totals) {
  std::string text = base::str(totals.runs, totals.runs == 1 ? " run" : " runs");
  if (totals.steps) text += base::str(", ", base::format_count(*totals.steps), " steps");
  if (totals.disk_bytes) text += ", " + base::format_bytes(*totals.disk_bytes) + " of disk";
  if (totals.seconds) text += ", " + base::format_duration(*totals.seconds) + " one after the other";
  if (totals.duplicates > 0) text += base::str("; ", totals.duplicates, " left out, being there already");
  return text;
}

void print_review(const plan::MatrixReview& review) {
  std::size_t width = 0;
  for (const plan::ReviewedCell& cell : review.cells) width = std::max(width, cell.cell.name.size());
  for (const plan::ReviewedCell& cell : review.cells) {
    std::string line = (cell.is_new() ? "  " : "- ") + cell.cell.name;
    line.resize(width + 4, ' ');
    print(line + verdict(cell));
  }
  print(totals_sentence(review.totals));
}

std::map<std::string, std::string> levels_of(const plan::Matrix& matrix, const plan::ReviewedCell& cell) {
  std::map<std::string, std::string> levels;
  for (std::size_t factor = 0; factor < cell.cell.levels.size(); ++factor) {
    const plan::MatrixFactor& one = matrix.factors[factor];
    levels[one.name] = one.levels[cell.cell.levels[factor]].name;
  }
  return levels;
}

// The matrix as a study of its name. The first of its runs has the first level of every factor: the baseline.
base::Status put_study(const record::Workspace& workspace, const MatrixArguments& arguments,
                       const plan::Matrix& matrix, const std::vector<record::StudyRun>& members) {
  record::Study study;
  study.name = matrix.name;
  IBOT_TRY(const auto all, record::read_studies(workspace));
  for (const record::Study& known : all) {
    if (known.name == matrix.name) study = known;
  }
  for (const record::StudyRun& member : members) {
    const auto there = std::find_if(study.runs.begin(), study.runs.end(),
                                    [&](const record::StudyRun& run) { return run.run == member.run; });
    if (there == study.runs.end())
      study.runs.push_back(member);
    else
      there->levels = member.levels;
  }
  if (study.baseline.empty() && !study.runs.empty()) study.baseline = study.runs.front().run;
  if (!arguments.metric.empty()) study.metric = arguments.metric;
  if (!arguments.better.empty()) study.better = arguments.better;
  IBOT_TRY(record::Studies studies, record::Studies::open(workspace));
  return studies.put(study);
}

base::Result<std::vector<std::int64_t>> enqueue(const MatrixArguments& arguments, const plan::Matrix& matrix,
                                                const plan::MatrixReview& review) {
  std::vector<record::NewQueuedRun> runs;
  std::vector<record::StudyRun> members;
  for (const plan::ReviewedCell& cell : review.cells) {
    // What the workspace has already belongs to the study as well.
    if (!cell.same_run.empty()) members.push_back({cell.same_run, levels_of(matrix, cell)});
    if (!cell.is_new()) continue;
    record::NewRun run = make_new_run(*cell.plan, cell.content_hash, {});
    run.folder = matrix.name;
    members.push_back({run.id, levels_of(matrix, cell)});
    runs.push_back({std::move(run), {record::queue_slot(cell.plan->train().device), arguments.retries + 1}});
  }
  IBOT_TRY(const record::Workspace workspace, record::Workspace::create(arguments.workspace));
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  IBOT_TRY(auto numbers, record::Queue(store).add_new(runs));
  IBOT_CHECK_OK(put_study(workspace, arguments, matrix, members));
  return numbers;
}

base::Status run_matrix(const MatrixArguments& arguments) {
  IBOT_TRY(plan::Matrix matrix, matrix_of(arguments));
  if (!arguments.metric.empty()) IBOT_CHECK_OK(check_metric({}, arguments.metric, arguments.better));
  const auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  plan::MatrixRequest request;
  request.matrix = matrix;
  request.plugins = plan::usable_plugins(loader);
  if (!arguments.again) {
    IBOT_TRY(auto runs, recorded_runs(arguments.workspace));
    request.earlier = [known = std::move(runs)](const plan::Plan& plan, std::string_view content_hash) {
      return earlier_runs_of(known, plan, content_hash);
    };
  }
  std::string data_problem;
  request.dataset = [&](const data::DataOptions& options) {
    return open_data(options, arguments.queue, data_problem);
  };
  request.missing_places = plan::find_missing_places;
  if (arguments.rate > 0) request.images_per_second = arguments.rate;
  const plan::MatrixReview review = plan::review_matrix(request);
  if (params::has_errors(review.diagnostics)) return failed(review.diagnostics);
  std::cerr << params::to_text(review.diagnostics);
  nlohmann::json json = to_json(review, matrix.name);
  if (!data_problem.empty()) json["data_problem"] = data_problem;
  json["warnings"] = params::to_json(review.diagnostics);
  if (arguments.queue) {
    IBOT_CHECK_OK(plan::require_places(review.missing));
    IBOT_TRY(const auto numbers, enqueue(arguments, matrix, review));
    json["items"] = numbers;
  }
  if (arguments.json) {
    print_json(json);
    return {};
  }
  print_review(review);
  if (arguments.queue) {
    print(base::str("queued in the folder ", matrix.name,
                    ", as the study of that name; `ibot queue run` works them off"));
  } else {
    print("nothing was queued: --queue does that");
  }
  return {};
}

}  // namespace

void add_matrix(CLI::App& app) {
  auto arguments = std::make_shared<MatrixArguments>();
  CLI::App* command =
      app.add_subcommand("matrix", "An ablation: a recipe varied by factors and seeds, previewed or queued");
  command->footer(
      "Examples:\n  ibot matrix experiments/ablations/masks.yaml\n"
      "  ibot matrix experiments/ablations/masks.yaml --queue\n"
      "  ibot matrix --base recipe.yaml --factor mask.plugin=none,random,block --seeds 0,1,2 --queue\n"
      "Seeds are shared by all combinations, so that comparisons are paired. Runs that the workspace has "
      "already are\n"
      "left out.");
  command->add_option("file", arguments->file, "YAML file of a matrix");
  command->add_option("--base", arguments->base, "Recipe, in place of a file's own");
  command->add_option("--factor", arguments->factors, "key=value,value,...; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--set", arguments->overrides, "key=value for all of them; may be repeated");
  command->add_option("--seeds", arguments->seeds, "One run of each combination for each of these")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--name", arguments->name, "Name of the matrix, and of the folder of its runs");
  command
      ->add_option("--metric", arguments->metric,
                   "What the study of its runs is judged by (knn/top1), settled before they run")
      ->check(some_text());
  command
      ->add_option("--better", arguments->better,
                   "Whether higher or lower is better, where that is not known")
      ->check(CLI::IsMember({"higher", "lower"}));
  command->add_flag("--one-at-a-time", arguments->one_at_a_time,
                    "Change one factor at a time from its first value, instead of every combination");
  command->add_option("--rate", arguments->rate, "Expected images per second, for the duration")
      ->check(CLI::PositiveNumber);
  command->add_option("--retry", arguments->retries, "How often a run that failed is resumed")
      ->capture_default_str()
      ->check(CLI::Range(0, 99));
  command->add_flag("--again", arguments->again, "Also runs that the workspace has already");
  command->add_flag("--preview", arguments->preview, "Only show it; what happens without --queue anyway");
  command->add_flag("--queue", arguments->queue, "Record the runs and put them into the queue");
  command->add_flag("--json", arguments->json, "As JSON");
  command->get_option("--preview")->excludes(command->get_option("--queue"));
  add_workspace_option(command, arguments->workspace);
  on_run(command, [arguments] { return run_matrix(*arguments); });
}

}  // namespace ibot::cli
