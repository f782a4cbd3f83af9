// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "printable.h"

#include <ibot/base/text.h>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

namespace {

// Read when libgomp loads, so it has to stand in the environment before. Threads that never spin between
// short products lose a fifth of a small network's speed to wake-ups; threads that spin for long, the
// default, steal the core of the data workers. About a tenth of a millisecond has most of both.
void settle_environment(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  ::setenv("GOMP_SPINCOUNT", "10000", 1);
  ::execv("/proc/self/exe", argv);
  // Without a second start everything works, only slower.
}

// A word that is no command: the nearest one, which CLI11 does not propose.
bool is_unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == argv[1]) return false;
    if (!command->get_group().empty()) known.push_back(command->get_name());
  }
  std::cerr << "error: there is no command " << ibot::base::quote_untrusted(argv[1]) << '.';
  if (const auto nearest = ibot::base::nearest_name(argv[1], known))
    std::cerr << " Did you mean " << *nearest << '?';
  std::cerr << " `ibot --help` lists all of them\n";
  return true;
}

// Lines of a full disk or a broken device would be lost without a word.
bool is_output_written() {
  errno = 0;
  if (std::cout.flush()) return true;
  std::cerr << "error: standard output could not be written"
            << (errno != 0 ? std::string(": ") + std::strerror(errno) : std::string()) << '\n';
  return false;
}

int parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& e) {
    return e.get_exit_code();
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  settle_environment(argv);
  const ibot::cli::PrintableStream output(std::cout);
  const ibot::cli::PrintableStream errors(std::cerr);
  CLI::App app("iBOT Workbench: self-supervised pre-training that one can watch", "ibot");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("ibot ") + IBOT_VERSION);
  app.footer(
      "Exit codes: 0 success, 2 wrong usage or configuration, 3 not found, 4 bad data, 5 system (disk, "
      "memory, rights),\n"
      "6 a loss was not finite, 7 a bug, 130 interrupted. `ibot COMMAND --help` has examples.");
  ibot::cli::add_doctor(app);
  ibot::cli::add_plugins(app);
  ibot::cli::add_schema(app);
  ibot::cli::add_plan(app);
  ibot::cli::add_train(app);
  ibot::cli::add_control(app);
  ibot::cli::add_runs(app);
  ibot::cli::add_labels(app);
  ibot::cli::add_queue(app);
  ibot::cli::add_matrix(app);
  ibot::cli::add_compare(app);
  ibot::cli::add_study(app);
  ibot::cli::add_report(app);
  ibot::cli::add_bundle(app);
  ibot::cli::add_eval(app);
  ibot::cli::add_inspect(app);
  ibot::cli::add_replay(app);
  ibot::cli::add_verify(app);
  ibot::cli::add_dataset(app);
  ibot::cli::add_weights(app);
  ibot::cli::add_demo(app);
  ibot::cli::require_finite_numbers(app);
  if (is_unknown_command(app, argc, argv)) return 2;
  const int code = parse(app, argc, argv);
  // A trainer's lines go to a log beside its record, and a disk that is full for a while ends no run.
  if (code != 0 || app.got_subcommand("trainer") || is_output_written()) return code;
  return ibot::base::exit_code(ibot::base::ErrorCode::Io);
}
