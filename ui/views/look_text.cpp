// SPDX-License-Identifier: GPL-3.0-or-later
#include "look_text.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <ui/models/run_facts.h>
#include <ui/style/theme.h>
#include <ui/widgets/colour_bar.h>

#include <QCoreApplication>
#include <QWidget>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("Look", text);
}

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

}  // namespace

QString network_text(const protocol::SeenNetwork& network) {
  const QString who = network.network == "student" ? tr("student") : tr("teacher");
  const QString name = QString::fromStdString(network.name);
  if (network.source == "untrained") return tr("%1 of %2 before its first step").arg(who, name);
  if (network.run.empty()) return tr("%1 in %2").arg(who, name);
  QString text = tr("%1, step %2 of %3").arg(who, count(network.step), name);
  if (network.saved > 0) {
    const double age = static_cast<double>(base::now_micros() - network.saved) / 1e6;
    text += tr(", saved %1 ago").arg(rough_duration(age));
  }
  return text;
}

QString layer_text(std::int64_t layer, const protocol::SeenNetwork& network) {
  return tr("layer %1 of %2").arg(layer).arg(network.depth);
}

QString recorded_text(const ProbeLook& look, const QString& run_name) {
  return tr("recorded while it trained: teacher, step %1 of %2").arg(count(look.step), run_name);
}

QString range_text(figure::Range range) {
  return tr("%1 to %2").arg(range_number(range.low, range), range_number(range.high, range));
}

QImage image_of(const protocol::SeenPicture& picture) {
  if (picture.pixels.empty()) return {};
  return QImage(picture.pixels.data(), picture.width, picture.height, 3 * picture.width,
                QImage::Format_RGB888)
      .convertToFormat(QImage::Format_RGB32);
}

QImage middle_square(const QImage& image) {
  const int side = std::min(image.width(), image.height());
  return image.copy((image.width() - side) / 2, (image.height() - side) / 2, side, side);
}

QImage patches_of(const std::vector<std::uint8_t>& rgb, int rows, int columns, bool holes) {
  QImage image(columns, rows, QImage::Format_ARGB32);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const std::uint8_t* pixel = rgb.data() + 3 * (row * columns + column);
      const bool hole = holes && pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0;
      image.setPixel(column, row, hole ? qRgba(0, 0, 0, 0) : qRgb(pixel[0], pixel[1], pixel[2]));
    }
  }
  return image;
}

QImage image_of(QWidget& widget) {
  QImage image(2 * widget.size(), QImage::Format_RGB32);
  image.setDevicePixelRatio(2);
  widget.render(&image);
  return image;
}

QColor curve_colour(std::size_t index) {
  const bool dark = Theme::instance().kind() == ThemeKind::Dark;
  const figure::Colour c = figure::series_colour(index, dark ? figure::Theme::Dark : figure::Theme::Light);
  return {c.red, c.green, c.blue};
}

QImage labels_of(const std::vector<std::int64_t>& labels, int rows, int columns, std::int64_t none) {
  QImage image(columns, rows, QImage::Format_ARGB32);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const std::int64_t label = labels[static_cast<std::size_t>(row * columns + column)];
      const figure::Colour colour =
          figure::cluster_colour(static_cast<std::size_t>(std::max<std::int64_t>(0, label)));
      image.setPixel(column, row,
                     label == none ? qRgba(0, 0, 0, 0) : qRgb(colour.red, colour.green, colour.blue));
    }
  }
  return image;
}

}  // namespace ibot::ui
