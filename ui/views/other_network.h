// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

#include <QComboBox>
#include <optional>

namespace ibot::ui {

class LookContext;

/// Which network one is compared with: none, itself before its first step, or another run at its newest
/// weights. The runs are read when it is shown and when its list opens, not whenever one of a thousand
/// changes.
class OtherNetwork final : public QComboBox {
  Q_OBJECT

 public:
  /// `none`: what stands for no other network.
  OtherNetwork(LookContext& context, const QString& none, QWidget* parent = nullptr);

  /// nullopt: none.
  std::optional<protocol::NetworkChoice> network() const;
  /// What it is for `ibot inspect`: a run or "untrained"; empty: none.
  QString argument() const { return currentData().toString(); }

 protected:
  void showEvent(QShowEvent* event) override;
  void showPopup() override;

 private:
  void fill();

  LookContext& context_;
  QString none_;
};

}  // namespace ibot::ui
