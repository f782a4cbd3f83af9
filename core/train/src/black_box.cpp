// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/train/black_box.h>

#include <nlohmann/json.hpp>

#include <cmath>

namespace ibot::train {
namespace {

constexpr const char* kFormat = "ibot-black-box-1";

nlohmann::json number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(base::format_number(value));
}

double number_from(const nlohmann::json& json) {
  if (json.is_number()) return json.get<double>();
  const std::string text = json.get<std::string>();
  return text == "inf" ? HUGE_VAL : text == "-inf" ? -HUGE_VAL : std::nan("");
}

}  // namespace

void BlackBox::add(StepRecipe recipe) {
  steps_.push_back(std::move(recipe));
  if (steps_.size() > capacity_) steps_.pop_front();
}

base::Status BlackBox::write(const std::filesystem::path& path, const std::string& run,
                             const std::string& what, std::uint64_t seed,
                             const std::string& checkpoint) const {
  nlohmann::json json = {
      {"format", kFormat}, {"run", run}, {"what", what}, {"seed", seed}, {"checkpoint", checkpoint}};
  json["steps"] = nlohmann::json::array();
  for (const StepRecipe& step : steps_) {
    json["steps"].push_back({{"step", step.step},
                             {"epoch", step.epoch},
                             {"samples", step.samples},
                             {"loss", number(step.loss)},
                             {"gradient_norm", number(step.gradient_norm)},
                             {"lr", step.lr}});
  }
  return base::write_file_atomically(path, std::string_view(json.dump(1)));
}

base::Result<BlackBox::File> BlackBox::read(const std::filesystem::path& path) {
  IBOT_TRY(const std::string text, base::read_text_file(path, std::uint64_t{64} << 20));
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    if (json.at("format") != kFormat) {
      return base::Error{base::ErrorCode::Unsupported, path.string() + " is not a black box of this program",
                         kFormat, ""};
    }
    File file;
    file.run = json.at("run");
    file.what = json.at("what");
    file.checkpoint = json.at("checkpoint");
    file.seed = json.at("seed");
    for (const nlohmann::json& step : json.at("steps")) {
      file.steps.push_back({.step = step.at("step"),
                            .epoch = step.at("epoch"),
                            .samples = step.at("samples"),
                            .loss = number_from(step.at("loss")),
                            .gradient_norm = number_from(step.at("gradient_norm")),
                            .lr = step.at("lr")});
    }
    return file;
  } catch (const nlohmann::json::exception& e) {
    return base::Error{base::ErrorCode::Corrupt,
                       path.string() + " cannot be read: " + base::quote_untrusted(e.what()),
                       "a black box as `ibot train` writes it", ""};
  }
}

}  // namespace ibot::train
