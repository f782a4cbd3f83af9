// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"

#include <ibot/record/extract.h>
#include <ibot/record/output_file.h>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace ibot::cli {

void on_run(CLI::App* command, std::function<base::Status()> body) {
  command->callback([body = std::move(body)] {
    base::Status status;
    try {
      status = body();
    } catch (const base::Exception& e) {
      status = e.error();
    } catch (const CLI::Error&) {
      throw;
    } catch (const std::bad_alloc&) {
      status =
          base::Error{base::ErrorCode::OutOfMemory, "the machine has not enough memory for this", "", ""};
    } catch (const std::exception& e) {
      status = base::Error{base::ErrorCode::Internal, e.what(), "", ""};
    }
    if (status) return;
    std::cout.flush();
    std::cerr << "error: " << status.error().to_text() << '\n';
    throw CLI::RuntimeError(base::exit_code(status.error().code));
  });
}

void print_json(const nlohmann::json& json) {
  std::cout << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

void print(std::string_view line) {
  std::cout << line << '\n' << std::flush;
}

CLI::Validator output_path() {
  return CLI::Validator(
      [](std::string& path) {
        const base::Status status = record::check_output_path(path);
        return status ? std::string() : status.error().to_text();
      },
      "");
}

void add_workspace_option(CLI::App* command, std::string& workspace) {
  const char* given = std::getenv("IBOT_WORKSPACE");
  workspace = given != nullptr && *given != '\0' ? given : "ibot-workspace";
  command->add_option("-w,--workspace", workspace, "Folder of the record and its files ($IBOT_WORKSPACE)")
      ->capture_default_str();
}

void add_extract_options(CLI::App* command, record::ExtractOptions& options) {
  command->add_option("--points", options.points, "Points of each curve")
      ->capture_default_str()
      ->check(CLI::Range(2, 1'000'000'000));
  command->add_option("--probe-moments", options.probe_moments, "Looks at each probe picture")
      ->capture_default_str()
      ->check(CLI::Range(2, 1'000'000'000));
  command
      ->add_option("--snapshots", options.snapshots,
                   "Compact teachers of a run: the newest, the oldest, then others between")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
}

}  // namespace ibot::cli
