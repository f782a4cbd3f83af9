// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/test/temp_dir.h>
#include <ibot/weights/match.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ibot::weights {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// A file of zeros with the given names and shapes.
class FileOf {
 public:
  FileOf(std::initializer_list<ExpectedTensor> tensors, DType dtype = DType::F32) {
    const std::vector<std::byte> zeros(4096);
    std::vector<TensorView> views;
    for (const ExpectedTensor& tensor : tensors) {
      const auto bytes = static_cast<std::size_t>(byte_size(tensor.shape, dtype).value());
      views.push_back({tensor.name, dtype, tensor.shape, std::span(zeros).first(bytes)});
    }
    write_safetensors(dir_ / "file", views).value();
    file_.emplace(TensorFile::open_safetensors(dir_ / "file").value());
  }
  operator const TensorFile&() const { return *file_; }  // NOLINT: reads well in the tests

 private:
  test::TempDir dir_;
  std::optional<TensorFile> file_;
};

const std::vector<ExpectedTensor> kBackbone{{"backbone.cls_token", {1, 1, 4}},
                                            {"backbone.pos_embed", {1, 5, 4}},
                                            {"backbone.masked_embed", {1, 4}, true},
                                            {"backbone.norm.weight", {4}}};

TEST(Match, TakesTimmNamesAndLeavesTheClassifierOut) {
  const FileOf file({{"cls_token", {1, 1, 4}},
                     {"pos_embed", {1, 5, 4}},
                     {"norm.weight", {4}},
                     {"head.weight", {10, 4}},
                     {"head.bias", {10}}});
  const MatchReport report = match(kBackbone, file).value();
  EXPECT_TRUE(report.complete());
  ASSERT_THAT(report.matched, SizeIs(3));
  EXPECT_EQ(report.matched[0].name, "backbone.cls_token");
  EXPECT_EQ(report.matched[0].tensor.name, "cls_token");
  EXPECT_THAT(report.kept, ElementsAre("backbone.masked_embed"));
  ASSERT_THAT(report.left_out, SizeIs(2));
  EXPECT_EQ(report.left_out[0].part, "classifier");
  EXPECT_THAT(report.to_text(), HasSubstr("matched       3\n"));
  EXPECT_THAT(report.to_text(), HasSubstr("classifier (\"head.bias\", \"head.weight\")"));
}

TEST(Match, ReportsEveryKindOfTrouble) {
  const FileOf file({{"cls_token", {1, 1, 8}}, {"pos_embed", {1, 5, 4}}, {"norm.weigth", {4}}});
  const MatchReport report = match(kBackbone, file).value();
  EXPECT_FALSE(report.complete());
  EXPECT_THAT(report.missing, ElementsAre("backbone.norm.weight"));
  EXPECT_THAT(report.unexpected, ElementsAre("norm.weigth"));
  ASSERT_THAT(report.mismatched, SizeIs(1));
  EXPECT_EQ(report.mismatched[0].expected, "[1, 1, 4]");
  EXPECT_EQ(report.mismatched[0].found, "[1, 1, 8]");
  EXPECT_THAT(report.error().to_text(), HasSubstr("\"cls_token\" with [1, 1, 8] (expected: [1, 1, 4])"));
  EXPECT_EQ(report.error().code, base::ErrorCode::Incompatible);

  const nlohmann::json json = report.to_json();
  EXPECT_EQ(json.at("complete"), false);
  EXPECT_EQ(json.at("missing").at(0), "backbone.norm.weight");
  EXPECT_EQ(json.at("matched").at(0).at("file_name"), "pos_embed");
}

TEST(Match, MissingTensorsNameTheNearest) {
  const FileOf file(
      {{"backbone.cls_token", {1, 1, 4}}, {"backbone.pos_embed", {1, 5, 4}}, {"backbone.norm.weigth", {4}}});
  const MatchReport report = match(kBackbone, file).value();
  EXPECT_THAT(report.error().to_text(), HasSubstr("lacks 1 of the model's tensors: backbone.norm.weight"));
  EXPECT_THAT(report.error().hint, HasSubstr("backbone.norm.weigth"));
}

TEST(Match, UnexpectedTensorsAloneAreRefused) {
  const FileOf file(
      {{"cls_token", {1, 1, 4}}, {"pos_embed", {1, 5, 4}}, {"norm.weight", {4}}, {"register_tokens", {4}}});
  const MatchReport report = match(kBackbone, file).value();
  EXPECT_FALSE(report.complete());
  EXPECT_THAT(report.error().message,
              HasSubstr("1 tensors that the model does not know: \"register_tokens\""));
}

TEST(Match, PositionsOfAnotherGridAreTakenOnlyOnDemand) {
  const FileOf file({{"cls_token", {1, 1, 4}}, {"pos_embed", {1, 17, 4}}, {"norm.weight", {4}}});
  const MatchReport strict = match(kBackbone, file).value();
  EXPECT_FALSE(strict.complete());
  EXPECT_THAT(strict.error().hint, HasSubstr("interpolation"));
  const MatchReport lenient = match(kBackbone, file, {.interpolate_positions = true}).value();
  EXPECT_TRUE(lenient.complete());
  EXPECT_TRUE(lenient.matched[1].interpolate);
  EXPECT_FALSE(lenient.matched[0].interpolate);
}

TEST(Match, PositionsThatAreNoSquareGridOrOfAnotherWidthAreRefused) {
  const FileOf not_square({{"cls_token", {1, 1, 4}}, {"pos_embed", {1, 16, 4}}, {"norm.weight", {4}}});
  EXPECT_FALSE(match(kBackbone, not_square, {.interpolate_positions = true}).value().complete());
  const FileOf wide({{"cls_token", {1, 1, 4}}, {"pos_embed", {1, 17, 8}}, {"norm.weight", {4}}});
  EXPECT_FALSE(match(kBackbone, wide, {.interpolate_positions = true}).value().complete());
}

