// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace ibot::ui {

/// What lines mean, side by side in as many rows as that takes: a piece of each line and its name, or
/// headings
/// ("mask.plugin") before the levels that they are about.
class LineLegend final : public QWidget {
  Q_OBJECT

 public:
  /// More are counted and not shown.
  static constexpr std::size_t kMost = 40;

  struct Entry {
    QString text;
    QColor colour;  ///< not valid: a heading
    Qt::PenStyle dash = Qt::SolidLine;

    bool operator==(const Entry&) const = default;
  };

  explicit LineLegend(QWidget* parent = nullptr);
  void set_entries(std::vector<Entry> entries);
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace ibot::ui
