// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/style/tokens.h>

#include <QString>
#include <cstdint>

namespace ibot::ui {

/// Key of the workspaces that were open of late, newest first.
inline constexpr QLatin1String kRecentSetting("recent_workspaces");

/// What a person chose in the preferences, kept by QSettings.
enum class ThemeChoice : std::uint8_t { System = 1, Dark, Light };

ThemeChoice theme_choice();
void set_theme_choice(ThemeChoice choice);
/// What the choice means now. Call remember_system_theme() before a theme is applied.
ThemeKind theme_of(ThemeChoice choice);
/// Whether the desktop is dark: Qt 6.4 tells it by the palette alone, which our theme replaces.
void remember_system_theme();

/// No animations: bars that only show that something works stand still.
bool reduced_motion();
void set_reduced_motion(bool reduced);

inline constexpr int kSmallestEditorFont = 10;
inline constexpr int kLargestEditorFont = 24;
int editor_font_size();  ///< px
void set_editor_font_size(int px);

/// Puts everything into effect: theme, motion, font.
void apply_settings();

}  // namespace ibot::ui
