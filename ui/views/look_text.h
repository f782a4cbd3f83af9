// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

#include <ui/bridge/run_history.h>
#include <ui/widgets/patch_canvas.h>

#include <QColor>
#include <QImage>
#include <QString>

class QWidget;

// Answers of the inspection process as words and pictures.
namespace ibot::ui {

/// "teacher, step 48,000 of demo, saved 2 min ago": whose picture it is.
QString network_text(const protocol::SeenNetwork& network);
/// "layer 12 of 12".
QString layer_text(std::int64_t layer, const protocol::SeenNetwork& network);
/// The same of what a run recorded itself.
QString recorded_text(const ProbeLook& look, const QString& run_name);
/// "0 to 0.0214", with as many digits as tell the two apart.
QString range_text(figure::Range range);

/// The pixels as they were seen; null where they did not come along.
QImage image_of(const protocol::SeenPicture& picture);
/// The square in the middle, as networks see pictures.
QImage middle_square(const QImage& image);
/// [rows * columns * 3] bytes as an image, one pixel a patch; all zero is transparent where `holes`.
QImage patches_of(const std::vector<std::uint8_t>& rgb, int rows, int columns, bool holes);
/// A widget as it is shown, at twice its size.
QImage image_of(QWidget& widget);
/// Of the n-th curve of a plot, in the theme of now.
QColor curve_colour(std::size_t index);
/// Labels in the fixed colours of clusters; `none` is transparent.
QImage labels_of(const std::vector<std::int64_t>& labels, int rows, int columns, std::int64_t none);

inline protocol::PatchPlace place_of(PatchAt patch) {
  return {patch.row, patch.column};
}

}  // namespace ibot::ui
