// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>

class QLabel;
class QPushButton;

namespace ibot::ui {

/// A card in the middle of a widget that says in a sentence what is wrong or going on there, with one button
/// for what can be done. Follows the widget's size; hidden while it has nothing to say.
class Notice final : public QFrame {
  Q_OBJECT

 public:
  /// `over` is its parent.
  explicit Notice(QWidget* over);

  /// `button` empty: none. Empty words hide it.
  void say(const QString& words, bool bad = false, const QString& button = {});
  QString words() const;
  bool is_bad() const;

 Q_SIGNALS:
  void clicked();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void place();

  QLabel* words_;
  QPushButton* button_;
};

}  // namespace ibot::ui
