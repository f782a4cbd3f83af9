// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/clock.h>
#include <ibot/runs/filter.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <limits>

namespace ibot::runs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::int64_t local_time(int year, int month, int day, int hour) {
  std::tm tm = {};
  tm.tm_year = year - 1900;
  tm.tm_mon = month - 1;
  tm.tm_mday = day;
  tm.tm_hour = hour;
  tm.tm_isdst = -1;
  return static_cast<std::int64_t>(std::mktime(&tm)) * 1'000'000;
}

/// Three runs: a good one, one that trains, one that died.
class RunFilter : public testing::Test {
 protected:
  struct Known {
    record::Run run;
    record::EffectiveStatus status;
    Parameters parameters;
    std::vector<EvaluationValue> evaluations;
    std::string folder;
    std::int64_t notes = 0;
  };

  RunFilter() {
    add("good", "Block mask, seed 0", record::State::Completed, "block", 0.0005, 0, 51.2);
    add("live", "Random mask", record::State::Running, "random", 0.001, 0, 30);
    add("dead", "block again", record::State::Failed, "block", 0.001, 1,
        std::numeric_limits<double>::quiet_NaN());
    runs[0].run.tags = {"keep", "Paper"};
    runs[0].folder = "my study/blocks";
    runs[0].notes = 1;
    runs[0].run.created = local_time(2026, 11, 1, 9);
    runs[0].run.step = 1000;
    runs[0].evaluations = {{"knn/top1", "raw_pixels", 0, 26.4}, {"knn/top1", "teacher", 1000, 51.2}};
    runs[1].run.created = local_time(2026, 11, 2, 0);
    runs[1].run.step = 400;
    runs[1].run.parent = record::Lineage{"good", 200};
    runs[2].run.created = local_time(2026, 11, 3, 23);
    runs[2].status.died = true;
    runs[2].folder = "my studying";
    for (const Known& known : runs) names.add(facts(known));
  }

  void add(const char* id, const char* name, record::State state, const char* mask, double lr, int seed,
           double top1) {
    Known known;
    known.run.id = id;
    known.run.name = name;
    known.run.state = state;
    known.run.planned_steps = 1000;
    known.run.last_values = {{"knn/top1", 10, 0, top1}, {"loss", 10, 0, 5.5}};
    known.status.state = state;
    known.parameters = {{"mask.plugin", mask, std::numeric_limits<double>::quiet_NaN(), true},
                        {"optimizer.lr", lr == 0.001 ? "0.001" : "0.0005", lr, true},
                        {"seed", seed == 0 ? "0" : "1", static_cast<double>(seed), false}};
    runs.push_back(known);
  }

  static RunFacts facts(const Known& known) {
    return {.run = &known.run,
            .status = &known.status,
            .parameters = &known.parameters,
            .evaluations = &known.evaluations,
            .folder = known.folder,
            .notes = known.notes};
  }

  std::vector<std::string> fitting(std::string_view text) {
    const ParsedFilter parsed = parse_filter(text, &names);
    if (parsed.mistake) return {"mistake: " + parsed.mistake->text};
    // What a filter says of itself is the same filter.
    const ParsedFilter again = parse_filter(parsed.filter.to_text(), &names);
    EXPECT_FALSE(again.mistake) << parsed.filter.to_text();
    EXPECT_EQ(again.filter.to_text(), parsed.filter.to_text());
    std::vector<std::string> ids;
    for (const Known& known : runs) {
      EXPECT_EQ(parsed.filter.matches(facts(known)), again.filter.matches(facts(known)));
      if (parsed.filter.matches(facts(known))) ids.push_back(known.run.id);
    }
    return ids;
  }

  FilterMistake mistake(std::string_view text) {
    return parse_filter(text, &names).mistake.value_or(FilterMistake{999, 999, "no mistake"});
  }

  std::vector<Known> runs;
  FilterNames names;
};

