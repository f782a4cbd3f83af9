// SPDX-License-Identifier: GPL-3.0-or-later
#include "crop_body.h"

namespace ibot::protocol {
namespace {

using nlohmann::json;

constexpr double kAnyNumber = 1e9;

}  // namespace

json crop_json(const data::CropRecipe& crop) {
  json steps = json::array();
  for (const data::JitterStep& step : crop.steps()) {
    steps.push_back({{"operation", static_cast<int>(step.operation)}, {"factor", step.factor}});
  }
  return {{"box", {crop.box.left, crop.box.top, crop.box.width, crop.box.height}},
          {"flip", crop.flip},
          {"jitter", std::move(steps)},
          {"grey", crop.grey},
          {"blur_sigma", crop.blur_sigma},
          {"solarise_threshold", crop.solarise_threshold},
          {"text", data::to_text(crop)}};
}

data::CropRecipe read_crop(const json& told, int size, BodyReader& outer) {
  BodyReader body(told, "crop");
  data::CropRecipe crop;
  crop.size = size;
  const json& box = body.list("box", 4);
  const auto side = [&](std::size_t i) {
    const auto length = i < box.size() ? natural(box[i]) : std::nullopt;
    if (!length || *length > kMostSide) {
      body.fail("box", "left, top, width and height");
      return 0;
    }
    return static_cast<int>(*length);
  };
  crop.box = {side(0), side(1), side(2), side(3)};
  crop.flip = body.flag("flip");
  crop.grey = body.flag("grey");
  crop.blur_sigma = body.number("blur_sigma", 0, kAnyNumber);
  crop.solarise_threshold = static_cast<int>(body.integer("solarise_threshold", -1, 255));
  for (const json& each : body.list("jitter", crop.jitter.size())) {
    BodyReader step(each, "jitter");
    crop.jitter[static_cast<std::size_t>(crop.jitter_steps++)] = {
        static_cast<data::JitterStep::Operation>(step.integer("operation", 1, 4)),
        step.number("factor", -kAnyNumber, kAnyNumber)};
    if (!step.status()) body.fail("jitter", "operation and factor");
  }
  if (!body.status()) outer.fail("crops", "the values of each crop");
  return crop;
}

}  // namespace ibot::protocol
