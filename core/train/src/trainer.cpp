// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/data/batch_stream.h>
#include <ibot/dist/collectives.h>
#include <ibot/nn/memory.h>
#include <ibot/nn/state.h>
#include <ibot/train/checkpoint.h>
#include <ibot/train/replicas.h>
#include <ibot/train/trainer.h>
#include <ibot/train/training_data.h>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>

namespace ibot::train {
namespace {

std::string step_name(const char* stem, std::int64_t step) {
  std::string digits = std::to_string(step);
  digits.insert(0, digits.size() < 9 ? 9 - digits.size() : 0, '0');
  return std::string(stem) + digits + ".safetensors";
}

// Steps at which a compact teacher is kept: 0, the end, and logarithmically between.
std::set<std::int64_t> snapshot_steps(std::int64_t count, std::int64_t end) {
  std::set<std::int64_t> steps;
  if (count <= 0) return steps;
  steps.insert({0, end});
  const double ratio = std::log(static_cast<double>(std::max<std::int64_t>(end, 2)));
  for (std::int64_t i = 1; i + 1 < count; ++i) {
    steps.insert(std::llround(std::exp(ratio * static_cast<double>(i) / static_cast<double>(count - 1))));
  }
  return steps;
}

// What the accumulated rounds of a step measured, in the order of the first that did. A term may leave a
// metric out (no patch is masked in a round), so each is the mean over the rounds that have it.
class MeanMetrics {
 public:
  struct Metric {
    std::string name;
    double sum = 0;
    int rounds = 0;
    double mean() const { return sum / rounds; }
  };

  void add(const std::string& name, double value) {
    auto found =
        std::find_if(all_.begin(), all_.end(), [&](const Metric& metric) { return metric.name == name; });
    if (found == all_.end()) found = all_.insert(found, {name});
    found->sum += value;
    ++found->rounds;
  }
  const std::vector<Metric>& all() const { return all_; }

 private:
  std::vector<Metric> all_;
};

}  // namespace

Observer::~Observer() = default;
RunSink::~RunSink() = default;

struct Trainer::State {
  State(const plan::Plan& plan, std::vector<Segment> segments) : schedules(plan, std::move(segments)) {}

