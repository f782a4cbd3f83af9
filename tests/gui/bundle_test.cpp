// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles in the window: dropped, read, merged, written; those that mean ill.
#include "screenshots.h"
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/base/file.h>
#include <ibot/bundle/bundle.h>
#include <ibot/record/reader.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/shell/drop.h>
#include <ui/shell/settings.h>
#include <ui/views/bundle_bar.h>
#include <ui/views/compare_page.h>
#include <ui/views/comparison_curves.h>
#include <ui/views/study_files.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QThreadPool>
#include <QToolButton>
#include <filesystem>
#include <optional>
#include <set>

namespace ibot::ui {
namespace {

namespace fs = std::filesystem;
using gui_test::click;
using gui_test::wait_until;
using gui_test::WindowFixture;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A colleague's bundle of two runs, and a workspace of one's own with another run, open in the window.
class GuiBundle : public testing::Test {
 protected:
  GuiBundle() {
    fs::create_directory(places());
    // Where bundles are unpacked: so that a test sees what is left of them.
    qputenv("TMPDIR", QByteArray::fromStdString(places().string()));
    for (const char* id : {"their-0", "their-1"}) finished(theirs, id);
    finished(mine, "my-run");
    content.title = "Masks <b>of</b> a colleague";
    content.runs = {"their-0", "their-1"};
    content.extra = {{"plans/their-0.yaml", "name: x\n"}};
    bundle::create_bundle(theirs.workspace, content, file()).value();
    clear_settings();
    window.emplace();
    window->window.open_workspace(mine.folder());
    EXPECT_TRUE(wait_until([&] { return rows() == QStringList({"my-run"}); }));
  }
  ~GuiBundle() override {
    window.reset();
    QThreadPool::globalInstance()->waitForDone();
    qunsetenv("TMPDIR");
  }
  static void finished(WorkspaceFixture& f, const std::string& id) {
    f.start(id, id, 100);
    f.write(id, "loss", 1, 100, [](auto step) { return 5.0 - 0.01 * static_cast<double>(step); });
    f.store.set_state(id, record::State::Finishing).value();
    f.store.set_state(id, record::State::Completed).value();
  }
  fs::path file() const { return theirs.dir / "masks.ibot"; }
  fs::path places() const { return theirs.dir / "unpacked"; }
  std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(places())) {
      if (entry.path().filename().string().starts_with("ibot-bundle-"))
        names.push_back(entry.path().filename());
    }
    return names;
  }
  QStringList rows() {
    QStringList names;
    const auto* model = window->runs()->model();
    for (int row = 0; row < model->rowCount(); ++row) names << model->index(row, 0).data().toString();
    names.sort();
    return names;
  }
  BundleBar* bar() { return window->find<BundleBar>("bundle_bar"); }
  std::string words() { return window->find<QLabel>("bundle_words")->text().toStdString(); }
  void drop(const fs::path& path) {
    gui_test::drop_onto(&window->window, QString::fromStdString(path.string()));
  }
  bool open_dropped() {
    drop(file());
    return wait_until([&] { return bar()->shown() != nullptr && rows().size() == 2; });
  }
  record::Run mine_read(const std::string& id) {
    return record::Reader::open(mine.workspace).value().run(id).value();
  }

  WorkspaceFixture theirs, mine;
  bundle::BundleContent content;
  std::optional<WindowFixture> window;
};

