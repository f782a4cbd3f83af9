// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings.h"

#include <ui/style/theme.h>
#include <ui/widgets/setting.h>

#include <QApplication>
#include <QPalette>
#include <algorithm>

namespace ibot::ui {
namespace {

const QString kTheme = QStringLiteral("theme");
const QString kMotion = QStringLiteral("reduced_motion");
const QString kEditorFont = QStringLiteral("editor_font_px");
constexpr int kMiddleGrey = 128;

ThemeKind system_theme = ThemeKind::Dark;

}  // namespace

ThemeChoice theme_choice() {
  const QString name = read_setting(kTheme, QStringLiteral("dark")).toString();
  if (name == QStringLiteral("system")) return ThemeChoice::System;
  return name == QStringLiteral("light") ? ThemeChoice::Light : ThemeChoice::Dark;
}

void set_theme_choice(ThemeChoice choice) {
  write_setting(kTheme, choice == ThemeChoice::System  ? QStringLiteral("system")
                        : choice == ThemeChoice::Light ? QStringLiteral("light")
                                                       : QStringLiteral("dark"));
}

void remember_system_theme() {
  system_theme = QGuiApplication::palette().color(QPalette::Window).lightness() < kMiddleGrey
                     ? ThemeKind::Dark
                     : ThemeKind::Light;
}

ThemeKind theme_of(ThemeChoice choice) {
  if (choice == ThemeChoice::System) return system_theme;
  return choice == ThemeChoice::Light ? ThemeKind::Light : ThemeKind::Dark;
}

bool reduced_motion() {
  return read_setting(kMotion, false).toBool();
}

void set_reduced_motion(bool reduced) {
  write_setting(kMotion, reduced);
}

int editor_font_size() {
  static const int standard = text_font(TextStyle::Mono).pixelSize();  // before anybody changed it
  return std::clamp(read_setting(kEditorFont, standard).toInt(), kSmallestEditorFont, kLargestEditorFont);
}

void set_editor_font_size(int px) {
  write_setting(kEditorFont, px);
}

void apply_settings() {
  const bool still = reduced_motion();
  for (const Qt::UIEffect effect : {Qt::UI_AnimateMenu, Qt::UI_FadeMenu, Qt::UI_AnimateCombo,
                                    Qt::UI_AnimateTooltip, Qt::UI_FadeTooltip, Qt::UI_AnimateToolBox})
    QApplication::setEffectEnabled(effect, !still && QApplication::isEffectEnabled(effect));
  set_mono_size(editor_font_size());
  Theme::instance().apply(theme_of(theme_choice()));
}

}  // namespace ibot::ui
