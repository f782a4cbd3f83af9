// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_fixture.h"

#include <ibot/compare/ablation_table.h>
#include <ibot/runs/select.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::compare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DifferencesTest : public testing::Test, public test::StudyFixture {
 protected:
  std::vector<RunData> read() {
    auto where = reader();
    return read_runs(where, runs()).value();
  }
  static std::vector<std::string> keys(const std::vector<DifferenceRow>& rows) {
    std::vector<std::string> all;
    for (const DifferenceRow& row : rows) all.push_back(row.key);
    return all;
  }
};

TEST_F(DifferencesTest, OnlyWhatDiffersBySubjectMetricsApart) {
  add({.id = "a", .evaluations = {{"knn/top1", 40}}});
  add({.id = "b",
       .values = {{"mask.plugin", "block"}, {"mask.ratio", 0.3}},
       .seed = 1,
       .environment = "cpu: another\n",
       .evaluations = {{"knn/top1", 41}}});
  const auto rows = differences(read());
  EXPECT_THAT(keys(rows),
              ElementsAre("mask.plugin", "mask.ratio", "seed", "cpu", "knn/top1@teacher", "loss"));
  EXPECT_EQ(rows[1].values[0], std::nullopt);
  EXPECT_EQ(rows[1].values[1], "0.3");
  EXPECT_EQ(rows.back().subject, Subject::Metrics);
  const auto all = differences(read(), {.only_differences = false, .metrics = false});
  EXPECT_GT(all.size(), rows.size());
  EXPECT_THAT(to_text(difference_table(rows, read())), HasSubstr("mask.ratio"));
}

TEST_F(DifferencesTest, FirstHashThatDiffersExplains) {
  add({.id = "a"});
  add({.id = "lr", .values = {{"optimizer.lr", 0.002}}, .seed = 3});
  add({.id = "build", .plugins = "rebuilt"});
  add({.id = "files", .data = "other"});
  add({.id = "seed", .seed = 3});
  add({.id = "machine", .environment = "cpu: another\n"});
  add({.id = "twin"});
  const auto data = read();
  const Explanation lr = why_different(data[0], data[1]);
  EXPECT_EQ(lr.first, Subject::Configuration);
  EXPECT_THAT(lr.also, ElementsAre(Subject::Seed));
  EXPECT_THAT(lr.text,
              HasSubstr("first in the configuration: optimizer.lr is 0.001 and 0.002. Also in the seed."));
  EXPECT_EQ(why_different(data[0], data[2]).first, Subject::Plugins);
  EXPECT_EQ(why_different(data[0], data[3]).first, Subject::Data);
  EXPECT_THAT(why_different(data[0], data[4]).text, HasSubstr("seed is 0 and 3"));
  EXPECT_THAT(why_different(data[0], data[5]).text, HasSubstr("cpu is one and another"));
  EXPECT_EQ(why_different(data[0], data[6]).first, std::nullopt);
}

TEST_F(DifferencesTest, TablesShowNoDigitsThatNobodyWrote) {
  add({.id = "a", .values = {{"x", 10.0 / 3}, {"y", 10.0 / 3}, {"z", 123456.25}}});
  add({.id = "b", .values = {{"x", 0.3}, {"y", 10.0 / 3 + 1e-12}, {"z", 0.5}}});
  const auto data = read();
  const std::string text = to_text(difference_table(differences(data), data));
  EXPECT_THAT(text, HasSubstr(" 3.33333 "));
  EXPECT_THAT(text, HasSubstr("3.3333333333343")) << "what differs only there is shown";
  EXPECT_THAT(text, HasSubstr("123456.25"));
}

TEST_F(DifferencesTest, WhatAStudyVariesExplainsFirst) {
  add({.id = "a", .values = {{"mask.attempts", 10}, {"aspect", 1}}});
  add({.id = "b",
       .values = {{"mask.plugin", "block"}, {"mask.attempts", 20}, {"aspect", 2}, {"mask.blocks", 4}}});
  const auto data = read();
  const auto said = [&](const std::vector<std::string>& factors) {
    return keys(why_different(data[0], data[1], factors).what);
  };
  EXPECT_THAT(said({}), ElementsAre("mask.plugin", "aspect", "mask.attempts", "mask.blocks"))
      << "a plugin before parameters, what both have before what one has";
  EXPECT_THAT(said({"mask"}), ElementsAre("mask.plugin", "mask.attempts", "mask.blocks", "aspect"));
  EXPECT_THAT(said({"aspect"}), ElementsAre("aspect", "mask.plugin", "mask.attempts", "mask.blocks"));
}

TEST_F(DifferencesTest, HashesWithoutTextsAreShown) {
  add({.id = "a"});
  add({.id = "b", .plugins = "rebuilt"});
  EXPECT_THAT(keys(differences(read())), ElementsAre("hash of the plugins"));
}

TEST_F(DifferencesTest, RunsAreChosenByIdNameTagFolderOrFilter) {
  add_masks();
  store.add_tag("none-2", "keep").value();
  auto where = reader();
  const auto chosen = [&](std::vector<std::string> words) {
    std::vector<std::string> ids;
    const auto meant = runs::select_runs(where, words).value();
    for (const record::Run& run : meant) ids.push_back(run.id);
    return ids;
  };
  EXPECT_THAT(chosen({"block-1", "mask=none s0"}), ElementsAre("block-1", "none-0"));
  EXPECT_THAT(chosen({"keep", "none-2"}), ElementsAre("none-2"));
  EXPECT_EQ(chosen({"masks"}).size(), 9U);
  EXPECT_EQ(chosen({"mask.plugin=random seed<2"}).size(), 2U);
  const auto missing = runs::select_runs(where, std::vector<std::string>{"mask"});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().to_text(), HasSubstr("Did you mean \"masks\"?"));
  EXPECT_FALSE(runs::select_runs(where, std::vector<std::string>{"lr>>3"}));
}

TEST(Tables, EscapeWhatFormatsWouldTakeForTheirs) {
  const Table table{"50 % & more",
                    {{"a_b", Align::Left}, {"c|d", Align::Right}},
                    {{{"<b>{x}^2~\\", false, false}, {"=1+1", true, false}}},
                    {"A sentence."}};
  EXPECT_THAT(to_latex(table), HasSubstr("50 \\% \\& more"));
  EXPECT_THAT(
      to_latex(table),
      HasSubstr(
          "\\textless{}b\\textgreater{}\\{x\\}\\textasciicircum{}2\\textasciitilde{}\\textbackslash{}"));
  EXPECT_THAT(to_markdown(table), HasSubstr("c\\|d"));
  EXPECT_THAT(to_csv(table), HasSubstr("'=1+1"));
  EXPECT_THAT(to_html(table), HasSubstr("&lt;b&gt;"));
  EXPECT_THAT(to_html(table), testing::Not(HasSubstr("<b>{x}")));
  const Table lines{"", {{"two\nlines", Align::Left}}, {{{"\x1b[31mred", false, false}}}, {"a\nb"}};
  EXPECT_EQ(to_text(lines), "two\\u000alines\n--------------\n\\u001b[31mred\na\\u000ab\n");
  for (const std::string& text : {to_markdown(lines), to_latex(lines)})
    EXPECT_THAT(text, testing::AllOf(HasSubstr("u000alines"), testing::Not(HasSubstr("two\nlines"))));
  const Table comma{"", {{"x", Align::Left}}, {{{"a,\"b\"\nc", false, false}}}, {}};
  EXPECT_EQ(to_csv(comma), "x\n\"a,\"\"b\"\"\nc\"\n");
}

}  // namespace
}  // namespace ibot::compare