TEST_F(GuiBundle, DroppedItIsAWorkspaceByItselfThatIsOnlyRead) {
  ASSERT_TRUE(open_dropped());
  EXPECT_EQ(rows(), QStringList({"their-0", "their-1"}));
  EXPECT_THAT(words(), HasSubstr("masks.ibot"));
  EXPECT_THAT(words(), HasSubstr("2 runs"));
  EXPECT_THAT(words(), HasSubstr("only read"));
  EXPECT_THAT(words(), HasSubstr("Every hash is right"));
  EXPECT_THAT(window->window.windowTitle().toStdString(), HasSubstr("masks.ibot"));
  EXPECT_EQ(read_setting(kRecentSetting).toStringList(), QStringList({mine.folder()}))
      << "a folder that goes is nothing to come back to";
  EXPECT_THAT(left_behind(), Not(IsEmpty()));

  // Nothing in it can be changed, and that is said.
  ASSERT_TRUE(window->click_run("their-0"));
  window->window.record().command("their-0", record::CommandKind::Pause, "Pausing their-0");
  EXPECT_TRUE(wait_until([&] { return !window->banner_text().empty(); }));
  EXPECT_THAT(window->banner_text(), HasSubstr("only read"));

  click(window->find<QPushButton>("bundle_close"));
  ASSERT_TRUE(wait_until([&] { return rows() == QStringList({"my-run"}); }));
  EXPECT_EQ(bar()->shown(), nullptr);
  EXPECT_FALSE(bar()->isVisible());
  EXPECT_TRUE(wait_until([&] { return left_behind().empty(); })) << "its folder goes with it";
}

TEST_F(GuiBundle, DroppedTwiceItIsThereOnce) {
  ASSERT_TRUE(open_dropped());
  const QString first = bar()->shown()->folder();
  drop(file());
  ASSERT_TRUE(wait_until([&] { return bar()->shown() != nullptr && bar()->shown()->folder() != first; }));
  EXPECT_TRUE(wait_until([&] { return rows().size() == 2; }));
  EXPECT_EQ(bar()->before(), mine.folder());
  EXPECT_TRUE(wait_until([&] { return left_behind().size() == 1; }));
}

TEST_F(GuiBundle, ItsRunsAreComparedBesideOnesOwnWithoutMerging) {
  ASSERT_TRUE(open_dropped());
  auto* page = window->find<ComparePage>("compare_page");
  click(window->find<QPushButton>("bundle_beside"));
  ASSERT_TRUE(wait_until([&] { return !page->context().bundles().empty(); }));
  EXPECT_EQ(window->window.page(), Page::Compare);
  EXPECT_EQ(bar()->shown(), nullptr) << "one's own workspace is open again";
  EXPECT_TRUE(wait_until([&] { return rows() == QStringList({"my-run"}); })) << "nothing was taken over";
  page->context().tray().add({"my-run"});
  const auto ids = [&] {
    std::vector<std::string> all;
    for (const compare::RunData& data : page->context().view()->runs)
      all.push_back(data.run.id + (data.source.empty() ? "" : " in " + data.source));
    return all;
  };
  ASSERT_TRUE(wait_until([&] { return ids().size() == 3; }));
  EXPECT_THAT(ids(), testing::ElementsAre("my-run", "their-0 in masks.ibot", "their-1 in masks.ibot"));
  const auto* header = window->find<QTableView>("difference_runs")->model();
  EXPECT_TRUE(header->headerData(2, Qt::Horizontal).toString().endsWith("masks.ibot"));
  page->show_tab(2);
  auto* curves = page->findChild<ComparisonCurves*>();
  ASSERT_NE(curves, nullptr);
  EXPECT_TRUE(wait_until([&] { return curves->lines().lines.size() == 3; }));
  std::set<std::int64_t> colours;
  for (const compare::ComparisonLine& line : curves->lines().lines) colours.insert(line.run_colour);
  EXPECT_EQ(colours.size(), 3U) << "whichever colours they had in their own record";
  EXPECT_LE(page->width(), window->window.width()) << "nothing pushes the page out of the window";
  gui_test::save_screenshots(window->window, "bundle_beside");
  page->show_tab(0);
  gui_test::save_screenshots(window->window, "bundle_beside_differences");
  EXPECT_THAT(left_behind(), testing::SizeIs(1)) << "it is read where it was unpacked";

  click(window->find<QToolButton>("tray_bundle_leave"));
  ASSERT_TRUE(wait_until([&] { return page->context().bundles().empty() && ids().size() == 1; }));
  page->context().tray().clear();
  EXPECT_TRUE(wait_until([&] { return left_behind().empty(); })) << "its folder goes with it";
}

