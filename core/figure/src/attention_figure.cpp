// SPDX-License-Identifier: GPL-3.0-or-later
#include "page.h"
#include "ticks.h"

#include <ibot/base/text.h>
#include <ibot/figure/attention_figure.h>
#include <ibot/figure/canvas.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr std::size_t kMaxHeads = 64;
constexpr double kLargeSide = 336;  // longer side of the picture
constexpr double kSmallGap = 8;
constexpr double kLabelHeight = 18;
constexpr double kBarWidth = 12;
constexpr double kBarSpace = 72;  // bar and its labels
constexpr int kPixelsPerUnit = 2;

// Sizes of everything, computed before anything is drawn.
struct Layout {
  double large_width = 0, large_height = 0;
  int head_rows = 0, head_columns = 0;
  double small_width = 0, small_height = 0;
  double heads_width = 0;
  double head_pitch = 0;  // from one row of heads to the next: the last one ends where the picture does
  double width = 0, height = 0;
};

Layout arrange(const AttentionFigure& content) {
  Layout layout;
  const double aspect =
      std::clamp(static_cast<double>(content.picture.width) / content.picture.height, 0.25, 4.0);
  layout.large_width = std::round(aspect >= 1 ? kLargeSide : kLargeSide * aspect);
  layout.large_height = std::round(aspect >= 1 ? kLargeSide / aspect : kLargeSide);
  layout.width = 2 * layout.large_width + 2 * kGap;
  layout.height = kLabelHeight + layout.large_height;
  if (content.heads.size() > 1) {
    const auto count = static_cast<double>(content.heads.size());
    layout.head_rows = std::max(2, static_cast<int>(std::floor(std::sqrt(count))));
    layout.head_columns = static_cast<int>(std::ceil(count / layout.head_rows));
    // The block of heads is as high as the picture with its label.
    layout.small_height =
        (layout.height - (layout.head_rows - 1) * kSmallGap) / layout.head_rows - kLabelHeight;
    layout.small_height = std::max(40.0, std::floor(layout.small_height));
    layout.small_width = std::round(layout.small_height * layout.large_width / layout.large_height);
    layout.heads_width = layout.head_columns * layout.small_width + (layout.head_columns - 1) * kSmallGap;
    layout.width += layout.heads_width + kGap;
    layout.height = std::max(layout.height,
                             layout.head_rows * (layout.small_height + kLabelHeight + kSmallGap) - kSmallGap);
    layout.head_pitch = (layout.height - layout.small_height - kLabelHeight) / (layout.head_rows - 1);
  }
  if (content.range == ColourRange::Shared) layout.width += kBarSpace;
  return layout;
}

std::vector<float> mean_over(const std::vector<std::vector<float>>& heads) {
  std::vector<float> mean(heads.front().size());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    double sum = 0;
    for (const auto& head : heads) sum += head[i];
    mean[i] = static_cast<float>(sum / static_cast<double>(heads.size()));
  }
  return mean;
}

class AttentionPainter {
 public:
  AttentionPainter(const AttentionFigure& content, Canvas& canvas, std::optional<Range> shared)
      : content_(content), canvas_(canvas), shared_(shared) {}

  void picture(const Rectangle& area) {
    const Picture shown = resample(content_.picture, pixels(area.width), pixels(area.height));
    canvas_.picture(shown.view(), area);
    frame(area);
  }

  void map(const std::vector<float>& values, const Rectangle& area) {
    const Range range = shared_ ? *shared_ : finite_range(values).value_or(Range{0, 0});
    const Picture shown = draw_grid({content_.rows, content_.columns, values}, content_.colours, range,
                                    content_.upsampling, pixels(area.width), pixels(area.height), kMissing);
    canvas_.picture(shown.view(), area);
    frame(area);
  }

  // Name on the left; with a range of its own, that on the right.
  void label(const Rectangle& above, std::string name, const std::vector<float>* values,
             const std::string& shorter = {}) {
    const double baseline = above.y - 6;
    const TextStyle style = label_style(content_.theme);
    if (!shorter.empty() && text_width(name, style) > above.width) name = shorter;
    const double name_width = std::min(text_width(name, style), above.width);
    canvas_.text({above.x, baseline}, elide(name, style, above.width), style);
    if (shared_ || values == nullptr) return;
    const Range range = finite_range(*values).value_or(Range{NAN, NAN});
    TextStyle quiet = label_style(content_.theme, Align::Right);
    quiet.colour = canvas_.style().tertiary;
    const std::string high = format_value(range.high, 2);
    // As much as there is room for.
    for (const std::string& text : {format_value(range.low, 2) + " – " + high, "≤ " + high}) {
      if (name_width + kSmallGap + text_width(text, quiet) > above.width) continue;
      canvas_.text({above.right(), baseline}, text, quiet);
      return;
    }
  }

