// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../plugins/backbones/vit/vit.h"
#include "engine_support.h"

#include <ibot/base/file.h>
#include <ibot/nn/state.h>
#include <ibot/test/temp_dir.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>

#include <cstring>

namespace ibot {
namespace {

// A float32 .npy file of version 1.
at::Tensor read_npy(const std::filesystem::path& path, at::IntArrayRef shape) {
  const auto bytes = base::read_file(path).value();
  const auto header = static_cast<std::size_t>(std::to_integer<unsigned>(bytes.at(8)) +
                                               256 * std::to_integer<unsigned>(bytes.at(9)));
  std::vector<float> values((bytes.size() - 10 - header) / sizeof(float));
  std::memcpy(values.data(), bytes.data() + 10 + header, values.size() * sizeof(float));
  return at::from_blob(values.data(), shape, at::kFloat).clone();
}

// Weights that other people trained, under timm's names, give the CLS tokens that an independent program
// computed.
TEST(RealVitTiny, ImportsAndGivesTheStoredClsTokens) {
  IBOT_REQUIRE_SHARED(folder, "data/weights_vit_tiny16");
  vit::VitOptions options;
  options.size = "tiny";
  vit::Vit network(options, 224, false);
  const auto file =
      weights::TensorFile::open_safetensors(folder / "vit_tiny_patch16_224_augreg_in1k.safetensors");
  ASSERT_TRUE(file) << file.error().to_text();
  const auto report = weights::match(nn::expected_tensors(network), *file, {});
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->complete()) << report->to_text();
  EXPECT_EQ(report->left_out.size(), 2U) << "the classifier";
  nn::load_matched(*report, network);

  const at::NoGradGuard no_grad;
  nn::BackboneInput input;
  input.groups.push_back({read_npy(folder / "golden/input.npy", {4, 3, 224, 224}), {}});
  const at::Tensor cls = network.forward(input).view({4, 197, 192}).select(1, 0);
  const at::Tensor expected = read_npy(folder / "golden/cls_norm.npy", {4, 192});
  EXPECT_LT((cls - expected).abs().max().item<double>(), 1e-4);
}

}  // namespace
}  // namespace ibot