TEST_F(GuiBundle, ARunOfItCanBeTheBaseline) {
  auto* page = window->find<ComparePage>("compare_page");
  ComparisonTray& tray = page->context().tray();
  window->window.show_page(Page::Compare);
  tray.add({"my-run"});
  bar()->open_beside(QString::fromStdString(file().string()));
  auto* table = window->find<QTableView>("tray_table");
  ASSERT_TRUE(wait_until([&] { return table->model()->rowCount() == 3; }));
  EXPECT_EQ(table->model()->index(1, 0).data().toString(), QStringLiteral("their-0"));
  EXPECT_THAT(table->model()->index(1, 0).data(Qt::ToolTipRole).toString().toStdString(),
              HasSubstr("of the bundle masks.ibot"));
  table->selectRow(2);
  EXPECT_FALSE(window->find<QAction>("tray_remove")->isEnabled()) << "it leaves with its bundle";
  click(window->find<QToolButton>("tray_baseline_button"));
  EXPECT_EQ(tray.baseline(), QStringLiteral("their-1"));
  const auto first = [&] {
    const auto& runs = page->context().view()->runs;
    return runs.empty() ? std::string() : runs.front().run.id;
  };
  ASSERT_TRUE(wait_until([&] { return first() == "their-1"; }));
  EXPECT_EQ(table->model()->index(2, 0).data().toString(), QStringLiteral("their-1"))
      << "it stays in its place";
  const ComparisonView& view = *page->context().view();
  ASSERT_TRUE(view.result.has_value());
  ASSERT_TRUE(view.result->baseline.has_value());
  const compare::Replicates& group = view.result->groups[*view.result->baseline].group;
  EXPECT_THAT(group.runs, testing::Contains(0));
  for (const compare::GroupResult& each : view.result->groups) {
    for (const compare::UsedRun& used : each.used)
      EXPECT_EQ(used.value, 4.0) << "each value is that of its run: " << view.runs[used.run].run.id;
  }
  gui_test::save_screenshots(window->window, "bundle_baseline");

  // Without the bundle another one is, and with it it comes back.
  const OpenedBundlePtr bundle = page->context().bundles().front();
  page->context().remove_bundle(bundle);
  EXPECT_EQ(tray.baseline(), QStringLiteral("my-run"));
  page->context().add_bundle(bundle);
  EXPECT_EQ(tray.baseline(), QStringLiteral("their-1"));
  page->undo_stack()->undo();
  EXPECT_EQ(tray.baseline(), QStringLiteral("my-run"));
}

TEST_F(GuiBundle, OpenedBesideItGoesWithTheWorkspace) {
  auto* page = window->find<ComparePage>("compare_page");
  bar()->open_beside(QString::fromStdString(file().string()));
  ASSERT_TRUE(wait_until([&] { return page->context().bundles().size() == 1; }));
  EXPECT_EQ(bar()->shown(), nullptr);
  bar()->open_beside(QString::fromStdString(file().string()));
  ASSERT_TRUE(wait_until([&] { return !bar()->isVisible(); }));
  EXPECT_EQ(page->context().bundles().size(), 1U) << "twice makes no copy";
  window->window.record().close();
  EXPECT_TRUE(page->context().bundles().empty());
}

