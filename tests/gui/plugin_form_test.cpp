// SPDX-License-Identifier: GPL-3.0-or-later
// A plugin that nobody has seen: written and built by the test outside of the tree, then chosen in the
// window, which shows its parameters without a line of code for them; and what is said when it is gone again.
#include "window_fixture.h"
#include "workspace_fixture.h"

#include <ibot/base/file.h>
#include <ibot/data/parts_dataset.h>

#include <gmock/gmock.h>
#include <ui/forms/field_row.h>
#include <ui/forms/form.h>
#include <ui/views/configure_page.h>
#include <ui/views/laboratory.h>
#include <ui/views/plugin_manager.h>
#include <ui/widgets/crop_sheet.h>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QCoreApplication>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <fstream>

namespace ibot::ui {
namespace {

using gui_test::type_into;
using gui_test::wait_until;
using gui_test::WindowFixture;
using gui_test::WorkspaceFixture;
using protocol::LaboratoryReply;
using testing::HasSubstr;

constexpr const char* kCode = R"(#include <ibot/sdk/plugin.h>

namespace {
using namespace ibot;

// Masks rings of patches around the middle.
class RingMask final : public data::MaskStrategy {
 public:
  struct Options {
    std::int64_t wavelength = 4;
    double duty = 0.5;
    std::string centre = "middle";
    bool inverted = false;
    static void describe(params::Describer& d, Options& o) {
      d.field("wavelength", o.wavelength).between(2, 9).unit("patches").help("From one ring to the next.");
      d.field("duty", o.duty).between(0.1, 0.9).help("Share of a wavelength that is masked.");
      d.field("centre", o.centre).choices({"middle", "corner"}).help("Where the rings begin.");
      d.field("inverted", o.inverted).help("Masks what lies between the rings.");
    }
  };
  explicit RingMask(const Options& options) : options_(options) {
    if (options.centre == "corner" && options.inverted)
      throw base::Exception({base::ErrorCode::InvalidArgument, "rings from a corner cannot be inverted",
                             "inverted: false", "Begin them in the middle"});
  }
  void fill(const data::MaskRequest& request, base::RandomStream&, std::span<std::uint8_t> mask) const override {
    const std::int64_t middle = options_.centre == "middle" ? request.rows / 2 : 0;
    for (int row = 0; row < request.rows; ++row) {
      for (int col = 0; col < request.cols; ++col) {
        const std::int64_t down = row > middle ? row - middle : middle - row;
        const std::int64_t across = col > middle ? col - middle : middle - col;
        const std::int64_t ring = down > across ? down : across;
        const bool masked = static_cast<double>(ring % options_.wavelength) <
                            options_.duty * static_cast<double>(options_.wavelength);
        mask[static_cast<std::size_t>(row * request.cols + col)] = masked != options_.inverted ? 1 : 0;
      }
    }
  }

 private:
  Options options_;
};
}  // namespace

IBOT_PLUGIN(Masking, RingMask, "rings", "0.7.0", "Masks rings of patches.");
)";
constexpr const char* kBuild = R"(cmake_minimum_required(VERSION 3.25)
project(rings LANGUAGES CXX)
find_package(ibot_sdk REQUIRED)
ibot_plugin(rings KIND masking SOURCES rings.cpp)
)";

testing::AssertionResult succeeds(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.setProcessChannelMode(QProcess::MergedChannels);
  process.start(program, arguments);
  if (process.waitForFinished(240'000) && process.exitStatus() == QProcess::NormalExit &&
      process.exitCode() == 0)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << program.toStdString() << "\n" << process.readAll().toStdString();
}

class GuiPluginForm : public testing::Test {
 protected:
  ~GuiPluginForm() override { qunsetenv("IBOT_PLUGIN_PATH"); }

  void build_rings() {
    const auto folder = dir / "rings";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "rings.cpp") << kCode;
    std::ofstream(folder / "CMakeLists.txt") << kBuild;
    const QString source = QString::fromStdString(folder.string());
    const QString build = source + QStringLiteral("/build");
    const QString sdk = QCoreApplication::applicationDirPath() + QStringLiteral("/../lib/cmake/ibot_sdk");
    ASSERT_TRUE(succeeds(IBOT_TEST_CMAKE,
                         {"-G", IBOT_TEST_GENERATOR, "-DCMAKE_CXX_COMPILER=" IBOT_TEST_COMPILER,
                          "-DCMAKE_BUILD_TYPE=Release", "-S", source, "-B", build, "-Dibot_sdk_DIR=" + sdk}));
    ASSERT_TRUE(succeeds(IBOT_TEST_CMAKE, {"--build", build}));
    qputenv("IBOT_PLUGIN_PATH", (build + QStringLiteral("/lib/plugins")).toUtf8());
  }

  test::TempDir dir;
};

/// The Configure page of a window with a recipe on drawn scenes.
struct Configured : WindowFixture {
  explicit Configured(const std::filesystem::path& folder) {
    data::write_parts_dataset(folder / "parts", {.train = 12, .val = 12, .size = 64}, {}, {}, 1).value();
    std::ofstream(folder / "recipe.yaml")
        << "data: {kind: folder, path: " << (folder / "parts").string() << ", split: train}\n"
        << "crops:\n  global: {size: 64}\n  local: {count: 2, size: 32}\n"
        << "backbone: {plugin: vit, size: tiny, patch: 8}\n"
        << "mask: {plugin: block, ratio: [0.3], variance: [0.1]}\n";
    window.show_page(Page::Configure);
    page = window.findChild<ConfigurePage*>();
    page->open_recipe(QString::fromStdString((folder / "recipe.yaml").string()));
    auto* strip = page->findChild<Laboratory*>(QStringLiteral("laboratory"));
    QObject::connect(strip, &Laboratory::shown, strip,
                     [this](const LaboratoryReply& reply) { last = reply; });
  }
  FieldRow* row(const std::string& key) {
    FieldRow* found = page->form().row(key);
    EXPECT_NE(found, nullptr) << key;
    return found;
  }
  std::string help(const std::string& key) { return row(key)->control()->toolTip().toStdString(); }
  // What can be read in a row.
  std::string words(const std::string& key) {
    QString all;
    for (const QLabel* label : row(key)->findChildren<QLabel*>())
      if (label->isVisible()) all += label->text() + "\n";
    return all.toStdString();
  }
  std::string laboratory_words() { return find<QLabel>("laboratory_words")->text().toStdString(); }
  std::string text() { return page->configuration().text(); }

