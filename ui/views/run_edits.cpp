// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_edits.h"

#include <ibot/base/clock.h>

#include <ui/models/run_column.h>

#include <QPointer>
#include <QUndoCommand>
#include <algorithm>
#include <utility>

namespace ibot::ui {

using base::Status;
using record::Store;

/// A step of the stack that is already done when it is pushed.
class RunEdit final : public QUndoCommand {
 public:
  RunEdit(RunEdits& edits, RunEdits::EditPtr edit)
      : QUndoCommand(edit->done), edits_(edits), edit_(std::move(edit)) {}

  void undo() override {
    if (std::exchange(in_record_, false))
      write(edit_->backward, QObject::tr("Undoing: %1").arg(edit_->doing));
  }
  void redo() override {
    if (!std::exchange(in_record_, true)) write(edit_->forward, edit_->doing);
  }

  const RunEdits::EditPtr& edit() const { return edit_; }
  /// What the record says; undo() or redo() that would come to the same has nothing to write.
  void set_in_record(bool in_record) { in_record_ = in_record; }

 private:
  void write(const RunEdits::Action& action, const QString& what) {
    const QPointer<RunEdits> edits(&edits_);
    edits_.record_.write(action, what, [edits, edit = edit_, undone = !in_record_](bool succeeded) {
      if (edits) edits->settle(edit, undone, succeeded);
    });
  }

