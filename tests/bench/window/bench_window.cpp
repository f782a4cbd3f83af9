// SPDX-License-Identifier: GPL-3.0-or-later
// The window: frames while 20 curves of 10,000 points pan under a hand; beside them what a person waits for
// (start with many runs) and what watching costs (processor time and memory while a run grows).
#include "harness.h"
#include "many_runs.h"
#include "watched_process.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/record/run_buffer.h>

#include <CLI/CLI.hpp>
#include <ui/plots/curve_plot.h>
#include <ui/shell/main_window.h>
#include <ui/style/theme.h>
#include <ui/widgets/setting.h>
#include <unistd.h>

#include <QApplication>
#include <QMouseEvent>
#include <QStandardPaths>
#include <QTableView>
#include <algorithm>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <thread>

namespace ibot::bench {
namespace {

constexpr int kFramesPerIteration = 120;
constexpr double kPatience = 120;  // seconds for anything to appear

bool wait_until(const std::function<bool()>& condition) {
  const base::Stopwatch watch;
  while (!condition()) {
    if (watch.seconds() > kPatience) return false;
    QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return std::nan("");
  const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size()))) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

base::Error too_late(const std::string& what) {
  return {base::ErrorCode::Io, base::str(what, " did not come within ", kPatience, " s"), "", ""};
}

class WindowBenchmark : public Benchmark {
 public:
  ~WindowBenchmark() override {
    window_.reset();
    std::error_code ignored;
    for (const auto& workspace : {workspace_, many_})
      if (workspace) std::filesystem::remove_all(workspace->folder(), ignored);
  }

  std::string name() const override { return "window"; }
  std::string unit() const override { return "frames"; }
  void add_options(CLI::App& app) override {
    app.add_option("--curves", curves_, "curves that pan")->check(CLI::Range(1, 20))->capture_default_str();
    app.add_option("--points", points_, "points of each curve")
        ->check(CLI::Range(2, 10'000'000))
        ->capture_default_str();
    app.add_option("--runs", runs_, "runs of the workspace that is opened (0: leave the start out)")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    app.add_option("--run-points", run_points_, "points of each of these runs")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--watch-seconds", watch_seconds_, "how long a growing run is watched (0: leave it out)")
        ->check(CLI::Range(0, 3600))
        ->capture_default_str();
    app.add_option("--window", window_program_, "the program ibot-workbench (beside this one if not given)");
  }
  nlohmann::json settings() const override {
    return {{"curves", curves_},
            {"points", points_},
            {"runs", runs_},
            {"run_points", run_points_},
            {"watch_seconds", watch_seconds_}};
  }

  base::Status prepare() override {
    const auto folder = [](const char* what) {
      return std::filesystem::temp_directory_path() / base::str("ibot-bench-window-", what, "-", ::getpid());
    };
    IBOT_TRY(workspace_, record::Workspace::create(folder("pan")));
    IBOT_TRY(auto store, record::Store::open(*workspace_));
    IBOT_CHECK_OK(make_runs(store, {.runs = curves_, .points = points_}));
    if (runs_ > 0) {
      IBOT_TRY(many_, record::Workspace::create(folder("many")));
      IBOT_TRY(auto many, record::Store::open(*many_));
      IBOT_CHECK_OK(make_runs(many, {.runs = runs_, .points = run_points_, .curves = 1}));
    }
    window_ = std::make_unique<ui::MainWindow>();
    window_->resize(1366, 768);
    window_->show();
    window_->open_workspace(QString::fromStdString(workspace_->folder().string()));
    auto* table = window_->findChild<QTableView*>(QStringLiteral("run_table"));
    plot_ = window_->findChild<ui::CurvePlot*>(QStringLiteral("plot_0"));
    if (!wait_until([&] { return table->model()->rowCount() >= curves_; }))
      return too_late("the list of runs");
    table->selectAll();
    if (!wait_until([&] { return plot_->points() >= curves_ * points_; })) return too_late("the curves");
    canvas_ = plot_->findChild<QWidget*>(QStringLiteral("canvas"));
    settle();
    return {};
  }

  base::Result<Measurement> run(int iterations) override {
    const QPointF start(canvas_->width() / 2.0, canvas_->height() / 2.0);
    const base::Stopwatch watch;
    send(QEvent::MouseButtonPress, start);
    for (int frame = 0; frame < iterations * kFramesPerIteration; ++frame) {
      const double turn = 2 * 3.14159265358979 * frame / kFramesPerIteration;
      const base::Stopwatch one;
      send(QEvent::MouseMove, start + QPointF(90 * std::sin(turn), 10 * std::sin(2 * turn)));
      settle();  // all four plots are on the screen
      frames_.push_back(one.seconds() * 1e3);
    }
    send(QEvent::MouseButtonRelease, start);
    return Measurement{watch.seconds(), static_cast<double>(iterations * kFramesPerIteration), {}};
  }

