// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare_program.h"
#include "verdicts/check_verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace ibot::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(CompareProgram, ShowsOnlyWhatDiffersAndWhy) {
  const Said two = run("compare none-0 block-1");
  EXPECT_EQ(two.code, 0) << two.text;
  EXPECT_THAT(two.text, AllOf(HasSubstr("mask.plugin"), HasSubstr("seed"), Not(HasSubstr("optimizer.lr"))));
  const Said why = run("compare none-0 none-1 --why");
  EXPECT_THAT(why.text, HasSubstr("They differ first in the seed: seed is 0 and 1."));
  EXPECT_EQ(run("compare none-0 --why").code, 2);
  const Said missing = run("compare nome-0");
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.text, HasSubstr("Did you mean \"none-0\"?"));
}

TEST_F(CompareProgram, EveryExportedVerdictIsFoundAgain) {
  const Said said = run("compare masks --metric knn/top1 --baseline none --format csv --out masks.csv");
  ASSERT_EQ(said.code, 0) << said.text;
  std::ifstream csv(dir / "masks.csv");
  const auto report = verdicts::check(csv);
  EXPECT_THAT(report.mistakes, IsEmpty());
  EXPECT_EQ(report.variants, 3);
}

TEST_F(CompareProgram, WritesEachFormat) {
  const std::string words = "compare masks --metric knn/top1 --baseline none --format ";
  const Said table = run(words + "table");
  EXPECT_THAT(table.text,
              AllOf(HasSubstr("mask=random"), HasSubstr("better"), HasSubstr("no difference shown")));
  EXPECT_THAT(run(words + "latex").text, AllOf(HasSubstr("\\toprule"), HasSubstr("\\bottomrule")));
  EXPECT_THAT(run(words + "markdown").text, HasSubstr("| variant |"));
  const Said json = run(words + "json");
  const auto parsed = nlohmann::json::parse(json.text, nullptr, false);
  ASSERT_TRUE(parsed.is_object()) << json.text;
  EXPECT_EQ(parsed["result"]["groups"][1]["verdict"], "better");
  EXPECT_THAT(run(words + "latex --preset masking").text, HasSubstr("Effect of the masking strategy"));
  EXPECT_EQ(run(words + "latex --rows optimizer.lr").code, 2) << "they do not differ in it";
  EXPECT_THAT(run("compare glitter=yes").text,
              AllOf(HasSubstr("\"glitter\". `ibot runs --help`"), Not(HasSubstr(".."))));
  EXPECT_EQ(run("compare masks --metric knn/top3 --baseline none").code, 3);
  // The ending of a file says its format, and must not contradict another.
  ASSERT_EQ(run("compare masks --metric knn/top1 --baseline none --out masks.tex").code, 0);
  EXPECT_THAT(read("masks.tex"), HasSubstr("\\toprule"));
  const Said other = run("compare masks --metric knn/top1 --format csv --out masks.tex");
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.text, AllOf(HasSubstr("latex"), HasSubstr("csv")));
  EXPECT_EQ(run("compare masks --out masks.svg").code, 2) << "a table is no figure";
  EXPECT_EQ(run("compare masks --curves loss --format latex").code, 2);
  EXPECT_EQ(run("compare masks --curves loss --out loss.json").code, 2);
  const Said head = run("compare masks --metric knn/top1 --preset head");
  EXPECT_EQ(head.code, 2);
  EXPECT_THAT(head.text, HasSubstr("all have a shared head"));
}

TEST_F(CompareProgram, WarnsOfLossesWithOtherTerms) {
  const std::string words = "compare masks --metric loss --baseline none --format ";
  const Said table = run(words + "table");
  EXPECT_EQ(table.code, 0) << table.text;
  EXPECT_THAT(table.text, AllOf(HasSubstr("Warning: The losses have different terms (mask=none: ibot_cls; "),
                                HasSubstr("not comparable with the baseline"), Not(HasSubstr("better  ")),
                                Not(HasSubstr("worse"))));
  const auto parsed = nlohmann::json::parse(run(words + "json").text, nullptr, false);
  ASSERT_TRUE(parsed.is_object());
  EXPECT_EQ(parsed["warnings"].size(), 1U);
  EXPECT_EQ(parsed["result"]["groups"][1]["verdict"], "not compared");
  EXPECT_THAT(run(words + "csv").text, HasSubstr("warning: The losses have different terms"))
      << "beside the rows";
  ASSERT_EQ(run("report masks --metric loss --baseline none --out loss.html").code, 0);
  EXPECT_THAT(read("loss.html"), HasSubstr("<li>Warning: The losses have different terms"));
  EXPECT_THAT(run("compare masks --metric knn/top1 --better lower --baseline none").text,
              HasSubstr("usually the higher is better"));
}

