// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/prototypes.h>

#include <ui/widgets/patch_canvas.h>

#include <array>

class QComboBox;
class QLabel;
class QSpinBox;
class QToolButton;

namespace ibot::ui {

/// What the student says of patches that are hidden from it, against the teacher, who sees them: for a mask
/// drawn by the run's masking plugin, or by hand.
class PredictionView final : public LookView {
  Q_OBJECT

 public:
  explicit PredictionView(LookContext& context, QWidget* parent = nullptr);

  QImage picture() const override;
  QStringList command() const override;

 protected:
  void ask() override;

 private:
  void take(const protocol::PredictionReply& reply);
  void redraw();
  /// Hides or shows a patch; dragging goes on with what the first one became.
  void paint_mask(PatchAt patch, bool dragging);

  protocol::PredictionReply reply_;
  QImage seen_;
  std::vector<std::uint8_t> drawn_;  ///< by hand; empty: by the plugin
  std::uint8_t brush_ = 1;
  std::array<PatchCanvas*, 3> canvases_{};  ///< mask, student, teacher
  QSpinBox* seed_;
  QComboBox* what_;
  QToolButton* again_;
  QLabel* numbers_;
};

}  // namespace ibot::ui
