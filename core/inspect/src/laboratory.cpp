// SPDX-License-Identifier: GPL-3.0-or-later
#include "laboratory_recipe.h"
#include "one_picture.h"

#include <ibot/base/file.h>
#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/open.h>
#include <ibot/data/picture_source.h>
#include <ibot/data/summary.h>
#include <ibot/figure/picture.h>
#include <ibot/inspect/laboratory.h>
#include <ibot/plugin/boundary.h>

#include <algorithm>
#include <filesystem>

namespace ibot::inspect {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDrawsBetweenLooks = 16;

// The batch's crops of its one picture, which then are all of its pixels.
protocol::DrawnCrops take_crops(data::CropGroup& group) {
  protocol::DrawnCrops crops;
  if (group.crops > 0) crops.size = group.size;
  crops.pixels = std::move(group.pixels);
  return crops;
}

base::Status check_size(const data::CropOptions& crops) {
  const auto bytes = [](std::int64_t count, std::int64_t side) {
    return static_cast<std::uint64_t>(count) * 3 * static_cast<std::uint64_t>(side * side);
  };
  const std::int64_t global = crops.global.count * (crops.global.separate_teacher() ? 2 : 1);
  const std::uint64_t all = bytes(global, crops.global.size) + bytes(crops.local.count, crops.local.size);
  if (all <= Laboratory::kMostPixelBytes) return {};
  return base::Error{base::ErrorCode::InvalidArgument,
                     "the crops of one picture are " + base::format_bytes(all),
                     "at most " + base::format_bytes(Laboratory::kMostPixelBytes), "Smaller or fewer crops"};
}

void add_preview(const image::Image& picture, std::int64_t side, protocol::LaboratoryReply& reply) {
  if (side == 0) return;
  const double scale = std::min(1.0, static_cast<double>(side) / std::max(picture.width(), picture.height()));
  const auto scaled = [scale](int full) { return std::max(1, static_cast<int>(full * scale + 0.5)); };
  figure::Picture small =
      figure::resample({picture.width(), picture.height(), std::span(picture.data(), picture.bytes())},
                       scaled(picture.width()), scaled(picture.height()));
  reply.preview_width = small.width;
  reply.preview_height = small.height;
  reply.preview = std::move(small.rgb);
}

// The picture of the data set that lies in this file; -1: none. Names are compared first: asking the disk
// about each of a million files would take long.
std::int64_t index_of_file(const data::Dataset& dataset, const fs::path& file) {
  const std::string name = file.filename().string();
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    if (!dataset.sample(i).path.ends_with(name)) continue;
    std::error_code ignored;
    if (fs::equivalent(dataset.file_path(i), file, ignored)) return i;
  }
  return -1;
}

}  // namespace

struct Laboratory::State {
  explicit State(plugin::Loader& loader) : recipes(loader) {}

  /// A picture and where it is from, decoded once.
  struct Shown {
    std::string name;  // of a file: its path; of the data set's: its number
    std::string path;
    std::int64_t index = -1;
    std::unique_ptr<OnePicture> picture;
    std::unique_ptr<data::PictureSource> source;
  };

  void open_data(const plan::Plan& plan);
  base::Result<Shown*> show(const protocol::LaboratoryRequest& request);
  base::Result<Shown*> keep(std::string name, std::string path, std::int64_t index, std::uint64_t id,
                            base::Result<std::vector<std::byte>> bytes);

  DrawingRecipes recipes;
  std::string data_hash;
  std::unique_ptr<const data::Dataset> dataset;  // null: see problem
  base::Error data_problem;
  std::unique_ptr<Shown> shown;
};

void Laboratory::State::open_data(const plan::Plan& plan) {
  if (data_hash == plan.hashes().data && dataset != nullptr) return;
  data_hash = plan.hashes().data;
  shown.reset();
  auto opened = data::open_dataset(plan.data());
  dataset = opened ? std::move(*opened) : nullptr;
  if (!opened) data_problem = opened.error();
}

