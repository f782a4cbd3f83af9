// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace ibot::ui {

/// A legend: one line a colour, with its name and a number at the right. Says which line the mouse is over.
class SwatchList final : public QWidget {
  Q_OBJECT

 public:
  struct Row {
    QColor colour;
    QString name;
    QString number;
  };

  explicit SwatchList(QWidget* parent = nullptr);

  void set_rows(std::vector<Row> rows);
  const std::vector<Row>& rows() const { return rows_; }
  /// Line that stands out, -1: none.
  void set_marked(int row);

  QSize sizeHint() const override;

 Q_SIGNALS:
  void pointed(int row);  ///< -1: none any more
  void clicked(int row);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  int row_at(double y) const;
  void point(int row);

  std::vector<Row> rows_;
  int marked_ = -1;
};

}  // namespace ibot::ui
