// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"

#include <ibot/base/text.h>
#include <ibot/figure/canvas.h>
#include <ibot/figure/picture_wall.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMaxColumns = 40;
constexpr std::size_t kMaxRows = 200;
constexpr double kCellGap = 4;
constexpr double kGroupGap = 12;
constexpr double kHeaderLine = 16;
constexpr int kPixelsPerUnit = 2;

base::Status check(const PictureWall& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw a wall of pictures: " + message,
                 std::move(expected), ""};
  };
  if (content.columns.empty() || content.columns.size() > kMaxColumns)
    return refuse(str(content.columns.size(), " columns"), str("1 to ", kMaxColumns));
  if (content.rows.empty() || content.rows.size() > kMaxRows)
    return refuse(str(content.rows.size(), " rows"), str("1 to ", kMaxRows));
  if (!(content.side >= 32 && content.side <= 512))
    return refuse(str("pictures of ", content.side, " units"), "32 to 512");
  for (std::size_t row = 0; row < content.rows.size(); ++row) {
    if (content.rows[row].size() != content.columns.size()) {
      return refuse(str("row ", row + 1, " has ", content.rows[row].size(), " pictures"),
                    str(content.columns.size(), ", one a column"));
    }
    for (const PictureView& picture : content.rows[row]) {
      if (!picture.valid())
        return refuse(str("row ", row + 1, " has a picture of ", picture.width, " x ", picture.height,
                          " with ", picture.rgb.size(), " bytes"),
                      "[height, width, 3] bytes");
    }
  }
  return {};
}

// Left edge of each column, and the end of the last.
std::vector<double> column_places(const PictureWall& content) {
  std::vector<double> places = {0};
  for (std::size_t i = 0; i < content.columns.size(); ++i) {
    const bool last = i + 1 == content.columns.size();
    const bool border = !last && content.columns[i].group != content.columns[i + 1].group;
    places.push_back(places.back() + content.side + (last ? 0 : border ? kGroupGap : kCellGap));
  }
  return places;
}

void draw_headers(Canvas& canvas, const PictureWall& content, const std::vector<double>& places,
                  const Rectangle& area, bool groups) {
  const TextStyle label = label_style(content.theme);
  const double baseline = area.y + (groups ? 2 : 1) * kHeaderLine - 5;
  for (std::size_t i = 0; i < content.columns.size(); ++i) {
    canvas.text({area.x + places[i], baseline}, elide(content.columns[i].name, label, content.side), label);
    const std::string& group = content.columns[i].group;
    if (group.empty() || (i > 0 && content.columns[i - 1].group == group)) continue;
    std::size_t end = i + 1;
    while (end < content.columns.size() && content.columns[end].group == group) ++end;
    const double width = places[end - 1] + content.side - places[i];
    TextStyle heading = label;
    heading.colour = canvas.style().text;
    canvas.text({area.x + places[i], baseline - kHeaderLine}, elide(group, heading, width), heading);
  }
}

}  // namespace

base::Result<Figure> draw_picture_wall(const PictureWall& content) {
  IBOT_CHECK_OK(check(content));
  const bool groups = std::any_of(content.columns.begin(), content.columns.end(),
                                  [](const PictureWall::Column& column) { return !column.group.empty(); });
  const std::vector<double> places = column_places(content);
  const double header = (groups ? 2 : 1) * kHeaderLine;
  const double height =
      header + static_cast<double>(content.rows.size()) * (content.side + kCellGap) - kCellGap;
  const Page page({content.title, content.subtitle, content.caption}, std::max(places.back(), 360.0), height,
                  content.theme);
  if (page.height() > 30000 || page.width() > 30000) {
    return Error{ErrorCode::InvalidArgument, "cannot draw a wall of pictures: it would be too large",
                 "at most 30,000 units a side", "Take fewer or smaller pictures"};
  }
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  const Rectangle& area = page.content();
  draw_headers(canvas, content, places, area, groups);
  const int pixels = static_cast<int>(content.side) * kPixelsPerUnit;
  for (std::size_t row = 0; row < content.rows.size(); ++row) {
    for (std::size_t column = 0; column < content.columns.size(); ++column) {
      const PictureView& picture = content.rows[row][column];
      const double aspect = static_cast<double>(picture.width) / picture.height;
      const double width = aspect >= 1 ? content.side : std::max(1.0, content.side * aspect);
      const double tall = aspect >= 1 ? std::max(1.0, content.side / aspect) : content.side;
      const Rectangle place{area.x + places[column],
                            area.y + header + static_cast<double>(row) * (content.side + kCellGap), width,
                            tall};
      const Picture shown =
          enlarge_flat(picture, std::max(1, static_cast<int>(pixels * width / content.side)),
                       std::max(1, static_cast<int>(pixels * tall / content.side)));
      canvas.picture(shown.view(), place);
    }
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
