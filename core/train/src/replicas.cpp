// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/train/replicas.h>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <barrier>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace ibot::train {
namespace {

constexpr int kMostReplicas = 8;
constexpr std::int64_t kFewestImages = 2;

// Networks whose student computes with the memory of another, and has gradients of its own.
struct Replica {
  Networks networks;
  std::unique_ptr<NetworkView> student;
  at::Tensor gradients;  // flat, laid out as the optimiser's
};

base::Status share_weights(const nn::NamedParameter& copy, const nn::NamedParameter& original) {
  if (copy.name != original.name) {
    return base::Error{base::ErrorCode::Internal, "two students of one plan differ at " + copy.name,
                       original.name, "A backbone must register the same parameters every time it is made"};
  }
  const nn::Parameter& own = *original.parameter;
  nn::Parameter& shared = *copy.parameter;
  shared.trainable = own.trainable;
  shared.value = own.value.detach().set_requires_grad(own.trainable);
  shared.working = own.working.is_alias_of(own.value) ? shared.value.detach() : own.working;
  return {};
}

base::Result<std::unique_ptr<Replica>> make_replica(const plan::Plan& plan, const plugin::Registry& registry,
                                                    Model& model, const at::Tensor& gradients) {
  const at::NoGradGuard no_grad;
  auto replica = std::make_unique<Replica>();
  IBOT_TRY(replica->networks.student, build_backbone(plan, registry, true));
  replica->networks.student_head =
      std::make_unique<nn::Head>(student_head_shape(plan, replica->networks.student->dim()));
  replica->student =
      std::make_unique<NetworkView>(*replica->networks.student, *replica->networks.student_head);
  replica->student->to(model.device, model.master, model.master);
  nn::copy_matching_state(*replica->student, *model.student);  // buffers; parameters are shared below
  const std::vector<nn::NamedParameter> copies = replica->student->parameters();
  const std::vector<nn::NamedParameter> originals = model.student->parameters();
  if (copies.size() != originals.size()) {
    return base::Error{base::ErrorCode::Internal, "two students of one plan have other parameters", "", ""};
  }
  replica->gradients = at::zeros_like(gradients);
  for (std::size_t i = 0; i < copies.size(); ++i) {
    IBOT_CHECK_OK(share_weights(copies[i], originals[i]));
    if (!originals[i].parameter->trainable) continue;
    const at::Tensor& place = originals[i].parameter->value.grad();
    copies[i].parameter->value.mutable_grad() =
        replica->gradients.as_strided(place.sizes(), place.strides(), place.storage_offset());
  }
  return replica;
}

// Lets shares pass a place one after another, in order.
class Turns {
 public:
  void restart() { next_ = 0; }
  void wait_for(int share) {
    std::unique_lock lock(mutex_);
    passed_.wait(lock, [&] { return next_ == share; });
  }
  void pass(int share) {
    {
      const std::scoped_lock lock(mutex_);
      next_ = share + 1;
    }
    passed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable passed_;
  int next_ = 0;
};

}  // namespace

base::Result<int> replica_count(const plan::Plan& plan, const Model& model, int threads) {
  const TrainOptions train = plan.train();
  std::string reason;
  if (!model.device.is_cpu()) reason = "train.device is " + train.device;
  if (model.networks.student_head->uses_batch_statistics())
    reason = "the head's normalisation takes statistics over the whole batch";
  for (const WeightedTerm& weighted : model.terms) {
    if (!weighted.term->splits())
      reason = "the loss " + weighted.name + " of a batch is not the mean over its parts";
  }
  if (train.replicas > 1 && !reason.empty()) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("train.replicas is ", train.replicas, ", but ", reason),
                       "train.replicas of 0 or 1", ""};
  }
  if (train.replicas > 0) return static_cast<int>(train.replicas);
  if (!reason.empty()) return 1;
  int best = 1;
  for (int count = 2; count <= std::min(threads, kMostReplicas); ++count) {
    if (train.batch % count == 0 && train.batch / count >= kFewestImages) best = count;
  }
  return best;
}

struct ReplicatedStep::Inner {
  Inner(Model& own, Optimizer& own_optimizer, int count, int threads_each)
      : model(own),
        optimizer(own_optimizer),
        results(static_cast<std::size_t>(count)),
        errors(static_cast<std::size_t>(count)),
        start(count + 1),
        end(count + 1),
        threads(threads_each) {}

