// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/laboratory.h>

#include <ui/widgets/crop_sheet.h>
#include <ui/widgets/share_histogram.h>

#include <QImage>
#include <QString>
#include <vector>

// The laboratory's answers as pictures and words.
namespace ibot::ui {

QImage preview_image(const protocol::LaboratoryReply& reply);

/// Global crops with the recipe's masks, then with those of the plugin beside, then as the teacher sees them
/// where it sees others; local crops last.
std::vector<CropTile> crop_tiles(const protocol::LaboratoryReply& reply);

/// "bird.jpg, 500 x 375".
QString picture_caption(const protocol::LaboratoryReply& reply);
/// "8 local crops, 96 px", or nothing.
QString local_caption(const protocol::LaboratoryReply& reply);
/// "Picture 12 of 9,469", or whose picture it is.
QString place_text(const protocol::LaboratoryReply& reply);

/// "0 or 10 to 50 %"; empty where nothing is asked for.
QString asked_text(const std::vector<protocol::ShareRange>& asked);

ShareHistogram::Row histogram_row(const protocol::RatioHistogram& histogram);

}  // namespace ibot::ui
