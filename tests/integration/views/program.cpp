// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"

#include "small_run.h"

#include <ibot/base/file.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

extern char** environ;

namespace ibot::test {

Program::Program(std::vector<std::string> arguments) {
  const std::string program =
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ibot").string();
  arguments.insert(arguments.begin(), program);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in[0], 0);
  posix_spawn_file_actions_adddup2(&files, out[1], 1);
  if (::posix_spawn(&pid_, program.c_str(), &files, nullptr, argv.data(), environ) != 0) pid_ = -1;
  posix_spawn_file_actions_destroy(&files);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

Program::~Program() {
  close_input();
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait();
  }
  ::close(output_);
}

void Program::close_input() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

std::string Program::rest() {
  std::string text;
  std::array<char, 65536> block{};
  while (true) {
    const ssize_t read = ::read(output_, block.data(), block.size());
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) return text;
    text.append(block.data(), static_cast<std::size_t>(read));
  }
}

int Program::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Finished run_program(std::vector<std::string> arguments) {
  Program program(std::move(arguments));
  program.close_input();
  Finished finished;
  finished.output = program.rest();
  finished.code = program.wait();
  return finished;
}

const TrainedWorkspace& trained_workspace() {
  static SmallRuns runs;
  static const TrainedWorkspace kMade = [] {
    const cli::PreparedPlan prepared = runs.plan({});
    const std::filesystem::path recipe = runs / "recipe.yaml";
    base::write_file_atomically(recipe, std::string_view(prepared.plan.to_yaml())).value();
    TrainedWorkspace made;
    made.folder = runs / "workspace";
    const Finished trained =
        run_program({"train", recipe.string(), "--name", "small", "-w", made.folder.string()});
    if (trained.code != 0) throw std::runtime_error("training failed: " + trained.output);
    made.picture = prepared.dataset->file_path(0).string();
    made.pictures = (runs / "parts/train").string();
    made.masks = (runs / "parts/masks/train").string();
    return made;
  }();
  return kMade;
}

}  // namespace ibot::test