  RunEdits& edits_;
  const RunEdits::EditPtr edit_;
  bool in_record_ = true;
};

RunEdits::RunEdits(Record& record, QObject* parent) : QObject(parent), record_(record) {
  connect(&record, &Record::closed, this, [this] {
    stack_.clear();
    dropped_.clear();
    to_remove_.clear();
    details_.reset();
  });
  connect(&record, &Record::details_changed, this,
          [this](const RunDetailsPtr& details) { details_ = details; });
  connect(&record, &Record::note_read, this, &RunEdits::remove_read_note);
}

namespace {

// All parts, or none: what was done before the failure is taken back.
Status run_parts(Store& store, const std::vector<std::function<Status(Store&)>>& forward,
                 const std::vector<std::function<Status(Store&)>>& backward) {
  for (std::size_t i = 0; i < forward.size(); ++i) {
    Status status = forward[i](store);
    if (status) continue;
    while (i-- > 0) {
      // The first failure is the one to be told.
      [[maybe_unused]] const Status taken_back = backward[i](store);
    }
    return status;
  }
  return {};
}

}  // namespace

void RunEdits::perform(std::vector<Part> parts, const QString& doing, const QString& done,
                       std::function<void(bool)> written) {
  if (parts.empty()) return;
  std::vector<Action> there, back;
  for (Part& part : parts) {
    there.push_back(std::move(part.forward));
    back.push_back(std::move(part.backward));
  }
  const auto edit = std::make_shared<const Edit>(
      Edit{[there, back](Store& store) { return run_parts(store, there, back); },
           [there, back](Store& store) { return run_parts(store, back, there); }, doing, done});
  const QPointer<RunEdits> self(this);
  record_.write(edit->forward, doing, [self, edit, written = std::move(written)](bool succeeded) {
    if (succeeded && self) {
      self->stack_.push(new RunEdit(*self, edit));
      Q_EMIT self->edited();
    }
    if (written) written(succeeded);
  });
}

void RunEdits::settle(const EditPtr& edit, bool undone, bool succeeded) {
  if (!succeeded) {
    // The step would stand in the way of those below it.
    dropped_.insert(edit);
    return drop(edit);
  }
  Q_EMIT edited();
  if (dropped_.erase(edit) == 0) return;
  auto* step = new RunEdit(*this, edit);
  stack_.push(step);
  if (!undone) return;
  step->set_in_record(false);
  stack_.undo();
}

void RunEdits::drop(const EditPtr& edit) {
  // The stack deletes an obsolete step when it comes to it, without calling it.
  for (int i = 0; i < stack_.count(); ++i) {
    const auto* step = static_cast<const RunEdit*>(stack_.command(i));
    if (step->edit() != edit || step->isObsolete()) continue;
    const_cast<RunEdit*>(step)->setObsolete(true);
    if (i == stack_.index()) {
      stack_.redo();
    } else if (i == stack_.index() - 1) {
      stack_.undo();
    }
    return;
  }
}

const record::Run* RunEdits::run(const QString& id) const {
  const RunView* view = record_.run(id);
  return view == nullptr ? nullptr : &view->run;
}

QString RunEdits::named(const QStringList& runs) const {
  if (runs.size() != 1) return tr("%n runs", nullptr, static_cast<int>(runs.size()));
  const record::Run* known = run(runs.front());
  return known == nullptr ? runs.front() : run_name(*known);
}

void RunEdits::add_tag(const QStringList& runs, const QString& tag) {
  std::vector<Part> parts;
  const std::string name = tag.trimmed().toStdString();
  for (const QString& each : runs) {
    const record::Run* known = run(each);
    if (known == nullptr || std::find(known->tags.begin(), known->tags.end(), name) != known->tags.end())
      continue;
    parts.push_back({[id = known->id, name](Store& store) { return store.add_tag(id, name); },
                     [id = known->id, name](Store& store) { return store.remove_tag(id, name); }});
  }
  perform(std::move(parts), tr("Tagging %1").arg(named(runs)), tr("tag \u201c%1\u201d").arg(tag));
}

void RunEdits::remove_tag(const QStringList& runs, const QString& tag) {
  std::vector<Part> parts;
  const std::string name = tag.toStdString();
  for (const QString& each : runs) {
    const record::Run* known = run(each);
    if (known == nullptr || std::find(known->tags.begin(), known->tags.end(), name) == known->tags.end())
      continue;
    parts.push_back({[id = known->id, name](Store& store) { return store.remove_tag(id, name); },
                     [id = known->id, name](Store& store) { return store.add_tag(id, name); }});
  }
  perform(std::move(parts), tr("Removing a tag from %1").arg(named(runs)),
          tr("remove tag \u201c%1\u201d").arg(tag));
}

void RunEdits::rename(const QString& id, const QString& name) {
  const record::Run* known = run(id);
  if (known == nullptr || run_name(*known) == name) return;
  perform({{[run = known->id, to = name.toStdString()](Store& store) { return store.rename_run(run, to); },
            [run = known->id, to = known->name](Store& store) { return store.rename_run(run, to); }}},
          tr("Renaming %1").arg(run_name(*known)), tr("rename to \u201c%1\u201d").arg(name));
}

void RunEdits::move(const QStringList& runs, const QString& folder) {
  std::vector<Part> parts;
  const std::string to = folder.toStdString();
  for (const QString& each : runs) {
    const record::Run* known = run(each);
    if (known == nullptr || known->folder == to) continue;
    parts.push_back(
        {[id = known->id, to](Store& store) { return store.set_folder(id, to); },
         [id = known->id, to = known->folder](Store& store) { return store.set_folder(id, to); }});
  }
  perform(std::move(parts), tr("Moving %1").arg(named(runs)),
          folder.isEmpty() ? tr("move out of folders") : tr("move to \u201c%1\u201d").arg(folder));
}

void RunEdits::trash(const QStringList& runs, std::function<void(bool)> written) {
  std::vector<Part> parts;
  for (const QString& each : runs) {
    const record::Run* known = run(each);
    if (known == nullptr || known->trashed) continue;
    parts.push_back({[id = known->id](Store& store) { return store.trash_run(id); },
                     [id = known->id](Store& store) { return store.restore_run(id); }});
  }
  perform(std::move(parts), tr("Putting %1 into the trash").arg(named(runs)),
          tr("trash of %1").arg(named(runs)), std::move(written));
}

void RunEdits::restore(const QStringList& runs) {
  std::vector<Part> parts;
  for (const QString& each : runs) {
    const record::Run* known = run(each);
    if (known == nullptr || !known->trashed) continue;
    parts.push_back({[id = known->id](Store& store) { return store.restore_run(id); },
                     [id = known->id](Store& store) { return store.trash_run(id); }});
  }
  perform(std::move(parts), tr("Restoring %1").arg(named(runs)), tr("restoring %1").arg(named(runs)));
}

void RunEdits::add_note(const QString& run, const QString& text, std::function<void(bool)> written) {
  // The record gives the number at the first time; afterwards it is the same note that goes and comes.
  const auto note = std::make_shared<record::Note>();
  note->text = text.toStdString();
  note->time = base::now_micros();
  const std::string id = run.toStdString();
  perform({{[id, note](Store& store) -> Status {
              if (note->number != 0) return store.put_note(id, *note);
              IBOT_TRY(note->number, store.add_note(id, note->text));
              return {};
            },
            [id, note](Store& store) { return store.remove_note(id, note->number); }}},
          tr("Adding a note to %1").arg(named({run})), tr("note"), std::move(written));
}

void RunEdits::edit_note(const QString& run, const record::Note& old, const QString& text,
                         std::function<void(bool)> written) {
  const std::string id = run.toStdString();
  perform(
      {{[id, number = old.number, to = text.toStdString()](Store& store) {
          return store.edit_note(id, number, to);
        },
        [id, number = old.number, to = old.text](Store& store) { return store.edit_note(id, number, to); }}},
      tr("Changing a note of %1").arg(named({run})), tr("change of a note"), std::move(written));
}

void RunEdits::remove_note(const QString& run, std::int64_t number) {
  if (!details_ || details_->run != run) return;
  for (const record::Note& note : details_->notes) {
    if (note.number != number) continue;
    to_remove_[{run, number}] = note;
    record_.read_note(run, number);
  }
}

void RunEdits::remove_read_note(const QString& run, std::int64_t number, const QString& text) {
  const auto found = to_remove_.find({run, number});
  if (found == to_remove_.end()) return;
  const auto note = std::make_shared<record::Note>(found->second);
  to_remove_.erase(found);
  note->text = text.toStdString();
  const std::string id = run.toStdString();
  perform({{[id, number](Store& store) { return store.remove_note(id, number); },
            [id, note](Store& store) { return store.put_note(id, *note); }}},
          tr("Removing a note of %1").arg(named({run})), tr("removal of a note"));
}

}  // namespace ibot::ui
