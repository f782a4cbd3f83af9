// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <ibot/data/parts_dataset.h>
#include <ibot/weights/tensor_file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/record.h>
#include <ui/models/exported_file.h>
#include <ui/views/export_page.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/setting.h>

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using gui_test::WorkspaceFixture;
using testing::HasSubstr;
using testing::Not;

constexpr int kTrainMillis = 120'000;
constexpr int kExportMillis = 60'000;

record::Checkpoint weights_of(std::int64_t step, record::CheckpointKind kind) {
  record::Checkpoint file;
  file.step = step;
  file.kind = kind;
  file.path = "weights/step-" + std::to_string(step);
  file.created = 1;
  file.sha256 = std::string(64, 'c');
  return file;
}

QJsonObject tensor(const char* name, const std::vector<int>& shape) {
  QJsonArray sizes;
  for (const int size : shape) sizes.append(size);
  return {{"name", name}, {"dtype", "F32"}, {"shape", sizes}};
}

QJsonObject answer_of(const QJsonArray& contents) {
  return {{"file", "/there/a \"b\".safetensors"},
          {"network", "student"},
          {"step", 90},
          {"largest_difference", 0},
          {"heads", 3},
          {"image_size", 96},
          {"mean", QJsonArray{0.485, 0.456, 0.406}},
          {"std", QJsonArray{0.229, 0.224, 0.225}},
          {"contents", contents}};
}

TEST(GuiExportedFile, TheSnippetFollowsTheShapes) {
  const auto file = read_exported(
      answer_of({tensor("blocks.0.gamma_1", {192}), tensor("blocks.0.mlp.fc1.weight", {500, 192}),
                 tensor("blocks.0.norm1.weight", {192}), tensor("blocks.1.norm1.weight", {192}),
                 tensor("masked_embed", {1, 192}), tensor("patch_embed.proj.weight", {192, 3, 8, 8}),
                 tensor("pos_embed", {1, 145, 192})}));
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(proof_of(*file), QStringLiteral("7 tensors, read again, largest difference 0."));
  const std::string python = timm_snippet(*file).toStdString();
  EXPECT_THAT(python, HasSubstr(R"(load_file("/there/a \"b\".safetensors"))"));
  EXPECT_THAT(python, HasSubstr("img_size=96, patch_size=8, embed_dim=192, depth=2, num_heads=3"));
  EXPECT_THAT(python, HasSubstr("mlp_ratio=500.5 / 192, qkv_bias=False"));
  EXPECT_THAT(python, HasSubstr("init_values="));
  EXPECT_THAT(python, HasSubstr("state.pop(\"masked_embed\")"));
  EXPECT_THAT(python, HasSubstr("[B, 145, 192]"));
}

TEST(GuiExportedFile, OtherBackbonesHaveNoSnippetAndLiesAreNotRead) {
  const auto other = read_exported(answer_of({tensor("stem.weight", {4, 3, 3, 3})}));
  ASSERT_TRUE(other.has_value());
  EXPECT_TRUE(timm_snippet(*other).isEmpty());
  EXPECT_FALSE(read_exported({}).has_value());
  EXPECT_FALSE(read_exported(answer_of({})).has_value()) << "no tensors";
  EXPECT_FALSE(read_exported(answer_of({tensor("a", {-1})})).has_value());
  QJsonObject short_mean = answer_of({tensor("a", {1})});
  short_mean.insert(QStringLiteral("mean"), QJsonArray{0.5});
  EXPECT_FALSE(read_exported(short_mean).has_value());
}

/// The page over a workspace.
class GuiExport : public testing::Test {
 protected:
  GuiExport() { clear_settings(); }
  ~GuiExport() override { qunsetenv("IBOT_PROGRAM"); }

  void open(const QString& folder) {
    record.open(folder);
    page.resize(1294, 640);
    EXPECT_TRUE(wait_until([&] { return !record.runs().empty(); }));
    page.show();
    EXPECT_TRUE(wait_until([&] { return find<QComboBox>("export_moment")->count() > 0; }));
  }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = page.findChild<Widget*>(QString::fromLatin1(name));
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  void choose(const char* box, int index) {
    find<QComboBox>(box)->setCurrentIndex(index);
    Q_EMIT find<QComboBox>(box)->activated(index);
  }
  void name(const std::string& file) {
    find<QLineEdit>("export_file")->setText(QString::fromStdString(file));
  }
  void press(const char* button) { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }
  std::string banner() { return find<Banner>("export_banner")->text().toStdString(); }

  Record record;
  ExportPage page{record};
};

