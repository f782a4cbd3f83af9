// SPDX-License-Identifier: GPL-3.0-or-later
#include "prototype_gallery.h"
#include "views_state.h"

#include <ibot/base/random.h>
#include <ibot/base/text.h>
#include <ibot/data/mask.h>
#include <ibot/data/multi_crop_renderer.h>
#include <ibot/nn/state.h>
#include <ibot/plugin/boundary.h>
#include <ibot/train/crop_settings.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/softmax.h>

#include <algorithm>
#include <cmath>

namespace ibot::inspect {
namespace {

using base::Error;
using base::ErrorCode;

// The temperatures of the run's patch loss, after their warm-up; the published ones where it has none.
struct Temperatures {
  double student = 0.1, teacher = 0.07;
  std::string term;  // its name in a checkpoint
};

Temperatures temperatures_of(const plan::Plan& plan) {
  Temperatures found;
  for (const plan::ResolvedSection& section : plan.losses()) {
    if (section.plugin->id != "ibot_patch") continue;
    const auto number = [&](const char* key, double& into) {
      const auto value = section.content.values.find(key);
      const auto* held =
          value == section.content.values.end() ? nullptr : std::get_if<double>(&value->second);
      if (held != nullptr && *held > 0) into = *held;
    };
    number("student_temp", found.student);
    number("teacher_temp", found.teacher);
    found.term = section.plugin->id;
  }
  return found;
}

// A mask of the run's own strategy for this grid.
base::Result<std::vector<std::uint8_t>> drawn_mask(plugin::Loader& loader, const plan::Plan& plan,
                                                   const protocol::PredictionRequest& request,
                                                   const nn::TokenGrid& grid, std::int64_t patch) {
  IBOT_CHECK_OK(loader.load(plugin::Kind::Masking, plan.mask().plugin->id));
  IBOT_TRY(const auto masks, train::make_mask_strategy(plan, loader.registry()));
  data::MultiCropSettings settings = train::crop_settings(plan, *masks, patch);
  settings.seed = static_cast<std::uint64_t>(request.seed);
  const data::SampleJob job{.index = 0,
                            .sample = base::mix64(static_cast<std::uint64_t>(request.seed)),
                            .epoch = request.epoch,
                            .item = 0};
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(grid.patches()));
  IBOT_CHECK_OK(plugin::stop_exceptions("masking plugin " + plan.mask().plugin->id, [&] {
    // Some strategies leave crops whole now and then: the first draw with a mask is taken.
    for (int crop = 0; crop < 16; ++crop) {
      data::draw_mask(settings, job, crop, static_cast<int>(grid.grid_rows), static_cast<int>(grid.grid_cols),
                      mask);
      if (std::count(mask.begin(), mask.end(), std::uint8_t{1}) > 0) break;
    }
  }));
  return mask;
}

}  // namespace