  void colour_bar(const Rectangle& area) {
    Picture ramp(1, 256);
    for (int y = 0; y < 256; ++y) ramp.set(0, y, map_colour(content_.colours, 1 - y / 255.0));
    canvas_.picture(ramp.view(), area);
    if (!(shared_->high > shared_->low)) {
      canvas_.text({area.right() + 6, area.bottom()}, format_value(shared_->low),
                   label_style(content_.theme));
      return;
    }
    for (const Tick& tick : round_ticks(*shared_, 5)) {
      const double y = area.bottom() - shared_->position(tick.value) * area.height;
      canvas_.line({area.right(), y}, {area.right() + 3, y}, {canvas_.style().secondary, 1, 1, {}});
      canvas_.text({area.right() + 6, y + 4}, tick.label, label_style(content_.theme));
    }
  }

  static constexpr Colour kMissing = colour_from_hex(0x8a949f);

 private:
  static int pixels(double units) {
    return std::max(1, static_cast<int>(std::lround(units * kPixelsPerUnit)));
  }

  void frame(const Rectangle& area) {
    // Seen only where picture and background are alike.
    canvas_.outline({area.x + 0.5, area.y + 0.5, area.width - 1, area.height - 1},
                    {canvas_.style().text, 1, 0.14, {}});
  }

  const AttentionFigure& content_;
  Canvas& canvas_;
  std::optional<Range> shared_;
};

base::Status check(const AttentionFigure& content) {
  const auto refuse = [](std::string message, std::string expected) {
    return Error{ErrorCode::InvalidArgument, "cannot draw attention: " + message, std::move(expected), ""};
  };
  if (!content.picture.valid()) {
    return refuse(str("a picture of ", content.picture.width, " x ", content.picture.height, " with ",
                      content.picture.rgb.size(), " bytes"),
                  "[height, width, 3] bytes");
  }
  if (content.heads.empty() || content.heads.size() > kMaxHeads) {
    return refuse(str(content.heads.size(), " heads"), str("1 to ", kMaxHeads));
  }
  for (std::size_t i = 0; i < content.heads.size(); ++i) {
    if (!GridView{content.rows, content.columns, content.heads[i]}.valid()) {
      return refuse(str("head ", i + 1, " has ", content.heads[i].size(), " values for a grid of ",
                        content.rows, " x ", content.columns),
                    "one value a patch");
    }
  }
  return {};
}

// The range and what it holds for, in words.
std::vector<std::string> full_caption(const AttentionFigure& content, std::optional<Range> shared) {
  std::vector<std::string> caption = content.caption;
  std::string line = str("Colours: ", to_string(content.colours), ", ");
  line += shared ? str("from ", format_value(shared->low), " to ", format_value(shared->high),
                       ", the same for all maps")
                 : std::string("each map from its smallest to its largest value");
  line += content.upsampling == Upsampling::Nearest ? "; one square is one patch."
                                                    : "; interpolated between patches.";
  std::size_t missing = 0;
  for (const auto& head : content.heads) {
    missing += static_cast<std::size_t>(
        std::count_if(head.begin(), head.end(), [](float v) { return !std::isfinite(v); }));
  }
  if (missing > 0)
    line += str(" ", missing, missing == 1 ? " value is" : " values are", " not finite (grey).");
  caption.push_back(line);
  return caption;
}

}  // namespace

base::Result<Figure> draw_attention(const AttentionFigure& content) {
  IBOT_CHECK_OK(check(content));
  std::optional<Range> shared;
  if (content.range == ColourRange::Shared) {
    for (const auto& head : content.heads) {
      const auto range = finite_range(head);
      if (!range) continue;
      if (!shared) shared = range;
      shared->low = std::min(shared->low, range->low);
      shared->high = std::max(shared->high, range->high);
    }
    // Attention is a share: its scale begins at nothing.
    shared = Range{std::min(0.0, shared ? shared->low : 0), shared ? shared->high : 0};
  }

  const Layout layout = arrange(content);
  const Page page({content.title, content.subtitle, full_caption(content, shared)}, layout.width,
                  layout.height, content.theme);
  Canvas canvas(page.width(), page.height(), content.theme);
  page.draw(canvas);
  AttentionPainter painter(content, canvas, shared);

  const std::vector<float> mean = mean_over(content.heads);
  Rectangle area{page.content().x, page.content().y + kLabelHeight, layout.large_width, layout.large_height};
  painter.label(area, "picture", nullptr);
  painter.picture(area);
  area.x += layout.large_width + kGap;
  painter.label(area, content.heads.size() == 1 ? "head 1" : str("mean of ", content.heads.size(), " heads"),
                &mean, "mean");
  painter.map(mean, area);

  double x = area.right() + kGap;
  for (std::size_t i = 0; i < content.heads.size() && content.heads.size() > 1; ++i) {
    const auto row = static_cast<double>(i / static_cast<std::size_t>(layout.head_columns));
    const auto column = static_cast<double>(i % static_cast<std::size_t>(layout.head_columns));
    const Rectangle small{x + column * (layout.small_width + kSmallGap),
                          page.content().y + kLabelHeight + std::round(row * layout.head_pitch),
                          layout.small_width, layout.small_height};
    painter.label(small, str("head ", i + 1), &content.heads[i]);
    painter.map(content.heads[i], small);
  }
  if (shared) {
    if (content.heads.size() > 1) x += layout.heads_width + kGap;
    painter.colour_bar({x, page.content().y + kLabelHeight, kBarWidth, layout.height - kLabelHeight});
  }
  return canvas.finish(content.title);
}

}  // namespace ibot::figure
