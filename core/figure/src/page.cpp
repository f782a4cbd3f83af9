// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"

#include <algorithm>

namespace ibot::figure {
namespace {

constexpr double kTitleLine = 22, kSubtitleLine = 18, kCaptionLine = 16;
constexpr std::size_t kMaxCaptionLines = 14;

TextStyle subtitle_style(Theme theme) {
  return {kBodySize, style_of(theme).secondary, false, Align::Left};
}

}  // namespace

TextStyle label_style(Theme theme, Align align) {
  return {kLabelSize, style_of(theme).secondary, false, align};
}

TextStyle title_style(Theme theme) {
  return {kTitleSize, style_of(theme).text, true, Align::Left};
}

Page::Page(const PageText& text, double content_width, double content_height, Theme theme) : theme_(theme) {
  title_ = wrap(text.title, title_style(theme), content_width, 2);
  subtitle_ = wrap(text.subtitle, subtitle_style(theme), content_width, 3);
  for (const std::string& paragraph : text.caption) {
    if (caption_.size() == kMaxCaptionLines) break;
    for (std::string& line :
         wrap(paragraph, label_style(theme), content_width, kMaxCaptionLines - caption_.size())) {
      caption_.push_back(std::move(line));
    }
  }
  double top = kMargin;
  top +=
      kTitleLine * static_cast<double>(title_.size()) + kSubtitleLine * static_cast<double>(subtitle_.size());
  if (!title_.empty() || !subtitle_.empty()) top += 14;
  content_ = {kMargin, top, content_width, content_height};
  height_ = content_.bottom() + kMargin;
  if (!caption_.empty()) height_ += kCaptionLine * static_cast<double>(caption_.size()) + 2;
}

void Page::draw(Canvas& canvas) const {
  double y = kMargin;
  for (const std::string& line : title_) {
    canvas.text({kMargin, y + 15}, line, title_style(theme_));
    y += kTitleLine;
  }
  for (const std::string& line : subtitle_) {
    canvas.text({kMargin, y + 13}, line, subtitle_style(theme_));
    y += kSubtitleLine;
  }
  y = content_.bottom() + kGap + 2;
  for (const std::string& line : caption_) {
    canvas.text({kMargin, y + 11}, line, label_style(theme_));
    y += kCaptionLine;
  }
}

}  // namespace ibot::figure
