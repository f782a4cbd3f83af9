// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/comparison.h>

#include <ui/widgets/patch_canvas.h>

#include <vector>

class QCheckBox;
class QLabel;

namespace ibot::ui {

class OtherNetwork;

/// How alike layers are on the pinned pictures: of one network, of the network and itself untrained, or of
/// two runs. Linear CKA, a square for each pair of layers. Where the two sides' pictures differ it says so.
class CkaView final : public LookView {
  Q_OBJECT

 public:
  explicit CkaView(LookContext& context, QWidget* parent = nullptr);

  QImage picture() const override;
  QStringList command() const override;
  PatchCanvas& matrix() { return *matrix_; }

 protected:
  void ask() override;
  void set_dimmed(bool dimmed) override;
  void refresh_display() override;

 private:
  void take(const protocol::CkaReply& reply);
  void point(PatchAt pair);

  protocol::CkaReply reply_;
  std::vector<int> asked_;
  PatchCanvas* matrix_;
  OtherNetwork* beside_;
  QCheckBox* cls_;
  QLabel* pair_;
};

}  // namespace ibot::ui
