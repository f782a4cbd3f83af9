// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "launch.h"
#include "run_origin.h"
#include "session.h"

#include <ibot/base/text.h>
#include <ibot/compare/differences.h>
#include <ibot/plan/plugin_info.h>
#include <ibot/train/device.h>
#include <ibot/train/first_steps.h>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

struct Arguments {
  std::string workspace, run, device;
  std::int64_t steps = 20;
  bool json = false;
};

/// Where the steps were made, and where they are made again.
struct Devices {
  std::string recorded, again;
  double tolerance = 0;  // 0: the same device, so values are equal to the bit or they differ
  bool are_other() const { return tolerance > 0; }
};

struct Verification {
  Devices devices;
  train::CourseComparison course;
  compare::Explanation why;  // what is different here and now
};

// What the record has of the first steps; those of an extract have gaps.
base::Result<train::StepMetrics> recorded_course(record::Reader& reader, const std::string& run,
                                                 std::int64_t last_step) {
  train::StepMetrics course;
  IBOT_TRY(const auto names, reader.metric_names(run));
  for (const std::string& name : names) {
    IBOT_TRY(const auto points, reader.curve(run, name, -1, last_step + 1));
    for (const record::CurvePoint& point : points) {
      if (point.step <= last_step) course[name][point.step] = point.value;
    }
  }
  return course;
}

base::Result<std::int64_t> first_recorded_step(record::Reader& reader, const std::string& run) {
  IBOT_TRY(const auto points, reader.curve(run, "loss", -1, 1));
  if (!points.empty()) return points.front().step;
  return base::Error{base::ErrorCode::NotFound, "the run " + run + " has no step to compare with", "", ""};
}

// The run as it would be recorded now: same plan, today's plugins, data and machine.
base::Result<compare::Explanation> what_is_different(OpenedRun& opened, const PreparedPlan& prepared,
                                                     const Origin& origin) {
  IBOT_TRY(const record::Run row, opened.reader.run(opened.id));
  IBOT_TRY(const auto recorded, compare::read_runs(opened.reader, std::span(&row, 1)));
  NewRunArguments arguments{.parent = row.parent, .init = {}};
  if (origin.weights) arguments.init = origin.weights->string();
  // first_origin() has compared the file with this hash.
  IBOT_TRY(const auto segments, opened.reader.plan(opened.id));
  const auto plan = nlohmann::json::parse(segments.front().plan_json, nullptr, false);
  if (plan.is_object() && plan.value("init_sha256", nlohmann::json()).is_string())
    arguments.init_sha256 = plan["init_sha256"].get<std::string>();
  const record::NewRun now = make_new_run(prepared.plan, prepared.dataset->content_hash(), arguments);
  compare::RunData here = recorded.front();
  here.run.hashes = now.hashes;
  here.texts = now.hashed_texts;
  return compare::why_different(recorded.front(), here);
}

// How many pictures of a batch were right turns with a last digit: no measure of how far apart devices are.
constexpr std::string_view kCounted = "acc";

// Looked at before anything that takes long: a data set may have to be drawn.
base::Result<Devices> devices_of(const plugin::Loader& loader, const std::string& yaml,
                                 const std::string& wanted) {
  plan::PlanRequest request;
  request.text = yaml;
  request.plugins = plan::usable_plugins(loader);
  const plan::PlanResult made = plan::make_plan(request);
  // What is wrong with a plan is said where it is prepared.
  if (!made.plan) return Devices{};
  const auto train = made.plan->train();
  Devices devices{train.device, wanted.empty() ? train.device : wanted};
  const auto is_cuda = [](const std::string& name) { return name.starts_with("cuda"); };
  if (is_cuda(devices.recorded) != is_cuda(devices.again))
    devices.tolerance = train::tolerance_of(train.precision);
  base::Status here = train::check_device(devices.again);
  if (here) return devices;
  base::Error error = here.error();
  if (wanted.empty() && is_cuda(devices.recorded)) {
    error.message = "the run was trained on a GPU, and its steps can be made again to the bit only on one: " +
                    error.message;
    error.hint += (error.hint.empty() ? "" : ". ") +
                  std::string("With `--device cpu` they are made on the processor and compared roughly");
  }
  return error;
}

