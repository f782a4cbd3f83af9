// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QWidget>
#include <map>
#include <optional>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace ibot::ui {

class NoteEdit;
class RunEdits;

/// The notes of one run, of any length, and a field to write another or change one in.
class RunNotes final : public QWidget {
  Q_OBJECT

 public:
  RunNotes(Record& record, RunEdits& edits, QWidget* parent = nullptr);

  /// The run whose notes are shown; empty: none. Leaves a note that is being changed as it was.
  void set_run(const QString& run);
  /// Shows the notes in them; null: none are known yet.
  void show_details(const RunDetailsPtr& details);

 private:
  void make_field(QVBoxLayout* layout);
  QWidget* make_note(const record::Note& note);
  void begin_edit(const record::Note& note, const QString& text);
  void take_note(const QString& run, qint64 number, const QString& text);
  void add_note();
  /// What could not be written comes back into its field, or waits there with its run.
  void give_back(const QString& run, const std::optional<record::Note>& edited, const QString& written);
  /// Empties the field of what came back and stands in the record now: the write was tried again.
  void take_back_draft();
  QString run_title() const;

  enum class Reading : std::uint8_t { ToShow = 1, ToEdit };

  Record& record_;
  RunEdits& edits_;
  QString run_;
  RunDetailsPtr details_;
  QVBoxLayout* notes_;
  NoteEdit* field_;
  QPushButton* save_;
  QLabel* hint_;
  QString shown_;                       ///< what the widgets were made of
  std::optional<record::Note> edited_;  ///< being edited: with its whole text
  std::map<qint64, Reading> reading_;
  std::map<QString, QString> drafts_;  ///< what was begun for each run
  QString given_back_;                 ///< what could not be written, while it is not known to stand there
};

}  // namespace ibot::ui