TEST_F(CompareProgram, AMomentThatNoRunHasIsAnError) {
  const Said evaluated = run("compare masks --metric knn/top1 --baseline none --at step:50");
  EXPECT_EQ(evaluated.code, 3);
  EXPECT_THAT(evaluated.text, AllOf(HasSubstr("none of the runs has a value of knn/top1@teacher at step 50"),
                                    HasSubstr("step 100")));
  const Said curve = run("compare masks --metric loss --at step:51");
  EXPECT_EQ(curve.code, 3);
  EXPECT_THAT(curve.text, HasSubstr("every 10 steps from 10 to 100; nearest to 51 are 50 and 60"));
  EXPECT_EQ(run("report masks --metric loss --at step:51 --out moment.html").code, 3);
}

TEST_F(CompareProgram, AnOutputThatCannotBeWrittenIsTheSystems) {
  std::filesystem::create_directory(dir / "folder.md");
  for (const char* words :
       {"compare masks --out missing/masks.md", "compare masks --out folder.md",
        "report masks --out missing/masks.html", "compare masks --curves loss --out missing/loss.svg",
        "bundle create masks --out missing/masks.ibot"}) {
    const Said said = run(words);
    EXPECT_EQ(said.code, 5) << words << ": " << said.text;
    EXPECT_THAT(said.text, HasSubstr("error: "));
  }
  EXPECT_THAT(run("compare masks --out missing/masks.md").text, HasSubstr("Make the folder missing first"));
}

TEST_F(CompareProgram, NamesThatTablesShowAreTaken) {
  const Said report =
      run("report mask=none mask=block --metric knn/top1 --baseline mask=none --out two.html");
  EXPECT_EQ(report.code, 0) << report.text;
  EXPECT_THAT(report.text, HasSubstr("6 runs in 2 groups"));
  EXPECT_EQ(run("compare mask=none mask=random --metric knn/top1 --baseline mask=random").code, 0);
  EXPECT_EQ(run("compare mask=nome").code, 2) << "no factor's level, and no filter";
  const Said several = run("compare masks --metric knn/top1 --baseline 'ratio=[0, 0.3]'");
  EXPECT_EQ(several.code, 2);
  EXPECT_THAT(several.text, HasSubstr("means runs of 2 variants"));
  for (const char* baseline : {"none", "mask=none", "none-1"}) {
    const Said put = run(std::string("study put shapes masks --metric knn/top1 --baseline ") + baseline);
    EXPECT_EQ(put.code, 0) << put.text;
    EXPECT_THAT(put.text, HasSubstr("baseline none-")) << baseline;
  }
}

TEST_F(CompareProgram, AStudyIsCalledByItsName) {
  ASSERT_EQ(run("study put 'shapes of masks' masks --metric knn/top1 --baseline random").code, 0);
  EXPECT_THAT(run("compare mask=none --curves loss --earlier mask=block").text,
              HasSubstr("mask=block: median"))
      << "earlier runs too are named as in tables";
  const Said said = run("compare 'shapes of masks'");
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_THAT(said.text,
              AllOf(HasSubstr("Baseline: mask=random"), HasSubstr("worse"), HasSubstr("were settled")));
  const Said mistyped = run("study put 'shape of masks' --baseline none");
  EXPECT_EQ(mistyped.code, 3);
  EXPECT_THAT(mistyped.text, AllOf(HasSubstr("Did you mean \"shapes of masks\"?"), HasSubstr("--create")));
  EXPECT_THAT(run("study list").text, Not(HasSubstr("shape of masks")));
  EXPECT_THAT(run("compare 'shape of masks'").text, HasSubstr("Did you mean the study \"shapes of masks\"?"));
  EXPECT_EQ(run("study put later --create --question 'Which?'").code, 0);
  EXPECT_THAT(run("study list").text, HasSubstr("later: Which?"));
  const Said empty = run("compare later");
  EXPECT_EQ(empty.code, 2);
  EXPECT_THAT(empty.text, HasSubstr("the study \"later\" has no runs yet"));
  EXPECT_THAT(run("study remove lates").text, HasSubstr("Did you mean later?"));
  EXPECT_THAT(run("study remove later").text, HasSubstr("later is forgotten"));
}

