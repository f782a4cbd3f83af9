// SPDX-License-Identifier: GPL-3.0-or-later
// What is refused rather than taken for something else, and what tables say of a study's choices.
#include "compare_program.h"
#include "verdicts/check_verdicts.h"

#include <ibot/record/study.h>

#include <gmock/gmock.h>

#include <fstream>
#include <string>

namespace ibot::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Usage : public CompareProgram {};

TEST_F(Usage, OptionsThatWouldChangeNothingAreRefused) {
  for (const char* words :
       {"--curves loss --metric knn/top1", "--curves loss --rows mask", "--curves loss --preset masking",
        "--curves loss --at last", "--curves loss --why", "--curves loss --only-differences",
        "--metric knn/top1 --rows mask --columns mask", "--metric knn/top1 --out masks.docx"}) {
    const Said said = run("compare masks " + std::string(words));
    EXPECT_EQ(said.code, 2) << words << ": " << said.text;
  }
  EXPECT_EQ(run("compare none-0 none-1 --why --preset masking").code, 2);
  EXPECT_EQ(run("compare masks --metric knn/top1 --format table --out masks.docx").code, 0);
}

TEST_F(Usage, AParameterIsCalledAsTablesCallIt) {
  const Said curves = run("compare masks --curves loss --gather mask");
  EXPECT_EQ(curves.code, 0) << curves.text;
  EXPECT_EQ(curves.text, run("compare masks --curves loss --gather mask.plugin").text);
  EXPECT_EQ(run("compare masks --curves loss --gather glitter").code, 2);
}

TEST_F(Usage, AMetricIsSettledOnlyIfRunsCanBeJudgedByIt) {
  EXPECT_EQ(run("study put shapes masks --metric nonsense").code, 3);
  EXPECT_EQ(run("study put shapes masks --metric nonsense/top1").code, 3);
  EXPECT_EQ(run("study put shapes masks --metric ''").code, 2);
  EXPECT_EQ(run("study put later --create --metric nonsense").code, 2) << "nobody knows what is better";
  EXPECT_EQ(run("study put later --create --metric nonsense --better higher").code, 0);
  EXPECT_EQ(run("study put shapes masks --metric knn/top1").code, 0);
  const Said matrix = run("matrix --base recipe.yaml --factor mask.plugin=none,block --metric nonsense");
  EXPECT_EQ(matrix.code, 2);
  EXPECT_THAT(matrix.text, HasSubstr("higher or lower"));
}

TEST_F(Usage, AStudyTakesNoVariantsName) {
  const Said said = run("study put mask=none mask=block");
  EXPECT_EQ(said.code, 2) << said.text;
  EXPECT_THAT(said.text, HasSubstr("\"mask=none\""));
  // As one of somebody else's bundle may.
  record::Study study;
  study.name = "mask=none";
  for (const record::Run& run : runs()) {
    if (run.name.starts_with("block")) study.runs.push_back({run.id, {}});
  }
  ASSERT_TRUE(record::Studies::open(workspace).value().put(study));
  const Said variant = run("compare mask=none");
  EXPECT_THAT(variant.text,
              AllOf(HasSubstr("mask=none s0"), Not(HasSubstr("mask=block")), HasSubstr("--study")));
  EXPECT_THAT(run("compare --study mask=none").text, Not(HasSubstr("mask=none s0")));
}

TEST_F(Usage, ExportsSayWhatWasSettled) {
  ASSERT_EQ(run("study put shapes masks --metric knn/top1 --baseline none").code, 0);
  for (const char* file : {"shapes.tex", "shapes.md", "shapes.csv", "shapes.txt"}) {
    ASSERT_EQ(run("compare shapes --out " + std::string(file)).code, 0);
    EXPECT_THAT(read(file), HasSubstr("were settled")) << file;
  }
  std::ifstream csv(dir / "shapes.csv");
  EXPECT_THAT(verdicts::check(csv).mistakes, IsEmpty());
  ASSERT_EQ(run("study put open masks").code, 0);
  EXPECT_THAT(run("compare open").text, HasSubstr("chosen now"));
  EXPECT_THAT(run("compare shapes --curves loss").text, Not(HasSubstr("were settled")));
}

TEST_F(Usage, ABeginnersWordIsAnswered) {
  ASSERT_EQ(run("study put 'shapes of masks, 32 px' masks").code, 0);
  EXPECT_THAT(run("compare shapes").text, HasSubstr("shapes of masks, 32 px"));
  EXPECT_THAT(run("compare none-0").text, HasSubstr("one run alone"));
}

}  // namespace
}  // namespace ibot::test
