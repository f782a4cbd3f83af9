// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/test/golden.h>
#include <ibot/test/temp_dir.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace ibot::test {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

nlohmann::json read_case(const std::filesystem::path& folder) {
  const std::string text = base::read_text_file(folder / "case.json").value();
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& problem) {
    throw base::Exception(
        {ErrorCode::Corrupt, str((folder / "case.json").string(), ": ", problem.what()), "", ""});
  }
}

bool has_numbers(const nlohmann::json& value) {
  return value.is_object() && (value.contains("atol") || value.contains("rtol"));
}

Tolerance numbers_of(const nlohmann::json& value) {
  return {value.value("atol", 0.0), value.value("rtol", 0.0)};
}

// "out.train.loss" belongs to "out.train", to "loss", and to itself.
bool belongs_to(std::string_view key, std::string_view name) {
  if (name.empty()) return false;
  const std::string padded = str(".", key, ".");
  return padded.find(str(".", name, ".")) != std::string::npos;
}

// "loss, cls, patch" and "student/teacher state" are lists of names.
bool group_holds(std::string_view group, std::string_view key) {
  std::string list(group);
  for (char& letter : list) {
    if (letter == '/' || letter == ' ') letter = ',';
  }
  const auto names = base::split(list, ',');
  return std::any_of(names.begin(), names.end(),
                     [key](const std::string& name) { return belongs_to(key, base::trim(name)); });
}

std::vector<std::string>& registered_kinds() {
  static std::vector<std::string> kinds;
  return kinds;
}

}  // namespace

GoldenCase::GoldenCase(const std::filesystem::path& folder)
    : folder_(folder), name_(folder.filename().string()), json_(read_case(folder)) {
  kind_ = json_.value("kind", "");
  const auto path = folder / "case.safetensors";
  if (std::filesystem::exists(path)) file_.emplace(weights::TensorFile::open_safetensors(path).value());
}

bool GoldenCase::has(std::string_view key) const {
  return file_ && file_->find(key) != nullptr;
}

const weights::TensorView& GoldenCase::tensor(std::string_view key) const {
  const weights::TensorView* found = file_ ? file_->find(key) : nullptr;
  if (found == nullptr)
    throw base::Exception({ErrorCode::NotFound, str(name_, " has no tensor ", key), "", ""});
  return *found;
}

std::vector<std::string> GoldenCase::keys(std::string_view prefix) const {
  std::vector<std::string> names;
  if (!file_) return names;
  for (const auto& tensor : file_->tensors()) {
    if (tensor.name.starts_with(prefix)) names.push_back(tensor.name);
  }
  return names;
}

Tolerance GoldenCase::tolerance(std::string_view key) const {
  const nlohmann::json rule = json_.value("tolerance", nlohmann::json());
  if (has_numbers(rule)) return numbers_of(rule);
  if (rule.is_string() && rule.get<std::string>() == "exact") return {};
  if (rule.is_object()) {
    for (const auto& [group, value] : rule.items()) {
      if (!group_holds(group, key)) continue;
      if (has_numbers(value)) return numbers_of(value);
      if (value.is_string() && value.get<std::string>() == "exact") return {};
    }
  }
  throw base::Exception({ErrorCode::Unsupported, str(name_, ": no tolerance in numbers for ", key), "",
                         "rule: " + rule.dump()});
}

std::filesystem::path golden_root() {
  if (const char* given = std::getenv("IBOT_GOLDEN_DIR")) return given;
  if (!shared_dir().empty() && std::filesystem::exists(shared_dir() / "golden"))
    return shared_dir() / "golden";
  return source_dir() / "tests" / "golden" / "cases";
}

std::vector<std::string> golden_names() {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(golden_root(), missing)) {
    if (std::filesystem::exists(entry.path() / "case.json"))
      names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string golden_kind_of(const std::string& name) {
  try {
    return read_case(golden_root() / name).value("kind", "");
  } catch (const std::exception&) {
    return "";
  }
}

std::vector<std::string> golden_names(std::string_view kind) {
  std::vector<std::string> names = golden_names();
  std::erase_if(names, [kind](const std::string& name) { return golden_kind_of(name) != kind; });
  return names;
}

std::vector<GoldenCase> golden_cases(std::string_view kind) {
  std::vector<GoldenCase> cases;
  for (const std::string& name : golden_names(kind)) cases.emplace_back(golden_root() / name);
  return cases;
}

::testing::AssertionResult close_to(std::span<const double> actual, std::span<const double> expected,
                                    Tolerance tolerance, std::string_view what) {
  if (actual.size() != expected.size()) {
    return ::testing::AssertionFailure()
           << what << ": " << actual.size() << " values, expected " << expected.size();
  }
  std::size_t count = 0, first = 0, worst = 0;
  double worst_excess = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (actual[i] == expected[i] || (std::isnan(actual[i]) && std::isnan(expected[i]))) continue;
    const double allowed = tolerance.absolute + tolerance.relative * std::abs(expected[i]);
    const double difference = std::abs(actual[i] - expected[i]);
    if (difference <= allowed) continue;
    // A NaN or infinity on one side alone is worse than any number.
    const double excess = std::isfinite(difference) ? difference - allowed : HUGE_VAL;
    if (count++ == 0) first = i;
    if (excess > worst_excess) {
      worst_excess = excess;
      worst = i;
    }
  }
  if (count == 0) return ::testing::AssertionSuccess();
  const auto show = [&](std::size_t i) {
    return str("[", i, "] ", base::format_number(actual[i]), ", expected ", base::format_number(expected[i]),
               ", difference ", base::format_number(actual[i] - expected[i]));
  };
  return ::testing::AssertionFailure()
         << what << ": " << count << " of " << actual.size() << " values differ (atol " << tolerance.absolute
         << ", rtol " << tolerance.relative << ")\n  first: " << show(first) << "\n  worst: " << show(worst);
}

void expect_close(std::span<const double> actual, std::span<const double> expected, Tolerance tolerance,
                  std::string_view what) {
  EXPECT_TRUE(close_to(actual, expected, tolerance, what));
}

bool register_golden_kind(std::string_view kind) {
  registered_kinds().emplace_back(kind);
  return true;
}

const std::vector<std::string>& golden_kinds_of_this_program() {
  return registered_kinds();
}

std::string golden_test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& letter : name) {
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
  }
  return name;
}

}  // namespace ibot::test