TEST(Match, ChoosesOneOfTwoNetworks) {
  const FileOf file({{"student.module.backbone.norm.weight", {4}},
                     {"student.module.backbone.masked_embed", {1, 4}},
                     {"teacher.backbone.norm.weight", {4}},
                     {"center", {1, 8}}});
  const std::vector<ExpectedTensor> norm{{"norm.weight", {4}}};
  EXPECT_THAT(match(norm, file).error().message, HasSubstr("a student and a teacher"));
  const MatchReport report = match(norm, file, {.network = Network::Teacher}).value();
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.matched[0].tensor.name, "teacher.backbone.norm.weight");
  ASSERT_THAT(report.left_out, SizeIs(3));
  EXPECT_EQ(report.left_out[0].part, "loss state");
  EXPECT_EQ(report.left_out[1].part, "student");

  const FileOf student({{"student.norm.weight", {4}}});
  EXPECT_THAT(match(norm, student, {.network = Network::Teacher}).error().message, HasSubstr("no teacher"));
}

TEST(Match, HeadTensorsAreLeftOutOnlyIfTheModelHasNoHead) {
  const FileOf file({{"backbone.norm.weight", {4}}, {"head.mlp.0.weight", {8, 4}}, {"head.mlp.0.bias", {8}}});
  const std::vector<ExpectedTensor> backbone{{"backbone.norm.weight", {4}}};
  EXPECT_TRUE(match(backbone, file).value().complete());
  const std::vector<ExpectedTensor> with_head{{"backbone.norm.weight", {4}}, {"head.mlp.0.weight", {8, 4}}};
  const MatchReport report = match(with_head, file).value();
  EXPECT_THAT(report.unexpected, ElementsAre("head.mlp.0.bias"));
}

TEST(Match, RefusesTwoTensorsOfOneName) {
  const FileOf file({{"norm.weight", {4}}, {"module.backbone.norm.weight", {4}}});
  const auto report = match(std::vector<ExpectedTensor>{{"norm.weight", {4}}}, file);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("are both \"norm.weight\""));
}

TEST(Match, RefusesIntegersForWeights) {
  const FileOf file({{"norm.weight", {4}}}, DType::I32);
  const MatchReport report = match(std::vector<ExpectedTensor>{{"norm.weight", {4}}}, file).value();
  ASSERT_THAT(report.mismatched, SizeIs(1));
  EXPECT_EQ(report.mismatched[0].found, "I32");
}

TEST(Match, CountersAreIntegers) {
  const FileOf file({{"head.mlp.1.num_batches_tracked", {}}}, DType::I64);
  ExpectedTensor counter{"head.mlp.1.num_batches_tracked", {}};
  EXPECT_FALSE(match(std::span(&counter, 1), file).value().complete());
  counter.integer = true;
  EXPECT_TRUE(match(std::span(&counter, 1), file).value().complete());
}

// The published head writes a shared prototype layer twice.
TEST(Match, ASharedLayerUnderItsSecondNameIsLeftOut) {
  const FileOf file({{"head.last_layer.weight_v", {4, 2}}, {"head.last_layer2.weight_v", {4, 2}}});
  const std::vector<ExpectedTensor> expected{{"head.last_layer.weight_v", {4, 2}}};
  const MatchReport report = match(expected, file).value();
  EXPECT_TRUE(report.complete());
  ASSERT_THAT(report.left_out, SizeIs(1));
  EXPECT_EQ(report.left_out[0].part, "copy of head.last_layer.weight_v");

  const FileOf separate({{"head.last_layer.weight_v", {4, 2}}, {"head.last_layer2.weight_v", {3, 2}}});
  EXPECT_FALSE(match(expected, separate).value().complete());
}

// The published names of a supervised ViT fit as they are; its classifier is left out.
TEST(Match, SupervisedVitTinyOfTheDevelopmentData) {
  IBOT_REQUIRE_SHARED(path, "data/weights_vit_tiny16/vit_tiny_patch16_224_augreg_in1k.safetensors");
  const TensorFile file = TensorFile::open_safetensors(path).value();
  std::vector<ExpectedTensor> expected{{"cls_token", {1, 1, 192}},
                                       {"pos_embed", {1, 197, 192}},
                                       {"patch_embed.proj.weight", {192, 3, 16, 16}},
                                       {"patch_embed.proj.bias", {192}},
                                       {"norm.weight", {192}},
                                       {"norm.bias", {192}}};
  for (int i = 0; i < 12; ++i) {
    const std::string block = "blocks." + std::to_string(i) + ".";
    for (const char* norm :
         {"norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias", "attn.proj.bias", "mlp.fc2.bias"}) {
      expected.push_back({block + norm, {192}});
    }
    expected.push_back({block + "attn.qkv.weight", {576, 192}});
    expected.push_back({block + "attn.qkv.bias", {576}});
    expected.push_back({block + "attn.proj.weight", {192, 192}});
    expected.push_back({block + "mlp.fc1.weight", {768, 192}});
    expected.push_back({block + "mlp.fc1.bias", {768}});
    expected.push_back({block + "mlp.fc2.weight", {192, 768}});
  }
  const MatchReport report = match(expected, file).value();
  EXPECT_TRUE(report.complete()) << report.to_text();
  EXPECT_THAT(report.matched, SizeIs(150));
  EXPECT_THAT(report.left_out, SizeIs(2));
}

}  // namespace
}  // namespace ibot::weights