TEST_F(GuiBundle, ComparedOnesComeBackWithTheWorkspaceAndMissingOnesAreNamed) {
  bar()->open_beside(QString::fromStdString(file().string()));
  const auto bundles = [&] { return window->find<ComparePage>("compare_page")->context().bundles(); };
  const auto missed = [&]() -> std::string {
    auto* banner = window->find<Banner>("compare_missed");
    return banner->isHidden() ? std::string() : banner->text().toStdString();
  };
  const auto next_start = [&] {
    window.reset();
    window.emplace();
    window->window.open_workspace(mine.folder());
    EXPECT_TRUE(wait_until([&] { return rows() == QStringList({"my-run"}); }));
  };
  ASSERT_TRUE(wait_until([&] { return bundles().size() == 1; }));
  next_start();
  ASSERT_TRUE(wait_until([&] { return bundles().size() == 1; }));
  EXPECT_EQ(bundles().front()->name(), QStringLiteral("masks.ibot"));
  EXPECT_EQ(missed(), "");

  fs::rename(file(), theirs.dir / "elsewhere.ibot");
  next_start();
  ASSERT_TRUE(wait_until([&] { return !missed().empty(); }));
  EXPECT_THAT(missed(), HasSubstr("masks.ibot"));
  EXPECT_TRUE(bundles().empty());
  gui_test::save_screenshots(window->window, "bundle_missed");
  next_start();
  EXPECT_EQ(missed(), "") << "said once";

  // Damaged meanwhile: what is wrong is said.
  fs::rename(theirs.dir / "elsewhere.ibot", file());
  bar()->open_beside(QString::fromStdString(file().string()));
  ASSERT_TRUE(wait_until([&] { return bundles().size() == 1; }));
  base::write_file_atomically(file(), std::string_view("no zip")).value();
  next_start();
  ASSERT_TRUE(wait_until([&] { return !missed().empty(); }));
  EXPECT_THAT(missed(), HasSubstr("masks.ibot is compared no more"));

  // What was taken out stays out.
  bundle::create_bundle(theirs.workspace, content, theirs.dir / "again.ibot").value();
  bar()->open_beside(QString::fromStdString((theirs.dir / "again.ibot").string()));
  ASSERT_TRUE(wait_until([&] { return bundles().size() == 1; }));
  auto& context = window->find<ComparePage>("compare_page")->context();
  context.remove_bundle(context.bundles().front());
  next_start();
  EXPECT_EQ(missed(), "");
  EXPECT_TRUE(bundles().empty());
}

TEST_F(GuiBundle, MergedItsRunsStandBesideOnesOwn) {
  ASSERT_TRUE(open_dropped());
  EXPECT_EQ(window->find<QPushButton>("bundle_merge")->text(), "Merge into workspace");
  click(window->find<QPushButton>("bundle_merge"));
  ASSERT_TRUE(wait_until([&] { return rows() == QStringList({"my-run", "their-0", "their-1"}); }));
  ASSERT_TRUE(wait_until([&] { return !window->banner_text().empty(); }));
  EXPECT_THAT(window->banner_text(), HasSubstr("2 runs were added to workspace from masks.ibot"));
  EXPECT_EQ(bar()->shown(), nullptr);

  window->press_in_banner("Put them into the trash");
  ASSERT_TRUE(wait_until([&] { return rows() == QStringList({"my-run"}); }));
  EXPECT_TRUE(mine_read("their-1").trashed.has_value());
  auto* undo = window->find<QAction>("undo");
  ASSERT_TRUE(wait_until([&] { return undo->isEnabled(); }));
  undo->trigger();
  ASSERT_TRUE(wait_until([&] { return rows().size() == 3; }));

  // A second time nothing comes twice.
  ASSERT_TRUE(open_dropped());
  click(window->find<QPushButton>("bundle_merge"));
  ASSERT_TRUE(wait_until([&] { return !window->banner_text().empty(); }));
  EXPECT_THAT(window->banner_text(), HasSubstr("2 were there already and stay as they are"));
  EXPECT_THAT(window->banner_actions(), IsEmpty());
}

TEST_F(GuiBundle, WhatMeansIllIsRefusedInWords) {
  const std::string good = base::read_text_file(file()).value();
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string bytes = good;
    for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + to.size()))
      bytes.replace(at, from.size(), to);
    EXPECT_NE(bytes, good);
    return bytes;
  };
  std::string damaged = good;
  // In the middle of the record, which is the largest entry.
  for (std::size_t i = 0; i < 64; ++i) damaged[damaged.size() / 2 + i] ^= 0x5a;
  bundle::BundleContent bomb = content;
  bomb.extra = {{"notes.md", std::string(std::size_t{60} << 20, '\0')}};
  bundle::create_bundle(theirs.workspace, bomb, theirs.dir / "bomb.ibot").value();

  const struct {
    const char* name;
    std::string bytes;
    const char* words;
  } bad[] = {{"no_zip.zip", "this is no zip file", "was not opened"},
             {"empty.ibot", "", "was not opened"},
             {"cut.ibot", good.substr(0, good.size() / 2), "was not opened"},
             {"outside.ibot", replaced("plans/their-0.yaml", "../../escaped.yaml"), "refused"},
             {"damaged.ibot", damaged, "was not opened"},
             {"bomb.ibot", {}, "would unpack to"}};
  for (const auto& each : bad) {
    const fs::path path = theirs.dir / each.name;
    if (!each.bytes.empty() || std::string(each.name) == "empty.ibot")
      base::write_file_atomically(path, std::string_view(each.bytes)).value();
    drop(path);
    ASSERT_TRUE(wait_until([&] { return window->banner_text().find(each.name) == 0; })) << each.name;
    EXPECT_THAT(window->banner_text(), HasSubstr(each.words));
    EXPECT_EQ(bar()->shown(), nullptr);
    EXPECT_FALSE(bar()->isVisible());
    EXPECT_EQ(window->window.record().folder(), mine.folder()) << "what was open stays open";
    EXPECT_THAT(left_behind(), IsEmpty()) << each.name;
  }
}

