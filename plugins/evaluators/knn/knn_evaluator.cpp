// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/open.h>
#include <ibot/evaluate/evaluator.h>
#include <ibot/evaluate/features.h>
#include <ibot/evaluate/knn.h>
#include <ibot/sdk/plugin.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace {

using namespace ibot;

struct KnnOptions {
  std::string train_path, train_split, val_path, val_split;
  std::vector<std::int64_t> k = {20};
  double temperature = 0.07;
  std::int64_t limit_train = 0;
  std::int64_t limit_val = 0;
  std::int64_t resize = 0;
  std::int64_t crop = 0;
  std::int64_t pixel_side = 16;

  static void describe(params::Describer& d, KnnOptions& o) {
    d.field("train_path", o.train_path).help("Labelled pictures; empty: the run's own.");
    d.field("train_split", o.train_split).help("Split of train_path.");
    d.field("val_path", o.val_path)
        .help(
            "Pictures that are classified; empty: the run's own folder, or the one above if that is named "
            "train.");
    d.field("val_split", o.val_split)
        .help("Split of the pictures that are classified; empty: val, or all pictures if val_path is given.");
    d.field("k", o.k)
        .at_least(1)
        .items(1, 16)
        .help("Neighbours; a figure for each.")
        .source("eval_knn.py --nb_knn; 20 is usually best");
    d.field("temperature", o.temperature)
        .above(0)
        .help("Weight of a neighbour: exp(similarity / temperature).")
        .source("eval_knn.py --temperature");
    d.field("limit_train", o.limit_train)
        .at_least(0)
        .unit("pictures")
        .help("At most so many, drawn once; 0: all.");
    d.field("limit_val", o.limit_val)
        .at_least(0)
        .unit("pictures")
        .help("At most so many, drawn once; 0: all.");
    d.field("resize", o.resize)
        .at_least(0)
        .unit("px")
        .help("Shorter side before the centre crop; 0: 8/7 of crop, as published.")
        .source("eval_knn.py: 256 for 224");
    d.field("crop", o.crop)
        .at_least(0)
        .unit("px")
        .help("Side of the centre crop; 0: the size of the run's global crops.");
    d.field("pixel_side", o.pixel_side)
        .between(1, 256)
        .advanced()
        .unit("px")
        .help("Raw pixels are compared at this size.");
  }
};

// All indices, or `limit` of them drawn once for the seed, ascending.
std::optional<std::vector<std::int64_t>> chosen(std::int64_t size, std::int64_t limit, std::uint64_t seed,
                                                std::uint64_t which) {
  if (limit == 0 || limit >= size) return std::nullopt;
  std::vector<std::int64_t> all(static_cast<std::size_t>(size));
  std::iota(all.begin(), all.end(), 0);
  base::RandomStream(seed, base::Purpose::Probe, 0, which).shuffle(std::span(all));
  all.resize(static_cast<std::size_t>(limit));
  std::sort(all.begin(), all.end());
  return all;
}

/// Weighted k-NN of CLS tokens (spec 2.1). Figures: top1 and top5 in percent, `top1_k10` and so on when
/// several k are asked for. Without a network: centred raw pixels.
class KnnEvaluator final : public evaluate::Evaluator {
 public:
  using Options = KnnOptions;
  KnnEvaluator(const Options& options, const plugin::EvaluatorRequest& request)
      : options_(options), seed_(request.seed) {}