TEST_F(CompareProgram, ManyCurvesAreGathered) {
  const Said gathered = run("compare masks --curves loss");
  EXPECT_THAT(gathered.text,
              AllOf(HasSubstr("9 runs are drawn as the means of 3 groups"), HasSubstr("(n = 3)")));
  const Said mistyped = run("compare masks --curves los");
  EXPECT_EQ(mistyped.code, 3);
  EXPECT_THAT(mistyped.text, HasSubstr("Did you mean \"loss\"?"));
  const Said each = run("compare masks --curves loss --gather none");
  EXPECT_THAT(each.text, AllOf(HasSubstr("seed=2"), Not(HasSubstr("(n = 3)"))));
  EXPECT_THAT(run("compare mask=none mask=block --curves loss").text, HasSubstr("seed=2")) << "six lines";
}

TEST_F(CompareProgram, StudyIsReportedBundledOpenedAndMerged) {
  const Said put = run("study put masks masks --question 'Blocks?' --metric knn/top1 --baseline none-0");
  ASSERT_EQ(put.code, 0) << put.text;
  const Said compared = run("compare --study masks");
  EXPECT_THAT(compared.text, AllOf(HasSubstr("better"), HasSubstr("after all of the 9 runs had ended")));
  EXPECT_THAT(run("compare --study masks --metric loss").text,
              AllOf(HasSubstr("The study did not settle the metric loss: chosen now."),
                    Not(HasSubstr("of the 9 runs had ended"))));
  EXPECT_THAT(run("compare --study masks --baseline none").text, HasSubstr("of the 9 runs had ended"))
      << "another word for the settled baseline";
  EXPECT_THAT(run("compare --study masks --baseline block").text,
              HasSubstr("The study did not settle the baseline block: chosen now."));
  const Said report = run("report masks --out masks.html");
  ASSERT_EQ(report.code, 0) << report.text;
  const std::string html = read("masks.html");
  EXPECT_THAT(html, AllOf(HasSubstr("Blocks?"), HasSubstr("data:image/svg+xml;base64,"),
                          HasSubstr("mask=random: better")));

  const Said bundled = run("bundle create masks --out masks.ibot");
  ASSERT_EQ(bundled.code, 0) << bundled.text;
  EXPECT_THAT(run("bundle open masks.ibot").text, HasSubstr("every hash is right"));
  const Said opened = run("bundle open masks.ibot --into opened");
  ASSERT_EQ(opened.code, 0) << opened.text;
  EXPECT_THAT(run("compare --study masks", "opened").text, HasSubstr("better"));
  EXPECT_EQ(run("tag none-0 mine", "opened").code, 5) << "it is only read";
  const Said merged = run("bundle merge masks.ibot", "other");
  ASSERT_EQ(merged.code, 0) << merged.text;
  EXPECT_THAT(merged.text, HasSubstr("9 runs were added"));
  EXPECT_THAT(run("compare --study masks", "other").text, HasSubstr("better"));
  const Said again = run("bundle merge masks.ibot", "other");
  EXPECT_THAT(again.text, HasSubstr("9 runs were there already"));
}

TEST_F(CompareProgram, RunsOfABundleStandBesideOnesOwn) {
  ASSERT_EQ(run("bundle create mask.plugin=block --out theirs.ibot").code, 0);
  const std::string other = (dir / "mine").string();
  ASSERT_EQ(run("bundle create mask.plugin=none --out mine.ibot").code, 0);
  ASSERT_EQ(run("bundle merge mine.ibot", other).code, 0);
  const Said said =
      run("compare mask.plugin=none --bundle theirs.ibot --metric knn/top1 --baseline none-0", other);
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_THAT(said.text, AllOf(HasSubstr("mask=block"), HasSubstr("no difference shown")));
}