// A run that ended in a loss that was not finite, and does so again, is no fault of the verification.
base::Error as_recorded(base::Error error, OpenedRun& opened, std::int64_t first) {
  const auto row = opened.reader.run(opened.id);
  if (error.code != base::ErrorCode::NonFinite || !row || !row->error.starts_with(error.message))
    return error;
  error.message = "the record is right in this: made again, " + error.message + " either";
  error.expected.clear();
  const std::int64_t before = row->step - first + 1;
  error.hint = before > 0 ? base::str("`--steps ", before, "` compares the steps before it")
                          : std::string("There is no step before it");
  return error;
}

base::Result<Verification> verify(const Arguments& arguments) {
  IBOT_TRY(OpenedRun opened, open_run(arguments.workspace, arguments.run));
  IBOT_TRY(const std::int64_t first, first_recorded_step(opened.reader, opened.id));
  const std::int64_t last = first + arguments.steps - 1;
  IBOT_TRY(const train::StepMetrics recorded, recorded_course(opened.reader, opened.id, last));
  IBOT_TRY(const Origin origin, first_origin(opened.reader, opened.workspace, opened.id));
  IBOT_TRY(const std::string yaml, recorded_yaml(opened.reader, opened.id));
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  Verification result;
  IBOT_TRY(result.devices, devices_of(loader, yaml, arguments.device));
  std::vector<std::string> changes;
  if (!arguments.device.empty()) changes.push_back("train.device=" + nlohmann::json(arguments.device).dump());
  IBOT_TRY(const PreparedPlan prepared, prepare_recorded_plan(loader, yaml, true, changes));
  IBOT_CHECK_OK(load_plugins(loader, prepared.plan));
  IBOT_TRY(result.why, what_is_different(opened, prepared, origin));

  train::TrainerRequest request{.plan = prepared.plan,
                                .registry = &loader.registry(),
                                .dataset = prepared.dataset.get(),
                                .sink = nullptr,
                                .run = opened.id,
                                .run_folder = {},
                                .segments = {},
                                .resume_from = origin.checkpoint,
                                .saved_steps = {},
                                .init_from = origin.weights,
                                .observers = {}};
  IBOT_TRY(const auto segments, opened.reader.plan(opened.id));
  if (segments.size() > 1) {
    for (const record::PlanSegment& segment : segments)
      request.segments.push_back({segment.from_step, segment.to_step});
  }
  std::signal(SIGINT, [](int) { g_interrupted = 1; });
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  const auto tell = [&](std::int64_t step) {
    const std::int64_t made = step - first + 1;
    if (arguments.json) {
      std::cerr << nlohmann::json{{"step", made}, {"of", arguments.steps}}.dump() << std::endl;
    } else if (terminal) {
      std::cerr << "\r\033[Kstep " << made << " of " << arguments.steps << std::flush;
    }
    return g_interrupted == 0;
  };
  auto made = train::first_steps(std::move(request), {.last_step = last, .progress = tell});
  if (!made) return as_recorded(made.error(), opened, first);
  train::StepMetrics again = std::move(*made);
  std::signal(SIGINT, SIG_DFL);
  if (terminal && !arguments.json) std::cerr << "\r\033[K";
  if (g_interrupted != 0)
    return base::Error{base::ErrorCode::Cancelled, "interrupted; nothing was compared", "", ""};
  if (result.devices.are_other()) again.erase(std::string(kCounted));
  result.course = train::compare_courses(recorded, again, result.devices.tolerance);
  if (result.course.values > 0) return result;
  return base::Error{base::ErrorCode::NotFound,
                     base::str("the record has no value of the first ", arguments.steps, " steps"), "",
                     "An extract keeps only some of the steps: try more, with --steps"};
}

nlohmann::json to_json(const train::CourseComparison::Difference& one) {
  return {{"step", one.step}, {"metric", one.metric}, {"recorded", one.recorded}, {"again", one.again}};
}

std::string to_text(const train::CourseComparison::Difference& found) {
  return base::str("  step ", found.step, "  ", found.metric, "  recorded ",
                   base::format_number(found.recorded), ", again ", base::format_number(found.again));
}

