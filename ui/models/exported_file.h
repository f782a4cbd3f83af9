// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace ibot::ui {

/// A tensor of a file, as its header says.
struct ExportedTensor {
  QString name;
  QString dtype;                    ///< of safetensors: "F32"
  std::vector<std::int64_t> shape;  ///< empty: a scalar

  std::int64_t elements() const;
};

/// What `ibot export --json` says of a file that it wrote and proved.
struct ExportedFile {
  QString file;
  QString network;  ///< "teacher" or "student"
  std::int64_t step = 0;
  double largest_difference = 0;        ///< between tokens of the network and of what was read again
  std::int64_t heads = 0;               ///< of attention; 0: none
  std::int64_t image_size = 0;          ///< px, a side of the pictures that positions are stored for
  std::vector<ExportedTensor> tensors;  ///< sorted by name
  std::array<double, 3> mean{}, std{};  ///< of a channel, for pixels in 0..1

  const ExportedTensor* find(const QString& name) const;
};

/// nullopt where something is missing or is not what it should be.
std::optional<ExportedFile> read_exported(const QJsonObject& answer);

/// "78 tensors, read again, largest difference 0."
QString proof_of(const ExportedFile& file);

/// Lines of Python that load the file into the VisionTransformer of timm, with the sizes that the shapes
/// say; empty where it holds no such network.
QString timm_snippet(const ExportedFile& file);

}  // namespace ibot::ui
