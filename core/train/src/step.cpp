// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/train/step.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/nonzero.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace ibot::train {
namespace {

// The rows of one kind, at the stages that somebody reads.
struct Part {
  Rows rows;
  at::Tensor index;  // into the packed token buffer
  Stage deepest{};   // the deepest stage that is read row by row; 0: none
  Stage mean{};      // the deepest stage whose mean is read; 0: none
  at::Tensor tokens, bottleneck;

  bool wanted() const { return deepest != Stage{} || mean != Stage{}; }
  bool needs_head() const { return std::max(deepest, mean) >= Stage::Bottleneck; }
};

// The number of masked patches changes from step to step, and with it the shape of every product that sees
// them: each new shape costs the product library a kernel, in time and memory. Products therefore see row
// numbers rounded up.
constexpr std::int64_t kRowStep = 64;

std::int64_t missing_rows(std::int64_t rows) {
  return (kRowStep - rows % kRowStep) % kRowStep;
}

// All parts one below the other, filled up with zeros.
at::Tensor stack_rows(std::vector<at::Tensor> parts) {
  std::int64_t rows = 0;
  for (const at::Tensor& part : parts) rows += part.size(0);
  const std::int64_t missing = missing_rows(rows);
  if (missing > 0) parts.push_back(at::zeros({missing, parts.front().size(1)}, parts.front().options()));
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

at::TensorOptions row_numbers(at::Device device) {
  return at::TensorOptions(at::kLong).device(device);
}

// Row numbers of CLS tokens and patches inside one segment of a packed buffer.
at::Tensor cls_rows(const nn::TokenSegment& segment, at::Device device) {
  return at::arange(segment.samples, row_numbers(device)) * segment.tokens + segment.first_row;
}

at::Tensor patch_rows(const nn::TokenSegment& segment, std::int64_t prefix, at::Device device) {
  const std::int64_t patches = segment.tokens - prefix;
  return (cls_rows(segment, device).unsqueeze(1) +
          (at::arange(patches, row_numbers(device)) + prefix).unsqueeze(0))
      .reshape({-1});
}

// masked: [M] flat indices into [V_g * B * N].
at::Tensor masked_rows(const nn::TokenSegment& segment, std::int64_t prefix, const at::Tensor& masked) {
  const std::int64_t patches = segment.tokens - prefix;
  const at::Tensor sample = masked.div(patches, "floor");
  return sample * segment.tokens + segment.first_row + prefix + (masked - sample * patches);
}

// Tokens of a network, its head, and the pieces that are read: fills `outputs` for every read of `network`.
class Reader {
 public:
  Reader(Network network, const std::vector<Read>& reads) : network_(network) {
    for (const Read& read : reads) {
      if (read.network == network) reads_.push_back(read);
    }
  }

  // False if nobody reads these rows.
  bool add(Rows rows, at::Tensor index) {
    Part part{.rows = rows, .index = std::move(index), .tokens = {}, .bottleneck = {}};
    for (const Read& read : reads_) {
      if (read.rows != rows) continue;
      Stage& stage = read.reduction == Reduction::Mean ? part.mean : part.deepest;
      stage = std::max(stage, read.stage);
    }
    if (!part.wanted()) return false;
    parts_.push_back(std::move(part));
    return true;
  }

  bool nothing() const { return parts_.empty(); }
  bool needs_head() const {
    return std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.needs_head(); });
  }

  // The rows to ask the backbone for, all parts in order, filled up with others of its `available`: no row
  // may be asked for twice.
  at::Tensor rows(std::int64_t available) const {
    std::vector<at::Tensor> index;
    for (const Part& part : parts_) index.push_back(part.index);
    const at::Tensor asked = at::cat(index);
    const std::int64_t missing = missing_rows(asked.size(0));
    if (missing == 0 || asked.size(0) + missing > available) return asked;
    const at::Tensor others =
        at::nonzero(at::ones({available}, asked.options().dtype(at::kBool)).index_fill_(0, asked, 0));
    return at::cat({asked, others.narrow(0, 0, missing).squeeze(1)});
  }