base::Result<Laboratory::State::Shown*> Laboratory::State::keep(std::string name, std::string path,
                                                                std::int64_t index, std::uint64_t id,
                                                                base::Result<std::vector<std::byte>> bytes) {
  if (!bytes) return bytes.error();
  auto made = std::make_unique<Shown>();
  made->name = std::move(name);
  made->path = path;
  made->index = index;
  made->picture = std::make_unique<OnePicture>(std::move(path), id, std::move(*bytes));
  // Room for the one picture, so that it is decoded once.
  made->source = std::make_unique<data::PictureSource>(*made->picture, std::uint64_t{1} << 30);
  shown = std::move(made);
  return shown.get();
}

base::Result<Laboratory::State::Shown*> Laboratory::State::show(const protocol::LaboratoryRequest& request) {
  if (!request.picture.empty()) {
    if (shown && shown->name == request.picture) return shown.get();
    const std::int64_t index = dataset ? index_of_file(*dataset, request.picture) : -1;
    const std::uint64_t id = index >= 0 ? dataset->sample(index).id
                                        : data::sample_id(fs::path(request.picture).filename().string());
    return keep(request.picture, request.picture, index, id,
                base::read_file(request.picture, data::Dataset::kMaximumPictureBytes));
  }
  if (dataset == nullptr) return data_problem;
  if (dataset->size() == 0)
    return base::Error{base::ErrorCode::NotFound, "the data set has no pictures", "", ""};
  const std::int64_t index = request.index % dataset->size();
  std::string name = base::str("#", index);
  if (shown && shown->name == name) return shown.get();
  const data::Sample sample = dataset->sample(index);
  return keep(std::move(name), std::string(sample.path), index, sample.id, dataset->read_bytes(index));
}

Laboratory::Laboratory(plugin::Loader& loader) : state_(std::make_unique<State>(loader)) {}
Laboratory::~Laboratory() = default;

base::Result<protocol::LaboratoryReply> Laboratory::draw(const protocol::LaboratoryRequest& request) {
  IBOT_TRY(const DrawingRecipe* recipe, state_->recipes.get(request.recipe, ""));
  IBOT_CHECK_OK(check_size(recipe->settings.crops));
  state_->open_data(recipe->plan);
  IBOT_TRY(State::Shown * shown, state_->show(request));
  image::Image scratch;
  base::Result<const image::Image*> picture = shown->source->load(0, scratch);
  if (!picture) return picture.error().with_context(base::quote_untrusted(shown->path, 200));

  data::MultiCropSettings settings = recipe->settings;
  if (request.seed) settings.seed = static_cast<std::uint64_t>(*request.seed);
  const data::SampleJob job{
      .index = 0, .sample = shown->picture->sample(0).id, .epoch = request.epoch, .item = 0};
  data::Batch batch;
  batch.images = 1;
  const std::string plugin = "masking plugin " + recipe->mask_plugin();
  IBOT_TRY(const base::Status drawn, plugin::stop_exceptions(plugin, [&] {
             data::MultiCropRenderer renderer(*shown->source, settings);
             renderer.shape(batch);
             return renderer.render(job, {}, batch);
           }));
  IBOT_CHECK_OK(drawn);

  protocol::LaboratoryReply reply;
  reply.picture = shown->path;
  reply.index = shown->index;
  reply.pictures = state_->dataset ? state_->dataset->size() : 0;
  if (!state_->dataset) reply.data_problem = state_->data_problem.to_text();
  reply.sample = job.sample;
  reply.width = (*picture)->width();
  reply.height = (*picture)->height();
  reply.seed = static_cast<std::int64_t>(settings.seed);
  reply.epoch = request.epoch;
  reply.rows = batch.mask_rows;
  reply.cols = batch.mask_cols;
  reply.global = take_crops(batch.global);
  reply.local = take_crops(batch.local);
  reply.teacher = take_crops(batch.teacher);
  reply.masks.push_back({recipe->mask_plugin(), asked_of(*recipe, request.epoch), std::move(batch.masks)});
  const data::CropOptions& crops = settings.crops;
  for (int crop = 0; crop < data::crop_count(crops); ++crop) {
    const data::CropKey key{settings.seed, static_cast<std::uint64_t>(job.epoch), job.sample, crop};
    const bool global = crop < crops.global.count;
    (global ? reply.global : reply.local)
        .recipes.push_back(data::draw_crop(crops, key, reply.width, reply.height));
    if (global && crops.global.separate_teacher())
      reply.teacher.recipes.push_back(data::draw_teacher_crop(crops, key, reply.width, reply.height));
  }
  add_preview(**picture, request.preview, reply);
  if (!request.beside.empty()) {
    IBOT_TRY(const DrawingRecipe* other, state_->recipes.get(request.recipe, request.beside));
    data::MultiCropSettings beside = other->settings;
    beside.seed = settings.seed;
    const auto cells = static_cast<std::size_t>(reply.rows) * static_cast<std::size_t>(reply.cols);
    protocol::DrawnMasks masks{other->mask_plugin(), asked_of(*other, request.epoch),
                               std::vector<std::uint8_t>(cells * reply.global.recipes.size())};
    IBOT_CHECK_OK(plugin::stop_exceptions("masking plugin " + masks.plugin, [&] {
      for (int crop = 0; crop < static_cast<int>(reply.global.recipes.size()); ++crop) {
        data::draw_mask(beside, job, crop, reply.rows, reply.cols,
                        std::span(masks.cells).subspan(static_cast<std::size_t>(crop) * cells, cells));
      }
    }));
    reply.masks.push_back(std::move(masks));
  }
  return reply;
}

