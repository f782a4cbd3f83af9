// SPDX-License-Identifier: GPL-3.0-or-later
#include "exported_file.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QObject>
#include <QStringList>
#include <algorithm>

namespace ibot::ui {
namespace {

// What the published initial value is does not matter: the file's values take its place.
constexpr const char* kLayerScale = "1e-5";

QString python_string(const QString& text) {
  QString quoted;
  for (const QChar each : text) {
    if (each == QLatin1Char('\\') || each == QLatin1Char('"')) quoted += QLatin1Char('\\');
    if (each == QLatin1Char('\n')) {
      quoted += QLatin1String("\\n");
    } else {
      quoted += each;
    }
  }
  return QLatin1Char('"') + quoted + QLatin1Char('"');
}

QString python_tuple(const std::array<double, 3>& values) {
  QStringList texts;
  for (const double value : values) texts << QString::number(value, 'g', 6);
  return QLatin1Char('(') + texts.join(QLatin1String(", ")) + QLatin1Char(')');
}

// timm takes int(dim * mlp_ratio) as the hidden width.
QString mlp_ratio(std::int64_t hidden, std::int64_t dim) {
  if (hidden % dim == 0) return QString::number(hidden / dim);
  return QStringLiteral("%1.5 / %2").arg(hidden).arg(dim);
}

std::optional<std::array<double, 3>> read_three(const QJsonValue& value) {
  const QJsonArray list = value.toArray();
  std::array<double, 3> three{};
  if (list.size() != 3) return std::nullopt;
  for (int i = 0; i < 3; ++i) {
    if (!list[i].isDouble()) return std::nullopt;
    three[static_cast<std::size_t>(i)] = list[i].toDouble();
  }
  return three;
}

std::optional<ExportedTensor> read_tensor(const QJsonObject& object) {
  ExportedTensor tensor;
  tensor.name = object.value(QLatin1String("name")).toString();
  tensor.dtype = object.value(QLatin1String("dtype")).toString();
  for (const QJsonValue& size : object.value(QLatin1String("shape")).toArray()) {
    if (size.toInteger(-1) < 0) return std::nullopt;
    tensor.shape.push_back(size.toInteger());
  }
  if (tensor.name.isEmpty()) return std::nullopt;
  return tensor;
}

}  // namespace

std::int64_t ExportedTensor::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t size : shape) product *= size;
  return product;
}

const ExportedTensor* ExportedFile::find(const QString& name) const {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const auto& each) { return each.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

std::optional<ExportedFile> read_exported(const QJsonObject& answer) {
  ExportedFile file;
  file.file = answer.value(QLatin1String("file")).toString();
  file.network = answer.value(QLatin1String("network")).toString();
  file.step = answer.value(QLatin1String("step")).toInteger(-1);
  file.largest_difference = answer.value(QLatin1String("largest_difference")).toDouble(-1);
  file.heads = answer.value(QLatin1String("heads")).toInteger();
  file.image_size = answer.value(QLatin1String("image_size")).toInteger();
  const auto mean = read_three(answer.value(QLatin1String("mean")));
  const auto deviation = read_three(answer.value(QLatin1String("std")));
  if (file.file.isEmpty() || file.step < 0 || file.largest_difference < 0 || !mean || !deviation)
    return std::nullopt;
  file.mean = *mean;
  file.std = *deviation;
  for (const QJsonValue& each : answer.value(QLatin1String("contents")).toArray()) {
    auto tensor = read_tensor(each.toObject());
    if (!tensor) return std::nullopt;
    file.tensors.push_back(*std::move(tensor));
  }
  if (file.tensors.empty()) return std::nullopt;
  return file;
}

QString proof_of(const ExportedFile& file) {
  const auto count = static_cast<qlonglong>(file.tensors.size());
  return (count == 1 ? QObject::tr("%1 tensor, read again, largest difference %2.")
                     : QObject::tr("%1 tensors, read again, largest difference %2."))
      .arg(count)
      .arg(file.largest_difference);
}

QString timm_snippet(const ExportedFile& file) {
  const ExportedTensor* patch = file.find(QStringLiteral("patch_embed.proj.weight"));
  const ExportedTensor* hidden = file.find(QStringLiteral("blocks.0.mlp.fc1.weight"));
  const ExportedTensor* positions = file.find(QStringLiteral("pos_embed"));
  if (patch == nullptr || patch->shape.size() != 4 || patch->shape[0] <= 0 || hidden == nullptr ||
      hidden->shape.size() != 2 || positions == nullptr || positions->shape.size() != 3 || file.heads <= 0 ||
      file.image_size <= 0)
    return {};
  const auto has = [&](const char* name) { return file.find(QString::fromLatin1(name)) != nullptr; };
  const std::int64_t dim = patch->shape[0];
  std::int64_t depth = 0;
  while (file.find(QStringLiteral("blocks.%1.norm1.weight").arg(depth)) != nullptr) ++depth;
  const bool scaled = has("blocks.0.gamma_1");

  QStringList lines;
  lines << QStringLiteral("from safetensors.torch import load_file")
        << QStringLiteral("from timm.models.vision_transformer import VisionTransformer") << QString()
        << QStringLiteral("state = load_file(%1)").arg(python_string(file.file));
  if (has("masked_embed"))
    lines << QStringLiteral("state.pop(\"masked_embed\")  # the mask token: of training alone");
  if (scaled)
    lines << QStringLiteral(
                 "state = {k.replace(\"gamma_\", \"ls\") + \".gamma\" if \"gamma_\" in k else k: v")
          << QStringLiteral("         for k, v in state.items()}");
  lines << QStringLiteral("model = VisionTransformer(")
        << QStringLiteral("    img_size=%1, patch_size=%2, embed_dim=%3, depth=%4, num_heads=%5,")
               .arg(file.image_size)
               .arg(patch->shape[2])
               .arg(dim)
               .arg(depth)
               .arg(file.heads);
  QString last = QStringLiteral("    mlp_ratio=%1, qkv_bias=%2, num_classes=0")
                     .arg(mlp_ratio(hidden->shape[0], dim),
                          has("blocks.0.attn.qkv.bias") ? QStringLiteral("True") : QStringLiteral("False"));
  if (scaled) last += QStringLiteral(", init_values=%1").arg(QLatin1String(kLayerScale));
  if (has("fc_norm.weight")) last += QStringLiteral(", global_pool=\"avg\"");
  lines << last + QLatin1Char(')')
        << QStringLiteral("model.load_state_dict(state)  # strict: every name fits")
        << QStringLiteral("model.eval()") << QString()
        << QStringLiteral("# RGB in 0..1, [B, 3, %1, %1], normalised: (x - mean) / std").arg(file.image_size)
        << QStringLiteral("mean, std = %1, %2").arg(python_tuple(file.mean), python_tuple(file.std))
        << QStringLiteral("# tokens = model.forward_features(x)  # [B, %1, %2], CLS first")
               .arg(positions->shape[1])
               .arg(dim);
  return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace ibot::ui
