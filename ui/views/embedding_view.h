// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/clusters.h>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;
class QToolButton;

namespace ibot::ui {

class CanvasSet;
class ScatterPlot;
class TokenBar;

/// The patches of the pinned pictures as points of a plane, by t-SNE or by their first two principal
/// components, linked with the pictures both ways: a point under the mouse outlines its patch, a patch its
/// point, and a lasso outlines the patches of the points inside.
class EmbeddingView final : public LookView {
  Q_OBJECT

 public:
  explicit EmbeddingView(LookContext& context, QWidget* parent = nullptr);

  QImage picture() const override;
  QStringList command() const override;
  bool take_key(int key) override;
  CanvasSet& canvases() { return *set_; }
  ScatterPlot& plot() { return *plot_; }

 protected:
  void ask() override;
  void set_dimmed(bool dimmed) override;

 private:
  void take(const protocol::EmbeddingReply& reply);
  void show_selection();
  int point_of(int place, int row, int column) const;

  protocol::EmbeddingReply reply_;
  std::vector<int> asked_;  ///< pictures of the context, in the order of the reply
  ScatterPlot* plot_;
  CanvasSet* set_;
  QComboBox* method_;
  QSpinBox* perplexity_;
  QSpinBox* count_;
  TokenBar* tokens_;
  QToolButton* chip_;  ///< says what is selected and lets it go
};

}  // namespace ibot::ui