TEST_F(RunFilter, EmptyFitsAll) {
  EXPECT_THAT(fitting(""), ElementsAre("good", "live", "dead"));
  EXPECT_THAT(fitting("  \t"), ElementsAre("good", "live", "dead"));
}

TEST_F(RunFilter, WordsAreLookedForInTheName) {
  EXPECT_THAT(fitting("BLOCK"), ElementsAre("good", "dead"));
  EXPECT_THAT(fitting("block again"), ElementsAre("dead"));
  EXPECT_THAT(fitting("\"seed 0\""), ElementsAre("good"));
  EXPECT_THAT(fitting("name:random"), ElementsAre("live"));
  EXPECT_THAT(fitting("name=\"block again\""), ElementsAre("dead"));
  EXPECT_THAT(fitting("id:oo"), ElementsAre("good"));
  EXPECT_THAT(fitting("parent:good"), ElementsAre("live"));
}

TEST_F(RunFilter, JoinsConditions) {
  EXPECT_THAT(fitting("seed=0 lr>0.0005"), ElementsAre("live"));
  EXPECT_THAT(fitting("seed=0 and lr>0.0005"), ElementsAre("live"));
  EXPECT_THAT(fitting("random or tag:keep"), ElementsAre("good", "live"));
  EXPECT_THAT(fitting("block (tag:keep or state:died) -seed=1"), ElementsAre("good"));
  EXPECT_THAT(fitting("-block"), ElementsAre("live"));
  EXPECT_THAT(fitting("not (block or random)"), ElementsAre());
  EXPECT_THAT(fitting("--block"), ElementsAre("good", "dead"));
}

TEST_F(RunFilter, KnowsStates) {
  EXPECT_THAT(fitting("state:running"), ElementsAre("live"));
  EXPECT_THAT(fitting("state=active"), ElementsAre("live"));
  EXPECT_THAT(fitting("state:ended"), ElementsAre("good", "dead"));
  EXPECT_THAT(fitting("state!=Completed"), ElementsAre("live", "dead"));
}

TEST_F(RunFilter, KnowsTagsFoldersAndNotes) {
  EXPECT_THAT(fitting("tag:paper"), ElementsAre("good"));
  EXPECT_THAT(fitting("-tag:paper"), ElementsAre("live", "dead"));
  EXPECT_THAT(fitting("tag:pap"), ElementsAre());
  EXPECT_THAT(fitting("folder:\"my study\""), ElementsAre("good"));
  EXPECT_THAT(fitting("folder=\"my study\""), ElementsAre());
  EXPECT_THAT(fitting("has:note"), ElementsAre("good"));
  EXPECT_THAT(fitting("-has:folder"), ElementsAre("live"));
}

TEST_F(RunFilter, ComparesNumbersAndTexts) {
  EXPECT_THAT(fitting("knn/top1>45"), ElementsAre("good"));
  EXPECT_THAT(fitting("top1<=30"), ElementsAre("live"));  // NaN is neither smaller nor greater
  EXPECT_THAT(fitting("knn/top1@raw_pixels>20"), ElementsAre("good"));
  EXPECT_THAT(fitting("optimizer.lr=5e-4"), ElementsAre("good"));
  EXPECT_THAT(fitting("optimizer.lr!=5e-4"), ElementsAre("live", "dead"));
  EXPECT_THAT(fitting("mask.plugin=block"), ElementsAre("good", "dead"));
  EXPECT_THAT(fitting("mask.plugin=bloc"), ElementsAre());
  EXPECT_THAT(fitting("mask.plugin:bloc"), ElementsAre("good", "dead"));
  EXPECT_THAT(fitting("step>=400 progress<50"), ElementsAre("live"));
}

