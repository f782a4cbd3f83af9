// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/compare/distribution.h>
#include <ibot/compare/statistics.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace ibot::compare {
namespace {

constexpr double kTolerance = 1e-10;

const nlohmann::json& vectors() {
  static const nlohmann::json json = nlohmann::json::parse(
      base::read_text_file(ibot::test::source_dir() / "tests/unit/compare/vectors/statistics.json").value());
  return json;
}

// Relative where the value is large or small, absolute about 0.
void expect_equal(double found, double expected, const nlohmann::json& where) {
  EXPECT_NEAR(found, expected, kTolerance * std::max(std::abs(expected), 1e-300)) << where.dump();
}

TEST(Distribution, IncompleteBetaEqualsSciPy) {
  ASSERT_GE(vectors()["incomplete_beta"].size(), 100U);
  for (const auto& row : vectors()["incomplete_beta"]) {
    const double x = row["x"];
    expect_equal(incomplete_beta(row["a"], row["b"], x, 1 - x), row["value"], row);
  }
}

TEST(Distribution, StudentsTEqualsSciPy) {
  for (const auto& row : vectors()["student_t_p"])
    expect_equal(student_t_p(row["t"], row["degrees"]), row["p"], row);
  for (const auto& row : vectors()["student_t_quantile"])
    expect_equal(student_t_quantile(row["probability"], row["degrees"]), row["t"], row);
}

TEST(Distribution, RefusesWhatMakesNoSense) {
  EXPECT_TRUE(std::isnan(incomplete_beta(0, 1, 0.5, 0.5)));
  EXPECT_TRUE(std::isnan(incomplete_beta(1, 1, NAN, 0.5)));
  EXPECT_TRUE(std::isnan(student_t_p(1, 0)));
  EXPECT_TRUE(std::isnan(student_t_p(NAN, 3)));
  EXPECT_TRUE(std::isnan(student_t_quantile(1, 3)));
  EXPECT_EQ(student_t_p(INFINITY, 3), 0);
  EXPECT_EQ(student_t_p(-1e200, 3), student_t_p(1e200, 3));
  EXPECT_EQ(incomplete_beta(2, 3, 0, 1), 0);
  EXPECT_EQ(incomplete_beta(2, 3, 1, 0), 1);
}

TEST(Statistics, IntervalsAndPairedTestsEqualSciPy) {
  ASSERT_GE(vectors()["paired"].size(), 20U);
  for (const auto& row : vectors()["paired"]) {
    const auto a = row["a"].get<std::vector<double>>();
    const auto b = row["b"].get<std::vector<double>>();
    const Sample sample = describe(a);
    EXPECT_EQ(sample.n, a.size());
    expect_equal(sample.mean, row["mean"], row);
    expect_equal(sample.deviation.value(), row["deviation"], row);
    const Interval interval = t_interval(a).value();
    expect_equal(interval.low, row["low"], row);
    expect_equal(interval.high, row["high"], row);
    const PairedTest test = paired_t_test(a, b);
    expect_equal(test.mean, row["difference"], row);
    expect_equal(test.t.value(), row["t"], row);
    expect_equal(test.p.value(), row["p"], row);
    expect_equal(test.interval.value().low, row["difference_low"], row);
    expect_equal(test.interval.value().high, row["difference_high"], row);
    ASSERT_EQ(test.correlation.has_value(), row.contains("correlation")) << row.dump();
    if (test.correlation) expect_equal(*test.correlation, row["correlation"], row);
  }
}

TEST(Statistics, SignFlipsEqualSciPysPermutationTest) {
  for (const auto& row : vectors()["paired"]) {
    std::vector<double> differences;
    for (std::size_t i = 0; i < row["a"].size(); ++i)
      differences.push_back(row["a"][i].get<double>() - row["b"][i].get<double>());
    expect_equal(sign_flip_p(differences).value(), row["sign_flip_p"], row);
    EXPECT_GE(row["sign_flip_p"].get<double>(), smallest_sign_flip_p(differences.size()));
  }
}

TEST(Statistics, HolmEqualsStatsmodels) {
  for (const auto& row : vectors()["holm"]) {
    const auto p = row["p"].get<std::vector<double>>();
    const std::vector<double> corrected = holm(p);
    ASSERT_EQ(corrected.size(), p.size());
    for (std::size_t i = 0; i < p.size(); ++i) expect_equal(corrected[i], row["corrected"][i], row);
  }
  EXPECT_TRUE(holm({}).empty());
}

// What people should know of few seeds: half widths in units of the seeds' deviation, smallest p.
TEST(Statistics, FewSeedsSayLittle) {
  const std::vector<std::pair<int, double>> known = {{2, 8.98}, {3, 2.48}, {4, 1.59},
                                                     {5, 1.24}, {8, 0.84}, {10, 0.72}};
  for (const auto& [n, half] : known)
    EXPECT_NEAR(student_t_quantile(0.975, n - 1) / std::sqrt(n), half, 0.005) << n;
  EXPECT_EQ(smallest_sign_flip_p(3), 0.25);
  EXPECT_EQ(smallest_sign_flip_p(5), 0.0625);
  EXPECT_EQ(smallest_sign_flip_p(6), 0.03125);
  EXPECT_EQ(smallest_sign_flip_p(1), 1);
}

TEST(Statistics, OneValueHasNoSpread) {
  const std::vector<double> one = {3};
  EXPECT_FALSE(describe(one).deviation);
  EXPECT_FALSE(t_interval(one));
  EXPECT_FALSE(paired_t_test(one, one).p);
  EXPECT_EQ(describe({}).n, 0U);
  EXPECT_FALSE(sign_flip_p({}));
}

TEST(Statistics, EqualDifferencesAreNoProof) {
  const std::vector<double> a = {10.1, 20.1, 30.1}, b = {10, 20, 30};
  EXPECT_FALSE(paired_t_test(a, b).p) << "they differ by the same amount, but for rounding";
  EXPECT_EQ(paired_t_test(a, a).p.value(), 1);
  EXPECT_EQ(paired_t_test(a, a).t.value(), 0);
}

}  // namespace
}  // namespace ibot::compare
