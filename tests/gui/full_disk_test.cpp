// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that is full while somebody queues runs and writes notes: said in words where it was asked for, and
// done when there is room again.
#include "tiny_run.h"
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/record/queue.h>
#include <ibot/record/reader.h>
#include <ibot/test/fault_vfs.h>

#include <gmock/gmock.h>
#include <ui/bridge/program.h>
#include <ui/models/queue_model.h>
#include <ui/views/configure_page.h>
#include <ui/views/note_edit.h>
#include <ui/widgets/banner.h>

#include <QAction>
#include <QCoreApplication>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <memory>

namespace ibot::ui {
namespace {

using gui_test::click;
using gui_test::type_into;
using gui_test::wait_until;
using gui_test::WindowFixture;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;

class GuiFullDisk : public testing::Test {
 protected:
  GuiFullDisk() {
    for (const char* id : {"a", "b", "c"}) {
      f.create(id, std::string("run ") + id);
      record::Queue(f.store).add(id, {}).value();
    }
    w = std::make_unique<WindowFixture>();
    w->window.open_workspace(f.folder());
    EXPECT_TRUE(wait_until([&] { return w->window.record().queue()->rows.size() == 3; }));
  }
  void fill_up() { disk.arm(test::Fault::NoSpace, 0, test::Lasting::UntilDisarmed); }

  test::FaultVfs disk;  // before everything that opens a record
  WorkspaceFixture f;
  std::unique_ptr<WindowFixture> w;
};

TEST_F(GuiFullDisk, AMoveInTheQueueIsSaidThereAndTriedAgain) {
  w->find<QAction>("queue")->trigger();
  auto* table = w->find<QTableView>("queue_table");
  auto* banner = w->find<Banner>("queue_banner");
  const auto order = [&] {
    QStringList names;
    for (int row = 0; row < table->model()->rowCount(); ++row)
      names << table->model()->index(row, QueueModel::kRun).data().toString();
    return names;
  };
  ASSERT_EQ(order(), QStringList({"run a", "run b", "run c"}));
  table->selectRow(2);
  fill_up();
  click(w->find<QPushButton>("queue_up"));
  ASSERT_TRUE(wait_until([&] { return banner->isVisible(); }));
  EXPECT_THAT(banner->text().toStdString(), testing::StartsWith("Moving: "));
  EXPECT_THAT(banner->text().toStdString(), HasSubstr("disk or quota is full"));
  EXPECT_EQ(w->banner_text(), "") << "said once, where it was asked for";
  EXPECT_EQ(order(), QStringList({"run a", "run b", "run c"}));

  QPushButton* again = nullptr;
  for (auto* button : banner->findChildren<QPushButton*>())
    if (button->text() == "Try again") again = button;
  click(again);  // it is still full
  ASSERT_TRUE(wait_until([&] { return banner->isVisible(); }));
  EXPECT_EQ(banner->text().count("Moving: "), 1);
  disk.disarm();
  for (auto* button : banner->findChildren<QPushButton*>())
    if (button->text() == "Try again" && button->isVisible()) again = button;
  click(again);
  EXPECT_TRUE(wait_until([&] { return order() == QStringList({"run a", "run c", "run b"}); }));
  EXPECT_FALSE(banner->isVisible());
}

TEST_F(GuiFullDisk, ANoteThatWasNotWrittenComesBackAndIsWrittenOnce) {
  ASSERT_TRUE(w->click_run("run a"));
  auto* field = w->find<NoteEdit>("inspector_new_note");
  ASSERT_TRUE(wait_until([&] { return field->isVisible(); }));
  QTest::keyClicks(field, "seen at night");
  fill_up();
  QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier);
  ASSERT_TRUE(wait_until([&] { return !w->banner_text().empty(); }));
  EXPECT_THAT(w->banner_text(), testing::StartsWith("Adding a note to run a: "));
  EXPECT_THAT(w->banner_text(), HasSubstr("disk or quota is full"));
  ASSERT_TRUE(wait_until([&] { return field->toPlainText() == "seen at night"; }));
  disk.disarm();
  w->press_in_banner("Try again");
  EXPECT_TRUE(wait_until([&] { return field->toPlainText().isEmpty(); })) << "it stands in the record now";
  w.reset();  // the file system that fails is for one thread
  const auto notes = record::Reader::open(f.workspace).value().notes("a").value();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].text, "seen at night");
}

