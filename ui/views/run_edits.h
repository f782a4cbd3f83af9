// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record.h>

#include <QObject>
#include <QUndoStack>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace ibot::ui {

/// What people say about runs: tags, names, folders, notes, trash. An edit is written to the record first,
/// and can be undone once it stands there; undoing writes the reverse. A write that fails is said by
/// Record::problem(), and its edit is not kept; where it is tried again from there and succeeds, it comes
/// back.
///
/// Edits of several runs are one step of the stack, and happen to all of them or to none.
class RunEdits final : public QObject {
  Q_OBJECT

 public:
  explicit RunEdits(Record& record, QObject* parent = nullptr);

  QUndoStack& stack() { return stack_; }

  /// Of the given runs, those that do not have it yet.
  void add_tag(const QStringList& runs, const QString& tag);
  /// Of the given runs, those that have it.
  void remove_tag(const QStringList& runs, const QString& tag);
  void rename(const QString& run, const QString& name);
  /// Empty: out of every folder.
  void move(const QStringList& runs, const QString& folder);
  /// `written` as in add_note().
  void trash(const QStringList& runs, std::function<void(bool succeeded)> written = {});
  void restore(const QStringList& runs);
  /// `written`, if given, is called when the record has answered.
  void add_note(const QString& run, const QString& text, std::function<void(bool succeeded)> written = {});
  /// `old` is the note as it stands, with its whole text.
  void edit_note(const QString& run, const record::Note& old, const QString& text,
                 std::function<void(bool succeeded)> written = {});
  /// Reads the whole text first, so that it can be put back.
  void remove_note(const QString& run, std::int64_t number);

 Q_SIGNALS:
  /// An edit, or the undoing of one, stands in the record.
  void edited();

 private:
  friend class RunEdit;
  using Action = std::function<base::Status(record::Store&)>;
  /// What was said about runs in one go. `doing` stands before an error, `done` names the step in the menu.
  struct Edit {
    Action forward;
    Action backward;
    QString doing;
    QString done;
  };
  using EditPtr = std::shared_ptr<const Edit>;
  /// One run's part of an edit.
  struct Part {
    Action forward;
    Action backward;
  };

  /// `doing` stands before an error ("Tagging 3 runs"), `done` names the step in the menu ("tag “keep”").
  void perform(std::vector<Part> parts, const QString& doing, const QString& done,
               std::function<void(bool succeeded)> written = {});
  /// The record has answered a step that was undone or done again, or one that was tried once more.
  void settle(const EditPtr& edit, bool undone, bool succeeded);
  void drop(const EditPtr& edit);
  void remove_read_note(const QString& run, std::int64_t number, const QString& text);
  QString named(const QStringList& runs) const;
  const record::Run* run(const QString& id) const;

  Record& record_;
  QUndoStack stack_;
  std::set<EditPtr> dropped_;  ///< whose undo or redo failed
  std::map<std::pair<QString, qint64>, record::Note> to_remove_;
  std::shared_ptr<const RunDetails> details_;
};

}  // namespace ibot::ui
