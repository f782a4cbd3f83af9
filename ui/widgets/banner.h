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
/// has something to say, and again when that is no longer true (withdraw()).
class Banner final : public QFrame {
  Q_OBJECT

 public:
  enum class Level { Info = 1, Warning, Bad };
  struct Action {
    QString text;
    std::function<void()> run;
  };

  explicit Banner(const QString& object_name, QWidget* parent = nullptr);
  /// `about` names what it is about, for withdraw(). Buttons with the texts of those that are there stay
  /// where they are, so that what says how far something is can be said often.
  void say(Level level, const QString& text, const std::vector<Action>& actions = {},
           const QString& about = {});
  /// A sentence behind what is said, in place of one that was added before: what is said matters more, and
  /// keeps its buttons.
  void add(const QString& sentence);
  QString text() const;
  /// Empty while it is hidden.
  QString about() const;
  /// Hides it if that is what it is about.
  void withdraw(const QString& about);
  /// Takes away the button that hides it: for what is there as long as it is true.
  void set_dismissable(bool dismissable);

 private:
  void press(std::size_t button);

  QLabel* text_;
  QString said_;  ///< without what was added
  QString about_;
  std::vector<Action> offered_;
  QHBoxLayout* actions_;
  QPushButton* dismiss_;
};

}  // namespace ibot::ui
