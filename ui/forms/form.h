// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "configuration.h"

#include <ibot/plan/sections.h>

#include <QScrollArea>
#include <map>

class QLabel;
class QVBoxLayout;

namespace ibot::ui {

class FieldRow;

/// The whole configuration as a form: sections as headings, one row a parameter, advanced ones folded away.
/// Made from the schemas of core and of the chosen plugins; made anew only where another plugin is chosen.
/// While the text cannot be read it keeps the last values, and takes no edit.
class Form final : public QScrollArea {
  Q_OBJECT

 public:
  explicit Form(Configuration& configuration, QWidget* parent = nullptr);

  /// Rows that hold the text, in folded parts too; empty: all.
  void set_filter(const QString& filter);
  FieldRow* row(const std::string& key) const;
  /// The first row whose key begins with this; nullptr if none does.
  FieldRow* first_row(const std::string& prefix) const;
  /// What takes the keyboard, in the order in which it is read.
  std::vector<QWidget*> stops() const;

 Q_SIGNALS:
  /// The rows are others than before.
  void rebuilt();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Group;
  void refresh();
  void rebuild();
  void add_section(const plan::SectionInfo& info, QVBoxLayout* layout);
  void add_plugin_choice(const plan::SectionInfo& info, QVBoxLayout* layout);
  void add_list_tools(const plan::SectionInfo& info, const plan::ResolvedSection* section,
                      QVBoxLayout* layout);
  void apply_filter();
  void set_mending(bool on);
  void place_notice();

  Configuration& configuration_;
  std::string shape_;  ///< which plugins the rows were made for
  std::map<std::string, FieldRow*> rows_;
  std::vector<Group*> groups_;
  QString filter_;
  QLabel* notice_;  ///< above the rows, while the text has to be mended
};

}  // namespace ibot::ui
