// SPDX-License-Identifier: GPL-3.0-or-later
// Kind "masks": statistics of as many masks as the case holds, drawn by the shipped plugins, against those of
// the published code (loader.py::ImageFolderMask). The rules of comparison are those that case.json names.
#include <ibot/base/random.h>
#include <ibot/data/mask.h>
#include <ibot/plugin/loader.h>
#include <ibot/test/golden.h>
#include <ibot/test/statistics.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace {

using namespace ibot;
using test::moments_of;
using test::same_distribution;

std::vector<double> list_of(const nlohmann::json& number_or_list) {
  if (number_or_list.is_number()) return {number_or_list.get<double>()};
  return number_or_list.get<std::vector<double>>();
}

/// One entry of case.json's "statistics": a setting of the published code in our terms.
struct Setting {
  explicit Setting(const nlohmann::json& json) {
    const nlohmann::json& settings = json.at("settings");
    for (const auto& [key, value] : settings.items()) {
      if (key == "pred_ratio")
        ratio = list_of(value);
      else if (key == "pred_ratio_var")
        variance = list_of(value);
      else if (key == "pred_start_epoch")
        start_epoch = value.get<std::int64_t>();
      else if (key == "aspect")
        aspect = list_of(value);
      else if (key == "pred_shape")
        is_block = value.get<std::string>() == "block";
      else if (key != "epoch" && key != "psz" && key != "ncrops")
        ADD_FAILURE() << "unknown setting " << key;
    }
    rows = json.at("grid").at(0).get<int>();
    cols = json.at("grid").at(1).get<int>();
    crops = json.at("crops_per_item").get<int>();
    draws = json.at("draws").get<int>();
    if (json.at("epoch").is_number()) epoch = json.at("epoch").get<std::int64_t>();
  }

  params::Values values() const {
    params::Values values = {{"ratio", ratio}, {"variance", variance}, {"start_epoch", start_epoch}};
    if (!is_block) return values;
    values.insert({{"aspect_low", aspect.at(0)}, {"aspect_high", aspect.at(1)}});
    return values;
  }

  bool has_variance() const {
    return std::any_of(variance.begin(), variance.end(), [](double v) { return v > 0; });
  }

  std::vector<double> ratio = {0.3};
  std::vector<double> variance = {0};
  std::vector<double> aspect = {0.3, 1 / 0.3};
  std::int64_t start_epoch = 0;
  std::int64_t epoch = 0;
  bool is_block = true;
  int rows = 0, cols = 0, crops = 1, draws = 0;
};

/// Number of 4-connected groups of masked patches. Erases the mask.
int erase_components(std::vector<std::uint8_t>& mask, int rows, int cols) {
  int components = 0;
  std::vector<int> open;
  for (int start = 0; start < rows * cols; ++start) {
    if (!mask[static_cast<std::size_t>(start)]) continue;
    ++components;
    open.assign(1, start);
    while (!open.empty()) {
      const int cell = open.back();
      open.pop_back();
      if (!std::exchange(mask[static_cast<std::size_t>(cell)], std::uint8_t{0})) continue;
      const int row = cell / cols, col = cell % cols;
      if (row > 0) open.push_back(cell - cols);
      if (row + 1 < rows) open.push_back(cell + cols);
      if (col > 0) open.push_back(cell - 1);
      if (col + 1 < cols) open.push_back(cell + 1);
    }
  }
  return components;
}

struct Statistics {
  std::vector<std::int64_t> counts;      ///< [rows * cols + 1] draws by number of masked patches
  std::vector<std::int64_t> components;  ///< the same by number of groups, masks with a patch only
  std::vector<std::int64_t> frequency;   ///< [rows * cols] draws in which the patch is masked
  std::vector<std::int64_t> both;        ///< [2, 2] pictures by whether crop 0 and crop 1 have a mask
};

Statistics draw(const data::MaskStrategy& strategy, const Setting& setting) {
  constexpr std::uint64_t kSeed = 20231123;
  const auto cells = static_cast<std::size_t>(setting.rows * setting.cols);
  Statistics result{std::vector<std::int64_t>(cells + 1), std::vector<std::int64_t>(cells + 1),
                    std::vector<std::int64_t>(cells), std::vector<std::int64_t>(4)};
  std::vector<std::uint8_t> mask(cells);
  for (int sample = 0; sample < setting.draws / setting.crops; ++sample) {
    std::size_t pattern = 0;
    for (int crop = 0; crop < setting.crops; ++crop) {
      std::fill(mask.begin(), mask.end(), std::uint8_t{0});
      const data::MaskRequest request{
          setting.rows, setting.cols, setting.epoch, static_cast<std::uint64_t>(sample), crop, {}};
      base::RandomStream random(kSeed, base::Purpose::Mask, static_cast<std::uint64_t>(setting.epoch),
                                request.sample, static_cast<std::uint64_t>(crop));
      strategy.fill(request, random, mask);
      const auto count = static_cast<std::size_t>(std::count(mask.begin(), mask.end(), std::uint8_t{1}));
      ++result.counts[count];
      for (std::size_t i = 0; i < cells; ++i) result.frequency[i] += mask[i];
      pattern = pattern * 2 + (count > 0 ? 1 : 0);
      if (count > 0) {
        ++result.components[static_cast<std::size_t>(erase_components(mask, setting.rows, setting.cols))];
      }
    }
    if (setting.crops == 2) ++result.both[pattern];
  }
  return result;
}