TEST_F(RunFilter, ADayIsAWholeDay) {
  EXPECT_THAT(fitting("created>2026-11-01"), ElementsAre("live", "dead"));
  EXPECT_THAT(fitting("created>=2026-11-01"), ElementsAre("good", "live", "dead"));
  EXPECT_THAT(fitting("created:2026-11-03"), ElementsAre("dead"));
  EXPECT_THAT(fitting("created<2026-11-01T09:01"), ElementsAre("good"));
  EXPECT_THAT(fitting("created<=2026-11-01"), ElementsAre("good"));
  EXPECT_THAT(fitting("ended<2030-01-01"), ElementsAre());
}

TEST_F(RunFilter, SaysWhereAndWhatIsWrong) {
  EXPECT_THAT(mistake("block state:runing").text, HasSubstr("Did you mean running?"));
  EXPECT_EQ(mistake("block state:runing").position, 12U);
  EXPECT_EQ(mistake("block state:runing").length, 6U);
  EXPECT_THAT(mistake("optimiser.lr>1").text, HasSubstr("Did you mean optimizer.lr?"));
  EXPECT_EQ(mistake("a optimiser.lr>1").position, 2U);
  EXPECT_EQ(mistake("a optimiser.lr>1").length, 12U);
  EXPECT_THAT(mistake("lr>high").text, HasSubstr("a number, not \"high\""));
  EXPECT_THAT(mistake("lr>").text, HasSubstr("a value is missing"));
  EXPECT_THAT(mistake("tag>3").text, HasSubstr("compared by"));
  EXPECT_THAT(mistake("created>2026-02-30").text, HasSubstr("is no date"));
  EXPECT_THAT(mistake("created>yesterday").text, HasSubstr("2026-11-30"));
  EXPECT_THAT(mistake("(a or b").text, HasSubstr("not closed"));
  EXPECT_EQ(mistake("(a or b").position, 0U);
  EXPECT_THAT(mistake("a)").text, HasSubstr("closes nothing"));
  EXPECT_THAT(mistake("a or").text, HasSubstr("between two conditions"));
  EXPECT_THAT(mistake("or a").text, HasSubstr("between two conditions"));
  EXPECT_THAT(mistake("a and").text, HasSubstr("a condition is missing"));
  EXPECT_THAT(mistake("()").text, HasSubstr("a condition is missing"));
  EXPECT_THAT(mistake("name:\"half").text, HasSubstr("quotation mark"));
  EXPECT_THAT(mistake("-").text, HasSubstr("a condition is missing"));
  EXPECT_THAT(mistake("=3").text, HasSubstr("a name is missing"));
  EXPECT_THAT(mistake(std::string(60, '(') + "a" + std::string(60, ')')).text,
              HasSubstr("within each other"));
  EXPECT_THAT(mistake(std::string(5000, 'a')).text, HasSubstr("too long"));
}

TEST_F(RunFilter, AnEndThatFitsSeveralNamesIsNotGuessed) {
  runs[0].parameters.insert(runs[0].parameters.begin(), {"backbone.lr", "1", 1.0, false});
  names.add(facts(runs[0]));
  EXPECT_THAT(mistake("lr>0").text, HasSubstr("backbone.lr or optimizer.lr"));
}

TEST_F(RunFilter, WithoutNamesEveryNameIsTaken) {
  const ParsedFilter parsed = parse_filter("anything>1");
  EXPECT_FALSE(parsed.mistake);
  EXPECT_FALSE(parsed.filter.matches(facts(runs[0])));
}

TEST_F(RunFilter, OneThousandRunsTakeNoTime) {
  const ParsedFilter parsed =
      parse_filter("state:completed (block or random) lr<1 knn/top1>45 -tag:bad", &names);
  const base::Stopwatch watch;
  int found = 0;
  for (int i = 0; i < 1000; ++i) found += parsed.filter.matches(facts(runs[0])) ? 1 : 0;
  EXPECT_EQ(found, 1000);
  EXPECT_LT(watch.seconds(), 0.5);  // some milliseconds; generous for a busy machine
}

}  // namespace
}  // namespace ibot::runs
