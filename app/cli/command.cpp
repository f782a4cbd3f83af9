// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"

#include <ibot/base/text.h>
#include <ibot/record/extract.h>
#include <ibot/record/output_file.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace ibot::cli {

std::string as_typed(std::string text) {
  static const char* const kCommand = std::getenv("IBOT_COMMAND");
  if (kCommand == nullptr || *kCommand == '\0') return text;
  constexpr std::string_view kWritten = "`ibot ";
  const std::string typed = base::str("`", kCommand, " ");
  for (std::size_t at = text.find(kWritten); at != std::string::npos;
       at = text.find(kWritten, at + typed.size()))
    text.replace(at, kWritten.size(), typed);
  return text;
}

void require_finite_numbers(CLI::App& app) {
  const auto is_finite = [](std::string& text) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    return *end == '\0' && !std::isfinite(number) ? "a finite number is needed, not " + text : std::string();
  };
  for (CLI::Option* option : app.get_options()) {
    if (option->get_type_name().starts_with("FLOAT")) option->check(CLI::Validator(is_finite, ""));
  }
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    require_finite_numbers(*command);
}

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
      const std::string words = e.what();  // LibTorch's stack may follow
      status = base::Error{base::ErrorCode::Internal, words.substr(0, words.find('\n')), "", ""};
    }
    if (status) return;
    std::cout.flush();
    std::cerr << "error: " << as_typed(status.error().to_text()) << '\n';
    throw CLI::RuntimeError(base::exit_code(status.error().code));
  });
}

void print_json(const nlohmann::json& json) {
  std::cout << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

void print(std::string_view line) {
  std::cout << as_typed(std::string(line)) << '\n' << std::flush;
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
