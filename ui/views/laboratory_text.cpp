// SPDX-License-Identifier: GPL-3.0-or-later
#include "laboratory_text.h"

#include <ibot/base/text.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QStringList>
#include <cmath>

namespace ibot::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("Laboratory", text);
}

// Planes of RGB, as the network reads them, to the pixels of a picture.
QImage crop_image(const protocol::DrawnCrops& crops, std::size_t crop) {
  QImage image(crops.size, crops.size, QImage::Format_RGB32);
  const auto side = static_cast<std::size_t>(crops.size);
  const std::size_t plane = side * side;
  const std::uint8_t* red = crops.pixels.data() + crop * 3 * plane;
  for (std::size_t y = 0; y < side; ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(static_cast<int>(y)));
    for (std::size_t x = 0; x < side; ++x, ++red) line[x] = qRgb(red[0], red[plane], red[2 * plane]);
  }
  return image;
}

int percent(double share) {
  return static_cast<int>(std::lround(share * 100));
}

CropTile tile_of(const protocol::DrawnCrops& crops, std::size_t crop, const QString& caption) {
  const data::CropRecipe& recipe = crops.recipes[crop];
  CropTile tile;
  tile.caption = caption;
  tile.details = QString::fromStdString(data::to_text(recipe));
  tile.image = crop_image(crops, crop);
  tile.box = QRect(recipe.box.left, recipe.box.top, recipe.box.width, recipe.box.height);
  return tile;
}

}  // namespace

QImage preview_image(const protocol::LaboratoryReply& reply) {
  if (reply.preview.empty()) return {};
  return QImage(reply.preview.data(), reply.preview_width, reply.preview_height, 3 * reply.preview_width,
                QImage::Format_RGB888)
      .convertToFormat(QImage::Format_RGB32);  // a copy: the reply goes
}

std::vector<CropTile> crop_tiles(const protocol::LaboratoryReply& reply) {
  std::vector<CropTile> tiles;
  const auto cells = static_cast<std::size_t>(reply.rows) * static_cast<std::size_t>(reply.cols);
  for (std::size_t i = 0; i < reply.global.recipes.size(); ++i) {
    for (const protocol::DrawnMasks& masks : reply.masks) {
      const int reached = percent(masks.reached(static_cast<int>(i), reply.rows, reply.cols));
      const QString plugin = QString::fromStdString(masks.plugin);
      CropTile tile =
          tile_of(reply.global, i, tr("Global %1 \u00b7 %2 %3 %").arg(i + 1).arg(plugin).arg(reached));
      tile.short_caption = tr("%1 \u00b7 %2 %3 %").arg(i + 1).arg(plugin).arg(reached);
      const QString asked = asked_text(masks.asked);
      tile.details += asked.isEmpty() ? tr("\n%1 masks %2 % of %3 x %4 patches")
                                            .arg(plugin)
                                            .arg(reached)
                                            .arg(reply.rows)
                                            .arg(reply.cols)
                                      : tr("\n%1 masks %2 % of %3 x %4 patches; asked %5")
                                            .arg(plugin)
                                            .arg(reached)
                                            .arg(reply.rows)
                                            .arg(reply.cols)
                                            .arg(asked);
      tile.rows = reply.rows;
      tile.cols = reply.cols;
      const auto begin = masks.cells.begin() + static_cast<std::ptrdiff_t>(i * cells);
      tile.masked.assign(begin, begin + static_cast<std::ptrdiff_t>(cells));
      tiles.push_back(std::move(tile));
    }
    if (!reply.teacher.recipes.empty())
      tiles.push_back(tile_of(reply.teacher, i, tr("Global %1 \u00b7 teacher").arg(i + 1)));
  }
  for (std::size_t i = 0; i < reply.local.recipes.size(); ++i) {
    tiles.push_back(tile_of(reply.local, i, tr("Local %1").arg(i + 1)));
    tiles.back().details = tiles.back().caption + QStringLiteral(": ") + tiles.back().details;
    tiles.back().small = true;
  }
  return tiles;
}

QString picture_caption(const protocol::LaboratoryReply& reply) {
  const QFileInfo file(QString::fromStdString(reply.picture));
  return tr("%1 \u00b7 %2 x %3").arg(file.fileName()).arg(reply.width).arg(reply.height);
}

QString local_caption(const protocol::LaboratoryReply& reply) {
  const auto count = reply.local.recipes.size();
  if (count == 0) return {};
  return count == 1 ? tr("1 local crop, %1 px").arg(reply.local.size)
                    : tr("%1 local crops, %2 px").arg(count).arg(reply.local.size);
}

QString place_text(const protocol::LaboratoryReply& reply) {
  if (reply.index < 0) return tr("A picture of your own");
  return tr("Picture %1 of %2")
      .arg(QString::fromStdString(base::format_count(reply.index + 1)),
           QString::fromStdString(base::format_count(reply.pictures)));
}

QString asked_text(const std::vector<protocol::ShareRange>& asked) {
  if (asked.empty()) return {};
  QStringList parts;
  for (const protocol::ShareRange& range : asked) {
    const int low = percent(range.low);
    const int high = percent(range.high);
    parts << (low == high ? QString::number(low) : tr("%1 to %2").arg(low).arg(high));
  }
  parts.removeDuplicates();
  return tr("%1 %").arg(parts.join(tr(" or ")));
}

ShareHistogram::Row histogram_row(const protocol::RatioHistogram& histogram) {
  ShareHistogram::Row row;
  const QString plugin = QString::fromStdString(histogram.plugin);
  const QString asked = asked_text(histogram.asked);
  row.title =
      asked.isEmpty()
          ? tr("%1: mean %2 % of %3 crops").arg(plugin).arg(percent(histogram.mean)).arg(histogram.draws)
          : tr("%1: mean %2 %, asked %3").arg(plugin).arg(percent(histogram.mean)).arg(asked);
  row.counts.assign(histogram.counts.begin(), histogram.counts.end());
  for (const protocol::ShareRange& range : histogram.asked) row.asked.emplace_back(range.low, range.high);
  row.mean = histogram.mean;
  row.whole = histogram.whole;
  return row;
}

}  // namespace ibot::ui
