// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ibot::test {

/// The program `ibot` beside this one, with its standard streams as pipes.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  int input() const { return input_; }    ///< to write into; -1 after close_input()
  int output() const { return output_; }  ///< to read from
  void close_input();
  /// Reads the rest of the output.
  std::string rest();
  /// The exit code, or -1 if a signal ended it.
  int wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1, output_ = -1;
};

/// A workspace with one run of the smoke recipe, trained by the program. Made once for a test program.
struct TrainedWorkspace {
  std::filesystem::path folder;
  std::string picture;   ///< one of the run's data set
  std::string pictures;  ///< folder of that data set
  std::string masks;     ///< folder of the masks of its parts
};
const TrainedWorkspace& trained_workspace();

/// Runs the program to its end: exit code and standard output.
struct Finished {
  int code = -1;
  std::string output;
};
Finished run_program(std::vector<std::string> arguments);

}  // namespace ibot::test
