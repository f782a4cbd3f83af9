// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/runs/parameters.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ibot::runs {
namespace {

using testing::ElementsAre;

constexpr const char* kPlan = R"({
  "values": {"optimizer.lr": 0.0005, "seed": 3, "mask.plugin": "block", "data.labels": true,
             "mask.block.ratio": [0.0, 0.3], "odd": {"nested": 1}, "none": null},
  "origins": {"seed": {"kind": "file"}},
  "plugins": {"mask": {"kind": "masking", "id": "block", "version": "1.2.0"}, "broken": 3}})";

TEST(RunParameters, FlattensAPlan) {
  const Parameters parameters = flatten_plan(kPlan).value();
  std::vector<std::string> lines;
  for (const Parameter& p : parameters) lines.push_back(p.key + "=" + p.text + (p.changed ? " changed" : ""));
  EXPECT_THAT(lines, ElementsAre("data.labels=true", "mask.block.ratio=[0, 0.3]", "mask.plugin=block",
                                 "mask.version=1.2.0", "optimizer.lr=0.0005", "seed=3 changed"));
  EXPECT_EQ(find(parameters, "optimizer.lr")->number, 0.0005);
  EXPECT_TRUE(std::isnan(find(parameters, "mask.plugin")->number));
  EXPECT_EQ(find(parameters, "optimizer"), nullptr);
}

TEST(RunParameters, TakesNothingFromWhatIsNoPlan) {
  EXPECT_FALSE(flatten_plan("{").ok());
  for (const char* text : {"[]", "3", "{}", R"({"values": 3, "plugins": []})", R"({"yaml": "name: x"})"}) {
    EXPECT_TRUE(flatten_plan(text).value().empty()) << text;
  }
}

TEST(RunEvaluations, KeepsTheNewestOfEach) {
  const auto row = [](std::int64_t step, const char* network, double value) {
    record::Evaluation e;
    e.step = step;
    e.protocol = "knn";
    e.metric = "top1";
    e.network = network;
    e.value = value;
    return e;
  };
  const auto values = newest_values(
      {row(100, "teacher", 30), row(200, "teacher", 40), row(0, "raw_pixels", 26), row(150, "teacher", 35)});
  EXPECT_THAT(values, ElementsAre(EvaluationValue{"knn/top1", "raw_pixels", 0, 26},
                                  EvaluationValue{"knn/top1", "teacher", 200, 40}));
  EXPECT_EQ(values[1].full_name(), "knn/top1@teacher");
}

}  // namespace
}  // namespace ibot::runs