TEST_F(CompareProgram, ARunOfABundleCanBeTheBaseline) {
  store.add_tag("block-2", "theirs").value();
  ASSERT_EQ(run("bundle create mask.plugin=block --out theirs.ibot").code, 0);
  ASSERT_EQ(run("bundle create mask.plugin=random --out mine.ibot").code, 0);
  const std::string other = (dir / "mine").string();
  ASSERT_EQ(run("bundle merge mine.ibot", other).code, 0);
  for (const char* word : {"block-1", "block", "'mask=block s0'", "mask=block", "lock-2", "theirs"}) {
    const Said said = run(std::string("compare mask.plugin=random --bundle theirs.ibot --metric knn/top1 "
                                      "--baseline ") +
                              word,
                          other);
    EXPECT_EQ(said.code, 0) << word << said.text;
    EXPECT_THAT(said.text, AllOf(HasSubstr("Baseline: mask=block."), HasSubstr("better"))) << word;
  }
}

TEST_F(CompareProgram, AVariantsNameDoesNotBreakALine) {
  compare::test::MadeRun odd{.id = "odd", .seed = 9};
  odd.values = {{"mask.plugin", "a\nb"}};
  odd.evaluations = {{"knn/top1", 40}};
  add(odd);
  ASSERT_EQ(run("bundle create odd --out odd.ibot").code, 0);
  for (const char* format : {"table", "markdown", "latex"}) {
    const Said said = run(std::string("compare none-0 --bundle odd.ibot --metric knn/top1 --baseline none-0 "
                                      "--format ") +
                          format);
    EXPECT_EQ(said.code, 0) << said.text;
    EXPECT_THAT(said.text, AllOf(Not(HasSubstr("a\nb")), HasSubstr("u000ab"))) << format;
  }
  const Said table = run("compare none-0 odd --only-differences");
  EXPECT_THAT(table.text, AllOf(HasSubstr("a\\u000ab"), Not(HasSubstr("a\nb"))));
  EXPECT_THAT(run("compare none-0 odd --why").text, HasSubstr("mask.plugin is none and a\\u000ab"));
}

TEST_F(CompareProgram, ABundleNeedsNoWorkspace) {
  ASSERT_EQ(run("study put shapes masks --metric knn/top1 --baseline none").code, 0);
  ASSERT_EQ(run("bundle create shapes --out shapes.ibot").code, 0);
  ASSERT_EQ(run("bundle create masks --out runs.ibot").code, 0);
  const Said study = run("compare --bundle shapes.ibot", "nowhere");
  EXPECT_EQ(study.code, 0) << study.text;
  EXPECT_THAT(study.text, AllOf(HasSubstr("Baseline: mask=none"), HasSubstr("better")));
  const Said runs = run("compare --bundle runs.ibot --metric knn/top1 --baseline none-0", "nowhere");
  EXPECT_EQ(runs.code, 0) << runs.text;
  EXPECT_THAT(runs.text, HasSubstr("better"));
  EXPECT_EQ(run("compare none-0 --bundle runs.ibot", "nowhere").code, 3) << "whose run is that?";
  EXPECT_EQ(run("compare --bundle runs.ibot --curves loss --earlier masks", "nowhere").code, 2);
}

TEST_F(CompareProgram, RefusesWhatIsNoBundle) {
  base::write_file_atomically(dir / "bad.ibot", std::string_view("not a zip file")).value();
  for (const char* words :
       {"bundle open bad.ibot", "bundle open bad.ibot --into x", "bundle merge bad.ibot"}) {
    const Said said = run(words);
    EXPECT_EQ(said.code, 4) << said.text;
    EXPECT_THAT(said.text, HasSubstr("error: "));
  }
  EXPECT_EQ(run("bundle open none.ibot").code, 3);
}

}  // namespace
}  // namespace ibot::test
