// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/similarity.h>

#include <ui/widgets/patch_canvas.h>

#include <vector>

class QCheckBox;
class QComboBox;

namespace ibot::ui {

class CanvasSet;
class TokenBar;

/// Which patches are like the clicked one: cosine maps over this picture and the other pinned ones, while the
/// mouse drags too, or the difference to another moment of the run.
class SimilarityView final : public LookView {
  Q_OBJECT

 public:
  explicit SimilarityView(LookContext& context, QWidget* parent = nullptr);

  QStringList command() const override;
  bool take_key(int key) override;

  void set_patch(int picture, PatchAt patch, bool dragging);
  PatchAt patch() const { return patch_; }
  CanvasSet& canvases() { return *set_; }

 protected:
  void ask() override;

 private:
  void send_request(bool pixels);
  void take(const protocol::SimilarityReply& reply);
  void redraw();

  PatchAt patch_;  ///< none: the CLS token
  protocol::SimilarityReply reply_;
  std::vector<QImage> seen_;  ///< the pictures as the network saw them, in the order of the canvases
  std::vector<int> seen_pictures_;
  CanvasSet* set_;
  TokenBar* tokens_;
  QComboBox* beside_;
  QCheckBox* fixed_;
};

}  // namespace ibot::ui
