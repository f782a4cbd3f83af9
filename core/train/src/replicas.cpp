// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/train/replicas.h>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <barrier>
#include <exception>
#include <thread>

namespace ibot::train {
namespace {

constexpr int kMostReplicas = 8;
constexpr std::int64_t kFewestImages = 2;
// Gradients of their own would cost larger networks much memory. ViT-S and its head have 29 million, and gain
// an eighth of their speed on two threads.
constexpr std::int64_t kMostParameters = 40'000'000;

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

}  // namespace

base::Result<int> replica_count(const plan::Plan& plan, const Model& model, int threads) {
  const TrainOptions train = plan.train();
  std::string reason;
  if (!model.device.is_cpu()) reason = "train.device is " + train.device;
  if (model.networks.student_head->uses_batch_statistics())
    reason = "the head's normalisation takes statistics over the whole batch";
  if (train.replicas > 1 && !reason.empty()) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("train.replicas is ", train.replicas, ", but ", reason),
                       "train.replicas of 0 or 1", ""};
  }
  if (train.replicas > 0) return static_cast<int>(train.replicas);
  if (!reason.empty()) return 1;
  std::int64_t parameters = 0;
  for (const nn::NamedParameter& named : model.student->parameters())
    parameters += named.parameter->value.numel();
  if (parameters > kMostParameters) return 1;
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
        outputs(static_cast<std::size_t>(count)),
        ends(static_cast<std::size_t>(count)),
        errors(static_cast<std::size_t>(count)),
        begin(count + 1),
        end(count + 1),
        threads(threads_each) {}

  ~Inner() {
    task = nullptr;
    // For itself and for workers that could not be started.
    const auto missing = static_cast<std::ptrdiff_t>(outputs.size() + 1 - workers.size());
    if (!workers.empty()) (void)begin.arrive(missing);
  }

  void work(std::size_t number) {
    // Of this thread alone; the caller keeps its own number for losses, update and evaluation.
    at::set_num_threads(threads);
    while (true) {
      begin.arrive_and_wait();
      if (task == nullptr) return;
      try {
        (*task)(number);
      } catch (...) {
        errors[number] = std::current_exception();
      }
      end.arrive_and_wait();
    }
  }

  // Runs `what(number)` on every worker.
  void on_all(const std::function<void(std::size_t)>& what) {
    task = &what;
    begin.arrive_and_wait();
    end.arrive_and_wait();
    std::exception_ptr first;
    for (std::exception_ptr& error : errors) {
      if (!first) first = error;
      error = nullptr;
    }
    if (first) std::rethrow_exception(first);
  }

  // Of part `number`: the graph ends where the terms begin, so that its backward can run on its own thread.
  void forward(std::size_t number, StepBatch batch) {
    StepOutputs computed = steps[number]->forward(batch);
    ends[number].clear();
    for (const auto& [read, value] : computed.values()) {
      if (value.requires_grad()) ends[number].push_back({value, value.detach().set_requires_grad(true)});
      outputs[number].set(read, value.requires_grad() ? ends[number].back().leaf : value);
    }
    outputs[number].images = computed.images;
    outputs[number].global_crops = computed.global_crops;
    outputs[number].local_crops = computed.local_crops;
    outputs[number].patches = computed.patches;
    outputs[number].masks = computed.masks;
    outputs[number].masked_weight = computed.masked_weight;
  }

  void backward(std::size_t number) {
    std::vector<at::Tensor> values, gradients;
    for (const End& at : ends[number]) {
      if (!at.leaf.grad().defined()) continue;
      values.push_back(at.value);
      gradients.push_back(at.leaf.grad());
    }
    ends[number].clear();
    if (!values.empty()) torch::autograd::backward(values, gradients);
  }

  struct End {
    at::Tensor value;  // with the graph of the networks behind it
    at::Tensor leaf;   // the same for the terms, gathers the gradient
  };

  Model& model;
  Optimizer& optimizer;
  std::vector<std::unique_ptr<Replica>> replicas;  // of parts 1 and up; part 0 has the student itself
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<StepOutputs> outputs;
  std::vector<std::vector<End>> ends;
  std::vector<std::exception_ptr> errors;
  std::barrier<> begin, end;
  int threads;
  const std::function<void(std::size_t)>* task = nullptr;  // null when the workers are to leave
  std::vector<std::jthread> workers;                       // last: joined before what they use goes
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
    for (int i = 0; i < replicas; ++i)
      inner->workers.emplace_back([&own = *inner, i] { own.work(static_cast<std::size_t>(i)); });
  }
  return std::unique_ptr<ReplicatedStep>(new ReplicatedStep(std::move(inner)));
}

int ReplicatedStep::replicas() const {
  return static_cast<int>(inner_->steps.size());
}

StepResult ReplicatedStep::forward_backward(const std::function<StepBatch(int)>& part,
                                            const LossContext& context, double scale) {
  Inner& inner = *inner_;
  Step& whole = *inner.steps.front();
  if (inner.workers.empty()) return whole.forward_backward(part(0), context, scale);

  inner.on_all([&](std::size_t number) { inner.forward(number, part(static_cast<int>(number))); });
  StepResult result = whole.losses(join_outputs(inner.outputs), context);
  std::fill(inner.outputs.begin(), inner.outputs.end(), StepOutputs{});
  Step::backward(result, scale);
  inner.on_all([&](std::size_t number) { inner.backward(number); });
  const at::NoGradGuard no_grad;
  at::Tensor total = inner.optimizer.gradients();
  for (const auto& replica : inner.replicas) {
    total.add_(replica->gradients);
    replica->gradients.zero_();
  }
  return result;
}

void ReplicatedStep::finish(const LossContext& context) {
  inner_->steps.front()->finish(context);
}

}  // namespace ibot::train
