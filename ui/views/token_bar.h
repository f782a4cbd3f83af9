// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

#include <QWidget>

class QCheckBox;
class QComboBox;

namespace ibot::ui {

/// Which tokens a view is of: those of a layer, or what the head makes of the last ones.
class TokenBar final : public QWidget {
  Q_OBJECT

 public:
  explicit TokenBar(QWidget* parent = nullptr);

  protocol::TokenChoice tokens() const;
  /// How many layers there are, and whether there is a head.
  void set_network(const protocol::SeenNetwork& network);
  /// For views that know no projection; `help` says what a layer means there.
  void set_layers_alone(const QString& help);
  /// The layer before or behind; false: there is none.
  bool step_layer(int by);
  /// The options of `ibot inspect`.
  QStringList arguments() const;

 Q_SIGNALS:
  void changed();

 private:
  QComboBox* layer_;
  QCheckBox* projection_;
};

}  // namespace ibot::ui
