// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/compare/ablation_table.h>
#include <ibot/compare/comparison_lines.h>
#include <ibot/record/study.h>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

// Runs that were chosen on the command line, read and judged: for compare, report and bundle.
namespace ibot::cli {

struct CompareRequest {
  std::string workspace;
  std::vector<std::string> words;    ///< see runs::select_runs
  std::string study;                 ///< name of a study, whose runs, metric, rule and baseline count
  std::vector<std::string> bundles;  ///< files whose runs are compared as well
  std::string metric, better, rule, baseline;  ///< empty: the study's, or the usual
  std::string curves;                          ///< metric whose curves are read; empty: none
  std::vector<std::string> earlier;  ///< of which runs a band of earlier curves is read; empty: of none
};

struct Compared {
  std::optional<record::Study> study;
  std::vector<compare::RunData> runs;
  std::vector<compare::Replicates> groups;
  std::optional<compare::ComparisonResult> result;
  base::Status why_no_result;        ///< an error where there is no result
  base::Status why_no_values;        ///< an error where no run has a value of the result's metric
  std::vector<std::string> factors;  ///< of a study that has all the runs
  compare::ComparedCurves curves;    ///< where a metric was named for them
  std::string settled;  ///< of a study: when what it is judged by was settled, or that it is chosen now
  std::vector<std::string> notes;  ///< sentences for standard error
};

/// Errors: NotFound (runs), those of the record. A metric that cannot be chosen is no error where none was
/// named.
base::Result<Compared> compare_runs(const CompareRequest& request);

/// Errors: InvalidArgument (no words; `what` says what for).
base::Status require_words(const CompareRequest& request, const std::string& what);

/// Makes the one word that names a study into that study; other words stay. Errors: those of the workspace.
base::Status choose_study(CompareRequest& request);

/// Notes on standard error, and warnings and what was settled where what is written does not show them there.
void say_notes(const Compared& compared, bool warnings = true);

/// --metric, --better, --at, --baseline.
void add_compare_options(CLI::App* command, CompareRequest& request);

}  // namespace ibot::cli