TEST_F(GuiBundle, CheckingItCanBeCancelled) {
  bar()->open(QString::fromStdString(file().string()));
  EXPECT_THAT(words(), HasSubstr("Checking every file of masks.ibot"));
  click(window->find<QPushButton>("bundle_cancel"));
  EXPECT_FALSE(bar()->isVisible());
  QThreadPool::globalInstance()->waitForDone();
  QCoreApplication::processEvents();
  EXPECT_EQ(bar()->shown(), nullptr);
  EXPECT_EQ(rows(), QStringList({"my-run"}));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(GuiBundle, SaysBeforeTheDropWhatWillHappen) {
  const DropPlan plan = plan_drop({QString::fromStdString(file().string())});
  EXPECT_EQ(plan.kind, DropPlan::Kind::OpenBundle);
  EXPECT_THAT(plan.sentence.toStdString(), HasSubstr("Open the bundle masks.ibot, to be read only"));
}

TEST_F(GuiBundle, SelectedRunsAreWrittenAsBundleAndReport) {
  ASSERT_TRUE(window->click_run("my-run"));
  EXPECT_TRUE(window->find<QAction>("export_bundle")->isEnabled());
  auto* files = window->window.findChild<StudyFiles*>();
  ASSERT_NE(files, nullptr);
  QSignalSpy ended(files, &StudyFiles::finished);
  const fs::path out = mine.dir / "mine.ibot";
  files->export_bundle_to({{"my-run"}, "my <study>", {}, {}, {}, {}}, QString::fromStdString(out.string()));
  EXPECT_THAT(window->banner_text(), HasSubstr("Writing mine.ibot"));
  ASSERT_TRUE(wait_until([&] { return !ended.isEmpty(); }));
  ASSERT_TRUE(ended[0][1].toString().isEmpty()) << ended[0][1].toString().toStdString();
  EXPECT_EQ(bundle::check_bundle(out).value().runs, std::vector<std::string>{"my-run"});
  EXPECT_THAT(window->banner_text(), HasSubstr("mine.ibot is written"));

  ended.clear();
  const fs::path report = mine.dir / "mine.html";
  files->write_report_to({{"my-run"}, "my <study>", {}, {}, {}, {}}, QString::fromStdString(report.string()));
  ASSERT_TRUE(wait_until([&] { return !ended.isEmpty(); }));
  ASSERT_TRUE(ended[0][1].toString().isEmpty()) << ended[0][1].toString().toStdString();
  EXPECT_THAT(base::read_text_file(report).value(), HasSubstr("my &lt;study&gt;"));

  ended.clear();
  files->write_report_to({{"nobody"}, {}, {}, {}, {}, {}}, QString::fromStdString(report.string()));
  ASSERT_TRUE(wait_until([&] { return !ended.isEmpty(); }));
  EXPECT_THAT(window->banner_text(), HasSubstr("mine.html was not written"));
}

TEST_F(GuiBundle, LooksRight) {
  ASSERT_TRUE(open_dropped());
  ASSERT_TRUE(window->click_run("their-0"));
  gui_test::save_screenshots(window->window, "bundle_open");
  EXPECT_TRUE(bar()->isVisible());
}

}  // namespace
}  // namespace ibot::ui
