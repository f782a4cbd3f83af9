// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/compare/study_fixture.h"
#include "verdicts/check_verdicts.h"

#include <ibot/base/file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>

namespace ibot::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Said {
  int code = -1;
  std::string text;  // standard output and error together
};

class CompareProgram : public testing::Test, public compare::test::StudyFixture {
 protected:
  void SetUp() override { add_masks(); }

  Said run(const std::string& words, const std::string& where = {}) const {
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ibot").string();
    const std::string folder = where.empty() ? workspace.folder().string() : where;
    const std::string line = "cd '" + dir.path().string() + "' && IBOT_WORKSPACE='" + folder + "' '" +
                             program + "' " + words + " 2>&1";
    Said said;
    FILE* const pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) return said;
    std::array<char, 4096> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
      said.text.append(buffer.data(), count);
    const int status = ::pclose(pipe);
    if (WIFEXITED(status)) said.code = WEXITSTATUS(status);
    return said;
  }
  std::string read(const char* name) const { return base::read_text_file(dir / name).value(); }
};

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
