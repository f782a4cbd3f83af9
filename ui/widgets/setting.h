// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVariant>

// What is remembered from one start to the next, in the file of QSettings. Writing that file waits for the
// disk (7 to 20 ms), so that a thread of its own does it: changes are read back at once, are in the file soon
// after, several of them in one go, and at the latest when the application ends. Thread: any.
namespace ibot::ui {

QVariant read_setting(const QString& key, const QVariant& otherwise = {});
bool has_setting(const QString& key);
void write_setting(const QString& key, const QVariant& value);
void remove_setting(const QString& key);
/// "group/1f2e3d...": where what belongs to one workspace is kept.
QString workspace_setting(const QString& group, const QString& folder);
/// Waits until the file has every change.
void flush_settings();
/// Everything is as at the first start. Waits for the file.
void clear_settings();

}  // namespace ibot::ui
