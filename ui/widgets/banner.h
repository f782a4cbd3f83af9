// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>
#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace ibot::ui {

/// A line above a page that says in words what is wrong, with buttons for what can be done. Hidden until it
/// has something to say.
class Banner final : public QFrame {
  Q_OBJECT

 public:
  enum class Level { Info = 1, Warning, Bad };
  struct Action {
    QString text;
    std::function<void()> run;
  };

  explicit Banner(const QString& object_name, QWidget* parent = nullptr);
  void say(Level level, const QString& text, const std::vector<Action>& actions = {});
  QString text() const;
  /// Takes away the button that hides it: for what is there as long as it is true.
  void set_dismissable(bool dismissable);

 private:
  QLabel* text_;
  QHBoxLayout* actions_;
  QPushButton* dismiss_;
};

}  // namespace ibot::ui