/// A shell script in the place of `ibot`.
class GuiExportPlayed : public GuiExport {
 protected:
  GuiExportPlayed() {
    f.start("r", "a run");
    f.store.add_checkpoint("r", weights_of(50, record::CheckpointKind::Full)).value();
    f.store.add_checkpoint("r", weights_of(90, record::CheckpointKind::Full)).value();
    f.store.add_checkpoint("r", weights_of(120, record::CheckpointKind::TeacherSnapshot)).value();
  }
  void play(const std::string& script) {
    const std::filesystem::path file = f.dir / "ibot";
    std::ofstream(file) << "#!/bin/sh\necho \"$@\" > '" << said_to().string() << "'\n" << script << '\n';
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    qputenv("IBOT_PROGRAM", QByteArray::fromStdString(file.string()));
    open(f.folder());
    name((f.dir / "out.safetensors").string());
  }
  std::filesystem::path said_to() const { return f.dir / "arguments"; }
  std::string arguments() {
    std::ifstream file(said_to());
    std::string line;
    std::getline(file, line);
    return line;
  }

  WorkspaceFixture f;
};

TEST_F(GuiExportPlayed, TheNewestCheckpointComesFirstAndSnapshotsHoldTheTeacherAlone) {
  play("exit 1");
  EXPECT_THAT(find<QComboBox>("export_moment")->currentText().toStdString(), HasSubstr("Step 90"));
  EXPECT_TRUE(find<QComboBox>("export_network")->isEnabled());
  choose("export_network", 1);
  choose("export_moment", 0);
  EXPECT_THAT(find<QComboBox>("export_moment")->currentText().toStdString(), HasSubstr("snapshot"));
  EXPECT_FALSE(find<QComboBox>("export_network")->isEnabled());
  EXPECT_THAT(find<QComboBox>("export_network")->toolTip().toStdString(), HasSubstr("teacher alone"));
  EXPECT_EQ(find<QComboBox>("export_network")->currentIndex(), 0);
}

TEST_F(GuiExportPlayed, ProposesANameUntilAPersonChoosesOne) {
  write_setting(QStringLiteral("export_folder"), f.folder());
  open(f.folder());
  EXPECT_EQ(find<QLineEdit>("export_file")->text(), f.folder() + "/a-run-teacher-step-90.safetensors");
  choose("export_network", 1);
  EXPECT_EQ(find<QLineEdit>("export_file")->text(), f.folder() + "/a-run-student-step-90.safetensors");
  name((f.dir / "mine").string());
  choose("export_network", 0);
  EXPECT_EQ(find<QLineEdit>("export_file")->text().toStdString(), (f.dir / "mine").string());
}

TEST_F(GuiExportPlayed, SaysWhatStandsAgainstIt) {
  play("exit 1");
  auto* start = find<QPushButton>("export_start");
  const auto expect_off = [&](const std::string& file, const char* why) {
    name(file);
    EXPECT_FALSE(start->isEnabled()) << file;
    EXPECT_THAT(start->toolTip().toStdString(), HasSubstr(why));
  };
  EXPECT_TRUE(start->isEnabled());
  expect_off("", "which file");
  expect_off("here.safetensors", "whole path");
  expect_off((f.dir / "none" / "a").string(), "no folder");
  expect_off(f.folder().toStdString(), "is a folder");
  std::ofstream(f.dir / "there") << "something";
  expect_off((f.dir / "there").string(), "there already");
  find<QCheckBox>("export_replace")->setChecked(true);
  EXPECT_TRUE(start->isEnabled());
}

TEST_F(GuiExportPlayed, AFailureIsSaidInTheProgramsWords) {
  play("echo 'error: no space left' >&2; exit 5");
  press("export_start");
  EXPECT_TRUE(wait_until([&] { return find<Banner>("export_banner")->isVisible(); }));
  EXPECT_THAT(banner(), HasSubstr("o space left"));
  EXPECT_TRUE(find<QPushButton>("export_start")->isEnabled());
  EXPECT_THAT(arguments(), HasSubstr("export r --out"));
  EXPECT_THAT(arguments(), HasSubstr("--network teacher --step 90"));
  EXPECT_THAT(arguments(), Not(HasSubstr("--overwrite")));
}

TEST_F(GuiExportPlayed, AnAnswerThatIsNoneIsSaid) {
  play("echo '{}'");
  press("export_start");
  EXPECT_TRUE(wait_until([&] { return find<Banner>("export_banner")->isVisible(); }));
  EXPECT_THAT(banner(), HasSubstr("cannot be understood"));
}