  ConfigurePage* page = nullptr;
  LaboratoryReply last;
};

// One test, as ctest would build the plugin for each of several.
TEST_F(GuiPluginForm, APluginThatNobodyHasSeenHasAFormAndIsMissedWhenItIsGone) {
  ASSERT_NO_FATAL_FAILURE(build_rings());
  std::string plan_json;
  {
    Configured w(dir.path());
    auto* choice = w.find<QComboBox>("plugin_mask");
    ASSERT_GE(choice->findText("rings"), 0);
    EXPECT_EQ(choice->itemData(choice->findText("rings"), Qt::ToolTipRole).toString(),
              "Masks rings of patches.");
    // By the keyboard, as in any other list.
    choice->setFocus();
    QTest::keyClicks(choice, "rings");
    if (choice->view()->isVisible()) QTest::keyClick(choice->view(), Qt::Key_Return);
    ASSERT_TRUE(wait_until([&] { return w.page->form().row("mask.wavelength") != nullptr; }));
    EXPECT_THAT(w.text(), HasSubstr("plugin: rings"));
    EXPECT_EQ(w.page->form().row("mask.ratio"), nullptr) << "that was the other plugin's";

    // Help, range, unit, default, kinds of control.
    EXPECT_THAT(w.help("mask.wavelength"), HasSubstr("From one ring to the next."));
    EXPECT_THAT(w.help("mask.wavelength"), HasSubstr("from 2 to 9"));
    EXPECT_THAT(w.help("mask.wavelength"), HasSubstr("in patches"));
    EXPECT_THAT(w.help("mask.duty"), HasSubstr("Default 0.5"));
    EXPECT_THAT(w.words("mask.wavelength"), HasSubstr("patches"));
    auto* centre = qobject_cast<QComboBox*>(w.row("mask.centre")->control());
    ASSERT_NE(centre, nullptr);
    EXPECT_EQ(centre->count(), 2);
    EXPECT_NE(qobject_cast<QAbstractButton*>(w.row("mask.inverted")->control()), nullptr);
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return !w.last.masks.empty() && w.last.masks[0].plugin == "rings"; }, 60'000))
        << w.laboratory_words();
    const auto before = w.last.masks[0];

    // A mistake is said under its row, and mended there.
    type_into(w.row("mask.wavelength")->control(), "12");
    EXPECT_THAT(w.words("mask.wavelength"), HasSubstr("12 is too large"));
    EXPECT_THAT(w.words("mask.wavelength"), HasSubstr("from 2 to 9"));
    EXPECT_FALSE(w.find<QPushButton>("configure_check")->isEnabled());
    type_into(w.row("mask.wavelength")->control(), "2");
    EXPECT_THAT(w.text(), HasSubstr("wavelength: 2"));
    EXPECT_TRUE(w.find<QPushButton>("configure_check")->isEnabled());
    ASSERT_TRUE(wait_until([&] { return w.last.masks[0] != before; })) << w.laboratory_words();

    // What only the plugin's own code knows is said by the laboratory.
    centre->setFocus();
    QTest::keyClick(centre, Qt::Key_Down);
    QTest::keyClick(w.row("mask.inverted")->control(), Qt::Key_Space);
    EXPECT_THAT(w.text(), HasSubstr("centre: corner"));
    ASSERT_TRUE(wait_until([&] {
      return w.laboratory_words().find("cannot be inverted") != std::string::npos;
    })) << w.laboratory_words();
    QTest::keyClick(w.row("mask.inverted")->control(), Qt::Key_Space);
    ASSERT_TRUE(wait_until([&] { return w.laboratory_words().empty(); })) << w.laboratory_words();
    ASSERT_TRUE(w.page->configuration().result().plan.has_value());
    plan_json = w.page->configuration().result().plan->to_json().dump();
  }
  // A run of it, seen where the plugin is not.
  qunsetenv("IBOT_PLUGIN_PATH");
  WorkspaceFixture f;
  f.create("r1", "with rings", 1000, plan_json);
  f.create("r2", "without", 1000);
  WindowFixture w;
  w.window.open_workspace(f.folder());
  ASSERT_TRUE(wait_until([&] { return w.window.record().runs().size() == 2; }));
  ASSERT_TRUE(w.click_run("without"));
  EXPECT_EQ(w.banner_text(), "");
  ASSERT_TRUE(w.click_run("with rings"));
  ASSERT_TRUE(wait_until([&] { return !w.banner_text().empty(); }));
  EXPECT_THAT(w.banner_text(), HasSubstr("with rings used the masking plugin rings 0.7.0"));
  EXPECT_THAT(w.banner_text(), HasSubstr("can be looked at"));
  w.press_in_banner("Plugins…");
  auto* manager = w.window.findChild<PluginManager*>();
  EXPECT_TRUE(manager->isVisible());
  manager->close();
}

}  // namespace
}  // namespace ibot::ui
