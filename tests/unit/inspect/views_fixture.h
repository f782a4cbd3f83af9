// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/text.h>
#include <ibot/image/encode.h>
#include <ibot/inspect/views.h>
#include <ibot/nn/backbone.h>
#include <ibot/nn/init.h>
#include <ibot/nn/state.h>
#include <ibot/plan/plugin_info.h>
#include <ibot/test/temp_dir.h>
#include <ibot/train/model.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <string>

namespace ibot::inspect {

using base::ErrorCode;
using protocol::NetworkChoice;
using protocol::PictureChoice;

class QuietJob final : public protocol::Job {
 public:
  bool unwanted() const override { return stopped; }
  void progress(std::string_view, std::int64_t, std::int64_t) override { ++reports; }
  bool stopped = false;
  int reports = 0;
};

/// Two small Vision Transformers as files of weights, and pictures whose halves differ.
class ViewsTest : public testing::Test {
 protected:
  ViewsTest() : loader_(discover()), views_(loader_, nullptr) {}

  void SetUp() override {
    write_network("a.safetensors", 8, 1);
    write_network("b.safetensors", 8, 2);
    write_network("coarse.safetensors", 16, 3);
    write_picture("red.png", {220, 40, 40}, {40, 60, 200});
    write_picture("green.png", {30, 200, 60}, {40, 60, 200});
  }

  static plugin::Loader discover() {
    plugin::LoaderOptions options = plugin::LoaderOptions::from_environment();
    options.state_folder.clear();
    return plugin::Loader::discover(options);
  }

  void write_network(const std::string& name, int patch, std::uint64_t seed, const std::string& heads = "2") {
    plan::PlanRequest request;
    request.plugins = plan::usable_plugins(loader_);
    request.text =
        base::str("crops: {global: {size: 48}, local: {size: 16}}\nbackbone: {plugin: vit, dim: 128, ",
                  "depth: 3, heads: 2, patch: ", patch, "}\n");
    const auto plan = plan::make_plan(request);
    ASSERT_TRUE(plan.plan) << params::to_text(plan.diagnostics);
    ASSERT_TRUE(loader_.load(plugin::Kind::Backbone, "vit"));
    auto backbone = train::build_backbone(*plan.plan, loader_.registry(), false);
    ASSERT_TRUE(backbone) << backbone.error().to_text();
    (*backbone)->initialize(nn::Initializer(seed));
    nn::TensorList list;
    for (const nn::NamedTensor& named : (*backbone)->state()) list.add(named.name, *named.tensor);
    ASSERT_TRUE(weights::write_safetensors(folder_ / name, list.views(), {{"heads", heads}}));
    if (name == "a.safetensors") backbone_ = std::move(*backbone);
  }

  // Left half one colour, right half another, with a slight grain.
  void write_picture(const std::string& name, std::array<int, 3> left, std::array<int, 3> right,
                     int grain = 1, int height = 48) {
    image::Image picture(96, height);
    for (int y = 0; y < picture.height(); ++y) {
      for (int x = 0; x < picture.width(); ++x) {
        for (int c = 0; c < 3; ++c) {
          const int base = (x < 48 ? left : right)[static_cast<std::size_t>(c)];
          picture.pixel(x, y)[c] = static_cast<std::uint8_t>(base + grain * ((x * 7 + y * 13) % 11));
        }
      }
    }
    const auto bytes = image::encode_png(picture);
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

  NetworkChoice weights(const std::string& name = "a.safetensors") const {
    NetworkChoice choice;
    choice.weights = (folder_ / name).string();
    return choice;
  }
  PictureChoice picture(const std::string& name = "red.png") const {
    return {.file = (folder_ / name).string(), .probe = {}, .size = 96, .fit = PictureChoice::Fit::Whole};
  }

  test::TempDir folder_;
  plugin::Loader loader_;
  Views views_;
  QuietJob job_;
  std::unique_ptr<nn::Backbone> backbone_;
};

}  // namespace ibot::inspect
