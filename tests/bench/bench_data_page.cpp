// SPDX-License-Identifier: GPL-3.0-or-later
// The Data page with 100,000 pictures of which 500 are broken: how long until they are listed, until every
// header is read and until everything is known; how long the window's thread was held up meanwhile; and how
// long a frame takes while one scrolls through all of them.
#include "../unit/data/data_files.h"
#include "memory.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/test/temp_dir.h>

#include <ui/bridge/data_survey.h>
#include <ui/style/theme.h>
#include <ui/views/picture_grid.h>

#include <QApplication>
#include <QEventLoop>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTimer>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace ibot::ui {
namespace {

constexpr int kPictures = 100'000;
constexpr int kBroken = 500;
constexpr int kOriginals = 20;  // a file has at most 65,000 names on some systems
constexpr int kSide = 96;
constexpr int kTickMillis = 2;
constexpr int kFrames = 1000;

void make_pictures(const std::filesystem::path& folder) {
  const auto name = [&](int i) {
    return folder / base::str("class", i % 10) / base::str("picture", 100'000 + i, ".png");
  };
  for (int i = 0; i < kPictures - kBroken; ++i) {
    if (i < kOriginals) {
      data::test::put_noise(name(i), kSide, kSide, static_cast<std::uint64_t>(i));
    } else {
      std::filesystem::create_hard_link(name(i % kOriginals), name(i));
    }
  }
  for (int i = kPictures - kBroken; i < kPictures; ++i) data::test::put_file(name(i), "no picture");
}

void print(const std::string& what, double millis) {
  std::cout << "  " << what << std::string(44 - std::min<std::size_t>(43, what.size()), ' ')
            << base::format_number(std::round(10 * millis) / 10) << " ms\n";
}

void print_frames(const std::string& what, std::vector<double> millis) {
  std::sort(millis.begin(), millis.end());
  const auto at = [&](double share) {
    return millis[static_cast<std::size_t>(share * static_cast<double>(millis.size() - 1))];
  };
  std::cout << "  " << what << ": " << millis.size() << " frames, median "
            << base::format_number(std::round(100 * at(0.5)) / 100) << " ms, p95 "
            << base::format_number(std::round(100 * at(0.95)) / 100) << " ms, p99 "
            << base::format_number(std::round(100 * at(0.99)) / 100) << " ms, longest "
            << base::format_number(std::round(100 * at(1)) / 100) << " ms\n";
}

// Looks through the folder as the page does, with a clock that ticks in the same event loop.
void survey(const QString& folder, PictureGrid& grid) {
  DataSurvey survey;
  base::Stopwatch watch;
  QEventLoop loop;
  QTimer tick;
  base::Stopwatch since_tick;
  double longest = 0;
  tick.callOnTimeout([&] {
    longest = std::max(longest, since_tick.seconds());
    since_tick.restart();
  });
  QObject::connect(&survey, &DataSurvey::found, [&](const DataFoundPtr& found) {
    print("listed", watch.seconds() * 1000);
    grid.set_source(found->dataset);
  });
  QObject::connect(&survey, &DataSurvey::sizes, [&](const PictureSizes& sizes) { grid.append(*sizes); });
  QObject::connect(&survey, &DataSurvey::measuring,
                   [&] { print("every header read", watch.seconds() * 1000); });
  QObject::connect(&survey, &DataSurvey::facts, [&](const SurveyFactsPtr& facts) {
    print("everything known", watch.seconds() * 1000);
    std::cout << "  " << facts->summary.sentence() << '\n';
    loop.quit();
  });
  QObject::connect(&survey, &DataSurvey::refused, [&](const DataProblem& problem) {
    std::cout << problem.what.toStdString() << '\n';
    loop.quit();
  });
  tick.start(kTickMillis);
  survey.open(folder);
  loop.exec();
  print("longest stay away from the event loop", longest * 1000);
}

// `rows` of pictures further each frame; the event loop turns in between, so that thumbnails come in.
void scroll(PictureGrid& grid, const std::string& what, double rows) {
  std::vector<double> millis;
  QScrollBar* bar = grid.verticalScrollBar();
  bar->setValue(0);
  for (int frame = 0; frame < kFrames && bar->value() < bar->maximum(); ++frame) {
    const base::Stopwatch watch;
    bar->setValue(bar->value() + std::max(1, static_cast<int>(rows * PictureGrid::kRowHeight)));
    QApplication::processEvents();
    grid.viewport()->repaint();
    millis.push_back(watch.seconds() * 1000);
  }
  print_frames(what, millis);
}

int run(int argc, char** argv) {
  if (std::getenv("DISPLAY") == nullptr) qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  const data::test::QuietLog quiet;
  load_fonts();
  Theme::instance().apply(ThemeKind::Dark);
  const test::TempDir dir;
  make_pictures(dir.path());
  const std::uint64_t before = bench::resident_now();
  PictureGrid grid;
  grid.resize(1000, 650);
  grid.show();
  std::cout << "data_page: " << kPictures << " pictures of " << kSide << " x " << kSide << ", " << kBroken
            << " broken\n";
  survey(QString::fromStdString(dir.path().string()), grid);
  scroll(grid, "scrolling slowly", 0.05);
  scroll(grid, "scrolling through everything",
         static_cast<double>(grid.verticalScrollBar()->maximum()) / PictureGrid::kRowHeight / kFrames);
  std::cout << "  thumbnails made: " << grid.thumbnails().made()
            << ", memory taken: " << base::format_bytes(bench::resident_now() - before) << '\n';
  return 0;
}

}  // namespace
}  // namespace ibot::ui

int main(int argc, char** argv) {
  return ibot::ui::run(argc, argv);
}
