// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include <ibot/base/text.h>
#include <ibot/data/open.h>
#include <ibot/data/parts_dataset.h>

#include <CLI/CLI.hpp>
#include <time.h>
#include <unistd.h>

#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace ibot::bench {

Pictures::~Pictures() {
  std::error_code ignored;
  if (!drawn_.empty()) std::filesystem::remove_all(drawn_, ignored);
}

void Pictures::add_option(CLI::App& app) {
  app.add_option("--folder", folder_, "pictures, searched recursively (default: 96 drawn scenes)")
      ->check(CLI::ExistingDirectory);
}

base::Status Pictures::open() {
  if (folder_.empty()) IBOT_CHECK_OK(draw_scenes());
  data::DataOptions options;
  options.kind = "pictures";
  options.path = folder_;
  options.index = "off";
  IBOT_TRY(dataset_, data::open_dataset(options));
  return {};
}

base::Status Pictures::draw_scenes() {
  drawn_ = std::filesystem::temp_directory_path() / base::str("ibot-bench-pictures-", ::getpid());
  data::PartsOptions options;
  options.train = 96;
  options.val = 0;
  options.size = 448;
  if (auto report = data::write_parts_dataset(drawn_, options); !report) return report.error();
  folder_ = (drawn_ / "train").string();
  return {};
}

base::Status run_threads(int threads, const std::function<base::Status(int)>& work) {
  std::mutex mutex;
  std::optional<base::Error> failure;
  {
    std::vector<std::jthread> running;
    for (int thread = 0; thread < threads; ++thread) {
      running.emplace_back([&, thread] {
        const base::Status status = work(thread);
        const std::lock_guard lock(mutex);
        if (!status && !failure) failure = status.error();
      });
    }
  }
  if (failure) return *failure;
  return {};
}

double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace ibot::bench
