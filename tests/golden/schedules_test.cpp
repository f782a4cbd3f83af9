// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/test/golden.h>
#include <ibot/train/schedule.h>

namespace ibot {
namespace {

IBOT_GOLDEN_SUITE(GoldenSchedules, "schedules");

TEST_P(GoldenSchedules, Cosine) {
  for (const auto& [name, s] : golden().settings().at("cosine").items()) {
    SCOPED_TRACE(name);
    const std::int64_t per_epoch = s.at("niter_per_ep");
    const auto schedule =
        train::CosineSchedule::create({.base = s.at("base_value"),
                                       .end = s.at("final_value"),
                                       .total_steps = s.at("epochs").get<std::int64_t>() * per_epoch,
                                       .warmup_steps = s.value("warmup_epochs", 0) * per_epoch,
                                       .warmup_start = s.value("start_warmup_value", 0.0)});
    ASSERT_TRUE(schedule);
    const std::string key = "out.cosine." + name;
    std::vector<double> values;
    for (std::size_t i = 0; i < golden().doubles(key).size(); ++i) {
      values.push_back(schedule->at(static_cast<std::int64_t>(i)));
    }
    test::expect_close(values, golden().doubles(key), golden().tolerance(key), key);
  }
}

TEST_P(GoldenSchedules, TeacherTemperature) {
  for (const auto& [name, s] : golden().settings().at("temps").items()) {
    for (const bool patch : {false, true}) {
      SCOPED_TRACE(name + (patch ? " patch" : " cls"));
      const auto schedule = train::TemperatureSchedule::create(
          {.warmup = s.at("warmup_value"),
           .final = s.at("final_value"),
           .warmup_epochs = s.at("warmup_epochs"),
           .start_epoch = patch ? s.at("pred_start_epoch").get<std::int64_t>() : 0,
           .epochs = s.at("epochs")});
      ASSERT_TRUE(schedule);
      const std::string key = std::string("out.temp_") + (patch ? "patch." : "cls.") + name;
      std::vector<double> values;
      for (std::int64_t epoch = 0; epoch < s.at("epochs").get<std::int64_t>(); ++epoch)
        values.push_back(schedule->at(epoch));
      test::expect_close(values, golden().doubles(key), golden().tolerance(key), key);
    }
  }
}

TEST(Schedules, RefuseAWarmUpLongerThanTheRun) {
  EXPECT_EQ(train::CosineSchedule::create({.base = 1, .end = 0, .total_steps = 10, .warmup_steps = 11})
                .error()
                .code,
            base::ErrorCode::InvalidArgument);
  const auto error =
      train::TemperatureSchedule::create({.warmup_epochs = 8, .start_epoch = 3, .epochs = 10}).error();
  EXPECT_EQ(error.message, "teacher temperature: a warm-up of 8 epochs after 3 epochs in a run of 10");
}

}  // namespace
}  // namespace ibot
