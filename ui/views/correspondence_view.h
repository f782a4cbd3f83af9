// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_view.h"

#include <ibot/protocol/similarity.h>

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace ibot::ui {

class MatchCanvas;
class TokenBar;

/// Two pinned pictures, or two augmented views of one, and lines between the patches that are each other's
/// most similar ones.
class CorrespondenceView final : public LookView {
  Q_OBJECT

 public:
  explicit CorrespondenceView(LookContext& context, QWidget* parent = nullptr);

  QImage picture() const override;
  QStringList command() const override;

 protected:
  void ask() override;
  void set_dimmed(bool dimmed) override;
  void refresh_pictures() override;

 private:
  int other() const;
  bool views() const;
  void take(const protocol::CorrespondenceReply& reply);

  bool answered_ = false;
  MatchCanvas* canvas_;
  QComboBox* other_;
  QSpinBox* draw_;
  QSpinBox* most_;
  QCheckBox* foreground_;
  TokenBar* tokens_;
};

}  // namespace ibot::ui