TEST_F(GuiFullDisk, AnEditThatIsTriedAgainCanBeUndone) {
  ASSERT_TRUE(w->click_run("run a"));
  auto* undo = w->find<QAction>("undo");
  const auto tags = [&] { return w->window.record().run("a")->run.tags; };
  fill_up();
  auto* tag = w->find<QLineEdit>("inspector_new_tag");
  ASSERT_TRUE(wait_until([&] { return tag->isVisible(); }));
  type_into(tag, "keep");
  QTest::keyClick(tag, Qt::Key_Return);
  ASSERT_TRUE(wait_until([&] { return !w->banner_text().empty(); }));
  EXPECT_FALSE(undo->isEnabled()) << "nothing was changed yet";
  w->press_in_banner("Try again");  // it is still full
  ASSERT_TRUE(wait_until([&] { return !w->banner_text().empty(); }));
  disk.disarm();
  w->press_in_banner("Try again");
  ASSERT_TRUE(wait_until([&] { return undo->isEnabled(); }));
  ASSERT_EQ(tags(), std::vector<std::string>{"keep"});
  undo->trigger();
  EXPECT_TRUE(wait_until([&] { return tags().empty(); }));
  EXPECT_FALSE(undo->isEnabled()) << "it was one edit";
}

// Programs that are started meanwhile find the disk full.
class NoSpaceForPrograms {
 public:
  NoSpaceForPrograms() { qputenv("LD_PRELOAD", library().toUtf8()); }
  ~NoSpaceForPrograms() { qunsetenv("LD_PRELOAD"); }
  static QString library() {
    return QCoreApplication::applicationDirPath() + QStringLiteral("/gui_no_space.so");
  }
};

TEST(GuiFullDiskOfTheProgram, ARunThatWasNotQueuedIsQueuedOnceWhenThereIsRoom) {
  if (!QFileInfo::exists(Program::path())) GTEST_SKIP() << "the program ibot is not built";
  if (!QFileInfo::exists(NoSpaceForPrograms::library()))
    GTEST_SKIP() << "sanitizers want to be loaded before any other library";
  WorkspaceFixture f;
  gui_test::make_pictures(f.dir / "pictures", 12);
  gui_test::write_tiny_recipe(f.dir / "tiny.yaml", f.dir / "pictures");
  WindowFixture w;
  w.window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return w.window.record().folder() == f.folder(); }));
  auto* configure = w.window.findChild<ConfigurePage*>();
  configure->open_recipe(QString::fromStdString((f.dir / "tiny.yaml").string()));
  w.window.show_page(Page::Check);
  ASSERT_TRUE(wait_until([&] {
    const auto& plan = configure->configuration().result().plan;
    return plan && plan->dataset().has_value();
  }));
  auto* banner = w.find<QWidget>("check_banner");
  const auto words = [&] {
    QString all;
    for (const QLabel* label : banner->findChildren<QLabel*>()) all += label->text() + "\n";
    return all.toStdString();
  };
  {
    const NoSpaceForPrograms full;
    click(w.find<QPushButton>("check_queue"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return banner->isVisible(); }, 60'000));
  }
  EXPECT_THAT(words(), HasSubstr("The run was not put into the queue."));
  EXPECT_THAT(words(), HasSubstr("disk or quota is full"));
  EXPECT_TRUE(w.window.record().queue()->rows.empty());
  EXPECT_TRUE(w.window.record().runs().empty()) << "half a run would be found later";
  click(w.find<QPushButton>("check_again"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return w.window.record().queue()->rows.size() == 1; }, 60'000))
      << words();
  EXPECT_FALSE(banner->isVisible());
  EXPECT_EQ(w.window.record().runs().size(), 1U);
}

}  // namespace
}  // namespace ibot::ui
