// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/clusters.h>

#include <ui/widgets/patch_canvas.h>

#include <vector>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;

namespace ibot::ui {

class CanvasSet;
class CardGrid;
class SwatchList;
class TokenBar;

/// k-means clusters and principal components of the patch tokens of the pinned pictures, all together or each
/// alone, in colours that stay while time goes on.
class ClustersView final : public LookView {
  Q_OBJECT

 public:
  explicit ClustersView(LookContext& context, QWidget* parent = nullptr);

  QStringList command() const override;
  bool shows_components() const;
  CanvasSet& canvases() { return *set_; }

 protected:
  void ask() override;
  bool show_recorded(const ProbeLook& look) override;

 private:
  void make_tools();
  QWidget* make_side();
  void take(const protocol::ClustersReply& reply);
  /// For each cluster its size and the patches nearest to its centre.
  void fill_gallery();
  void redraw();
  /// The patch under the mouse: its cluster stands out everywhere.
  void point(int picture, PatchAt patch);

  protocol::ClustersReply reply_;
  std::vector<QImage> seen_;
  int pointed_ = -1;  ///< a cluster
  bool recorded_ = false;
  CanvasSet* set_;
  TokenBar* tokens_;
  QButtonGroup* what_;
  QSpinBox* count_;
  QCheckBox* joint_;
  QComboBox* foreground_;
  SwatchList* legend_;  ///< of components
  CardGrid* gallery_;
  QWidget* gallery_scroll_;
};

}  // namespace ibot::ui