void expect_same_mean(const test::Moments& ours, const test::Moments& theirs, const char* what) {
  if (ours.count == 0 || theirs.count == 0) {
    EXPECT_EQ(ours.count, theirs.count) << what;
    return;
  }
  const double deviation = std::max(ours.deviation, theirs.deviation);
  const double allowed = 4.5 * deviation * std::sqrt(1 / ours.count + 1 / theirs.count);
  EXPECT_NEAR(ours.mean, theirs.mean, allowed + 1e-9) << what;
}

void expect_same_frequency(const Statistics& ours, const std::vector<double>& theirs,
                           const Setting& setting) {
  ASSERT_EQ(ours.frequency.size(), theirs.size());
  for (std::size_t cell = 0; cell < theirs.size(); ++cell) {
    const double share = static_cast<double>(ours.frequency[cell]) / setting.draws;
    const double p = (share + theirs[cell]) / 2;
    EXPECT_NEAR(share, theirs[cell], 5 * std::sqrt(2 * p * (1 - p) / setting.draws) + 1e-9)
        << "patch at row " << cell / static_cast<std::size_t>(setting.cols) << ", column "
        << cell % static_cast<std::size_t>(setting.cols);
  }
}

// What holds for every single mask, not only on average.
void expect_hard_bounds(const Statistics& ours, const Setting& setting) {
  if (setting.has_variance()) return;
  std::vector<double> possible = {0};
  for (const double ratio : setting.ratio)
    possible.push_back(std::floor(ratio * setting.rows * setting.cols));
  const double most = *std::max_element(possible.begin(), possible.end());
  for (std::size_t count = 0; count < ours.counts.size(); ++count) {
    if (ours.counts[count] == 0) continue;
    const auto value = static_cast<double>(count);
    EXPECT_LE(value, most) << ours.counts[count] << " masks are too large";
    if (setting.is_block) continue;
    EXPECT_NE(std::find(possible.begin(), possible.end(), value), possible.end())
        << ours.counts[count] << " masks have " << count << " patches";
  }
}

std::vector<std::int64_t> integers(const test::GoldenCase& golden, const std::string& key) {
  const std::vector<double> values = golden.doubles(key);
  return {values.begin(), values.end()};
}

void compare(const test::GoldenCase& golden, const std::string& name, plugin::Loader& loader) {
  const Setting setting(golden.json().at("statistics").at(name));
  const auto factory = loader.masking(setting.is_block ? "block" : "random");
  ASSERT_TRUE(factory.ok()) << factory.error().to_text();
  const Statistics ours = draw(*(*factory)(setting.values()), setting);

  const auto counts = integers(golden, "out." + name + ".hist");
  const auto components = integers(golden, "out." + name + ".components_hist");
  constexpr double kLeastProbability = 1e-4;
  EXPECT_GT(same_distribution(ours.counts, counts), kLeastProbability) << "number of masked patches";
  EXPECT_GT(same_distribution(ours.components, components), kLeastProbability) << "number of groups";
  expect_same_mean(moments_of(ours.counts), moments_of(counts), "masked patches");
  expect_same_mean(moments_of(ours.components), moments_of(components), "groups in masks that have any");
  expect_same_frequency(ours, golden.doubles("out." + name + ".freq"), setting);
  expect_hard_bounds(ours, setting);
  if (golden.has("out." + name + ".both")) {
    const auto both = integers(golden, "out." + name + ".both");
    EXPECT_GT(same_distribution(ours.both, both), kLeastProbability) << "which of two crops has a mask";
  }
}

IBOT_GOLDEN_SUITE(GoldenMasks, "masks");

TEST_P(GoldenMasks, StatisticsAgree) {
  plugin::LoaderOptions options = plugin::LoaderOptions::from_environment();
  options.state_folder.clear();
  plugin::Loader loader = plugin::Loader::discover(options);
  for (const auto& [name, statistics] : golden().json().at("statistics").items()) {
    SCOPED_TRACE(name);
    compare(golden(), name, loader);
  }
}

}  // namespace
