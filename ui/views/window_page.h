// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QLineEdit;
class QUndoStack;
class QWidget;

namespace ibot::ui {

/// What a page lends to the window around it while it is the one that is shown. A page that has nothing to
/// lend need not derive from it.
///
///   class TrainPage final : public QWidget, public WindowPage {
///     QWidget* inspector() override { return details_; }
///     QUndoStack* undo_stack() override { return &undo_; }
class WindowPage {
 public:
  virtual ~WindowPage() = default;
  /// For the panel at the right: what is selected on the page, with its values, notes and actions. One widget
  /// for the page's life, which the page keeps up to date; it scrolls by itself where it may grow long.
  virtual QWidget* inspector() { return nullptr; }
  /// What Undo and Redo of the Edit menu go to.
  virtual QUndoStack* undo_stack() { return nullptr; }
  /// Where Find of the Edit menu (Ctrl+F) leads.
  virtual QLineEdit* search_field() { return nullptr; }
};

}  // namespace ibot::ui
