// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/nn/state.h>
#include <ibot/train/checkpoint.h>

#include <ATen/core/grad_mode.h>

#include <set>

namespace ibot::train {
namespace {

constexpr const char* kFormat = "ibot-checkpoint-1";
constexpr const char* kSnapshotFormat = "ibot-teacher-1";

std::map<std::string, std::string> metadata_of(const char* format, const CheckpointInfo& info) {
  return {{"format", format},
          {"step", std::to_string(info.step)},
          {"plan_hash", info.plan_hash},
          {"run", info.run}};
}

void add_all(nn::TensorList& list, const std::string& prefix, const std::vector<nn::NamedTensor>& tensors,
             std::optional<at::ScalarType> dtype = {}) {
  for (const nn::NamedTensor& named : tensors) list.add(prefix + named.name, *named.tensor, dtype);
}

base::Result<std::int64_t> write(const std::filesystem::path& path, const nn::TensorList& list,
                                 const std::map<std::string, std::string>& metadata) {
  IBOT_CHECK_OK(weights::write_safetensors(path, list.views(), metadata));
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return error ? std::int64_t{0} : static_cast<std::int64_t>(bytes);
}

}  // namespace

base::Result<std::int64_t> save_checkpoint(const std::filesystem::path& path, Model& model,
                                           Optimizer& optimizer, const CheckpointInfo& info) {
  nn::TensorList list;
  add_all(list, "student.", model.student->state());
  add_all(list, "teacher.", model.teacher->state());
  add_all(list, "optimizer.", optimizer.state());
  for (const WeightedTerm& term : model.terms) add_all(list, "loss." + term.name + ".", term.term->state());
  return write(path, list, metadata_of(kFormat, info));
}

base::Result<CheckpointInfo> read_checkpoint_info(const weights::TensorFile& file) {
  const auto text = [&](const char* key) {
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  const std::string format = text("format");
  const auto step = base::parse_int(text("step"));
  if ((format != kFormat && format != kSnapshotFormat) || !step || *step < 0) {
    return base::Error{
        base::ErrorCode::Incompatible,
        "the file is not a checkpoint of this program: its format is " + base::quote_untrusted(format),
        kFormat, "To start from weights alone, use `ibot train --init FILE`"};
  }
  return CheckpointInfo{.step = *step, .plan_hash = text("plan_hash"), .run = text("run")};
}

base::Result<CheckpointInfo> load_checkpoint(const std::filesystem::path& path, Model& model,
                                             Optimizer& optimizer) {
  const at::NoGradGuard no_grad;
  IBOT_TRY(const auto file, weights::TensorFile::open_safetensors(path));
  IBOT_TRY(const CheckpointInfo info, read_checkpoint_info(file));
  IBOT_CHECK_OK(nn::load_state(file, "student.", *model.student));
  IBOT_CHECK_OK(nn::load_state(file, "teacher.", *model.teacher));
  for (const WeightedTerm& term : model.terms) {
    IBOT_CHECK_OK(nn::load_state(file, "loss." + term.name + ".", *term.term));
  }
  for (const nn::NamedTensor& named : optimizer.state()) {
    const weights::TensorView* view = file.find("optimizer." + named.name);
    if (view == nullptr || view->shape != named.tensor->sizes().vec()) {
      return base::Error{base::ErrorCode::Incompatible,
                         "the checkpoint lacks the optimiser's " + named.name + ", or it has another shape",
                         "a full checkpoint of the same plan", ""};
    }
    named.tensor->copy_(nn::tensor_from(*view));
  }
  return info;
}

base::Result<std::int64_t> save_teacher_snapshot(const std::filesystem::path& path, Model& model,
                                                 const CheckpointInfo& info) {
  nn::TensorList list;
  add_all(list, "teacher.", model.teacher->state(), at::kBFloat16);
  // What the student has more, its mask token: with it the teacher can be asked about masked pictures.
  std::set<std::string> of_teacher;
  for (const nn::NamedTensor& named : model.networks.teacher->state()) of_teacher.insert(named.name);
  for (const nn::NamedTensor& named : model.networks.student->state()) {
    if (!of_teacher.contains(named.name))
      list.add("student.backbone." + named.name, *named.tensor, at::kBFloat16);
  }
  return write(path, list, metadata_of(kSnapshotFormat, info));
}

}  // namespace ibot::train
