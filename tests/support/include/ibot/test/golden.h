// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/weights/tensor_file.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::test {

/// |actual - expected| <= absolute + relative * |expected|. Both zero: exact.
struct Tolerance {
  double absolute = 0;
  double relative = 0;
};

/// One folder of reference numbers: case.json (kind, settings, tolerance) and, for most kinds,
/// case.safetensors. A case that cannot be read, or a key that it lacks, throws base::Exception: the test
/// fails with the reason.
class GoldenCase {
 public:
  explicit GoldenCase(const std::filesystem::path& folder);

  const std::string& name() const { return name_; }
  const std::string& kind() const { return kind_; }
  const std::filesystem::path& folder() const { return folder_; }
  /// The whole case.json.
  const nlohmann::json& json() const { return json_; }
  /// Its "settings".
  const nlohmann::json& settings() const { return json_.at("settings"); }

  bool has(std::string_view key) const;
  const weights::TensorView& tensor(std::string_view key) const;
  std::vector<std::int64_t> shape(std::string_view key) const { return tensor(key).shape; }
  /// Of any type, converted to double (exact but for integers beyond 2^53).
  std::vector<double> doubles(std::string_view key) const { return weights::to_doubles(tensor(key)); }
  /// Keys of the tensors that begin with `prefix`, sorted, the prefix kept.
  std::vector<std::string> keys(std::string_view prefix = "") const;

  /// What case.json's "tolerance" says about `key`: {"atol", "rtol"} for everything, or one such object per
  /// group, where a group's name lists keys ("out.seg, out.norm_small", "loss, cls, patch", "student/teacher
  /// state") and holds for a key that is, begins with, or has a dotted part equal to one of them; or the text
  /// "exact". Throws if nothing in it speaks about the key in numbers: such rules (statistics, bounds) are
  /// the test's own to apply.
  Tolerance tolerance(std::string_view key = "out") const;

 private:
  std::filesystem::path folder_;
  std::string name_;
  std::string kind_;
  nlohmann::json json_;
  std::optional<weights::TensorFile> file_;
};

/// The folder of case folders: environment variable IBOT_GOLDEN_DIR, or shared/golden beside the checkout, or
/// the project's own copy of the small numeric cases.
std::filesystem::path golden_root();

/// Names of the case folders, sorted; with a kind: of that kind alone.
std::vector<std::string> golden_names();
std::vector<std::string> golden_names(std::string_view kind);

/// The kind that a case folder names; empty if its case.json cannot be read or names none.
std::string golden_kind_of(const std::string& name);

/// All cases of one kind, for tests that prefer a loop.
std::vector<GoldenCase> golden_cases(std::string_view kind);

/// Compares element by element; a failure prints the first and the worst difference and how many there are.
/// NaN equals NaN. Use as: EXPECT_TRUE(close_to(actual, expected, tolerance, "out.cls")).
::testing::AssertionResult close_to(std::span<const double> actual, std::span<const double> expected,
                                    Tolerance tolerance, std::string_view what);

/// The same as a non-fatal check.
void expect_close(std::span<const double> actual, std::span<const double> expected, Tolerance tolerance,
                  std::string_view what);

/// Base of a suite that runs once per case folder of its kind.
class GoldenTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { case_.emplace(golden_root() / GetParam()); }
  const GoldenCase& golden() const { return *case_; }

 private:
  std::optional<GoldenCase> case_;
};

/// Notes that this program runs a kind; see golden_kinds_of_this_program().
bool register_golden_kind(std::string_view kind);
const std::vector<std::string>& golden_kinds_of_this_program();

std::string golden_test_name(const ::testing::TestParamInfo<std::string>& info);

}  // namespace ibot::test

/// Declares the suite of one kind; then write TEST_P(Suite, Name) { golden()... } as often as needed.
#define IBOT_GOLDEN_SUITE(Suite, kind)                                                                      \
  class Suite : public ::ibot::test::GoldenTest {};                                                         \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Suite);                                                     \
  [[maybe_unused]] static const bool Suite##_kind_is_registered = ::ibot::test::register_golden_kind(kind); \
  INSTANTIATE_TEST_SUITE_P(Golden, Suite, ::testing::ValuesIn(::ibot::test::golden_names(kind)),            \
                           ::ibot::test::golden_test_name)
