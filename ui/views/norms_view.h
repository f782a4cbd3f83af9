// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/comparison.h>

#include <vector>

class QDoubleSpinBox;
class QLabel;

namespace ibot::ui {

class CanvasSet;
class TokenBar;
class ValueHistogram;

/// Lengths of the patch tokens of the pinned pictures before the final norm, as maps and as a histogram, and
/// how many stand out: tokens of large norm hold no local information ("registers", Darcet and others, 2023).
class NormsView final : public LookView {
  Q_OBJECT

 public:
  explicit NormsView(LookContext& context, QWidget* parent = nullptr);

  QStringList command() const override;
  CanvasSet& canvases() { return *set_; }

 protected:
  void ask() override;
  void set_dimmed(bool dimmed) override;

 private:
  void take(const protocol::NormsReply& reply);

  protocol::NormsReply reply_;
  CanvasSet* set_;
  TokenBar* tokens_;
  QDoubleSpinBox* factor_;
  ValueHistogram* histogram_;
  QLabel* sentence_;
};

}  // namespace ibot::ui
