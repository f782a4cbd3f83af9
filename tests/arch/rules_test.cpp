// SPDX-License-Identifier: GPL-3.0-or-later
// The rules themselves: each finds what it is for, and nothing else.
#include "rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::arch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

TEST(ArchRules, IncludesAreFound) {
  const auto includes =
      includes_of("#include <ibot/base/text.h>\n  #  include \"own.h\"\n// #include <no>\nint x;\n");
  ASSERT_EQ(includes.size(), 2U);
  EXPECT_EQ(includes[0].target, "ibot/base/text.h");
  EXPECT_FALSE(includes[0].quoted);
  EXPECT_EQ(includes[1].target, "own.h");
  EXPECT_TRUE(includes[1].quoted);
}

TEST(ArchRules, CommentsAreRemovedAndStringsStay) {
  EXPECT_EQ(without_comments("a; // data_ptr\nb /* data_ptr */ c"), "a; \nb  c");
  EXPECT_EQ(without_comments("x = \"// no comment\"; // one"), "x = \"// no comment\"; ");
  EXPECT_EQ(without_comments("n = 1'000'000; // one"), "n = 1'000'000; ");
  EXPECT_EQ(without_comments("c = '\"'; // one"), "c = '\"'; ");
}

TEST(ArchRules, ArrowsPointOneWay) {
  EXPECT_EQ(include_graph({"core/params/src/a.cpp", "#include <ibot/base/text.h>\n"}), std::nullopt);
  EXPECT_THAT(include_graph({"core/base/src/a.cpp", "#include <ibot/params/schema.h>\n"}),
              Optional(HasSubstr("base may not include <ibot/params/schema.h>")));
  EXPECT_THAT(include_graph({"core/record/src/a.cpp", "#include <ibot/train/trainer.h>\n"}),
              Optional(HasSubstr("record may not")));
  EXPECT_THAT(include_graph({"core/novelty/src/a.cpp", ""}), Optional(HasSubstr("no place in the table")));
  EXPECT_THAT(include_graph({"core/base/src/a.cpp", "#include \"../../params/src/b.h\"\n"}),
              Optional(HasSubstr("its own")));
}

TEST(ArchRules, TheWindowsFoldersHaveTheirOrder) {
  EXPECT_EQ(include_graph({"ui/views/a.cpp", "#include <ui/bridge/record.h>\n"}), std::nullopt);
  EXPECT_EQ(include_graph({"app/workbench/main.cpp", "#include <ui/shell/main_window.h>\n"}), std::nullopt);
  EXPECT_THAT(include_graph({"ui/bridge/a.cpp", "#include <ui/views/parts.h>\n"}),
              Optional(HasSubstr("ui/bridge may not")));
  EXPECT_THAT(include_graph({"ui/novelty/a.cpp", "#include <ui/style/theme.h>\n"}),
              Optional(HasSubstr("no place in the table")));
  EXPECT_THAT(include_graph({"ui/views/a.cpp", "#include <qcustomplot.h>\n"}),
              Optional(HasSubstr("ui/plots")));
  EXPECT_THAT(include_graph({"ui/views/a.cpp", "#include <QSettings>\n"}), Optional(HasSubstr("setting.h")));
  EXPECT_THAT(include_graph({"app/cli/a.cpp", "#include <ui/style/theme.h>\n"}),
              Optional(HasSubstr("knows the window")));
}

TEST(ArchRules, PlanSeesOptionsOfNetworkAndTrainerAlone) {
  EXPECT_EQ(include_graph({"core/plan/src/a.cpp", "#include <ibot/nn/options.h>\n"}), std::nullopt);
  EXPECT_THAT(include_graph({"core/plan/src/a.cpp", "#include <ibot/nn/block.h>\n"}),
              Optional(HasSubstr("may not")));
}

TEST(ArchRules, PluginsDoNotSeeRecordOrPlan) {
  EXPECT_EQ(include_graph({"plugins/losses/x/x.cpp", "#include <ibot/sdk/sdk.h>\n"}), std::nullopt);
  EXPECT_THAT(include_graph({"plugins/losses/x/x.cpp", "#include <ibot/record/store.h>\n"}),
              Optional(HasSubstr("plugins may not")));
}