base::Result<protocol::HistogramReply> Laboratory::histogram(const protocol::HistogramRequest& request,
                                                             const std::function<bool()>& unwanted) {
  protocol::HistogramReply reply;
  std::vector<std::string> plugins = {""};
  if (!request.beside.empty()) plugins.push_back(request.beside);
  for (const std::string& masking : plugins) {
    IBOT_TRY(const DrawingRecipe* recipe, state_->recipes.get(request.recipe, masking));
    state_->open_data(recipe->plan);
    data::MultiCropSettings settings = recipe->settings;
    if (request.seed) settings.seed = static_cast<std::uint64_t>(*request.seed);
    const std::int64_t crops = settings.crops.global.count;
    const std::int64_t wanted = (request.draws + crops - 1) / crops;
    std::vector<std::int64_t> pictures;
    if (state_->dataset) pictures = data::spread_indices(state_->dataset->size(), wanted);
    protocol::RatioHistogram histogram;
    histogram.plugin = recipe->mask_plugin();
    histogram.asked = asked_of(*recipe, request.epoch);
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(recipe->grid()) *
                                   static_cast<std::size_t>(recipe->grid()));
    bool stopped = false;
    IBOT_CHECK_OK(plugin::stop_exceptions("masking plugin " + histogram.plugin, [&] {
      for (std::int64_t i = 0; i < request.draws && !stopped; ++i) {
        const std::int64_t picture = i / crops;
        // A small data set is gone through again in the epochs that follow.
        const auto count = static_cast<std::int64_t>(pictures.size());
        const data::SampleJob job{
            .index = 0,
            .sample = count > 0
                          ? state_->dataset->sample(pictures[static_cast<std::size_t>(picture % count)]).id
                          : base::mix64(static_cast<std::uint64_t>(picture)),
            .epoch = request.epoch + (count > 0 ? picture / count : 0),
            .item = 0};
        data::draw_mask(settings, job, static_cast<int>(i % crops), recipe->grid(), recipe->grid(), mask);
        histogram.add(static_cast<double>(std::count(mask.begin(), mask.end(), std::uint8_t{1})) /
                      static_cast<double>(mask.size()));
        if (i % kDrawsBetweenLooks == 0 && unwanted && unwanted()) stopped = true;
      }
    }));
    if (stopped) return base::Error{base::ErrorCode::Cancelled, "the histogram was cancelled", "", ""};
    reply.plugins.push_back(std::move(histogram));
  }
  return reply;
}

}  // namespace ibot::inspect
