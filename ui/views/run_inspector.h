// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QScrollArea>
#include <map>
#include <optional>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;
class QVBoxLayout;

namespace ibot::ui {

class NoteEdit;
class RunEdits;

/// What is known of one run, and what a person says about it: tags, notes, values of its plan (those that
/// somebody wrote first, all on demand), lineage, evaluations, checkpoints, hashes. Scrolls by itself.
class RunInspector final : public QScrollArea {
  Q_OBJECT

 public:
  RunInspector(Record& record, RunEdits& edits, QWidget* parent = nullptr);

  /// The run that is shown, the first of `selected`; empty: none.
  void set_run(const QString& run, int selected);
  /// The recipe of the run that is shown; empty until it was read.
  QString yaml() const;
  /// "key,value,changed", a line each.
  QString values_csv() const;

 Q_SIGNALS:
  /// A parent or child was clicked.
  void run_wanted(const QString& run);

 private:
  QVBoxLayout* add_section(const QString& title);
  QTableWidget* add_table(const QString& title, const char* name, const QStringList& header);
  void make_tags();
  void make_notes();
  void make_values();
  void refresh();
  void refresh_head();
  void refresh_tags();
  void refresh_notes();
  void refresh_values();
  void refresh_lineage();
  void refresh_tables();
  QWidget* make_note(const record::Note& note);
  void begin_edit(const record::Note& note, const QString& text);
  void take_note(const QString& run, qint64 number, const QString& text);
  void add_note();

  enum class Reading : std::uint8_t { ToShow = 1, ToEdit };

  Record& record_;
  RunEdits& edits_;
  QString run_;
  int selected_ = 0;
  RunDetailsPtr details_;
  QWidget* body_;
  QVBoxLayout* layout_;
  QLabel* name_;
  QLabel* state_;
  QWidget* tags_;
  QLineEdit* new_tag_;
  QVBoxLayout* notes_;
  NoteEdit* new_note_;
  QPushButton* save_note_;
  QLabel* note_hint_;
  QTableWidget* values_;
  QCheckBox* all_values_;
  QVBoxLayout* lineage_;
  QTableWidget* evaluations_;
  QTableWidget* checkpoints_;
  QTableWidget* hashes_;
  QString shown_notes_, shown_tags_, shown_lineage_;  ///< what the widgets were made of
  std::optional<record::Note> edited_;                ///< being edited: with its whole text
  std::map<qint64, Reading> reading_;
};

}  // namespace ibot::ui
