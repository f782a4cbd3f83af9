// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

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

}  // namespace

int main(int argc, char** argv) {
  settle_environment(argv);
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
  ibot::cli::add_eval(app);
  ibot::cli::add_inspect(app);
  ibot::cli::add_replay(app);
  ibot::cli::add_dataset(app);
  ibot::cli::add_weights(app);
  ibot::cli::add_demo(app);
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
