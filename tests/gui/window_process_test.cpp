// SPDX-License-Identifier: GPL-3.0-or-later
// The program ibot-workbench as a process of its own, beside a training in another: killing the window ends
// nothing, and what came in meanwhile is there when the workspace is opened again.
#include "tiny_run.h"
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/record/reader.h>

#include <gmock/gmock.h>
#include <ui/bridge/program.h>
#include <ui/plots/curve_plot.h>

#include <QAction>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonObject>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QTest>
#include <csignal>
#include <map>
#include <memory>
#include <optional>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WindowFixture;
using testing::HasSubstr;

constexpr int kPatience = 60'000;  // ms for a process to do something

QString window_program() {
  return QCoreApplication::applicationDirPath() + QStringLiteral("/ibot-workbench");
}

/// The program where there is no display, with what it says.
struct WithoutDisplay {
  explicit WithoutDisplay(const QStringList& arguments) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) environment.remove(name);
    process.setProcessEnvironment(environment);
    process.start(window_program(), arguments);
    ended = process.waitForFinished(kPatience) && process.exitStatus() == QProcess::NormalExit;
    output = process.readAllStandardOutput().toStdString();
    errors = process.readAllStandardError().toStdString();
  }
  QProcess process;
  bool ended = false;
  std::string output, errors;
};

TEST(GuiProgramWithoutDisplay, StillSaysWhatItIs) {
  if (!QFileInfo::exists(window_program())) GTEST_SKIP() << "the program ibot-workbench is not built";
  for (const char* option : {"--help", "-h", "--help-all"}) {
    const WithoutDisplay help({option});
    ASSERT_TRUE(help.ended) << option << help.errors;
    EXPECT_EQ(help.process.exitCode(), 0);
    EXPECT_THAT(help.output, HasSubstr("Usage: ")) << option;
    EXPECT_THAT(help.output, HasSubstr("--demo"));
  }
  const WithoutDisplay version({"--version"});
  ASSERT_TRUE(version.ended) << version.errors;
  EXPECT_THAT(version.output, testing::StartsWith("ibot-workbench "));
}

TEST(GuiProgramWithoutDisplay, SaysThatThereIsNoneAndWhatNeedsNone) {
  if (!QFileInfo::exists(window_program())) GTEST_SKIP() << "the program ibot-workbench is not built";
  const WithoutDisplay window({"/some/workspace"});
  ASSERT_TRUE(window.ended) << "a core dump: " << window.errors;
  EXPECT_EQ(window.process.exitCode(), 5);
  EXPECT_THAT(window.errors, testing::StartsWith("error: there is no display"));
  EXPECT_THAT(window.errors, HasSubstr("`ibot train RECIPE`"));
}

/// A training that goes on for longer than the test, in a process of its own.
class GuiWindowProcess : public testing::Test {
 protected:
  GuiWindowProcess() {
    if (!QFileInfo::exists(Program::path()) || !QFileInfo::exists(window_program())) return;
    gui_test::make_pictures(dir / "pictures", 12);
    gui_test::write_tiny_recipe(dir / "tiny.yaml", dir / "pictures",
                                "train: {threads: 1, epochs: 40000}\ncheckpoints: {every_epochs: 2}\n");
    run = start_training();
  }
  void SetUp() override {
    if (!QFileInfo::exists(Program::path())) GTEST_SKIP() << "the program ibot is not built";
    if (!QFileInfo::exists(window_program())) GTEST_SKIP() << "the program ibot-workbench is not built";
    ASSERT_FALSE(run.isEmpty());
  }
  ~GuiWindowProcess() override { gui_test::end_processes(workspace()); }

  std::filesystem::path workspace() const { return dir / "workspace"; }
  QString folder() const { return QString::fromStdString(workspace().string()); }

  QString start_training() {
    Program program;
    std::optional<ProgramResult> result;
    QObject::connect(&program, &Program::finished, [&](const ProgramResult& ended) { result = ended; });
    program.start({"train", QString::fromStdString((dir / "tiny.yaml").string()), "--detach", "--json",
                   "--workspace", folder()});
    EXPECT_TRUE(QTest::qWaitFor([&] { return result.has_value(); }, kPatience));
    EXPECT_TRUE(result && result->succeeded) << (result ? result->why.toStdString() : "");
    return result ? result->json().object().value("run").toString() : QString();
  }
  /// The window on the workspace, with settings of its own; it is there once it holds the record open.
  std::unique_ptr<QProcess> start_window() {
    auto window = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    environment.insert("XDG_CONFIG_HOME", QString::fromStdString((dir / "config").string()));
    window->setProcessEnvironment(environment);
    window->setProcessChannelMode(QProcess::MergedChannels);
    window->start(window_program(), {folder()});
    EXPECT_TRUE(QTest::qWaitFor([&] { return holds_the_record(*window); }, kPatience))
        << window->readAll().toStdString();
    return window;
  }
  static bool holds_the_record(const QProcess& window) {
    const QDir open(QStringLiteral("/proc/%1/fd").arg(window.processId()));
    for (const QFileInfo& file : open.entryInfoList(QDir::Files | QDir::System | QDir::NoDotAndDotDot)) {
      if (file.symLinkTarget().endsWith(QStringLiteral("record.sqlite"))) return true;
    }
    return false;
  }
  record::Run read() {
    auto reader = record::Reader::open(record::Workspace::open(workspace()).value());
    return reader.value().run(run.toStdString()).value();
  }
  bool trains_on(std::int64_t steps) {
    const std::int64_t from = read().step;
    return QTest::qWaitFor([&] { return read().step >= from + steps; }, kPatience);
  }

