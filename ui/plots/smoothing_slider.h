// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QSlider;

namespace ibot::ui {

/// How much the lines of a plot are smoothed: a word, a slider over kSmoothingWeights, and the weight as a
/// number. One for every page that has plots.
class SmoothingSlider final : public QWidget {
  Q_OBJECT

 public:
  /// `name`: the object name of the slider in it. `title`: what a screen reader calls it.
  SmoothingSlider(const char* name, const QString& title, QWidget* parent = nullptr);

  /// A place among kSmoothingWeights.
  int position() const;
  double weight() const;
  /// Says nothing; what is out of range is taken to its end.
  void set_position(int position);
  /// Off, with the reason in the tooltip; empty: on.
  void set_refusal(const QString& why);

 Q_SIGNALS:
  /// By a hand.
  void moved();

 private:
  void show_weight();

  QSlider* slider_;
  QLabel* weight_;
};

}  // namespace ibot::ui
