// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

class QGridLayout;
class QLabel;

namespace ibot::ui {

/// One part of a bar, in any unit.
struct BarPart {
  QString title;
  double amount = 0;
  QString text;  ///< the amount in words: "1.2 GB"
};

/// A sum as one horizontal bar of its parts, beside what there is, with a legend below in which every part
/// has its amount: what the bar shows can be read too.
class CostBar final : public QWidget {
  Q_OBJECT

 public:
  explicit CostBar(const QString& title, QWidget* parent = nullptr);

  /// `sum`: the big number in words. `room`: what there is, in the parts' unit; 0: unknown. `room_text` says
  /// it in words.
  void set_parts(const std::vector<BarPart>& parts, const QString& sum, double room,
                 const QString& room_text);
  /// Nothing is known; a sentence says why.
  void set_unknown(const QString& why);

 private:
  class Bar;
  void clear_legend();

  QLabel* sum_;
  QLabel* room_;
  Bar* bar_;
  QGridLayout* legend_;
};

}  // namespace ibot::ui
