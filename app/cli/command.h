// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

// One file a command: each adds its subcommand to the program. Exit codes are those of base::exit_code; a
// wrong command line is 2.
namespace ibot::record {
struct ExtractOptions;
}

namespace ibot::cli {

void add_doctor(CLI::App& app);
void add_plugins(CLI::App& app);
void add_schema(CLI::App& app);
void add_plan(CLI::App& app);
void add_train(CLI::App& app);    // train, resume, branch, and the hidden `trainer`
void add_control(CLI::App& app);  // pause, stop, checkpoint, publish, extend
void add_runs(CLI::App& app);     // runs, show, extract
void add_labels(CLI::App& app);   // tag, note, rename, folder, trash, restore
void add_queue(CLI::App& app);
void add_matrix(CLI::App& app);
void add_compare(CLI::App& app);
void add_study(CLI::App& app);
void add_bundle(CLI::App& app);
void add_report(CLI::App& app);
void add_eval(CLI::App& app);
void add_inspect(CLI::App& app);
void add_replay(CLI::App& app);
void add_verify(CLI::App& app);
void add_dataset(CLI::App& app);
void add_weights(CLI::App& app);  // export, import
void add_demo(CLI::App& app);

/// `ibot ...` in a text for people as they type it: after what $IBOT_COMMAND says, which ./workbench sets.
std::string as_typed(std::string text);

/// Makes every option of a command and of those below it that takes a number refuse NaN and infinity, which
/// ranges let pass.
void require_finite_numbers(CLI::App& app);

/// Runs a command's body when its subcommand was chosen: prints the error on standard error, ends with its
/// exit code.
void on_run(CLI::App* command, std::function<base::Status()> body);

/// Prints one JSON value and a line feed on standard output.
void print_json(const nlohmann::json& json);
void print(std::string_view line);

/// For the option that names an output: refused before anything is computed where a workspace keeps its
/// record or runs, and over any database.
CLI::Validator output_path();

/// --workspace, with its default: $IBOT_WORKSPACE, or ./ibot-workspace.
void add_workspace_option(CLI::App* command, std::string& workspace);

/// --points, --probe-moments, --snapshots: how much of a run is taken along.
void add_extract_options(CLI::App* command, record::ExtractOptions& options);

}  // namespace ibot::cli
