// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/prototypes.h>

#include <ui/widgets/patch_canvas.h>

class QCheckBox;
class QLabel;
class QProgressBar;
class QSpinBox;

namespace ibot::ui {

class CardGrid;

/// The pattern layout: for the most used prototypes of the patch head the patches that they answer strongest
/// to, growing while pictures are looked through, and where each fires in the current picture.
class PrototypesView final : public LookView {
  Q_OBJECT

 public:
  static constexpr std::int64_t kSliceMillis = 600;

  explicit PrototypesView(LookContext& context, QWidget* parent = nullptr);

  QImage picture() const override;
  QStringList command() const override;
  bool take_key(int key) override;
  /// -1: none.
  void choose(qint64 prototype);

 protected:
  void ask() override;
  bool show_recorded(const ProbeLook& look) override;
  void set_dimmed(bool dimmed) override;
  void refresh_display() override;
  void hideEvent(QHideEvent* event) override;

 private:
  void send_request();
  void take(const protocol::PrototypesReply& reply);
  void show_picture();

  protocol::PrototypesReply reply_;
  QImage seen_;
  qint64 prototype_ = -1;
  CardGrid* cards_;
  PatchCanvas* canvas_;
  QSpinBox* pictures_;
  QCheckBox* untrained_;
  QLabel* sentence_;
  QProgressBar* progress_;
};

}  // namespace ibot::ui