base::Result<protocol::PredictionReply> Views::prediction(const protocol::PredictionRequest& request) {
  return guarded([&]() -> base::Result<protocol::PredictionReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    if (request.network.run.empty() || session.sources() == nullptr) {
      return Error{ErrorCode::Unsupported, "masked prediction needs student and teacher",
                   "a run with a full checkpoint", ""};
    }
    protocol::NetworkChoice of_student = request.network, of_teacher = request.network;
    of_student.network = "student";
    of_teacher.network = "teacher";
    if (request.network.untrained) {
      return Error{ErrorCode::Unsupported, "an untrained network predicts nothing", "a saved step", ""};
    }
    auto found_student = find_network(session.sources(), of_student);
    const bool stand_in =
        request.stand_in && !found_student && found_student.error().code == ErrorCode::NotFound;
    if (stand_in) {
      // Of this moment the teacher alone is kept.
      auto alone = find_network(session.sources(), of_teacher);
      if (!alone) return found_student.error();
      found_student = std::move(alone);
      found_student->key += "|in the student's place";
    }
    IBOT_TRY(const FoundNetwork found, std::move(found_student));
    IBOT_TRY(const NetworkPointer student, session.network_at(found, stand_in));
    // The teacher of the same file, not of a snapshot of that step.
    FoundNetwork same = found;
    same.choice = of_teacher;
    same.key += "|teacher beside";
    IBOT_TRY(const NetworkPointer teacher, session.network_at(same));
    IBOT_TRY(const PicturePointer picture, session.picture(request.picture, *student, request.network));
    const nn::TokenGrid grid = session.grid(*student, *picture);

    protocol::PredictionReply reply;
    reply.network = student->seen;
    reply.stand_in = stand_in;
    reply.picture = session.seen(*student, *picture, request.pixels);
    if (request.rows > 0) {
      if (request.rows != grid.grid_rows || request.columns != grid.grid_cols) {
        return Error{ErrorCode::InvalidArgument,
                     base::str("a mask of ", request.rows, " x ", request.columns, " patches"),
                     base::str(grid.grid_rows, " x ", grid.grid_cols, ", as the picture has"), ""};
      }
      for (const std::uint8_t cell : request.mask) reply.mask.push_back(cell != 0 ? 1 : 0);
    } else {
      IBOT_TRY(reply.mask, drawn_mask(session.loader(), student->plan, request, grid, student->seen.patch));
    }
    std::vector<std::int64_t> masked;
    for (std::size_t i = 0; i < reply.mask.size(); ++i) {
      if (reply.mask[i] != 0) masked.push_back(static_cast<std::int64_t>(i));
    }
    if (masked.empty())
      return Error{ErrorCode::InvalidArgument, "no patch is masked", "at least one masked patch", ""};

    const at::Tensor mask =
        at::from_blob(reply.mask.data(), {1, grid.grid_rows, grid.grid_cols}, at::kByte).to(at::kBool);
    nn::BackboneInput input;
    input.groups.push_back({pixels_of(picture->image), mask});
    input.normalisation = student->normalisation;
    const at::Tensor predicted = student->backbone->forward(input)
                                     .to(at::kFloat)
                                     .narrow(0, grid.prefix, grid.patches())
                                     .index_select(0, mask.flatten().nonzero().flatten());
    const at::Tensor seen = session.patches(*teacher, *picture, {});
    require_finite(predicted);
    const Temperatures temperatures = temperatures_of(student->plan);
    const at::Tensor of_mask = mask.flatten().nonzero().flatten();
    const at::Tensor log_q = at::log_softmax(patch_logits(*student, predicted) / temperatures.student, 1);
    at::Tensor logits = patch_logits(*teacher, seen);
    if (!temperatures.term.empty()) {
      IBOT_TRY(const auto file, weights::TensorFile::open_safetensors(found.source->file));
      const weights::TensorView* centre = file.find("loss." + temperatures.term + ".center");
      if (centre != nullptr) logits = logits - nn::tensor_from(*centre).to(at::kFloat).view({1, -1});
    }
    const at::Tensor p = at::softmax(logits / temperatures.teacher, 1);
    const at::Tensor p_masked = p.index_select(0, of_mask);
    const auto [student_best, student_choice] = log_q.max(1);
    const auto [teacher_best, teacher_choice] = p.max(1);
    reply.teacher = integers_of(teacher_choice);
    reply.teacher_probability = floats_of(teacher_best);
    const at::Tensor hits = student_choice.eq(teacher_choice.index_select(0, of_mask));
    reply.agreement = hits.to(at::kFloat).mean().item<double>();
    reply.cross_entropy = std::max(0.0, -(p_masked * log_q).sum(1).mean().item<double>());
    reply.uniform = std::log(static_cast<double>(log_q.size(1)));
    const at::Tensor said = unit_rows(projected(*student, predicted));
    const at::Tensor there = unit_rows(projected(*teacher, seen));
    const at::Tensor likeness = at::mm(said, there.t());  // [masked, N]
    const std::vector<std::int64_t> nearest = integers_of(likeness.argmax(1));
    const std::vector<std::int64_t> chosen = integers_of(student_choice);
    const std::vector<float> sure = floats_of(student_best.exp());
    const std::vector<float> cosine = floats_of((said * there.index_select(0, of_mask)).sum(1));
    const auto patches = static_cast<std::size_t>(grid.patches());
    reply.student.assign(patches, -1);
    reply.nearest.assign(patches, -1);
    reply.student_probability.assign(patches, 0);
    reply.cosine.assign(patches, 0);
    for (std::size_t i = 0; i < masked.size(); ++i) {
      const auto at = static_cast<std::size_t>(masked[i]);
      reply.student[at] = chosen[i];
      reply.nearest[at] = nearest[i];
      reply.student_probability[at] = sure[i];
      reply.cosine[at] = cosine[i];
      const auto row = static_cast<double>(nearest[i] / grid.grid_cols - masked[i] / grid.grid_cols);
      const auto column = static_cast<double>(nearest[i] % grid.grid_cols - masked[i] % grid.grid_cols);
      reply.distance += std::hypot(row, column) / static_cast<double>(masked.size());
    }
    return reply;
  });
}

}  // namespace ibot::inspect