TEST(ArchRules, QtAndLibTorchKeepToTheirPlaces) {
  EXPECT_THAT(foreign_libraries({"core/base/src/a.cpp", "#include <QString>\n"}),
              Optional(HasSubstr("Qt is for ui/")));
  EXPECT_THAT(foreign_libraries({"app/cli/a.cpp", "#include <QtCore/QString>\n"}), Optional(HasSubstr("Qt")));
  EXPECT_EQ(foreign_libraries({"ui/views/a.cpp", "#include <QWidget>\n"}), std::nullopt);
  EXPECT_THAT(foreign_libraries({"ui/views/a.cpp", "#include <ATen/core/Tensor.h>\n"}),
              Optional(HasSubstr("LibTorch")));
  EXPECT_THAT(foreign_libraries({"core/data/src/a.cpp", "#include <torch/types.h>\n"}),
              Optional(HasSubstr("LibTorch")));
  EXPECT_EQ(foreign_libraries({"core/nn/src/a.cpp", "#include <ATen/core/Tensor.h>\n"}), std::nullopt);
}

TEST(ArchRules, TensorMemoryIsForKernels) {
  EXPECT_THAT(raw_tensor_memory({"core/nn/src/block.cpp", "x.data_ptr<float>()"}),
              Optional(HasSubstr("data_ptr")));
  EXPECT_EQ(raw_tensor_memory({"core/nn/src/norm_kernel.cpp", "x.data_ptr<float>()"}), std::nullopt);
  EXPECT_EQ(raw_tensor_memory({"core/nn/src/block.cpp", "// no data_ptr here"}), std::nullopt);
  EXPECT_EQ(raw_tensor_memory({"core/nn/src/block.cpp", "bytes.data()"}), std::nullopt);
}

TEST(ArchRules, LicenceComesFirst) {
  EXPECT_EQ(licence_line({"core/a.cpp", "// SPDX-License-Identifier: GPL-3.0-or-later\n"}), std::nullopt);
  EXPECT_EQ(licence_line({"workbench", "#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n"}),
            std::nullopt);
  EXPECT_THAT(licence_line({"core/a.cpp", "#pragma once\n"}), Optional(HasSubstr("does not begin")));
  EXPECT_EQ(licence_line({"docs/a.md", "# Title\n"}), std::nullopt);
}

TEST(ArchRules, MachinePathsAreFound) {
  EXPECT_THAT(machine_paths({"docs/a.md", "see /home/me/x"}), Optional(HasSubstr("/home/")));
  EXPECT_THAT(machine_paths({"core/a.cpp", "\"/tmp/x\""}), Optional(HasSubstr("/tmp/")));
  EXPECT_EQ(machine_paths({"tests/unit/a.cpp", "\"/tmp/x\""}), std::nullopt);
}

TEST(ArchRules, UntidyFilesAreFound) {
  EXPECT_EQ(tidy({"core/a.h", "#pragma once\n"}), std::nullopt);
  EXPECT_THAT(tidy({"core/a.h", "int x;\n"}), Optional(HasSubstr("#pragma once")));
  EXPECT_THAT(tidy({"core/a.cpp", "\tint x;\n"}), Optional(HasSubstr("tab")));
  EXPECT_THAT(tidy({"core/a.cpp", std::string(501, '\n')}), Optional(HasSubstr("501 lines")));
  EXPECT_THAT(tidy({"core/a.cpp", "int x;"}), Optional(HasSubstr("line end")));
}

TEST(ArchRules, TypesOfAHeaderAreFound) {
  EXPECT_THAT(types_of("namespace a::b {\nstruct X {\n  struct Inner {\n  };\n};\nclass IBOT_API Y final : "
                       "public X {\n};\n"
                       "class Z;\nstruct Y::State {\n};\nnamespace {\nstruct Hidden {\n};\n}\n}\n"),
              ElementsAre("a::b::X", "a::b::Y"));
}

TEST(ArchRules, ModulesOfALibraryComeFromCMake) {
  EXPECT_THAT(modules_of("set(IBOT_CORE_BASE_MODULES base params)\nset(IBOT_CORE_ENGINE_MODULES nn)", "BASE"),
              ElementsAre("base", "params"));
}

}  // namespace
}  // namespace ibot::arch
