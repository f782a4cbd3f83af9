// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that share a name can be told apart in every list that shows them together.
#include "screenshots.h"
#include "workspace_fixture.h"

#include <ibot/record/queue.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/inspector.h>
#include <ui/models/cell_outcome.h>
#include <ui/models/queue_model.h>
#include <ui/models/run_column.h>
#include <ui/models/run_names.h>
#include <ui/views/look_context.h>
#include <ui/views/network_bar.h>
#include <ui/views/queue_panel.h>

#include <QComboBox>
#include <QDateTime>
#include <QJsonObject>
#include <QTableView>
#include <string>
#include <vector>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;

constexpr std::int64_t kMinute = 60'000'000;
// Noon of a day, here.
const std::int64_t kNoon = QDateTime({2026, 11, 28}, {12, 0}).toMSecsSinceEpoch() * 1000;

NamedRun run(const char* id, const char* name, const char* seed, std::int64_t created = kNoon) {
  return {QString::fromLatin1(id), QString::fromLatin1(name), QString::fromLatin1(seed), created};
}

TEST(GuiRunNames, StayAsTheyAreWhereTheyDiffer) {
  EXPECT_EQ(names_in_list({run("a", "tiny", "0"), run("b", "small", "0")}), QStringList({"tiny", "small"}));
  EXPECT_TRUE(names_in_list(std::vector<NamedRun>()).isEmpty());
}

TEST(GuiRunNames, AreToldApartBySeedThenByTimeThenById) {
  EXPECT_EQ(names_in_list({run("a", "tiny", "0"), run("b", "small", "3"), run("c", "tiny", "1")}),
            QStringList({"tiny \u00b7 seed 0", "small", "tiny \u00b7 seed 1"}));
  EXPECT_EQ(names_in_list({run("a", "tiny", "0"), run("b", "tiny", "0", kNoon + 5 * kMinute)}),
            QStringList({"tiny \u00b7 2026-11-28 12:00", "tiny \u00b7 2026-11-28 12:05"}));
  EXPECT_EQ(
      names_in_list({run("20261128-120000-0a1b2c", "tiny", "0"), run("20261128-120000-3d4e5f", "tiny", "0")}),
      QStringList({"tiny \u00b7 0a1b2c", "tiny \u00b7 3d4e5f"}));
  EXPECT_EQ(names_in_list({run("first-of-two-alike", "tiny", ""), run("other-of-two-alike", "tiny", "")}),
            QStringList({"tiny \u00b7 first-of-two-alike", "tiny \u00b7 other-of-two-alike"}));
  // Two of three share a seed as well.
  EXPECT_EQ(
      names_in_list({run("a", "tiny", "0"), run("b", "tiny", "0", kNoon + kMinute), run("c", "tiny", "1")}),
      QStringList({"tiny \u00b7 seed 0 \u00b7 2026-11-28 12:00", "tiny \u00b7 seed 0 \u00b7 2026-11-28 12:01",
                   "tiny \u00b7 seed 1"}));
}

TEST(GuiRunNames, DoNotRepeatTheSeedThatStandsBesideThem) {
  EXPECT_EQ(names_in_list({run("a", "tiny", "0"), run("b", "tiny", "1")}, true),
            QStringList({"tiny", "tiny"}));
  EXPECT_EQ(names_in_list({run("a", "tiny", "0"), run("b", "tiny", "0")}, true),
            QStringList({"tiny \u00b7 a", "tiny \u00b7 b"}));
}

std::string plan_of_seed(int seed) {
  return R"({"values": {"seed": )" + std::to_string(seed) + "}}";
}

class GuiQueuedRuns : public testing::Test {
 protected:
  GuiQueuedRuns() {
    record::Queue queue(f.store);
    for (int seed = 0; seed < 3; ++seed) {
      const std::string id = "r" + std::to_string(seed);
      f.create(id, "tiny", 1000, plan_of_seed(seed));
      numbers.push_back(queue.add(id, {}).value());
    }
    f.create("other", "small");
    record.open(f.folder());
    EXPECT_TRUE(wait_until([&] { return record.queue()->rows.size() == 3 && record.runs().size() == 4; }));
  }
  QString state(const char* id) { return state_word(*record.run(QString::fromLatin1(id))); }

  WorkspaceFixture f;
  std::vector<std::int64_t> numbers;
  Record record;
};

TEST_F(GuiQueuedRuns, AreNamedWithTheirSeeds) {
  QueuePanel panel(record);
  panel.resize(900, 400);
  panel.show();
  const QAbstractItemModel* model = panel.findChild<QTableView*>("queue_table")->model();
  const auto name = [&](int row) { return model->index(row, QueueModel::kRun).data().toString(); };
  ASSERT_TRUE(wait_until([&] { return name(2) == "tiny \u00b7 seed 2"; })) << name(2).toStdString();
  EXPECT_EQ(name(0), "tiny \u00b7 seed 0");
  EXPECT_EQ(model->index(0, QueueModel::kRun).data(Qt::ToolTipRole).toString(), "tiny \u00b7 seed 0\nr0");
  gui_test::save_screenshots(panel, "queue_of_one_name");
}

TEST_F(GuiQueuedRuns, AreToldApartWhereOneIsChosenToLookAt) {
  Inspector inspector;
  LookContext context(record, inspector);
  const NetworkBar bar(context);
  const auto* box = bar.findChild<QComboBox*>("look_run");
  EXPECT_TRUE(wait_until([&] { return box->findText("tiny \u00b7 seed 1") >= 0; }));
  EXPECT_EQ(box->itemData(box->findText("tiny \u00b7 seed 1")).toString(), "r1");
  EXPECT_GE(box->findText("small"), 0) << "nobody else is called so";
  EXPECT_EQ(box->findText("tiny"), -1);
}

TEST_F(GuiQueuedRuns, AreCalledQueuedAsLongAsTheyWait) {
  ASSERT_TRUE(wait_until([&] { return state("r1") == "queued"; }));
  EXPECT_EQ(state("other"), "created");
  QStringList told;
  QObject::connect(&record, &Record::runs_changed, [&](const QStringList& runs) { told += runs; });
  record::Queue(f.store).remove(numbers[1]).value();
  EXPECT_TRUE(wait_until([&] { return state("r1") == "created"; }));
  EXPECT_TRUE(told.contains("r1"));
  EXPECT_EQ(state("r2"), "queued");
}

TEST_F(GuiQueuedRuns, AreLeftOutOfAnAblationAsWaiting) {
  ASSERT_TRUE(wait_until([&] { return state("r0") == "queued"; }));
  const auto cell = [](const char* key, const char* value) {
    return QJsonObject{{"name", "lr=0.1"}, {QString::fromLatin1(key), QString::fromLatin1(value)}};
  };
  EXPECT_EQ(outcome_of(cell("same_run", "r0"), record).words, "left out: is in the queue, as tiny");
  EXPECT_EQ(outcome_of(cell("same_run", "r0"), record).whole, "left out: is in the queue, as tiny (r0)");
  EXPECT_EQ(outcome_of(cell("same_run", "other"), record).words, "left out: was made, as small");
  EXPECT_EQ(outcome_of(cell("same_run", "nowhere"), record).words, "left out: was made, as nowhere");
  EXPECT_EQ(outcome_of(cell("same_cell", "lr=0.2"), record).words, "left out: same as lr=0.2");
  EXPECT_EQ(outcome_of(cell("other_build", "other"), record).whole,
            "will be queued; small (other) had another build of a plugin");
  EXPECT_EQ(outcome_of(cell("other_build", ""), record).words, "will be queued");
}

}  // namespace
}  // namespace ibot::ui
