// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/figure/canvas.h>

#include <string>
#include <vector>

namespace ibot::figure {

constexpr double kMargin = 24;
constexpr double kGap = 12;

/// What every ready-made figure has around its content: a title, a line under it, and a caption of several
/// paragraphs.
struct PageText {
  std::string title;
  std::string subtitle;
  std::vector<std::string> caption;
};

/// The lines of a page, broken for its width, and where its content goes.
class Page {
 public:
  /// `content_width` and `content_height`: what lies between title and caption.
  Page(const PageText& text, double content_width, double content_height, Theme theme);

  double width() const { return content_.width + 2 * kMargin; }
  double height() const { return height_; }
  const Rectangle& content() const { return content_; }
  /// Draws title and caption.
  void draw(Canvas& canvas) const;

 private:
  std::vector<std::string> title_, subtitle_, caption_;
  Rectangle content_;
  double height_ = 0;
  Theme theme_;
};

/// Text styles by role.
TextStyle label_style(Theme theme, Align align = Align::Left);
TextStyle title_style(Theme theme);

}  // namespace ibot::figure
