// SPDX-License-Identifier: GPL-3.0-or-later
#include "tiny_run.h"

#include <ibot/base/clock.h>
#include <ibot/record/liveness.h>
#include <ibot/record/reader.h>
#include <ibot/test/temp_dir.h>

#include <gtest/gtest.h>

#include <QImage>
#include <csignal>
#include <fstream>

namespace ibot::gui_test {

void make_pictures(const std::filesystem::path& folder, int count) {
  std::filesystem::create_directories(folder);
  for (int i = 0; i < count; ++i) {
    QImage image(40, 40, QImage::Format_RGB32);
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 40; ++x) image.setPixel(x, y, qRgb(6 * x, 6 * y, 20 * i % 256));
    }
    EXPECT_TRUE(image.save(QString::fromStdString((folder / (std::to_string(i) + ".png")).string())));
  }
}

void write_tiny_recipe(const std::filesystem::path& file, const std::filesystem::path& pictures,
                       const std::string& more) {
  std::ofstream out(file);
  out << "base: " << (test::source_dir() / "experiments/smoke/smoke.yaml").string()
      << "\nname: tiny\ndata: {path: " << pictures.string() << ", workers: 1}\nprobes: {every_steps: 0}\n";
  out << (more.empty() ? "train: {threads: 1}\n" : more);
  EXPECT_TRUE(out.flush());
}

void end_processes(const std::filesystem::path& workspace) {
  const auto opened = record::Workspace::open(workspace);
  if (!opened) return;
  auto reader = record::Reader::open(*opened);
  if (!reader) return;
  // The queue's worker first: it would start the next.
  const auto queue = reader->queue();
  for (const record::QueueWorker& worker : queue ? queue->workers : std::vector<record::QueueWorker>()) {
    if (record::judge_process(worker.process) == record::Aliveness::Alive)
      ::kill(static_cast<pid_t>(worker.process.pid), SIGKILL);
  }
  const auto runs = reader->runs();
  for (const record::Run& run : runs ? *runs : std::vector<record::Run>()) {
    if (record::is_active(run.state) && record::judge_process(run.process) == record::Aliveness::Alive)
      ::kill(static_cast<pid_t>(run.process.pid), SIGKILL);
  }
}

}  // namespace ibot::gui_test
