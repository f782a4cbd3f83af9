// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/data/crop_recipe.h>
#include <ibot/test/golden.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace ibot::test {
namespace {

IBOT_GOLDEN_SUITE(AugmentCropStatistics, "augment_crop_statistics");

struct Moments {
  double mean = 0;
  double sd = 0;
};

Moments moments(const std::vector<double>& values) {
  Moments out;
  for (const double value : values) out.mean += value;
  out.mean /= static_cast<double>(values.size());
  for (const double value : values) out.sd += (value - out.mean) * (value - out.mean);
  out.sd = std::sqrt(out.sd / static_cast<double>(values.size()));
  return out;
}

/// With linear interpolation, as NumPy.
double percentile(std::vector<double> values, double percent) {
  std::sort(values.begin(), values.end());
  const double at = percent / 100 * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (at - static_cast<double>(low)) * (values[high] - values[low]);
}

/// What one setting's boxes look like.
struct Boxes {
  std::vector<double> area, aspect, log_aspect, centre_x, centre_y;
  int fallbacks = 0;
};

Boxes draw(const nlohmann::json& settings, const image::Box* fallback) {
  data::CropOptions options;
  options.global.scale = settings.at("scale").get<std::vector<double>>();
  const int width = settings.at("width").get<int>();
  const int height = settings.at("height").get<int>();
  Boxes boxes;
  for (int i = 0; i < settings.at("draws").get<int>(); ++i) {
    const data::CropKey key{.seed = 5, .epoch = 0, .sample = static_cast<std::uint64_t>(i), .crop = 0};
    const image::Box box = data::draw_crop(options, key, width, height).box;
    EXPECT_TRUE(image::contains(width, height, box));
    boxes.area.push_back(static_cast<double>(box.width) * box.height / (static_cast<double>(width) * height));
    boxes.aspect.push_back(static_cast<double>(box.width) / box.height);
    boxes.log_aspect.push_back(std::log(boxes.aspect.back()));
    boxes.centre_x.push_back((box.left + box.width / 2.0) / width);
    boxes.centre_y.push_back((box.top + box.height / 2.0) / height);
    if (fallback != nullptr && box == *fallback) ++boxes.fallbacks;
  }
  return boxes;
}

// Two independent samples of n draws: their means differ by about sd * sqrt(2 / n).
TEST_P(AugmentCropStatistics, MatchTheReference) {
  constexpr double kRounding = 1e-9;  // where all boxes are the same
  for (const auto& [name, settings] : golden().json().at("statistics").items()) {
    SCOPED_TRACE(name);
    image::Box fallback;
    const auto& box = settings.at("fallback_box_top_left_height_width");
    if (!box.is_null()) fallback = {box.at(1), box.at(0), box.at(3), box.at(2)};
    const Boxes boxes = draw(settings, box.is_null() ? nullptr : &fallback);
    const auto draws = static_cast<double>(boxes.area.size());

    const auto check = [&](const char* what, const std::vector<double>& values) {
      const Moments seen = moments(values);
      const double sd = settings.at(what).at("sd").get<double>();
      EXPECT_NEAR(seen.mean, settings.at(what).at("mean").get<double>(),
                  4.5 * sd * std::sqrt(2 / draws) + kRounding)
          << what;
      EXPECT_NEAR(seen.sd, sd, 0.05 * sd + kRounding) << what;
    };
    check("area_fraction", boxes.area);
    check("aspect", boxes.aspect);
    check("log_aspect", boxes.log_aspect);
    check("centre_x", boxes.centre_x);
    check("centre_y", boxes.centre_y);

    // The fall-back box is known only where the reference met it.
    const double share = settings.at("fallback_fraction").get<double>();
    if (!box.is_null()) {
      EXPECT_NEAR(boxes.fallbacks / draws, share, 5 * std::sqrt(2 * share * (1 - share) / draws));
    }

    const double percents[] = {1, 5, 10, 25, 50, 75, 90, 95, 99};
    const auto check_percentiles = [&](const std::string& what, const std::vector<double>& values) {
      const std::vector<double> expected = golden().doubles("out." + name + "." + what + "_percentiles");
      ASSERT_EQ(expected.size(), std::size(percents));
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(percentile(values, percents[i]), expected[i], std::max(0.01, 0.02 * expected[i]))
            << what << " " << percents[i];
      }
    };
    check_percentiles("area", boxes.area);
    check_percentiles("aspect", boxes.aspect);
  }
}

}  // namespace
}  // namespace ibot::test