  ~Inner() {
    leaving = true;
    // For itself and for workers that could not be started.
    const auto missing = static_cast<std::ptrdiff_t>(results.size() + 1 - workers.size());
    if (!workers.empty()) (void)start.arrive(missing);
  }

  void work(int number) {
    // Of this thread alone; the caller keeps its own number for evaluation and the update.
    at::set_num_threads(threads);
    while (true) {
      start.arrive_and_wait();
      if (leaving) return;
      const auto slot = static_cast<std::size_t>(number);
      bool passed = false;
      try {
        const StepOutputs outputs = steps[slot]->forward((*share)(number));
        // Terms are shared and gather statistics: one after another, always in the same order.
        turns.wait_for(number);
        results[slot] = steps[slot]->losses(outputs, *context);
        turns.pass(number);
        passed = true;
        Step::backward(results[slot], scale);
      } catch (...) {
        errors[slot] = std::current_exception();
        if (!passed) {
          turns.wait_for(number);
          turns.pass(number);
        }
      }
      end.arrive_and_wait();
    }
  }

  Model& model;
  Optimizer& optimizer;
  std::vector<std::unique_ptr<Replica>> replicas;  // of shares 1 and up; share 0 has the student itself
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<StepResult> results;
  std::vector<std::exception_ptr> errors;
  std::barrier<> start, end;
  Turns turns;
  int threads;
  bool leaving = false;
  const std::function<StepBatch(int)>* share = nullptr;
  const LossContext* context = nullptr;
  double scale = 1;
  std::vector<std::jthread> workers;  // last: joined before what they use goes
};

ReplicatedStep::ReplicatedStep(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
ReplicatedStep::~ReplicatedStep() = default;

base::Result<std::unique_ptr<ReplicatedStep>> ReplicatedStep::create(const plan::Plan& plan,
                                                                     const plugin::Registry& registry,
                                                                     Model& model, Optimizer& optimizer,
                                                                     int replicas, int threads) {
  auto inner = std::make_unique<Inner>(model, optimizer, replicas, std::max(1, threads / replicas));
  inner->steps.push_back(std::make_unique<Step>(model.networks, model.terms, model.normalisation));
  for (int i = 1; i < replicas; ++i) {
    IBOT_TRY(auto replica, make_replica(plan, registry, model, optimizer.gradients()));
    inner->steps.push_back(
        std::make_unique<Step>(replica->networks, model.networks, model.terms, model.normalisation));
    inner->replicas.push_back(std::move(replica));
  }
  if (replicas > 1) {
    for (int i = 0; i < replicas; ++i) inner->workers.emplace_back([&work = *inner, i] { work.work(i); });
  }
  return std::unique_ptr<ReplicatedStep>(new ReplicatedStep(std::move(inner)));
}

int ReplicatedStep::replicas() const {
  return static_cast<int>(inner_->steps.size());
}

std::vector<StepResult> ReplicatedStep::forward_backward(const std::function<StepBatch(int)>& share,
                                                         const LossContext& context, double scale) {
  Inner& inner = *inner_;
  if (inner.workers.empty()) {
    std::vector<StepResult> results;
    results.push_back(inner.steps.front()->forward_backward(share(0), context, scale));
    return results;
  }
  inner.share = &share;
  inner.context = &context;
  inner.scale = scale;
  inner.turns.restart();
  std::fill(inner.errors.begin(), inner.errors.end(), nullptr);
  inner.start.arrive_and_wait();
  inner.end.arrive_and_wait();
  for (const std::exception_ptr& error : inner.errors) {
    if (error) std::rethrow_exception(error);
  }
  const at::NoGradGuard no_grad;
  at::Tensor total = inner.optimizer.gradients();
  for (const auto& replica : inner.replicas) {
    total.add_(replica->gradients);
    replica->gradients.zero_();
  }
  return std::exchange(inner.results, std::vector<StepResult>(inner.steps.size()));
}

void ReplicatedStep::finish(const LossContext& context) {
  inner_->steps.front()->finish(context);
}

}  // namespace ibot::train
