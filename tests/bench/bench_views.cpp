// SPDX-License-Identifier: GPL-3.0-or-later
// How long a click takes: from a request to its heat map, with features kept and with a forward pass, k-means
// of many patch tokens, and the gallery of prototypes over many pictures. ViT-S/16 at 224 px with random
// weights; what is timed does not depend on them.
#include <ibot/base/clock.h>
#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/evaluate/clusters.h>
#include <ibot/image/encode.h>
#include <ibot/inspect/views.h>
#include <ibot/nn/init.h>
#include <ibot/nn/state.h>
#include <ibot/params/layers.h>
#include <ibot/plan/plugin_info.h>
#include <ibot/train/checkpoint.h>
#include <ibot/train/model.h>

#include <ATen/Parallel.h>
#include <ATen/ops/randn.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace ibot::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kSide = 224;

class NoJob final : public protocol::Job {
 public:
  bool unwanted() const override { return false; }
  void progress(std::string_view, std::int64_t, std::int64_t) override {}
};

struct Options {
  int threads = 2, rounds = 9;
  std::int64_t points = 20'000, clusters = 64;
  int pictures = 2000;  // of the gallery; 0: leave it out
};

/// A run with one snapshot.
class OneSnapshot final : public inspect::ViewSources {
 public:
  OneSnapshot(plan::Plan plan, fs::path file) : plan_(std::move(plan)), file_(std::move(file)) {}
  base::Result<inspect::NetworkSource> network(const protocol::NetworkChoice&) override {
    inspect::NetworkSource source{plan_, file_, false, {}};
    source.seen.run = source.seen.name = "bench";
    source.seen.source = "snapshot";
    return source;
  }
  base::Result<inspect::EncodedPicture> probe(const protocol::NetworkChoice&, const std::string&) override {
    return base::Error{base::ErrorCode::NotFound, "no probe pictures", "", ""};
  }

 private:
  plan::Plan plan_;
  fs::path file_;
};

// Milliseconds of each round: median, and the slowest.
void report(const std::string& what, std::vector<double> millis, double goal) {
  std::sort(millis.begin(), millis.end());
  const double middle = millis[millis.size() / 2];
  std::cout << what << ": " << base::format_number(std::round(middle * 100) / 100) << " ms (slowest "
            << base::format_number(std::round(millis.back() * 100) / 100) << "), goal " << goal << " ms"
            << (middle <= goal ? "" : "  MISSED") << '\n';
}

base::Status write_weights(plugin::Loader& loader, const fs::path& file) {
  plan::PlanRequest request;
  request.plugins = plan::usable_plugins(loader);
  request.text = "backbone: {plugin: vit, size: small, patch: 16}\n";
  const plan::PlanResult plan = plan::make_plan(request);
  if (!plan.plan) return params::to_error(plan.diagnostics);
  IBOT_CHECK_OK(loader.load(plugin::Kind::Backbone, "vit"));
  IBOT_TRY(const auto backbone, train::build_backbone(*plan.plan, loader.registry(), false));
  backbone->initialize(nn::Initializer(1));
  nn::TensorList list;
  for (const nn::NamedTensor& named : backbone->state()) list.add(named.name, *named.tensor);
  return weights::write_safetensors(file, list.views(), {});
}

std::string write_picture(const fs::path& folder, int number, int side = kSide) {
  image::Image picture(side, side);
  base::RandomStream random(static_cast<std::uint64_t>(number), base::Purpose::Test, 0, 0);
  for (std::size_t i = 0; i < picture.bytes(); ++i)
    picture.data()[i] = static_cast<std::uint8_t>(random.below(256));
  const auto bytes = image::encode_png(picture);
  const fs::path file = folder / (std::to_string(number) + ".png");
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file.string();
}

base::Status clicks(const Options& options, const fs::path& folder) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  const fs::path weights = folder / "small.safetensors";
  IBOT_CHECK_OK(write_weights(loader, weights));
  inspect::Views views(loader, nullptr);
  NoJob job;
  protocol::SimilarityRequest click;
  click.networks.emplace_back().weights = weights.string();
  click.pictures.push_back({.file = write_picture(folder, 0), .probe = {}, .size = kSide});
  click.patch = {0, 0};
  IBOT_TRY([[maybe_unused]] const auto warm, views.similarity(click, job));
  protocol::AttentionRequest row{click.networks.front(), click.pictures.front(), 0, {{}}, false};
  std::vector<double> kept, attention, forward;
  for (int i = 0; i < options.rounds; ++i) {
    click.patch = {i % 14, (3 * i) % 14};
    base::Stopwatch watch;
    IBOT_TRY([[maybe_unused]] const auto map, views.similarity(click, job));
    kept.push_back(watch.seconds() * 1000);
    row.queries = {click.patch};
    row.layer = 1 + i % 12;
    watch.restart();
    IBOT_TRY([[maybe_unused]] const auto heads, views.attention(row));
    attention.push_back(watch.seconds() * 1000);
  }
  for (int i = 0; i < options.rounds; ++i) {
    click.pictures.front().file = write_picture(folder, i + 1);
    const base::Stopwatch watch;
    IBOT_TRY([[maybe_unused]] const auto map, views.similarity(click, job));
    forward.push_back(watch.seconds() * 1000);
  }
  report("click to heat map, features kept", kept, 16);
  report("attention of a query, any layer, stream kept", attention, 16);
  report("click to heat map, new picture with its forward pass", forward, 150);
  return {};
}

