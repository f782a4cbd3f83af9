// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/prototypes.h>

#include <ui/widgets/patch_canvas.h>

class QComboBox;
class QLabel;
class QProgressBar;
class QSpinBox;
class QStackedWidget;

namespace ibot::ui {

class CardGrid;
class CurvePlot;
class OtherNetwork;

/// The pattern layout: for the most used prototypes of the patch head the patches that they answer strongest
/// to, growing while pictures are looked through, and where each fires in the current picture; beside them
/// those of another network that they are paired with. Or how they drift from one kept moment to the next.
class PrototypesView final : public LookView {
  Q_OBJECT

 public:
  static constexpr std::int64_t kSliceMillis = 600;
  static constexpr int kMoments = 12;

  explicit PrototypesView(LookContext& context, QWidget* parent = nullptr);

  QImage picture() const override;
  QStringList command() const override;
  bool take_key(int key) override;
  /// -1: none.
  void choose(qint64 prototype);
  bool shows_drift() const;
  CurvePlot& plot() { return *plot_; }
  const protocol::PrototypeDriftReply& drift() const { return drift_; }

 protected:
  void ask() override;
  bool show_recorded(const ProbeLook& look) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void make_tools();
  QWidget* make_cards();
  void ask_cards();
  void ask_drift();
  void take(const protocol::PrototypesReply& reply);
  void take_drift(const protocol::PrototypeDriftReply& reply);
  void say_progress(std::int64_t seen, std::int64_t total);
  void show_picture();
  void redraw_drift();
  std::vector<std::int64_t> moments() const;

  protocol::PrototypesReply reply_;
  protocol::PrototypeDriftReply drift_;
  std::vector<std::int64_t> asked_moments_;  ///< of `drift_`
  qint64 asked_prototype_ = -1;              ///< likewise
  QImage seen_;
  qint64 prototype_ = -1;
  CardGrid* cards_;
  PatchCanvas* canvas_;
  CurvePlot* plot_;
  QStackedWidget* stack_;
  QComboBox* what_;
  QSpinBox* pictures_;
  QLabel* beside_label_;
  OtherNetwork* beside_;
  QLabel* sentence_;
  QProgressBar* progress_;
};

}  // namespace ibot::ui
