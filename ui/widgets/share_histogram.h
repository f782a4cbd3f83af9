// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <cstdint>
#include <utility>
#include <vector>

namespace ibot::ui {

/// How often each share from 0 to 100 % came, one small chart a row, with the ranges that were asked for as
/// bars above.
class ShareHistogram final : public QWidget {
  Q_OBJECT

 public:
  /// The first bar holds `whole` besides the others of its bin; the others would vanish beside it where half
  /// of the crops are whole, so it is cut at the top and says its share.
  struct Row {
    QString title;                                 ///< "block: 10 to 50 % asked, 29 % reached"
    std::vector<std::int64_t> counts;              ///< bins of equal width over 0 to 1
    std::vector<std::pair<double, double>> asked;  ///< from, to
    double mean = 0;
    std::int64_t whole = 0;  ///< shares of exactly 0, which are in the first bin too
    bool operator==(const Row&) const = default;
  };

  explicit ShareHistogram(QWidget* parent = nullptr);
  void show_rows(std::vector<Row> rows);
  void set_dimmed(bool dimmed);
  const std::vector<Row>& rows() const { return rows_; }
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void paint_row(QPainter& painter, const Row& row, const QRect& area, bool axis) const;

  std::vector<Row> rows_;
  bool dimmed_ = false;
};

}  // namespace ibot::ui