  std::vector<Note> notes() const override {
    std::vector<Note> notes = {{"frames", static_cast<double>(frames_.size()), ""},
                               {"frame p50", percentile(frames_, 0.5), "ms"},
                               {"frame p95", percentile(frames_, 0.95), "ms"},
                               {"frame p99", percentile(frames_, 0.99), "ms"}};
    double load[1] = {0};
    if (::getloadavg(load, 1) == 1) notes.push_back({"load of the machine", load[0], ""});
    if (many_) measure_start(notes);
    if (watch_seconds_ > 0) measure_watching(notes);
    return notes;
  }

 private:
  void send(QEvent::Type type, const QPointF& at) const {
    const Qt::MouseButton button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    const Qt::MouseButtons held = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, at, canvas_->mapToGlobal(at), button, held, Qt::NoModifier);
    QCoreApplication::sendEvent(canvas_, &event);
  }

  // Until queued redraws are drawn and painted.
  static void settle() {
    for (int i = 0; i < 4; ++i) QCoreApplication::processEvents();
  }

  void measure_start(std::vector<Note>& notes) const {
    const base::Stopwatch watch;
    ui::MainWindow window;
    window.resize(1366, 768);
    window.show();
    window.open_workspace(QString::fromStdString(many_->folder().string()));
    const auto* table = window.findChild<QTableView*>(QStringLiteral("run_table"));
    const auto* plot = window.findChild<ui::CurvePlot*>(QStringLiteral("plot_0"));
    wait_until([&] { return table->model()->rowCount() >= runs_; });
    notes.push_back({base::str("start, ", runs_, " runs"), watch.seconds() * 1e3, "ms"});
    wait_until([&] { return plot->points() >= run_points_; });
    settle();
    notes.push_back({"start, first curve", watch.seconds() * 1e3, "ms"});
  }

  // A run that grows as a small training does: five steps a second of fourteen metrics, committed every two
  // seconds.
  void measure_watching(std::vector<Note>& notes) const {
    constexpr int kSettle = 5;
    record::Store store = record::Store::open(*workspace_).value();
    record::NewRun run;
    run.id = "growing";
    run.name = "growing";
    run.plan_json = "{}";
    run.planned_steps = 1'000'000;
    store.create_run(run).value();
    store.claim_run(run.id).value();
    store.set_state(run.id, record::State::Running).value();
    record::RunBuffer buffer(run.id);
    std::int64_t step = 0;
    const auto train = [&](double seconds) {
      const base::Stopwatch watch;
      while (watch.seconds() < seconds) {
        ++step;
        for (std::int64_t i = 0; i < 14; ++i)
          buffer.metric(i == 0 ? std::string("loss") : base::str("metric_", i), step, made_value(1, i, step));
        buffer.step(step);
        if (buffer.is_due(base::now_micros())) (void)buffer.flush(store);
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
    };
    train(3);
    const QString program = window_program_.empty()
                                ? QCoreApplication::applicationDirPath() + QStringLiteral("/ibot-workbench")
                                : QString::fromStdString(window_program_);
    const WatchedProcess window(program, {QString::fromStdString(workspace_->folder().string())});
    if (!window.started()) {
      std::cerr << "! " << program.toStdString() << " cannot be started: watching is not measured\n";
      return;
    }
    train(kSettle);
    const double before = window.processor_seconds();
    const base::Stopwatch watch;
    train(watch_seconds_);
    const double cores = 2;
    notes.push_back({"of two cores, watching",
                     100 * (window.processor_seconds() - before) / watch.seconds() / cores, "%"});
    notes.push_back({"memory of the window", static_cast<double>(window.resident()) / 1e6, "MB"});
    if (!many_) return;
    const WatchedProcess other(program, {QString::fromStdString(many_->folder().string())});
    std::this_thread::sleep_for(std::chrono::seconds(kSettle));
    notes.push_back(
        {base::str("memory with ", runs_, " runs"), static_cast<double>(other.resident()) / 1e6, "MB"});
  }

  int curves_ = 20;
  int points_ = 10'000;
  int runs_ = 1000;
  int run_points_ = 10'000;
  int watch_seconds_ = 30;
  std::string window_program_;
  std::optional<record::Workspace> workspace_, many_;
  std::unique_ptr<ui::MainWindow> window_;
  ui::CurvePlot* plot_ = nullptr;
  QWidget* canvas_ = nullptr;
  std::vector<double> frames_;
};

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  if (std::getenv("QT_QPA_PLATFORM") == nullptr && std::getenv("DISPLAY") == nullptr)
    qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  std::setlocale(LC_NUMERIC, "C");
  QApplication::setOrganizationName(QStringLiteral("ibot-workbench"));
  QApplication::setApplicationName(QStringLiteral("ibot-workbench-bench"));
  ibot::ui::clear_settings();
  ibot::ui::load_fonts();
  ibot::ui::Theme::instance().apply(ibot::ui::ThemeKind::Dark);
  ibot::bench::WindowBenchmark benchmark;
  return ibot::bench::run_program(argc, argv, benchmark);
}
