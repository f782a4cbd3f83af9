// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/weights/key_map.h>

#include <gtest/gtest.h>

namespace ibot::weights {
namespace {

TEST(CanonicalName, DropsEveryCombinationOfPrefixes) {
  for (const char* name : {"cls_token", "backbone.cls_token", "module.backbone.cls_token", "module.cls_token",
                           "teacher.backbone.cls_token", "student.module.backbone.cls_token",
                           "module.teacher.backbone.cls_token", "_orig_mod.module.backbone.cls_token"}) {
    EXPECT_EQ(canonical_name(name).name, "cls_token") << name;
  }
}

TEST(CanonicalName, RemembersTheNetwork) {
  EXPECT_EQ(canonical_name("student.module.head.mlp.0.weight").network, Network::Student);
  EXPECT_EQ(canonical_name("teacher.head.mlp.0.weight").network, Network::Teacher);
  EXPECT_EQ(canonical_name("head.mlp.0.weight").network, std::nullopt);
}

TEST(CanonicalName, KnowsTheNamesOfOthers) {
  const auto name = [](const char* text) { return canonical_name(text).name; };
  EXPECT_EQ(name("blocks.3.ls1.gamma"), "blocks.3.gamma_1");
  EXPECT_EQ(name("blocks.3.ls2.gamma"), "blocks.3.gamma_2");
  EXPECT_EQ(name("blocks.1.11.norm1.weight"), "blocks.11.norm1.weight");
  EXPECT_EQ(name("blocks.1.11.ls2.gamma"), "blocks.11.gamma_2");
  EXPECT_EQ(name("mask_token"), "masked_embed");
  EXPECT_EQ(name("module.head.last_layer.weight_v"), "head.last_layer.weight_v");
  EXPECT_EQ(name("head.last_layer.parametrizations.weight.original0"), "head.last_layer.weight_g");
  EXPECT_EQ(name("head.last_layer.parametrizations.weight.original1"), "head.last_layer.weight_v");
  EXPECT_EQ(name("dino_head.mlp.4.bias"), "head.mlp.4.bias");
}

TEST(CanonicalName, LeavesTheRestAlone) {
  for (const char* name : {"", ".", "blocks.", "blocks.x", "head.weight", "norm.weight",
                           "blocks.0.attn.qkv.weight", "something.else", "blocks.0.ls3.gamma"}) {
    EXPECT_EQ(canonical_name(name).name, name);
  }
}

TEST(ExportedName, FollowsTheStyle) {
  EXPECT_EQ(exported_name("backbone.blocks.0.gamma_1", KeyStyle::Timm), "blocks.0.ls1.gamma");
  EXPECT_EQ(exported_name("backbone.blocks.0.gamma_2", KeyStyle::Dino), "blocks.0.gamma_2");
  EXPECT_EQ(exported_name("blocks.0.norm1.weight", KeyStyle::Ibot), "backbone.blocks.0.norm1.weight");
  EXPECT_EQ(exported_name("head.mlp.0.weight", KeyStyle::Ibot), "head.mlp.0.weight");
  EXPECT_EQ(exported_name("head.mlp.0.weight", KeyStyle::Timm), std::nullopt);
  EXPECT_EQ(exported_name("head.mlp.0.weight", KeyStyle::Dino), std::nullopt);
  EXPECT_EQ(exported_name("backbone.masked_embed", KeyStyle::Timm), std::nullopt);
  EXPECT_EQ(exported_name("backbone.masked_embed", KeyStyle::Dino), "masked_embed");
}

TEST(ExportedName, IsReadBackAsTheSameTensor) {
  for (const KeyStyle style : {KeyStyle::Ibot, KeyStyle::Dino, KeyStyle::Timm}) {
    for (const char* name : {"cls_token", "blocks.2.gamma_1", "blocks.2.mlp.fc1.bias", "norm.bias"}) {
      EXPECT_EQ(canonical_name(exported_name(name, style).value()).name, name);
    }
    EXPECT_EQ(parse_key_style(to_string(style)), style);
  }
  EXPECT_EQ(parse_key_style("onnx"), std::nullopt);
}

}  // namespace
}  // namespace ibot::weights
