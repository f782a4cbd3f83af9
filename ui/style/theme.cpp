// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>

namespace ibot::ui {
namespace {

QPalette palette_of(const Tokens& t) {
  QPalette p;
  p.setColor(QPalette::Window, t.panel);
  p.setColor(QPalette::WindowText, t.text);
  p.setColor(QPalette::Base, t.base);
  p.setColor(QPalette::AlternateBase, t.panel);
  p.setColor(QPalette::Text, t.text);
  p.setColor(QPalette::PlaceholderText, t.text3);
  p.setColor(QPalette::Button, t.raised);
  p.setColor(QPalette::ButtonText, t.text);
  p.setColor(QPalette::BrightText, t.bad);
  p.setColor(QPalette::Highlight, t.accent);
  p.setColor(QPalette::HighlightedText, t.on_accent);
  p.setColor(QPalette::Link, t.accent);
  p.setColor(QPalette::ToolTipBase, t.raised);
  p.setColor(QPalette::ToolTipText, t.text);
  p.setColor(QPalette::Light, t.line);
  p.setColor(QPalette::Mid, t.line);
  p.setColor(QPalette::Dark, t.line);
  p.setColor(QPalette::Shadow, t.line);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    p.setColor(QPalette::Disabled, role, t.text3);
  }
  return p;
}

// Strokes say "currentColor", as icon families do.
QByteArray recoloured(const QString& name, const QColor& colour) {
  QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return file.readAll().replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
}

// Draws at whatever size and state it is asked for, so that icons are sharp at every scaling.
class SvgIcon final : public QIconEngine {
 public:
  explicit SvgIcon(QString name) : name_(std::move(name)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    const Tokens& t = Theme::instance().tokens();
    const QColor colour = mode == QIcon::Disabled ? t.text3 : state == QIcon::On ? t.accent : t.text2;
    QSvgRenderer(recoloured(name_, colour)).render(painter, QRectF(rect));
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap result(size);
    result.fill(Qt::transparent);
    QPainter painter(&result);
    paint(&painter, result.rect(), mode, state);
    return result;
  }
  QIconEngine* clone() const override { return new SvgIcon(name_); }

 private:
  QString name_;
};

}  // namespace

Theme& Theme::instance() {
  static Theme theme;
  return theme;
}

void Theme::apply(ThemeKind kind) {
  kind_ = kind;
  // Fusion obeys the palette on every platform.
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setFont(text_font(TextStyle::Body));
  QApplication::setPalette(palette_of(tokens()));
  qApp->setStyleSheet(style_sheet(tokens()));
  Q_EMIT changed();
}

QIcon icon(const QString& name) {
  return QIcon(new SvgIcon(name));
}

QPixmap pixmap(const QString& name, const QColor& colour, int size, double device_pixel_ratio) {
  QPixmap result(QSizeF(size * device_pixel_ratio, size * device_pixel_ratio).toSize());
  result.setDevicePixelRatio(device_pixel_ratio);
  result.fill(Qt::transparent);
  QPainter painter(&result);
  QSvgRenderer(recoloured(name, colour)).render(&painter, QRectF(0, 0, size, size));
  return result;
}

}  // namespace ibot::ui
