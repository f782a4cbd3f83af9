// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokens.h"

#include <QFontDatabase>
#include <QStringList>
#include <algorithm>
#include <array>
#include <cmath>

// In a static library nothing else refers to the resources; the macro wants the global namespace.
static void initialise_resources() {
  Q_INIT_RESOURCE(window);
}

namespace ibot::ui {
namespace {

QColor hex(QRgb rgb) {
  return QColor::fromRgb(rgb);
}

QColor faint(QColor colour, int alpha) {
  colour.setAlpha(alpha);
  return colour;
}

Tokens make_dark() {
  Tokens t;
  t.base = hex(0x15181c);
  t.panel = hex(0x1b1f24);
  t.raised = hex(0x252a31);
  t.line = hex(0x30363e);
  t.text = hex(0xe8ebee);
  t.text2 = hex(0xa3adb8);
  t.text3 = hex(0x6f7985);
  t.accent = hex(0x4aa8ff);
  t.on_accent = hex(0x0b1219);
  t.selection = faint(t.accent, 56);
  t.hover = faint(t.text, 14);
  t.good = hex(0x3fb68b);
  t.warn = hex(0xe3a008);
  t.bad = hex(0xf0684f);
  return t;
}

Tokens make_light() {
  Tokens t;
  t.base = hex(0xffffff);
  t.panel = hex(0xf6f7f8);
  t.raised = hex(0xffffff);
  t.line = hex(0xdfe3e8);
  t.text = hex(0x1c2127);
  t.text2 = hex(0x57616c);
  t.text3 = hex(0x8a949f);
  t.accent = hex(0x0b6bcb);
  t.on_accent = hex(0xffffff);
  t.selection = faint(t.accent, 36);
  t.hover = faint(t.text, 12);
  t.good = hex(0x0c7a56);
  t.warn = hex(0x9a5b00);
  t.bad = hex(0xc93a1e);
  return t;
}

constexpr std::array<QRgb, 8> kRunColours = {0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7,
                                             0xd55e00, 0x0072b2, 0xb2a800, 0x999999};
int mono_size = 12;
constexpr double kGraphicContrast = 3.0;  // WCAG 2.1, 1.4.11

// Mixed with black or white, a little more each time, until it stands out from the canvas.
QColor legible(QColor colour, const QColor& canvas) {
  const bool darken = contrast(canvas, Qt::black) > contrast(canvas, Qt::white);
  while (contrast(colour, canvas) < kGraphicContrast) {
    colour = darken ? colour.darker(106) : colour.lighter(106);
  }
  return colour;
}

double linear(double channel) {
  return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& c) {
  return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

}  // namespace

const Tokens& tokens(ThemeKind theme) {
  static const Tokens dark = make_dark();
  static const Tokens light = make_light();
  return theme == ThemeKind::Dark ? dark : light;
}

QFont text_font(TextStyle style) {
  QFont result(QStringList{QStringLiteral("Inter"), QStringLiteral("DejaVu Sans")});
  result.setPixelSize(13);
  switch (style) {
    case TextStyle::Body:
      break;
    case TextStyle::Small:
      result.setPixelSize(11);
      break;
    case TextStyle::Title:
      result.setPixelSize(16);
      result.setWeight(QFont::DemiBold);
      break;
    case TextStyle::Heading:
      result.setWeight(QFont::DemiBold);
      break;
    case TextStyle::Big:
      result.setPixelSize(22);
      result.setWeight(QFont::DemiBold);
      break;
    case TextStyle::Mono:
      result.setFamilies({QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace")});
      result.setStyleHint(QFont::Monospace);
      result.setPixelSize(mono_size);
      break;
  }
  return result;
}

void set_mono_size(int px) {
  mono_size = px;
}

void load_fonts() {
  initialise_resources();
  for (const char* file : {":/fonts/Inter-Regular.otf", ":/fonts/Inter-SemiBold.otf"}) {
    QFontDatabase::addApplicationFont(QString::fromLatin1(file));
  }
}

QColor run_colour(int index, ThemeKind theme) {
  const auto at = static_cast<std::size_t>(index) % kRunColours.size();
  return legible(hex(kRunColours[at]), tokens(theme).base);
}

Qt::PenStyle run_dash(int index) {
  constexpr std::array kDashes = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
  return kDashes[static_cast<std::size_t>(index) / kRunColours.size() % kDashes.size()];
}

double contrast(const QColor& a, const QColor& b) {
  const double x = luminance(a) + 0.05;
  const double y = luminance(b) + 0.05;
  return std::max(x, y) / std::min(x, y);
}

}  // namespace ibot::ui
