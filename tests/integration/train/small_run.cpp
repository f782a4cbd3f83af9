// SPDX-License-Identifier: GPL-3.0-or-later
#include "small_run.h"

#include "observers.h"

#include <ibot/base/file.h>
#include <ibot/data/parts_dataset.h>
#include <ibot/weights/tensor_file.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace ibot::test {
namespace {

void require(const base::Status& status) {
  if (!status) throw base::Exception(status.error());
}

plugin::LoaderOptions loader_options(const std::filesystem::path& folder) {
  plugin::LoaderOptions options = plugin::LoaderOptions::from_environment();
  options.state_folder = folder / "state";
  return options;
}

}  // namespace

void MemorySink::metric(std::string_view name, std::int64_t step, double value) {
  metrics[std::string(name)][step] = value;
}

void MemorySink::event(train::Severity severity, std::string_view, std::int64_t, std::string_view text,
                       std::string_view) {
  if (severity != train::Severity::Info) complaints.emplace_back(text);
}

base::Status MemorySink::step_done(std::int64_t step) {
  if (on_step) on_step(step);
  return {};
}

base::Status MemorySink::phase(train::Phase phase, std::string_view, std::string_view) {
  phases.push_back(phase);
  return {};
}

base::Status MemorySink::saved(const train::SavedFile& file) {
  files.push_back(file);
  return {};
}

base::Status MemorySink::removed(std::int64_t step, bool full) {
  if (full) removed_steps.push_back(step);
  return {};
}

base::Status MemorySink::evaluations(const std::vector<train::EvaluationValue>& rows) {
  values.insert(values.end(), rows.begin(), rows.end());
  return {};
}

base::Status MemorySink::probe_pictures(const std::vector<train::ProbePicture>& told) {
  pictures = told;
  return {};
}

base::Status MemorySink::probes(const std::vector<train::ProbeBlob>& seen) {
  blobs.insert(blobs.end(), seen.begin(), seen.end());
  return {};
}

SmallRuns::SmallRuns() : loader_(plugin::Loader::discover(loader_options(folder_.path()))) {
  const auto drawn =
      data::write_parts_dataset(folder_ / "parts", {.train = 12, .val = 12, .size = 32}, {}, {}, 1);
  if (!drawn) throw base::Exception(drawn.error());
}

cli::PreparedPlan SmallRuns::plan(const std::vector<std::string>& overrides, const std::string& more) {
  auto recipe = base::read_text_file(source_dir() / "experiments/smoke/smoke.yaml");
  if (!recipe) throw base::Exception(recipe.error());
  std::vector<std::string> all = {"data.path=" + (folder_ / "parts").string(),
                                  "data.kind=folder",
                                  "data.split=train",
                                  "train.epochs=4",
                                  "train.threads=2",
                                  "probes.every_steps=0",
                                  "checkpoints.keep_last=2",
                                  "checkpoints.teacher_snapshots=3"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  auto prepared = cli::prepare_recorded_plan(loader_, *recipe + more, true, all);
  if (!prepared) throw base::Exception(prepared.error());
  require(cli::load_plugins(loader_, prepared->plan));
  return std::move(*prepared);
}

base::Result<train::Outcome> SmallRuns::train(const cli::PreparedPlan& prepared, const Course& course,
                                              MemorySink& sink) {
  std::filesystem::create_directories(course.folder / "checkpoints");
  std::filesystem::create_directories(course.folder / "snapshots");
  train::TrainerRequest request{.plan = prepared.plan,
                                .registry = &loader_.registry(),
                                .dataset = prepared.dataset.get(),
                                .sink = &sink,
                                .run = "small",
                                .run_folder = course.folder,
                                .segments = {},
                                .resume_from = {},
                                .saved_steps = {},
                                .init_from = {},
                                .observers = {}};
  if (course.resume_after) request.resume_from = checkpoint_path(course.folder, *course.resume_after);
  std::vector<std::unique_ptr<train::Observer>> observers;
  if (course.observers) {
    IBOT_TRY(observers, cli::make_observers(prepared.plan, loader_.registry(), *prepared.dataset));
    for (const auto& observer : observers) request.observers.push_back(observer.get());
  }
  train::Trainer trainer(std::move(request));
  sink.on_step = [&](std::int64_t step) {
    if (course.stop_after == step) trainer.request_stop(false);
  };
  return trainer.run();
}

std::filesystem::path checkpoint_path(const std::filesystem::path& run_folder, std::int64_t step) {
  std::string digits = std::to_string(step);
  digits.insert(0, 9 - digits.size(), '0');
  return run_folder / "checkpoints" / ("step-" + digits + ".safetensors");
}

void expect_same_tensors(const std::filesystem::path& actual, const std::filesystem::path& expected) {
  const auto a = weights::TensorFile::open_safetensors(actual);
  const auto b = weights::TensorFile::open_safetensors(expected);
  ASSERT_TRUE(a) << a.error().to_text();
  ASSERT_TRUE(b) << b.error().to_text();
  ASSERT_EQ(a->tensors().size(), b->tensors().size());
  ASSERT_GT(a->tensors().size(), 0U);
  for (const weights::TensorView& tensor : a->tensors()) {
    const weights::TensorView* other = b->find(tensor.name);
    ASSERT_NE(other, nullptr) << tensor.name;
    EXPECT_TRUE(std::ranges::equal(tensor.bytes, other->bytes)) << tensor.name << " differs";
  }
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace ibot::test
