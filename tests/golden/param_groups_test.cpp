// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../plugins/backbones/vit/vit.h"
#include "engine_support.h"

#include <ibot/train/optimizer.h>
#include <ibot/train/step.h>

namespace ibot {
namespace {

IBOT_GOLDEN_SUITE(GoldenParamGroups, "param_groups");

// The sizes follow from the stored shapes.
vit::VitOptions options_of(const nlohmann::json& shapes) {
  vit::VitOptions options;
  options.dim = shapes.at("backbone.cls_token").at(2);
  options.patch = shapes.at("backbone.patch_embed.proj.weight").at(2);
  options.heads = 1;
  options.depth = 0;
  while (shapes.contains("backbone.blocks." + std::to_string(options.depth) + ".norm1.weight"))
    ++options.depth;
  options.mlp_ratio =
      shapes.at("backbone.blocks.0.mlp.fc1.weight").at(0).get<double>() / static_cast<double>(options.dim);
  options.layer_scale = shapes.contains("backbone.blocks.0.gamma_1") ? 0.1 : 0.0;
  return options;
}

TEST_P(GoldenParamGroups, DecayedUndecayedAndFrozen) {
  int compared = 0;
  for (const auto& [name, group] : golden().json().at("groups").items()) {
    SCOPED_TRACE(name);
    const nlohmann::json& shapes = group.at("shapes");
    if (!shapes.contains("backbone.cls_token")) continue;  // not a Vision Transformer
    const nlohmann::json& head = group.at("head");
    const vit::VitOptions options = options_of(shapes);
    const auto positions = shapes.at("backbone.pos_embed").at(1).get<std::int64_t>() - 1;
    std::int64_t side = 1;
    while (side * side < positions) ++side;
    vit::Vit backbone(options, side * options.patch, shapes.contains("backbone.masked_embed"));
    nn::Head::Shape shape;
    shape.in_dim = options.dim;
    shape.options.out_dim = shapes.at("head.last_layer.weight_v").at(0);
    shape.options.hidden_dim = head.at("hidden_dim");
    shape.options.bottleneck_dim = head.at("bottleneck_dim");
    shape.options.patch_out_dim = head.at("patch_out_dim");
    shape.options.norm = head.value("norm", "none");
    shape.shared = head.at("shared_head");
    shape.train_weight_g = !head.at("norm_last_layer").get<bool>();
    nn::Head projection(shape);
    train::NetworkView network(backbone, projection);

    std::vector<std::string> decayed, undecayed, frozen;
    for (const nn::NamedParameter& named : network.parameters()) {
      EXPECT_EQ(named.parameter->value.sizes().vec(), shapes.at(named.name).get<std::vector<std::int64_t>>())
          << named.name;
      if (!named.parameter->trainable) {
        frozen.push_back(named.name);
      } else {
        (train::Optimizer::decays(named.name, named.parameter->value) ? decayed : undecayed)
            .push_back(named.name);
      }
    }
    EXPECT_EQ(decayed, group.at("decayed").get<std::vector<std::string>>());
    EXPECT_EQ(undecayed, group.at("undecayed").get<std::vector<std::string>>());
    EXPECT_EQ(frozen, group.at("frozen_left_out").get<std::vector<std::string>>());
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace ibot
