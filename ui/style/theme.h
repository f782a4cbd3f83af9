// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tokens.h"

#include <QIcon>
#include <QObject>

namespace ibot::ui {

/// The theme that the program wears. One object, of the window's thread; widgets that paint themselves listen
/// to changed().
class Theme final : public QObject {
  Q_OBJECT

 public:
  static Theme& instance();

  ThemeKind kind() const { return kind_; }
  const Tokens& tokens() const { return ui::tokens(kind_); }
  /// Dresses the whole application: palette, style sheet, fonts, icons.
  void apply(ThemeKind kind);

 Q_SIGNALS:
  void changed();

 private:
  Theme() = default;
  ThemeKind kind_ = ThemeKind::Dark;
};

/// The style sheet of a theme: what QPalette cannot say.
QString style_sheet(const Tokens& tokens);

/// One of resources/icons by name ("train"), drawn in the theme's colours: text2, accent when checked, text3
/// when disabled. Follows the theme: ask again after Theme::changed().
QIcon icon(const QString& name);
/// The same in one colour.
QPixmap pixmap(const QString& name, const QColor& colour, int size, double device_pixel_ratio);

}  // namespace ibot::ui