base::Status k_means(const Options& options) {
  const at::Tensor points = at::randn({options.points, 384});
  std::vector<double> millis;
  for (int i = 0; i < std::max(3, options.rounds / 3); ++i) {
    const base::Stopwatch watch;
    IBOT_TRY(const auto result, evaluate::k_means(points, options.clusters, static_cast<std::uint64_t>(i)));
    millis.push_back(watch.seconds() * 1000);
    if (i == 0) std::cout << "k-means iterations: " << result.iterations << '\n';
  }
  report(base::str("k-means of ", options.points, " x 384, k = ", options.clusters), millis, 2000);
  return {};
}

// As the window asks: answers of 0.6 s each, until all pictures are seen.
base::Status gallery(const Options& options, const fs::path& folder) {
  auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  plan::PlanRequest plan;
  plan.plugins = plan::usable_plugins(loader);
  plan.text = "backbone: {plugin: vit, size: small, patch: 16}\n";
  const plan::PlanResult made = plan::make_plan(plan);
  if (!made.plan) return params::to_error(made.diagnostics);
  for (const auto& [kind, id] : {std::pair{plugin::Kind::Backbone, made.plan->backbone().plugin->id},
                                 std::pair{plugin::Kind::Masking, made.plan->mask().plugin->id}})
    IBOT_CHECK_OK(loader.load(kind, id));
  for (const plan::ResolvedSection& loss : made.plan->losses())
    IBOT_CHECK_OK(loader.load(plugin::Kind::Loss, loss.plugin->id));
  IBOT_TRY(const auto model, train::build_model(*made.plan, loader.registry()));
  const fs::path file = folder / "teacher.safetensors";
  IBOT_TRY([[maybe_unused]] const auto bytes,
           train::save_teacher_snapshot(file, *model, {.step = 0, .plan_hash = "", .run = "bench"}));
  fs::create_directories(folder / "gallery");
  // Small files, all different, seen at full size.
  for (int i = 0; i < options.pictures; ++i) write_picture(folder / "gallery", i, 32);
  OneSnapshot source(*made.plan, file);
  inspect::Views views(loader, &source);
  NoJob job;
  protocol::PrototypesRequest request;
  request.network.run = "bench";
  request.folder = (folder / "gallery").string();
  request.pictures = options.pictures;
  request.size = kSide;
  request.milliseconds = 600;
  const base::Stopwatch watch;
  IBOT_TRY(auto reply, views.prototypes(request, job));
  std::cout << "gallery of " << options.pictures << " pictures: first " << reply.cards.size() << " cards, of "
            << reply.seen << " pictures, after " << std::lround(watch.seconds() * 1000) << " ms, goal 5000 ms"
            << (watch.seconds() <= 5 ? "" : "  MISSED") << std::endl;
  double longest = 0;
  while (reply.seen < reply.total) {
    const base::Stopwatch answer;
    IBOT_TRY(reply, views.prototypes(request, job));
    longest = std::max(longest, answer.seconds());
  }
  std::cout << "gallery: all " << reply.seen << " pictures after " << std::lround(watch.seconds())
            << " s, the longest answer " << std::lround(longest * 1000) << " ms\n";
  return {};
}

base::Status run(const Options& options) {
  at::set_num_threads(options.threads);
  const fs::path folder = fs::temp_directory_path() / base::str("ibot-bench-views-", ::getpid());
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  base::Status done = clicks(options, folder);
  if (done) done = k_means(options);
  if (done && options.pictures > 0) done = gallery(options, folder);
  fs::remove_all(folder, ignored);
  return done;
}

}  // namespace
}  // namespace ibot::bench

int main(int argc, char** argv) {
  CLI::App app("Views of a network: how long a click takes");
  ibot::bench::Options options;
  app.add_option("--threads", options.threads)->check(CLI::Range(1, 256))->capture_default_str();
  app.add_option("--rounds", options.rounds)->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--points", options.points, "Of k-means")
      ->check(CLI::Range(64, 1'000'000))
      ->capture_default_str();
  app.add_option("--pictures", options.pictures, "Of the gallery; 0: leave it out")
      ->check(CLI::Range(0, 20'000))
      ->capture_default_str();
  app.add_option("--clusters", options.clusters)->check(CLI::Range(1, 1024))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const ibot::base::Status status = ibot::bench::run(options);
  if (status) return 0;
  std::cerr << status.error().to_text() << '\n';
  return ibot::base::exit_code(status.error().code);
}
