// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <cstdint>
#include <vector>

namespace ibot::ui {

/// How often values came, in bins of equal width from 0 to the largest, with two places marked: the middle
/// one, and a threshold behind which bars are in another colour. Counts are drawn by their logarithm: one
/// outlier beside ten thousand others is still seen.
class ValueHistogram final : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kBins = 48;

  explicit ValueHistogram(QWidget* parent = nullptr);

  /// `unit` stands at the axis. Values that are not finite are passed over.
  void show_values(const std::vector<float>& values, double median, double threshold, const QString& unit);
  void set_dimmed(bool dimmed);
  const std::vector<std::int64_t>& counts() const { return counts_; }
  /// The right end of the axis.
  double high() const { return high_; }

  QSize sizeHint() const override { return {220, 140}; }
  QSize minimumSizeHint() const override { return {120, 80}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<std::int64_t> counts_;
  double high_ = 0, median_ = 0, threshold_ = 0;
  QString unit_;
  bool dimmed_ = false;
};

}  // namespace ibot::ui