  // `tokens`: those rows, in that order. What fills up is read by nobody.
  void take_tokens(const at::Tensor& tokens) {
    std::int64_t row = 0;
    for (Part& part : parts_) {
      part.tokens = tokens.narrow(0, row, part.index.size(0));
      row += part.index.size(0);
    }
  }
  // `all`: the whole packed buffer.
  void pick_tokens(const at::Tensor& all) {
    for (Part& part : parts_) {
      const bool read = std::any_of(reads_.begin(), reads_.end(), [&](const Read& r) {
        return r.rows == part.rows && r.stage == Stage::Tokens;
      });
      if (read) part.tokens = all.index_select(0, part.index);
    }
  }
  void pick_bottlenecks(const at::Tensor& all) {
    for (Part& part : parts_) {
      if (part.needs_head()) part.bottleneck = all.index_select(0, part.index);
    }
  }

  // One product for all parts that want bottlenecks.
  void run_mlp(nn::Head& head, bool training) {
    std::vector<at::Tensor> inputs;
    for (const Part& part : parts_) {
      if (part.needs_head()) inputs.push_back(part.tokens);
    }
    if (inputs.empty()) return;
    const at::Tensor z = head.bottleneck(stack_rows(std::move(inputs)), training);
    std::int64_t row = 0;
    for (Part& part : parts_) {
      if (!part.needs_head()) continue;
      part.bottleneck = z.narrow(0, row, part.tokens.size(0));
      row += part.tokens.size(0);
    }
  }

  void emit(nn::Head& head, bool training, StepOutputs& outputs) {
    // Prototypes of all CLS rows in one product, and of all patch rows; in one altogether if the head is
    // shared.
    struct Piece {
      Part* part;
      Reduction reduction;
      at::Tensor z;
    };
    std::vector<Piece> pieces[2];
    for (Part& part : parts_) {
      const bool patch = part.rows == Rows::MaskedPatches || part.rows == Rows::AllPatches;
      auto& list = pieces[patch && !(head.shared() && !head.uses_batch_statistics()) ? 1 : 0];
      if (part.deepest == Stage::Logits) list.push_back({&part, Reduction::Each, part.bottleneck});
      if (part.mean == Stage::Logits) list.push_back({&part, Reduction::Mean, mean_of(part.bottleneck)});
    }
    for (int which = 0; which < 2; ++which) {
      if (pieces[which].empty()) continue;
      std::vector<at::Tensor> inputs;
      for (const Piece& piece : pieces[which]) inputs.push_back(piece.z);
      // Statistics of a last norm must not see rows that are not there.
      const at::Tensor z = head.uses_batch_statistics() ? at::cat(inputs) : stack_rows(std::move(inputs));
      const at::Tensor logits = which == 0 ? head.cls_logits(z, training) : head.patch_logits(z, training);
      std::int64_t row = 0;
      for (const Piece& piece : pieces[which]) {
        const std::int64_t count = piece.z.size(0);
        outputs.set({network_, piece.part->rows, Stage::Logits, piece.reduction},
                    logits.narrow(0, row, count));
        row += count;
      }
    }
    for (const Read& read : reads_) {
      if (read.stage == Stage::Logits) continue;
      for (const Part& part : parts_) {
        if (part.rows != read.rows) continue;
        const at::Tensor& value = read.stage == Stage::Tokens ? part.tokens : part.bottleneck;
        outputs.set(read, read.reduction == Reduction::Mean ? mean_of(value) : value);
      }
    }
  }

 private:
  // In fp32 at least: thousands of bf16 rows would lose digits.
  static at::Tensor mean_of(const at::Tensor& rows) {
    const at::ScalarType dtype = rows.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    return rows.mean(at::IntArrayRef({0}), true, dtype);
  }

  Network network_;
  std::vector<Read> reads_;
  std::vector<Part> parts_;
};

struct NetworkRef {
  Network network;
  nn::Backbone& backbone;
  nn::Head& head;
};

