// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "window_page.h"

#include <ui/forms/configuration.h>

#include <QPersistentModelIndex>
#include <QWidget>

class QComboBox;
class QLabel;
class QSplitter;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace ibot::ui {

class ElidedLabel;
class Form;
class Inspector;
class Laboratory;
class YamlView;

/// A recipe as a form and as its text, in step with each other, with every mistake in words below. Starts
/// from one of the shipped recipes or any file. Where there is no room for both, a button turns from the form
/// to the text; on a low screen the laboratory stays folded until somebody unfolds it.
class ConfigurePage final : public QWidget, public WindowPage {
  Q_OBJECT

 public:
  explicit ConfigurePage(QWidget* parent = nullptr);

  Configuration& configuration() { return configuration_; }
  Form& form() { return *form_; }
  /// Goes on with what was edited when the window was closed, and keeps it from now on (forms/kept_draft.h).
  void keep_draft();
  /// Nothing that was typed waits to become part of the recipe.
  void take_typing();
  /// One step of undo.
  void open_recipe(const QString& file);
  /// Where it came from; asks for a place where that is none, or among the shipped recipes, which stay as
  /// they are.
  void save();
  void save_as(const QString& file);
  /// Adds the crop and mask laboratory, which asks the inspection process. Once; `inspector` outlives the
  /// page.
  void set_inspector(Inspector& inspector);
  QUndoStack* undo_stack() override { return configuration_.undo_stack(); }
  QLineEdit* search_field() override { return search_; }
  /// A configuration that is no file yet, as the record keeps one of a run.
  void open_text(const QString& name, const std::string& yaml);
  /// Puts the focus on the row of a key; of the first row below it where it is a group.
  void reveal(const QString& key);
  /// The recipe's pictures may be others than they were.
  void look_again();

 Q_SIGNALS:
  void check_wanted();
  /// The recipe's built-in scenes are to be drawn.
  void scenes_wanted();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void arrange();
  /// Which of both is seen while there is room for one.
  void turn_to(bool text);
  QWidget* make_header();
  void refresh();
  void refresh_undo();
  /// The list of recipes shows what is open, however it came to be that.
  void show_open();
  /// Tab goes to the list, the search, the form, the text, the laboratory, and the buttons at last.
  void order_tabs();

  Configuration configuration_;
  Form* form_;
  YamlView* yaml_;
  QComboBox* recipes_;
  QPersistentModelIndex shown_;  ///< of the recipe that is open
  QLineEdit* search_;
  QLabel* title_;
  ElidedLabel* state_;
  QSplitter* columns_;
  Laboratory* laboratory_ = nullptr;
  QPushButton* turn_;  ///< checked: the text
  QPushButton* undo_;
  QPushButton* redo_;
  QPushButton* check_;
  QListWidget* problems_;
};

}  // namespace ibot::ui