  base::Result<evaluate::EvaluationResult> run(const evaluate::EvaluationInput& input) override {
    std::unique_ptr<const data::Dataset> own_train;
    if (!options_.train_path.empty()) {
      IBOT_TRY(own_train, open(options_.train_path, options_.train_split));
    }
    const data::Dataset& train = own_train ? *own_train : *input.dataset;
    if (train.class_names().empty()) {
      return base::Error{
          base::ErrorCode::InvalidArgument,
          "k-NN needs labelled pictures, and these have no labels (" + train.description() + ")",
          "a folder per class", "Name a labelled folder in evaluators.knn.train_path"};
    }
    const auto [val_path, val_split] = classified(input.data.path);
    auto opened = open(val_path, val_split);
    if (!opened && options_.val_path.empty()) {
      base::Error error = opened.error();
      error.hint = "Name labelled pictures to classify in val_path, or put a folder val beside train";
      return error;
    }
    if (!opened) return opened.error();
    const std::unique_ptr<const data::Dataset> val = std::move(opened).value();
    const auto crop = static_cast<int>(options_.crop > 0 ? options_.crop : input.crop_size);
    evaluate::FeatureRequest request;
    request.transform = {.resize = options_.resize > 0 ? static_cast<int>(options_.resize) : crop * 8 / 7,
                         .crop = crop};
    request.cls = input.backbone != nullptr;
    request.pixels = input.backbone == nullptr;
    request.indices = chosen(train.size(), options_.limit_train, seed_, 1);
    IBOT_TRY(auto known, evaluate::extract_features(input.backbone, input.normalisation, train, request));
    request.indices = chosen(val->size(), options_.limit_val, seed_, 2);
    IBOT_TRY(auto asked, evaluate::extract_features(input.backbone, input.normalisation, *val, request));
    const std::vector<std::int64_t> names = data::labels_by_name(*val, train.class_names());
    std::vector<std::int64_t> truth;
    for (const std::int64_t index : asked.indices) truth.push_back(names[static_cast<std::size_t>(index)]);

    at::Tensor train_features, test_features;
    if (input.backbone != nullptr) {
      train_features = known.cls;
      test_features = asked.cls;
    } else {
      train_features = evaluate::pixel_features(known.pixels, options_.pixel_side);
      test_features = evaluate::pixel_features(asked.pixels, options_.pixel_side);
      const at::Tensor mean = train_features.mean(0, true);
      train_features = train_features - mean;
      test_features = test_features - mean;
    }
    IBOT_TRY(const auto results,
             evaluate::knn_classify(evaluate::normalize_rows(train_features), known.labels,
                                    evaluate::normalize_rows(test_features), at::tensor(truth, at::kLong),
                                    options_.k, options_.temperature,
                                    static_cast<std::int64_t>(train.class_names().size())));
    evaluate::EvaluationResult result;
    for (const evaluate::KnnResult& figure : results) {
      const std::string suffix = results.size() == 1 ? "" : "_k" + std::to_string(figure.k);
      result.figures.push_back({"top1" + suffix, figure.top1});
      result.figures.push_back({"top5" + suffix, figure.top5});
    }
    result.settings_json = nlohmann::json{
        {"k", options_.k},
        {"temperature", options_.temperature},
        {"train", train.content_hash()},
        {"val", val->content_hash()},
        {"train_pictures", known.labels.numel()},
        {"val_pictures", asked.labels.numel()},
        {"resize", request.transform.resize},
        {"crop", crop}}.dump();
    return result;
  }

 private:
  // Path and split of the pictures to classify. A run on .../train has its val beside it, not below.
  std::pair<std::string, std::string> classified(const std::string& own) const {
    if (!options_.val_path.empty()) return {options_.val_path, options_.val_split};
    const std::string split = options_.val_split.empty() ? "val" : options_.val_split;
    return {data::folder_of_splits(own), split};
  }

  static base::Result<std::unique_ptr<const data::Dataset>> open(const std::string& path,
                                                                 const std::string& split) {
    data::DataOptions options;
    options.path = path;
    options.split = split;
    return data::open_dataset(options);
  }

  Options options_;
  std::uint64_t seed_;
};

}  // namespace

IBOT_PLUGIN(Evaluator, KnnEvaluator, "knn", "1.0.0",
            "Weighted k-nearest-neighbour classification of labelled pictures.");