void read_network(const NetworkRef& ref, const std::vector<Read>& reads, nn::BackboneInput input,
                  const at::Tensor& masked, const nn::Normalisation& normalisation, StepOutputs& outputs) {
  input.normalisation = normalisation;
  const at::Tensor& images = input.groups.front().images;
  const std::vector<nn::TokenSegment> segments = ref.backbone.segments(input.groups);
  const std::int64_t prefix = ref.backbone.grid(images.size(2), images.size(3)).prefix;
  Reader reader(ref.network, reads);
  const at::Device device = images.device();
  reader.add(Rows::ClsGlobal, cls_rows(segments[0], device));
  if (segments.size() > 1) reader.add(Rows::ClsLocal, cls_rows(segments[1], device));
  const bool all_patches = reader.add(Rows::AllPatches, patch_rows(segments[0], prefix, device));
  reader.add(Rows::MaskedPatches, masked_rows(segments[0], prefix, masked));
  if (reader.nothing()) return;
  const bool statistics = reader.needs_head() && ref.head.uses_batch_statistics();
  if (statistics || (all_patches && ref.network == Network::Teacher)) {
    // Every token passes. With batch statistics in one call a crop size, as the published code: the
    // statistics are part of the result. For the teacher because the mean over all patches reads them anyway.
    const at::Tensor all = ref.backbone.forward(input);
    reader.pick_tokens(all);
    if (reader.needs_head()) {
      std::vector<at::Tensor> parts;
      for (const nn::TokenSegment& segment : segments) {
        parts.push_back(
            ref.head.bottleneck(all.narrow(0, segment.first_row, segment.samples * segment.tokens), true));
      }
      reader.pick_bottlenecks(parts.size() == 1 ? parts.front() : at::cat(parts));
    }
  } else {
    const nn::TokenSegment& last = segments.back();
    input.rows = reader.rows(last.first_row + last.samples * last.tokens);
    reader.take_tokens(ref.backbone.forward(input));
    reader.run_mlp(ref.head, true);
  }
  reader.emit(ref.head, true, outputs);
}

}  // namespace

Step::Step(Networks& student, Networks& teacher, std::vector<WeightedTerm>& terms,
           const nn::Normalisation& normalisation)
    : student_(student), teacher_(teacher), terms_(terms), normalisation_(normalisation) {
  for (const WeightedTerm& weighted : terms_) {
    for (const Read& read : weighted.term->reads()) {
      if (std::find(reads_.begin(), reads_.end(), read) == reads_.end()) reads_.push_back(read);
    }
  }
}

StepOutputs Step::forward(const StepBatch& batch) {
  StepOutputs outputs;
  outputs.images = batch.images;
  outputs.global_crops = batch.global.size(0) / batch.images;
  outputs.local_crops = batch.local.defined() ? batch.local.size(0) / batch.images : 0;
  outputs.masks = batch.masks.flatten(1);
  outputs.patches = outputs.masks.size(1);

  const at::Tensor masked = at::nonzero(outputs.masks.flatten()).squeeze(1);
  const at::Tensor per_crop = outputs.masks.sum(1).clamp_min(1);
  const auto wide = batch.global.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  outputs.masked_weight =
      per_crop.to(wide).reciprocal().index_select(0, masked.div(outputs.patches, "floor"));

  {
    const at::NoGradGuard no_grad;
    nn::BackboneInput input;
    input.groups.push_back({batch.seen_by_teacher(), {}});
    read_network({Network::Teacher, *teacher_.teacher, *teacher_.teacher_head}, reads_, std::move(input),
                 masked, normalisation_, outputs);
  }
  nn::BackboneInput input;
  input.groups.push_back({batch.global, batch.masks});
  if (batch.local.defined()) input.groups.push_back({batch.local, {}});
  input.drop_path_uniform = batch.drop_path_uniform;
  read_network({Network::Student, *student_.student, *student_.student_head}, reads_, std::move(input),
               masked, normalisation_, outputs);
  return outputs;
}

StepResult Step::losses(const StepOutputs& outputs, const LossContext& context) {
  StepResult result;
  for (WeightedTerm& weighted : terms_) {
    LossResult term = weighted.term->compute(outputs, context);
    for (auto& [name, value] : term.metrics) {
      const bool is_loss = term.loss.defined() && value.is_alias_of(term.loss);
      result.metrics.emplace_back(name, is_loss ? value * weighted.weight : value);
    }
    if (!term.loss.defined()) continue;
    const at::Tensor loss = term.loss * weighted.weight;
    result.loss = result.loss.defined() ? result.loss + loss : loss;
  }
  return result;
}

void Step::backward(StepResult& result, double scale) {
  if (!result.loss.defined()) {
    result.loss = at::zeros({});
    return;
  }
  (scale == 1.0 ? result.loss : result.loss * scale).backward();
  result.loss = result.loss.detach();
}

StepResult Step::forward_backward(const StepBatch& batch, const LossContext& context, double scale) {
  // What the terms read but autograd does not need goes before backward.
  StepResult result = losses(forward(batch), context);
  backward(result, scale);
  return result;
}

void Step::finish(const LossContext& context) {
  for (WeightedTerm& weighted : terms_) weighted.term->finish_step(context);
}

}  // namespace ibot::train
