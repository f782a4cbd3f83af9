// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace ibot::ui {

/// The values under the cursor of the plots above: a row a run, a column a plot. Its size follows the number
/// of runs alone, so that nothing moves while the cursor does; without a cursor it shows the last values.
class CursorTable final : public QWidget {
  Q_OBJECT

 public:
  struct Row {
    QString name;
    QColor colour;
    QStringList values;  ///< one a column
  };
  static constexpr int kMostRows = 4;

  explicit CursorTable(QWidget* parent = nullptr);

  void set_columns(const QStringList& titles);
  /// `place` is where the cursor is, in words.
  void set_content(const QString& place, std::vector<Row> rows);
  const std::vector<Row>& rows() const { return rows_; }
  const QString& place() const { return place_; }

  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int shown() const;

  QString place_;
  QStringList titles_;
  std::vector<Row> rows_;
};

}  // namespace ibot::ui