  test::TempDir dir;
  QString run;
};

TEST_F(GuiWindowProcess, KillingTheWindowEndsNothingAndLeavesNoGap) {
  const auto first = start_window();
  ASSERT_TRUE(trains_on(10)) << "while it is watched";
  const std::int64_t before = read().step;
  ASSERT_EQ(::kill(static_cast<pid_t>(first->processId()), SIGKILL), 0);
  ASSERT_TRUE(first->waitForFinished());
  EXPECT_EQ(first->exitStatus(), QProcess::CrashExit);
  ASSERT_TRUE(trains_on(30)) << "while nobody watches";

  // The next window finds no lock, and no sign of the one that was killed.
  const auto second = start_window();
  ASSERT_TRUE(trains_on(10));
  second->terminate();
  second->waitForFinished();

  // And what it would show: every step once, from the first on, those without a window among them.
  WindowFixture w;
  std::map<std::int64_t, double> loss;
  QObject::connect(&w.window.record(), &Record::curves_changed, &w.window, [&](const CurveChunks& chunks) {
    for (const CurveChunk& chunk : *chunks) {
      if (chunk.key.metric != QStringLiteral("loss")) continue;
      if (chunk.from_scratch) loss.clear();
      for (const record::CurvePoint& point : chunk.points) loss[point.step] = point.value;
    }
  });
  w.window.open_workspace(folder());
  ASSERT_TRUE(wait_until([&] { return w.window.record().run(run) != nullptr; }));
  ASSERT_TRUE(w.click_run("tiny"));
  ASSERT_TRUE(wait_until([&] { return !loss.empty() && loss.rbegin()->first > before + 30; }));
  const std::int64_t shown = loss.rbegin()->first;
  EXPECT_EQ(static_cast<std::int64_t>(loss.size()), shown - loss.begin()->first + 1) << "a step is missing";
  EXPECT_LE(loss.begin()->first, 1);
  EXPECT_TRUE(wait_until([&] { return w.find<CurvePlot>("plot_0")->points() >= shown; }));
  EXPECT_TRUE(wait_until([&] { return loss.rbegin()->first > shown; })) << "it goes on";

  // The window that was opened last can stop what an earlier one watched.
  auto* stop = w.find<QPushButton>("train_stop");
  ASSERT_TRUE(wait_until([&] { return stop->isEnabled(); }));
  gui_test::click(stop);
  EXPECT_TRUE(QTest::qWaitFor([&] { return read().state == record::State::Stopped; }, kPatience));
}

TEST_F(GuiWindowProcess, AKilledTrainerIsSaidAndCanBeResumed) {
  ASSERT_TRUE(trains_on(10));
  WindowFixture w;
  w.window.open_workspace(folder());
  ASSERT_TRUE(wait_until([&] { return w.window.record().run(run) != nullptr; }));
  ASSERT_EQ(w.banner_text(), "");
  const auto trainer = static_cast<pid_t>(read().process.pid);
  ASSERT_EQ(::kill(trainer, SIGKILL), 0);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !w.banner_text().empty(); }, kPatience));
  EXPECT_THAT(w.banner_text(), HasSubstr("The trainer of tiny is gone"));
  w.press_in_banner("Show it");
  auto* resume = w.find<QAction>("run_resume");
  ASSERT_TRUE(wait_until([&] { return resume->isEnabled(); })) << resume->toolTip().toStdString();
  resume->trigger();
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return read().state == record::State::Running && read().process.pid != trainer; }, kPatience))
      << w.banner_text();
  EXPECT_TRUE(trains_on(5));
}

TEST_F(GuiWindowProcess, ToldToGoItEndsInOrderAndKeepsWhatWasChosen) {
  const auto kept_value = [&](const char* key) {
    const auto file = dir / "config/ibot-workbench/ibot-workbench.conf";
    return QSettings(QString::fromStdString(file.string()), QSettings::NativeFormat).value(key);
  };
  const auto window = start_window();
  // The file of the record is open a moment before the window knows that it is.
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return kept_value("recent_workspaces").toStringList() == QStringList(folder()); }, kPatience));
  window->terminate();
  ASSERT_TRUE(window->waitForFinished(kPatience));
  EXPECT_EQ(window->exitStatus(), QProcess::NormalExit) << window->readAll().toStdString();
  EXPECT_EQ(window->exitCode(), 0);
  EXPECT_FALSE(kept_value("geometry").toByteArray().isEmpty());
  EXPECT_TRUE(trains_on(5)) << "the training is nobody's child";
}

}  // namespace
}  // namespace ibot::ui