  std::unique_ptr<Model> model;
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<ReplicatedStep> step_function;
  std::unique_ptr<dist::Collectives> collectives = dist::null_collectives();
  std::unique_ptr<TrainingData> data;
  Schedules schedules;
  BlackBox black_box;
  std::set<std::int64_t> snapshots;
  std::int64_t step = 0;
  std::int64_t made = 0;  // steps, by this process
  std::int64_t steps_per_epoch = 1;
  std::int64_t accumulate = 1;
  std::int64_t last_saved = -1;
  base::Stopwatch since_save, since_command;
  std::vector<std::int64_t> saved_steps;
  std::int64_t bad_pictures = 0;
  std::set<std::string> named_pictures;
  double cls_loss = 0;
};

Trainer::Trainer(TrainerRequest request) : request_(std::move(request)) {}
Trainer::~Trainer() = default;

base::Result<Outcome> Trainer::run() {
  base::Result<Outcome> outcome = base::Error{};
  try {
    outcome = run_inner();
  } catch (const base::Exception& e) {
    outcome = e.error();
  } catch (const std::bad_alloc&) {
    outcome = base::Error{base::ErrorCode::OutOfMemory, "the machine has not enough memory for this run", "",
                          "Lower train.batch, or raise train.accumulate instead"};
  } catch (const std::exception& e) {
    // What follows in LibTorch's words is where in its own code it happened.
    const std::string words = e.what();
    outcome = base::Error{base::ErrorCode::Internal, words.substr(0, words.find('\n')), "", ""};
  } catch (...) {
    outcome = base::Error{base::ErrorCode::Internal, "an exception of unknown type was thrown", "", ""};
  }
  if (!outcome) {
    const base::Error& error = outcome.error();
    request_.sink->log("error: " + error.to_text());
    (void)request_.sink->flush();
    (void)request_.sink->phase(Phase::Failed, std::string(base::to_string(error.code)), error.to_text());
  }
  return outcome;
}

base::Status Trainer::prepare() {
  const plan::Plan& plan = request_.plan;
  const TrainOptions train = plan.train();
  nn::keep_tensor_memory();
  const int threads =
      static_cast<int>(train.threads > 0 ? train.threads : std::thread::hardware_concurrency());
  at::set_num_threads(threads);

  IBOT_TRY(auto sampler, make_sampler(plan, *request_.dataset));
  std::vector<Segment> segments = request_.segments;
  if (segments.empty()) {
    const auto total = static_cast<std::int64_t>(
        std::llround(train.epochs * static_cast<double>(sampler.steps_per_epoch())));
    segments.push_back({0, std::max<std::int64_t>(1, total)});
  }
  state_ = std::make_unique<State>(plan, std::move(segments));
  State& s = *state_;
  s.steps_per_epoch = sampler.steps_per_epoch();
  s.accumulate = train.accumulate;
  s.snapshots = snapshot_steps(plan.checkpoints().teacher_snapshots, s.schedules.end());

  IBOT_TRY(s.model, build_model(plan, *request_.registry));
  if (request_.init_from) {
    IBOT_TRY(const auto file, weights::TensorFile::open_safetensors(*request_.init_from));
    IBOT_TRY(const auto report,
             weights::match(nn::expected_tensors(*s.model->networks.student), file,
                            {.interpolate_positions = true, .network = weights::Network::Teacher}));
    request_.sink->log(report.to_text());
    if (!report.complete()) return report.error();
    nn::load_matched(report, *s.model->networks.student);
    nn::copy_matching_state(*s.model->teacher, *s.model->student);
  }
  s.optimizer =
      std::make_unique<Optimizer>(*s.model->student, *s.model->teacher, plan.optimizer(), s.model->working);
  if (request_.resume_from) {
    IBOT_TRY(const CheckpointInfo info, load_checkpoint(*request_.resume_from, *s.model, *s.optimizer));
    s.step = info.step;
    // A branch starts from another run's file, and has none of its own yet.
    const bool own = request_.resume_from->parent_path() == request_.run_folder / "checkpoints";
    if (own) s.last_saved = info.step;
    s.saved_steps = request_.saved_steps;
    request_.sink->event(Severity::Info, "resumed", s.step, base::str("Goes on after step ", s.step, "."));
  }
  nn::release_tensor_memory();
  IBOT_TRY(const int replicas, replica_count(plan, *s.model, threads));
  IBOT_TRY(s.step_function,
           ReplicatedStep::create(plan, *request_.registry, *s.model, *s.optimizer, replicas, threads));
  request_.sink->log(base::str(replicas, replicas == 1 ? " replica" : " replicas", " of the student on ",
                               threads, threads == 1 ? " thread" : " threads"));

  IBOT_TRY(s.data, TrainingData::create(plan, *request_.registry, *request_.dataset, std::move(sampler),
                                        s.model->networks.student->patch_size(), s.step));
  return {};
}

base::Result<Outcome> Trainer::run_inner() {
  RunSink& sink = *request_.sink;
  IBOT_CHECK_OK(sink.phase(Phase::Preparing));
  IBOT_CHECK_OK(prepare());
  State& s = *state_;
  IBOT_CHECK_OK(sink.phase(Phase::Running));
  if (s.step > 0) IBOT_CHECK_OK(sink.step_done(s.step));
  if (s.step == 0) {
    if (s.snapshots.contains(0)) IBOT_CHECK_OK(save_snapshot("start"));
    observe(false);
  }
  const std::int64_t limit = request_.measure_only ? 0 : request_.plan.train().steps_limit;
  const CheckpointOptions keep = request_.plan.checkpoints();
  while (s.step < s.schedules.end() && (limit == 0 || s.step < limit)) {
    IBOT_TRY(const bool go_on, obey_commands());
    if (!go_on) return Outcome::Stopped;
    IBOT_CHECK_OK(one_step());
    ++s.made;
    const bool epoch_end = s.step % s.steps_per_epoch == 0;
    const bool last = s.step >= s.schedules.end();
    if (s.snapshots.contains(s.step))
      IBOT_CHECK_OK(on_the_way(save_snapshot(last ? "end" : "history"), "the teacher of step "));
    if (!last) observe(false);
    const bool by_epoch =
        epoch_end && keep.every_epochs > 0 && s.step / s.steps_per_epoch % keep.every_epochs == 0;
    const bool by_time = keep.every_minutes > 0 && s.since_save.seconds() > 60 * keep.every_minutes;
    if (!last && (by_epoch || by_time)) {
      IBOT_CHECK_OK(on_the_way(save(by_epoch ? "epoch" : "time"), "step "));
      s.since_save.restart();
    }
    IBOT_CHECK_OK(sink.step_done(s.step));
  }
  IBOT_CHECK_OK(sink.phase(Phase::Finishing));
  if (s.last_saved != s.step) IBOT_CHECK_OK(save("end"));
  observe(true);
  IBOT_CHECK_OK(sink.flush());
  if (s.step < s.schedules.end()) {
    sink.event(Severity::Info, "step_limit", s.step,
               base::str("Stopped at step ", s.step, " by train.steps_limit=", limit,
                         "; a branch with --set train.steps_limit=0 goes on to the planned end."));
    IBOT_CHECK_OK(sink.flush());
    IBOT_CHECK_OK(sink.phase(Phase::Stopped, "step limit"));
    return Outcome::Stopped;
  }
  IBOT_CHECK_OK(sink.phase(Phase::Completed, "planned end"));
  return Outcome::Completed;
}

base::Status Trainer::one_step() {
  State& s = *state_;
  RunSink& sink = *request_.sink;
  const base::Stopwatch watch;
  const data::BatchLease lease = s.data->stream().next();
  if (!lease) return base::Error{base::ErrorCode::Internal, "the data ended before the run", "", ""};
  const data::Batch& batch = *lease;
  const double waited = watch.seconds();

  const double epoch = static_cast<double>(s.step) / static_cast<double>(s.steps_per_epoch);
  const LossContext context{
      .epoch = s.step / s.steps_per_epoch, .step = s.step, .collectives = s.collectives.get()};

  double loss = 0;
  MeanMetrics metrics;
  const std::int64_t replicas = s.step_function->replicas();
  const double share = 1.0 / static_cast<double>(s.accumulate);
  for (std::int64_t round = 0; round < s.accumulate; ++round) {
    const auto part = [&](int replica) {
      return part_of(batch, round * replicas + replica, s.accumulate * replicas, *s.model,
                     static_cast<std::uint64_t>(request_.plan.run().seed));
    };
    const StepResult result = s.step_function->forward_backward(part, context, share);
    loss += result.loss.item<double>() * share;
    for (const auto& [name, value] : result.metrics) metrics.add(name, value.item<double>());
  }
  const UpdateValues values = s.schedules.at(s.step, epoch);
  StepRecipe recipe{.step = s.step,
                    .epoch = context.epoch,
                    .samples = batch.samples,
                    .loss = loss,
                    .gradient_norm = 0,
                    .lr = values.lr};
  if (!std::isfinite(loss)) {
    s.black_box.add(std::move(recipe));
    return stop_non_finite("the loss");
  }
  const double norm = s.optimizer->update(values);
  recipe.gradient_norm = norm;
  s.black_box.add(std::move(recipe));
  if (!std::isfinite(norm)) return stop_non_finite("a gradient");
  s.step_function->finish(context);
  ++s.step;

  const std::int64_t bad = s.data->stream().statistics().bad_pictures;
  if (bad > s.bad_pictures) {
    const data::StreamStatistics statistics = s.data->stream().statistics();
    for (const data::BadPicture& picture : statistics.bad) {
      if (s.named_pictures.insert(picture.path).second)
        sink.log("cannot be read: " + picture.path + ": " + picture.reason);
    }
    s.bad_pictures = bad;
    const data::BadPicture& last = statistics.bad.back();
    sink.event(
        Severity::Warning, "bad_picture", s.step,
        base::str(bad, " of the pictures cannot be read so far and others take their places; for example ",
                  last.path, ": ", last.reason, ". The log names them."));
  }

  sink.metric("loss", s.step, loss);
  for (const MeanMetrics::Metric& metric : metrics.all()) {
    sink.metric(metric.name, s.step, metric.mean());
    if (metric.name == "cls") s.cls_loss = metric.mean();
  }
  sink.metric("lr", s.step, values.lr);
  sink.metric("weight_decay", s.step, values.weight_decay);
  sink.metric("teacher_momentum", s.step, values.teacher_momentum);
  sink.metric("gradient_norm", s.step, norm);
  const double seconds = watch.seconds();
  sink.metric("images_per_second", s.step, static_cast<double>(batch.images) / seconds);
  sink.metric("data_wait", s.step, waited / seconds);
  return {};
}

base::Status Trainer::stop_non_finite(const std::string& what) {
  State& s = *state_;
  RunSink& sink = *request_.sink;
  const std::string text = base::str(what, " of step ", s.step + 1, " is not finite");
  if (request_.measure_only) return base::Error{base::ErrorCode::NonFinite, text, "", ""};
  // No weight has been touched by this step: what is in memory is the last good state.
  if (s.last_saved != s.step) IBOT_CHECK_OK(save("before a non-finite value"));
  const std::string checkpoint = step_name("checkpoints/step-", s.step);
  IBOT_CHECK_OK(s.black_box.write(request_.run_folder / "black_box.json", request_.run, text,
                                  static_cast<std::uint64_t>(request_.plan.run().seed), checkpoint));
  sink.event(Severity::Error, "non_finite", s.step,
             text + "; the weights before it are saved, and black_box.json holds the last steps.");
  return base::Error{base::ErrorCode::NonFinite, text, "finite losses and gradients",
                     "`ibot replay " + request_.run +
                         "` makes the step again and names the first bad module; a lower "
                         "optimizer.lr, a smaller clip_grad or fp32 are the usual remedies"};
}

base::Result<bool> Trainer::obey_commands() {
  State& s = *state_;
  RunSink& sink = *request_.sink;
  constexpr double kPollSeconds = 0.2;
  bool paused = false;
  while (true) {
    const int stop = stop_.load();
    if (stop != 0) {
      if (stop == 1 && s.last_saved != s.step) {
        if (const base::Status saved = save("stop"); !saved) {
          IBOT_CHECK_OK(on_the_way(saved, "stopping at step "));
          // One that came meanwhile ends it without saving.
          int asked = stop;
          stop_.compare_exchange_strong(asked, 0);
          if (asked == stop) return true;
          continue;
        }
      }
      IBOT_CHECK_OK(sink.flush());
      IBOT_CHECK_OK(sink.phase(Phase::Stopped, stop == 1 ? "interrupted" : "interrupted, not saved"));
      return false;
    }
    if (!paused && s.since_command.seconds() < kPollSeconds) return true;
    s.since_command.restart();
    while (const std::optional<Command> command = sink.take_command()) {
      switch (command->request) {
        case Request::Pause:
          paused = true;
          IBOT_CHECK_OK(sink.flush());
          IBOT_CHECK_OK(sink.phase(Phase::Paused));
          sink.finish_command(command->number, true, base::str("paused after step ", s.step));
          break;
        case Request::Resume:
          if (paused) IBOT_CHECK_OK(sink.phase(Phase::Running));
          paused = false;
          sink.finish_command(command->number, true, base::str("goes on after step ", s.step));
          break;
        case Request::Stop:
        case Request::StopNow: {
          const bool now = command->request == Request::StopNow;
          const std::int64_t lost = s.step - std::max<std::int64_t>(0, s.last_saved);
          if (!now && s.last_saved != s.step) {
            if (const base::Status status = save("stop"); !status) {
              sink.finish_command(command->number, false,
                                  "could not save, so the run goes on: " + status.error().to_text() +
                                      ". `ibot stop --now` ends it without saving");
              break;
            }
          }
          // Who stops a run wants to see how far it has come.
          if (!now && s.made > 0) observe(false, true);
          sink.finish_command(command->number, true,
                              now ? base::str("stopped; ", lost,
                                              lost == 1 ? " step since the last checkpoint is lost"
                                                        : " steps since the last checkpoint are lost")
                                  : base::str("saved and stopped after step ", s.step));
          IBOT_CHECK_OK(sink.flush());
          IBOT_CHECK_OK(sink.phase(Phase::Stopped, now ? "stop now command" : "stop command"));
          return false;
        }
        case Request::Checkpoint:
          finish_saving(*command, save("command"), base::str("saved step ", s.step));
          break;
        case Request::Publish:
          finish_saving(*command, save_snapshot("published"),
                        base::str("published the teacher of step ", s.step));
          break;
        case Request::Extend: {
          const auto more = static_cast<std::int64_t>(
              std::llround(command->epochs * static_cast<double>(s.steps_per_epoch)));
          const std::int64_t from = s.schedules.end();
          if (more > 0) IBOT_CHECK_OK(sink.extended(from, from + more));
          if (more > 0) s.schedules.append(from + more);
          sink.finish_command(
              command->number, more > 0,
              more > 0 ? base::str("the run now ends at step ", from + more) : "nothing to add");
          break;
        }
      }
    }
    if (!paused) return true;
    IBOT_CHECK_OK(sink.step_done(s.step));
    std::this_thread::sleep_for(std::chrono::duration<double>(kPollSeconds / 2));
  }
}

void Trainer::observe(bool final, bool stopping) {
  State& s = *state_;
  const at::NoGradGuard no_grad;
  Moment moment{.step = s.step,
                .epoch = s.step / s.steps_per_epoch,
                .epoch_end = s.step % s.steps_per_epoch == 0,
                .final = final,
                .stopping = false,
                .cls_loss = s.cls_loss,
                .model = *s.model};
  for (Observer* observer : request_.observers) {
    moment.stopping = false;
    const bool wanted = observer->wants(moment);
    moment.stopping = stopping;
    // Who looked at this step when it was made has nothing to add when the run stops there.
    if (stopping ? wanted || !observer->wants(moment) : !wanted) continue;
    const base::Status status = observer->observe(moment, *request_.sink);
    if (!status) request_.sink->event(Severity::Warning, "observer", s.step, status.error().to_text());
  }
}

base::Status Trainer::save(const std::string& reason) {
  if (request_.measure_only) return {};
  State& s = *state_;
  const std::string name = step_name("checkpoints/step-", s.step);
  IBOT_TRY(const std::int64_t bytes,
           save_checkpoint(request_.run_folder / name, *s.model, *s.optimizer,
                           {.step = s.step, .plan_hash = request_.plan.hashes().plan, .run = request_.run}));
  IBOT_TRY(const std::string hash, base::sha256_file(request_.run_folder / name));
  // Metrics of the steps that the file contains are in the record before the file is.
  IBOT_CHECK_OK(request_.sink->flush());
  IBOT_CHECK_OK(request_.sink->saved({.step = s.step,
                                      .full = true,
                                      .relative_path = name,
                                      .bytes = bytes,
                                      .sha256 = hash,
                                      .reason = reason}));
  s.last_saved = s.step;
  s.since_save.restart();
  if (std::find(s.saved_steps.begin(), s.saved_steps.end(), s.step) == s.saved_steps.end())
    s.saved_steps.push_back(s.step);
  return prune();
}

// Hours of work are worth more than the rhythm: somebody may make room before the run ends.
base::Status Trainer::on_the_way(const base::Status& saved, const char* what) {
  const State& s = *state_;
  if (saved) return {};
  if (saved.error().code != base::ErrorCode::OutOfSpace) return saved;
  request_.sink->event(Severity::Warning, "not_saved", s.step,
                       base::str("No room for ", what, s.step, ": ", saved.error().to_text(),
                                 ". The run goes on and tries again; the last checkpoint is that of step ",
                                 std::max<std::int64_t>(0, s.last_saved), "."));
  return {};
}

void Trainer::finish_saving(const Command& command, const base::Status& saved, const std::string& success) {
  request_.sink->finish_command(command.number, static_cast<bool>(saved),
                                saved ? success : "could not save: " + saved.error().to_text());
}

base::Status Trainer::prune() {
  State& s = *state_;
  const CheckpointOptions keep = request_.plan.checkpoints();
  while (static_cast<std::int64_t>(s.saved_steps.size()) > keep.keep_last) {
    const std::int64_t step = s.saved_steps.front();
    s.saved_steps.erase(s.saved_steps.begin());
    const std::int64_t rhythm = keep.keep_every_epochs * s.steps_per_epoch;
    if (rhythm > 0 && step % rhythm == 0) continue;
    IBOT_CHECK_OK(request_.sink->removing(step, true));
    IBOT_CHECK_OK(base::remove_file(request_.run_folder / step_name("checkpoints/step-", step)));
    IBOT_CHECK_OK(request_.sink->removed(step, true));
  }
  return {};
}

base::Status Trainer::save_snapshot(const std::string& reason) {
  if (request_.measure_only) return {};
  State& s = *state_;
  const std::string name = step_name("snapshots/step-", s.step);
  IBOT_TRY(
      const std::int64_t bytes,
      save_teacher_snapshot(request_.run_folder / name, *s.model,
                            {.step = s.step, .plan_hash = request_.plan.hashes().plan, .run = request_.run}));
  IBOT_TRY(const std::string hash, base::sha256_file(request_.run_folder / name));
  return request_.sink->saved({.step = s.step,
                               .full = false,
                               .relative_path = name,
                               .bytes = bytes,
                               .sha256 = hash,
                               .reason = reason});
}

}  // namespace ibot::train
