// SPDX-License-Identifier: GPL-3.0-or-later
#include "plot_ticker.h"

#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kTicks = 4;
constexpr double kBesideAxes = 48;  // px: about what the numbers of the other axis take
constexpr double kBetweenWords = 12;
constexpr double kLineSpacing = 1.25;  // of a number's height

QString counted(double value) {
  return QLocale(QLocale::English).toString(static_cast<qlonglong>(std::llround(value)));
}

// The next of 1, 2, 5, 10, 20, ...
double round_up(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (digit * power >= least) return digit * power;
  }
  return 10 * power;
}

// The room of an axis and of one number on it, in pixels. The plot's own size: when ticks are made its inside
// is not laid out yet.
struct Room {
  double axis = 1;
  double number = 1;
};

Room room_of(const QCPAxis& axis, const QString& widest) {
  const QFontMetricsF metrics(axis.tickLabelFont());
  const QRect all = axis.parentPlot()->viewport();
  if (axis.orientation() == Qt::Vertical)
    return {std::max(1.0, all.height() - 2 * metrics.height()), kLineSpacing * metrics.height()};
  return {std::max(1.0, all.width() - kBesideAxes), metrics.horizontalAdvance(widest) + kBetweenWords};
}

class LinearTicker : public QCPAxisTicker {
 public:
  LinearTicker(const QCPAxis& axis, bool counts) : axis_(axis), counts_(counts) { setTickCount(kTicks); }

 protected:
  double getTickStep(const QCPRange& range) override {
    double step = QCPAxisTicker::getTickStep(range);
    if (counts_) step = std::max(1.0, step);
    const Room room = room_of(axis_, counted(range.upper));
    const double least = range.size() * room.number / room.axis;
    return step < least && std::isfinite(least) ? round_up(least) : step;
  }
  QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
    return counts_ ? counted(tick) : QCPAxisTicker::getTickLabel(tick, locale, format, precision);
  }

 private:
  const QCPAxis& axis_;
  bool counts_;
};

class LogarithmicTicker final : public QCPAxisTickerLog {
 public:
  LogarithmicTicker(const QCPAxis& axis, bool counts) : axis_(axis), counts_(counts) { setTickCount(kTicks); }

 protected:
  // Within a decade the ticks are evenly apart as numbers, not as places.
  QVector<double> createTickVector(double step, const QCPRange& range) override {
    const QVector<double> all = QCPAxisTickerLog::createTickVector(step, range);
    if (range.lower <= 0 || range.upper <= range.lower) return all;
    const Room room = room_of(axis_, counted(range.upper));
    const double pixels = room.axis / std::log(range.upper / range.lower);
    QVector<double> kept;
    for (const double tick : all) {
      if (kept.isEmpty() || std::log(tick / kept.back()) * pixels >= room.number) kept.push_back(tick);
    }
    return kept;
  }
  QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
    return counts_ ? counted(tick) : QCPAxisTickerLog::getTickLabel(tick, locale, format, precision);
  }

 private:
  const QCPAxis& axis_;
  bool counts_;
};

QSharedPointer<QCPAxisTicker> make(const QCPAxis& axis, bool logarithmic, bool counts) {
  if (logarithmic) return QSharedPointer<LogarithmicTicker>::create(axis, counts);
  return QSharedPointer<LinearTicker>::create(axis, counts);
}

}  // namespace

QSharedPointer<QCPAxisTicker> make_value_ticker(const QCPAxis& axis, bool logarithmic) {
  return make(axis, logarithmic, false);
}

QSharedPointer<QCPAxisTicker> make_count_ticker(const QCPAxis& axis, bool logarithmic) {
  return make(axis, logarithmic, true);
}

QSharedPointer<QCPAxisTicker> make_time_ticker() {
  auto ticker = QSharedPointer<QCPAxisTickerTime>::create();
  ticker->setTimeFormat(QStringLiteral("%h:%m:%s"));
  ticker->setTickCount(kTicks);
  return ticker;
}

}  // namespace ibot::ui
