// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace ibot::ui {

/// Names with counts as bars below each other: classes, sizes, formats. As high as its rows; draws only those
/// that are visible. A screen reader gets the same as words.
class BarList final : public QWidget {
  Q_OBJECT

 public:
  struct Row {
    QString name;
    qint64 count = 0;
  };

  explicit BarList(const QString& accessible_name, QWidget* parent = nullptr);
  void set_rows(std::vector<Row> rows);
  const std::vector<Row>& rows() const { return rows_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  std::vector<Row> rows_;
  qint64 most_ = 0;
};

}  // namespace ibot::ui
