// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/data/dataset.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace ibot::bench {

/// The pictures of a benchmark: a folder that is given, or scenes of a photograph's usual size that are drawn
/// into a temporary folder and removed at the end, as photographs are not part of the project.
class Pictures {
 public:
  Pictures() = default;
  ~Pictures();
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;

  /// --folder
  void add_option(CLI::App& app);
  base::Status open();

  /// The folder that is or will be read; empty before open() where none was given.
  const std::string& folder() const { return folder_; }
  const data::Dataset& dataset() const { return *dataset_; }

 private:
  base::Status draw_scenes();

  std::string folder_;
  std::filesystem::path drawn_;
  std::unique_ptr<const data::Dataset> dataset_;
};

/// Work on several threads, `work(thread)` each; the first error of any.
base::Status run_threads(int threads, const std::function<base::Status(int)>& work);

/// Seconds of processor time that this process has used. Where other programs compete for the cores, a rate
/// by this clock tells more than one by the wall clock.
double processor_seconds();

}  // namespace ibot::bench