TEST_F(GuiExportPlayed, CancelEndsIt) {
  play("exec sleep 30");
  auto* cancel = find<QPushButton>("export_cancel");
  EXPECT_FALSE(cancel->isVisible());
  press("export_start");
  ASSERT_TRUE(cancel->isVisible());
  EXPECT_FALSE(find<QPushButton>("export_start")->isEnabled());
  press("export_cancel");
  EXPECT_TRUE(wait_until([&] { return !cancel->isVisible(); }));
  EXPECT_THAT(banner(), HasSubstr("cancelled"));
  EXPECT_TRUE(find<QPushButton>("export_start")->isEnabled());
}

TEST_F(GuiExportPlayed, ClosingTheWorkspaceLeavesNothingToExport) {
  play("exit 1");
  record.close();
  EXPECT_TRUE(wait_until([&] { return !find<QPushButton>("export_start")->isEnabled(); }));
  EXPECT_THAT(find<QPushButton>("export_start")->toolTip().toStdString(), HasSubstr("No workspace"));
  EXPECT_FALSE(find<QComboBox>("export_run")->isEnabled());
}

TEST_F(GuiExport, ARealRunIsWrittenProvedListedAndLoads) {
  const test::TempDir dir;
  data::write_parts_dataset(dir / "parts", {.train = 8, .val = 4, .size = 64}, {}, {}, 1).value();
  std::ofstream(dir / "recipe.yaml")
      << "name: small\ndata: {kind: folder, path: " << (dir / "parts").string() << ", split: train}\n"
      << "crops:\n  global: {count: 2, size: 32}\n  local: {count: 2, size: 16}\n"
      << "backbone: {plugin: vit, dim: 32, depth: 2, heads: 4, patch: 8}\n"
      << "head: {out_dim: 64, patch_out_dim: 64, hidden_dim: 64, bottleneck_dim: 16, shared: true}\n"
      << "mask: {plugin: block, ratio: [0.3], variance: [0.1]}\n"
      << "losses:\n  - {plugin: ibot_cls, warmup_teacher_temp_epochs: 1}\n"
      << "train: {epochs: 2, batch: 4, precision: fp32}\n"
      << "optimizer: {warmup_epochs: 1, freeze_last_layer_epochs: 1}\n"
      << "checkpoints: {every_minutes: 0, every_epochs: 1}\n";
  const QString workspace = QString::fromStdString((dir / "workspace").string());
  QProcess program;
  program.start(Program::path(),
                {"train", QString::fromStdString((dir / "recipe.yaml").string()), "--workspace", workspace});
  ASSERT_TRUE(program.waitForFinished(kTrainMillis)) << program.errorString().toStdString();
  ASSERT_EQ(program.exitCode(), 0) << program.readAllStandardError().toStdString();

  open(workspace);
  name((dir / "student.safetensors").string());
  choose("export_network", 1);
  QSignalSpy exported(&page, &ExportPage::exported);
  press("export_start");
  ASSERT_TRUE(exported.wait(kExportMillis)) << banner();

  const auto file = weights::TensorFile::open_safetensors(dir / "student.safetensors").value();
  const auto* names = find<QTableView>("export_names")->model();
  ASSERT_EQ(names->rowCount(), static_cast<int>(file.tensors().size()));
  for (int row = 0; row < names->rowCount(); ++row) {
    const weights::TensorView& stored = file.tensors()[static_cast<std::size_t>(row)];
    EXPECT_EQ(names->index(row, 0).data().toString().toStdString(), stored.name);
    EXPECT_EQ(names->index(row, 1).data().toString().toStdString(), weights::format_shape(stored.shape));
  }
  EXPECT_EQ(find<QLabel>("export_proof")->text().toStdString(),
            std::to_string(file.tensors().size()) + " tensors, read again, largest difference 0.");
  EXPECT_THAT(find<QPlainTextEdit>("export_snippet")->toPlainText().toStdString(),
              HasSubstr("img_size=32, patch_size=8, embed_dim=32, depth=2, num_heads=4"));
  press("export_copy");
  EXPECT_EQ(QGuiApplication::clipboard()->text(), find<QPlainTextEdit>("export_snippet")->toPlainText());
  EXPECT_FALSE(find<QPushButton>("export_start")->isEnabled()) << "the file is there now";
  EXPECT_EQ(find<QLabel>("export_state")->text().toStdString(), "student.safetensors is written and proved.");
  if (const char* folder = std::getenv("IBOT_SCREENSHOTS"))
    page.grab().save(QString::fromUtf8(folder) + QStringLiteral("/export.png"));
}

}  // namespace
}  // namespace ibot::ui
