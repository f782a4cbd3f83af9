// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <cstdint>

// Every colour, size and font of the window. Palette, style sheet, plots and icons are made from these; no
// other file holds one.
namespace ibot::ui {

enum class ThemeKind : std::uint8_t { Dark = 1, Light };

/// Colours of a theme. Text on base, panel and raised has a contrast of at least 4.5:1 (tested), but for
/// text3, which is for hints and what is off.
struct Tokens {
  QColor base;    ///< canvas behind pictures and plots
  QColor panel;   ///< docks, rail, forms
  QColor raised;  ///< inputs, cards, menus
  QColor line;    ///< hairlines, one device pixel
  QColor text;
  QColor text2;   ///< labels, axes
  QColor text3;   ///< hints, disabled
  QColor accent;  ///< the one thing to do next, focus ring, selection
  QColor on_accent;
  QColor selection;  ///< rows and text that are selected: the accent, faint
  QColor hover;
  QColor good;  ///< good, warn and bad always come with an icon or a sign
  QColor warn;
  QColor bad;
};

const Tokens& tokens(ThemeKind theme);

/// Distances in px at 100 %, on a grid of 4.
namespace metrics {
inline constexpr int kTiny = 4;
inline constexpr int kSmall = 8;
inline constexpr int kMedium = 12;
inline constexpr int kLarge = 16;
inline constexpr int kHuge = 24;
inline constexpr int kRow = 28;  ///< rows of tables, inputs
inline constexpr int kRail = 72;
inline constexpr int kInspector = 320;
inline constexpr int kRadius = 4;
inline constexpr int kIcon = 16;
inline constexpr int kLargeIcon = 20;
}  // namespace metrics

enum class TextStyle : std::uint8_t {
  Body = 1,  ///< 13 px
  Small,     ///< 11 px: labels, axes
  Title,     ///< 16 px semi-bold: title of a page
  Heading,   ///< 13 px semi-bold: a group
  Big,       ///< 22 px: the one number of a page
  Mono,      ///< 12 px: YAML, logs
};
/// Digits are tabular in each of them, so that a number that changes stays still.
QFont text_font(TextStyle style);

/// Another size of TextStyle::Mono, px, for people who read recipes from afar.
void set_mono_size(int px);

/// Adds the fonts in the program's resources. Once, after QApplication is made.
void load_fonts();

/// Colour of a run, kept for its life: a colour-blind-safe set in fixed order (Okabe and Ito 2008, without
/// yellow), darkened in the light theme to a contrast of 3:1. From the ninth on the order begins again, with
/// run_dash().
QColor run_colour(int index, ThemeKind theme);
Qt::PenStyle run_dash(int index);

/// WCAG 2 contrast, 1 to 21.
double contrast(const QColor& a, const QColor& b);

}  // namespace ibot::ui
