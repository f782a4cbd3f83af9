// SPDX-License-Identifier: GPL-3.0-or-later
// The table of runs as people meet it: the whole window, offscreen, on a workspace with many long runs. What
// is timed is from "open this workspace" to a table that is filled, sorted, filterable and painted.
#include "harness.h"
#include "memory.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <CLI/CLI.hpp>
#include <gui/many_runs.h>
#include <sys/wait.h>
#include <ui/models/run_table_model.h>
#include <ui/shell/main_window.h>
#include <ui/style/theme.h>
#include <ui/widgets/setting.h>
#include <unistd.h>

#include <QApplication>
#include <QLineEdit>
#include <QStandardPaths>
#include <QTimer>
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <memory>

namespace ibot::bench {
namespace {

constexpr double kMostSeconds = 60;

class RunTableBenchmark : public Benchmark {
 public:
  ~RunTableBenchmark() override {
    window_.reset();
    std::error_code ignored;
    if (made_) std::filesystem::remove_all(folder_, ignored);
  }

  std::string name() const override { return "run_table"; }
  std::string unit() const override { return "runs"; }
  void add_options(CLI::App& app) override {
    app.add_option("--runs", runs_, "runs of the workspace")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--points", points_, "steps of each run's loss")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    app.add_option("--workspace", given_, "a workspace that is there already, with that many runs");
  }
  nlohmann::json settings() const override { return {{"runs", runs_}, {"points", points_}}; }

  base::Status prepare() override {
    folder_ = given_;
    if (folder_.empty()) {
      folder_ = std::filesystem::temp_directory_path() / base::str("ibot-bench-runs-", ::getpid());
      made_ = true;
      IBOT_CHECK_OK(make_workspace());
    }
    before_ = resident_now();
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true);
    application_ = std::make_unique<QApplication>(argument_count_, arguments_);
    QApplication::setOrganizationName(QStringLiteral("ibot-workbench"));
    QApplication::setApplicationName(QStringLiteral("ibot-workbench-bench"));
    ui::clear_settings();
    ui::load_fonts();
    ui::Theme::instance().apply(ui::ThemeKind::Dark);
    return {};
  }

  base::Result<Measurement> run(int iterations) override {
    Measurement total;
    for (int i = 0; i < iterations; ++i) {
      window_ = std::make_unique<ui::MainWindow>();
      window_->resize(1366, 768);
      QTimer tick;  // wakes the loop, so that it never waits for an event that does not come
      tick.start(2);
      const base::Stopwatch watch;
      window_->show();
      window_->open_workspace(QString::fromStdString(folder_.string()));
      auto* model = window_->findChild<ui::RunTableModel*>();
      const auto turn_until = [&](const auto& condition) {
        while (!condition() && watch.seconds() < kMostSeconds)
          QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        return watch.seconds();
      };
      total.stages["rows"] += turn_until([&] { return model->total() >= runs_; });
      turn_until([&] { return everything_read(); });
      // Painted, and nothing left to do at once.
      window_->grab();
      QCoreApplication::processEvents();
      if (!everything_read())
        return base::Error{base::ErrorCode::Io, "the runs were not read within a minute", "", ""};
      total.seconds += watch.seconds();
      total.items += static_cast<double>(runs_);
    }
    return total;
  }

  MemoryUse memory() const override { return {before_, resident_peak()}; }

  std::vector<Note> notes() const override {
    auto* model = window_->findChild<ui::RunTableModel*>();
    auto* filter = window_->findChild<QLineEdit*>(QStringLiteral("run_filter"));
    std::vector<Note> notes;
    notes.push_back({"window's process now", static_cast<double>(resident_now()) / 1e6, "MB"});
    const std::vector<std::pair<std::string, QString>> filters = {
        {"filter by a word", QStringLiteral("study 9")},
        {"filter by six conditions",
         QStringLiteral(
             "state:completed (mask.plugin=block or mask.plugin=random) lr>0.0005 knn/top1>35 -tag:bad")}};
    for (const auto& [name, text] : filters) {
      notes.push_back({name, milliseconds([&] {
                               filter->setText(text);
                               QCoreApplication::processEvents();
                               filter->clear();
                               QCoreApplication::processEvents();
                             }) / 2,
                       "ms, painted"});
    }
    notes.push_back({"sort by a parameter",
                     milliseconds([&] {
                       model->sort_by({ui::RunColumn::Kind::Parameter, QStringLiteral("optimizer.lr")},
                                      Qt::AscendingOrder);
                       model->sort_by({ui::RunColumn::Kind::Created, {}}, Qt::DescendingOrder);
                     }) / 2,
                     "ms"});
    notes.push_back({"arranging anew", milliseconds([&] { model->set_trash(false); }), "ms"});
    notes.push_back({"news of one run", news_milliseconds(*model), "ms of the window's thread, painted"});
    return notes;
  }

 private:
  // In a process of its own, so that its memory is not counted.
  base::Status make_workspace() const {
    const pid_t child = ::fork();
    if (child < 0) return base::Error{base::ErrorCode::Io, "cannot fork", "", ""};
    if (child == 0) {
      const base::Status made =
          gui_test::make_many_runs(folder_, static_cast<int>(runs_), static_cast<int>(points_));
      if (!made) std::fprintf(stderr, "%s\n", made.error().to_text().c_str());
      ::_exit(made ? 0 : 1);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) == child && status == 0) return {};
    return base::Error{base::ErrorCode::Io, "the workspace could not be made", "", ""};
  }

  bool everything_read() const {
    ui::Record& record = window_->record();
    return std::all_of(record.runs().begin(), record.runs().end(),
                       [&](const auto& run) { return record.traits(run.first) != nullptr; });
  }

  // What the window's thread works until the table shows that a run in training wrote something.
  double news_milliseconds(ui::RunTableModel& model) const {
    constexpr int kRounds = 15;
    bool told = false;
    const auto connection = QObject::connect(&model, &QAbstractItemModel::dataChanged, [&] { told = true; });
    QTimer tick;
    tick.start(2);
    const auto thread_seconds = [] {
      timespec now{};
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
      return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
    };
    const QString run = model.run_at(0);
    const double before = thread_seconds();
    for (int i = 0; i < kRounds; ++i) {
      told = false;
      const base::Stopwatch patience;
      Q_EMIT window_->record().runs_changed({run});
      while (!told && patience.seconds() < 1)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
      QCoreApplication::processEvents();
    }
    QObject::disconnect(connection);
    return (thread_seconds() - before) / kRounds * 1e3;
  }

  template <class Work>
  static double milliseconds(const Work& work) {
    std::vector<double> times;
    for (int i = 0; i < 11; ++i) {
      const base::Stopwatch watch;
      work();
      times.push_back(watch.seconds() * 1e3);
    }
    std::nth_element(times.begin(), times.begin() + 5, times.end());
    return times[5];
  }

  std::int64_t runs_ = 1000;
  std::int64_t points_ = 10'000;
  std::string given_;
  std::filesystem::path folder_;
  bool made_ = false;
  std::uint64_t before_ = 0;
  char program_[16] = "bench_run_table";
  char* arguments_[2] = {program_, nullptr};
  int argument_count_ = 1;
  std::unique_ptr<QApplication> application_;
  std::unique_ptr<ui::MainWindow> window_;
};

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  ibot::bench::RunTableBenchmark benchmark;
  return ibot::bench::run_program(argc, argv, benchmark);
}
