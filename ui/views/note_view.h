// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace ibot::ui {

/// A note of any length in a window of its own, to be read and copied: only the lines in sight are laid out,
/// and long lines are cut into pieces. Deletes itself when it is closed.
class NoteView final : public QDialog {
  Q_OBJECT

 public:
  NoteView(const QString& title, const QString& text, QWidget* parent);
};

}  // namespace ibot::ui
