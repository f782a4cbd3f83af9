// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness.h"
#include "reference_process.h"
#include "report.h"

#include <ibot/base/text.h>

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>

namespace ibot::bench {
namespace {

struct Options {
  Rounds rounds;
  std::string reference_command;
  std::string json_file;
  double timeout_seconds = 900;
};

void add_common_options(CLI::App& app, Options& options) {
  app.add_option("--reference-cmd", options.reference_command,
                 "shell command of the program to compare with");
  app.add_option("--rounds", options.rounds.rounds, "pairs of turns")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--iterations", options.rounds.iterations, "iterations in a turn")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--warmup", options.rounds.warmup, "uncounted iterations of each side at the start")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  app.add_option("--json", options.json_file, "also write the result to this file (- for standard output)");
  app.add_option("--timeout", options.timeout_seconds, "seconds that one answer of the reference may take")
      ->check(CLI::Range(0.01, 86400.0))
      ->capture_default_str();
}

base::Result<Report> measure(Benchmark& benchmark, const Options& options) {
  Report report;
  report.bench = benchmark.name();
  report.unit = benchmark.unit();
  report.rounds = options.rounds;

  std::unique_ptr<ReferenceProcess> reference;
  if (!options.reference_command.empty()) {
    const std::chrono::milliseconds timeout(static_cast<std::int64_t>(options.timeout_seconds * 1000));
    std::cerr << "· starting the reference\n";
    IBOT_TRY(reference, ReferenceProcess::start(options.reference_command, timeout));
    report.reference = reference->about();
  }
  std::cerr << "· preparing\n";
  IBOT_CHECK_OK(benchmark.prepare());
  report.settings = benchmark.settings();
  if (reference) IBOT_CHECK_OK(reference->prepare(report.bench, report.settings));

  std::cerr << "· measuring\n";
  IBOT_TRY(report.comparison, alternate(benchmark, reference.get(), options.rounds));
  report.our_memory = benchmark.memory();
  if (reference) {
    IBOT_TRY(report.reference_memory, reference->memory());
  }
  report.notes = benchmark.notes();
  return report;
}

base::Status write_json(const Report& report, const std::string& file) {
  const std::string text = report.to_json().dump(2) + "\n";
  if (file == "-") {
    std::cout << text;
    return {};
  }
  std::ofstream out(file);
  out << text << std::flush;
  if (!out) return base::Error{base::ErrorCode::Io, "cannot write " + file, "", ""};
  return {};
}

int fail(const base::Error& error) {
  std::cerr << "error: " << error.to_text() << "\n";
  return base::exit_code(error.code);
}

}  // namespace

int run_program(int argc, char** argv, Benchmark& benchmark) {
  CLI::App app("Times `" + benchmark.name() + "`, alone or in turns with a reference program.");
  Options options;
  add_common_options(app, options);
  benchmark.add_options(app);
  CLI11_PARSE(app, argc, argv);

  try {
    const auto report = measure(benchmark, options);
    if (!report) return fail(report.error());
    if (options.json_file != "-") std::cout << report->to_text();
    if (!options.json_file.empty()) {
      if (const auto written = write_json(*report, options.json_file); !written) return fail(written.error());
    }
  } catch (const base::Exception& failure) {
    return fail(failure.error());
  } catch (const std::exception& failure) {
    return fail({base::ErrorCode::Internal, failure.what(), "", ""});
  }
  return 0;
}

}  // namespace ibot::bench