nlohmann::json to_json(const Verification& found) {
  nlohmann::json differences = nlohmann::json::array();
  for (const auto& one : found.course.first) differences.push_back(to_json(one));
  nlohmann::json json = {
      {"equal", found.course.largest_at.step == 0 && found.course.first.empty()},
      {"steps", found.course.steps},
      {"values", found.course.values},
      {"largest_relative_difference", found.course.largest},
      {"first_difference", std::move(differences)},
      {"changed_since", found.why.first ? nlohmann::json(found.why.text) : nlohmann::json()}};
  if (found.devices.are_other()) {
    json["roughly"] = {{"alike", found.course.first.empty()},
                       {"tolerance", found.devices.tolerance},
                       {"apart", found.course.apart},
                       {"recorded_on", found.devices.recorded},
                       {"again_on", found.devices.again}};
    if (found.course.largest_at.step > 0) json["roughly"]["largest"] = to_json(found.course.largest_at);
  }
  return json;
}

std::string counted(const train::CourseComparison& course) {
  return base::str(base::format_count(course.values), " values of ", course.steps,
                   course.steps == 1 ? " step" : " steps");
}

// Between two kinds of device nothing is equal to the bit: what is said is how far apart they are.
void print_rough_verification(const Verification& found) {
  const train::CourseComparison& course = found.course;
  const std::string tolerance = base::format_number(found.devices.tolerance);
  print(base::str("A rough comparison, no bit-equality: the run was trained on ", found.devices.recorded,
                  ", its steps were made again on ", found.devices.again, ". `", kCounted,
                  "`, which counts pictures, is left out."));
  if (course.first.empty()) {
    print(base::str("Alike: all of ", counted(course), " are within a relative difference of ", tolerance,
                    "."));
  } else {
    print(base::str("Not alike: ", base::format_count(course.apart), " of ", counted(course),
                    " differ by more than ", tolerance, " of their size; the first are"));
    for (const auto& one : course.first) print(to_text(one));
  }
  if (course.largest_at.step > 0) {
    print(base::str("The largest relative difference is ", base::format_number(course.largest), ":"));
    print(to_text(course.largest_at));
  }
}

void print_verification(const Verification& found) {
  if (found.devices.are_other()) return print_rough_verification(found);
  const std::string what = counted(found.course);
  if (found.course.first.empty()) {
    print("Equal to the bit: " + what + ".");
    if (found.why.first) print("Although something has changed since. " + found.why.text);
    return;
  }
  print(base::str("Not equal: of ", what, " the first that differ are"));
  for (const auto& one : found.course.first) print(to_text(one));
  print(base::str("The largest relative difference is ", base::format_number(found.course.largest), "."));
  if (found.why.first) {
    print("Since the run was recorded something has changed. " + found.why.text);
  } else {
    print(
        "The record knows no reason: configuration, plugins, data, seed and environment are the same. "
        "What is left is another kind of processor behind the same name, or a fault of memory.");
  }
}

}  // namespace

void add_verify(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("verify", "Make the first steps of a run again, and compare them with its record");
  command->footer(base::str(
      "Examples:\n  ibot verify 20261123-101500-1f2e3d\n  ibot verify baseline --steps 100 --json\n"
      "  ibot verify reference --device cpu      # a GPU's run, roughly, where there is no GPU\n"
      "Nothing is written. Ends with 0 if every value is equal to the bit, with 4 if not. On another kind of "
      "device than the run's none is: there it ends with 0 if every value is within a relative difference "
      "of ",
      train::tolerance_of("bf16"), " (bf16), ", train::tolerance_of("fp32"), " (fp32) or ",
      train::tolerance_of("fp64"), " (fp64), which says that the steps are alike, not that they are equal."));
  command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
  command->add_option("--steps", arguments->steps, "Steps to make again")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--device", arguments->device,
                      "Where to make them, instead of the run's own device: cpu, cuda or cuda:N. On another "
                      "kind of device values are compared roughly, not to the bit");
  command->add_flag("--json", arguments->json, "As JSON; on standard error a line {step, of} for each step");
  add_workspace_option(command, arguments->workspace);
  on_run(command, [arguments]() -> base::Status {
    IBOT_TRY(const Verification found, verify(*arguments));
    if (arguments->json) {
      print_json(to_json(found));
    } else {
      print_verification(found);
    }
    if (found.course.first.empty()) return {};
    return base::Error{base::ErrorCode::Corrupt,
                       found.devices.are_other() ? "the first steps are not like those of the record"
                                                 : "the first steps are not those of the record",
                       "", ""};
  });
}

}  // namespace ibot::cli
