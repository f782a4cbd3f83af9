// SPDX-License-Identifier: GPL-3.0-or-later
// Trains a recorded run as `ibot trainer` does and kills itself by SIGKILL at a chosen moment:
//   doomed_trainer WORKSPACE RUN MOMENT N    dies at the N-th MOMENT
//   doomed_trainer WORKSPACE RUN count FILE  lives, and writes how often each moment came
#include "launch.h"

#include <ibot/base/file.h>
#include <ibot/test/fault_vfs.h>

#include <ATen/record_function.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace {

using ibot::base::FileStep;

struct Moment {
  const char* name;
  std::atomic<std::int64_t> count{0};
};

// Operators of the tensor library are the inside of a step; the record's are counted by its file system.
std::array<Moment, 7> g_moments = {
    {{"create"}, {"write"}, {"sync"}, {"rename"}, {"sync_folder"}, {"remove"}, {"operator"}}};
Moment& g_operators = g_moments.back();
const Moment* g_fatal = nullptr;
std::int64_t g_fatal_count = 0;

void pass(Moment& moment) {
  if (++moment.count == g_fatal_count && &moment == g_fatal) static_cast<void>(std::raise(SIGKILL));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto workspace = ibot::record::Workspace::open(argv[1]);
  if (!workspace) return 3;
  const std::string run = argv[2];
  const std::string moment = argv[3];
  if (moment != "count") g_fatal_count = std::atoll(argv[4]);
  for (const Moment& known : g_moments) {
    if (moment == known.name) g_fatal = &known;
  }
  ibot::base::set_file_fault_hook(
      [folder = workspace->run_folder(run).string()](FileStep step, const std::filesystem::path& path) {
        // The list of pictures beside the data set is no part of the run.
        if (path.string().starts_with(folder)) pass(g_moments[static_cast<std::size_t>(step) - 1]);
        return 0;
      });
  at::addGlobalCallback(
      at::RecordFunctionCallback([](const at::RecordFunction&) -> std::unique_ptr<at::ObserverContext> {
        pass(g_operators);
        return nullptr;
      }));
  ibot::test::FaultVfs record;
  if (moment == "record") record.arm(ibot::test::Fault::Kill, g_fatal_count - 1, ibot::test::Lasting::Once);

  const ibot::base::Status status = ibot::cli::run_trainer(*workspace, run, false, {}, {});
  if (!status) {
    std::cerr << status.error().to_text() << '\n';
    return 1;
  }
  if (moment == "count") {
    std::ofstream out(argv[4]);
    for (const Moment& known : g_moments) out << known.name << ' ' << known.count << '\n';
    out << "record " << record.operations() << '\n';
  }
  return 0;
}
