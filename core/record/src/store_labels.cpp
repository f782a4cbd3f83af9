// SPDX-License-Identifier: GPL-3.0-or-later
// What people make of runs: names, folders, tags, notes, and the trash.
#include "label.h"
#include "store_impl.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/record/liveness.h>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;
using Kind = Transaction::Kind;

base::Status require_text(std::string_view text, std::string_view what) {
  if (!base::trim(text).empty()) return {};
  return base::Error{ErrorCode::InvalidArgument, str("a ", what, " cannot be empty"), "", ""};
}

base::Status require_one_note(const Database& database, std::string_view run, std::int64_t number) {
  if (database.changes() == 1) return {};
  return base::Error{ErrorCode::NotFound, str("run ", run, " has no note ", number), "", ""};
}

// The run's folder with everything in it. A link is removed, not followed.
base::Status remove_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) return base::error_from_errno(error.value(), "delete the folder " + folder.string());
  return {};
}

}  // namespace

base::Status Store::rename_run(std::string_view run, std::string_view name) {
  IBOT_CHECK_OK(check_label(name, "name"));
  return impl_->change(run, Kind::Write, [&](std::int64_t number) {
    return impl_->database.run("UPDATE runs SET name = ? WHERE number = ?", name, number);
  });
}

base::Status Store::set_folder(std::string_view run, std::string_view folder) {
  IBOT_CHECK_OK(check_label(folder, "folder"));
  return impl_->change(run, Kind::Write, [&](std::int64_t number) {
    return impl_->database.run("UPDATE run_labels SET folder = ? WHERE run = ?", base::trim(folder), number);
  });
}

base::Status Store::add_tag(std::string_view run, std::string_view tag) {
  IBOT_CHECK_OK(require_text(tag, "tag"));
  IBOT_CHECK_OK(check_label(tag, "tag"));
  return impl_->change(run, Kind::Write, [&](std::int64_t number) {
    return impl_->database.run("INSERT OR IGNORE INTO tags(run, tag) VALUES(?, ?)", number, base::trim(tag));
  });
}

base::Status Store::remove_tag(std::string_view run, std::string_view tag) {
  return impl_->change(run, Kind::Write, [&](std::int64_t number) {
    return impl_->database.run("DELETE FROM tags WHERE run = ? AND tag = ?", number, base::trim(tag));
  });
}

base::Result<std::int64_t> Store::add_note(std::string_view run, std::string_view text,
                                           std::optional<std::int64_t> step) {
  IBOT_CHECK_OK(require_text(text, "note"));
  std::int64_t note = 0;
  const base::Status written = impl_->change(run, Kind::Write, [&](std::int64_t number) -> base::Status {
    IBOT_CHECK_OK(impl_->database.run("INSERT INTO notes(run, time, step, text) VALUES(?, ?, ?, ?)", number,
                                      base::now_micros(), step, text));
    note = impl_->database.last_insert_rowid();
    return {};
  });
  if (!written) return written.error();
  return note;
}

base::Status Store::edit_note(std::string_view run, std::int64_t note, std::string_view text) {
  IBOT_CHECK_OK(require_text(text, "note"));
  return impl_->change(run, Kind::Write, [&](std::int64_t number) -> base::Status {
    IBOT_CHECK_OK(
        impl_->database.run("UPDATE notes SET text = ? WHERE run = ? AND number = ?", text, number, note));
    return require_one_note(impl_->database, run, note);
  });
}

base::Status Store::remove_note(std::string_view run, std::int64_t note) {
  return impl_->change(run, Kind::Write, [&](std::int64_t number) -> base::Status {
    IBOT_CHECK_OK(impl_->database.run("DELETE FROM notes WHERE run = ? AND number = ?", number, note));
    return require_one_note(impl_->database, run, note);
  });
}

base::Status Store::put_note(std::string_view run, const Note& note) {
  IBOT_CHECK_OK(require_text(note.text, "note"));
  return impl_->change(run, Kind::Write, [&](std::int64_t number) -> base::Status {
    IBOT_CHECK_OK(impl_->database.run(
        "INSERT OR IGNORE INTO notes(number, run, time, step, text) VALUES(?, ?, ?, ?, ?)", note.number,
        number, note.time, note.step, note.text));
    if (impl_->database.changes() == 1) return {};
    return base::Error{ErrorCode::AlreadyExists, str("there is a note ", note.number, " already"), "", ""};
  });
}

base::Status Store::trash_run(std::string_view run) {
  return impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) -> base::Status {
    IBOT_TRY(const auto loaded, load_run(impl_->database, run));
    const std::int64_t now = base::now_micros();
    const EffectiveStatus status = effective_status(loaded.run, now);
    if (is_active(status.state)) {
      return base::Error{ErrorCode::InvalidArgument,
                         str("run ", run, " cannot go into the trash: it ", how_it_is(status)),
                         "a run without a living trainer", str("Stop it first with `ibot stop ", run, "`")};
    }
    IBOT_TRY(const auto queued, open_queue_item(impl_->database, number));
    if (queued) {
      return base::Error{ErrorCode::InvalidArgument,
                         str("run ", run, " cannot go into the trash: it waits in the queue"), "",
                         str("Take it out first with `ibot queue remove ", *queued, "`")};
    }
    return impl_->database.run("UPDATE run_labels SET trashed = coalesce(trashed, ?) WHERE run = ?", now,
                               number);
  });
}

base::Status Store::restore_run(std::string_view run) {
  return impl_->change(run, Kind::WriteDurable, [&](std::int64_t number) {
    return impl_->database.run("UPDATE run_labels SET trashed = NULL WHERE run = ?", number);
  });
}

base::Result<std::vector<std::string>> Store::delete_trashed(std::int64_t trashed_before) {
  Database& database = impl_->database;
  std::vector<std::string> doomed;
  {
    IBOT_TRY(auto query,
             database.prepare("SELECT id FROM runs JOIN run_labels ON run_labels.run = runs.number "
                              "WHERE trashed <= ? ORDER BY number LIMIT 100000"));
    query.bind(trashed_before);
    IBOT_TRY(doomed, collect<std::string>(query, [](const Statement& row) { return row.text(0); }));
  }
  std::vector<std::string> deleted;
  for (const std::string& run : doomed) {
    IBOT_TRY(const bool done, impl_->delete_rows(run, trashed_before));
    if (done) deleted.push_back(run);
  }
  IBOT_CHECK_OK(impl_->delete_left_files());
  return deleted;
}

base::Result<bool> Store::Impl::delete_rows(const std::string& run, std::int64_t trashed_before) {
  // Each run in a transaction of its own: a long one would make trainers wait.
  IBOT_TRY(auto transaction, Transaction::begin(database, Kind::WriteDurable));
  IBOT_CHECK_OK(database.run(
      str("INSERT INTO deleted_runs(id, deleted, files_left, changed) SELECT id, ?1, 1, ", kNextChange,
          " FROM runs JOIN run_labels ON run_labels.run = runs.number WHERE id = ?2 AND trashed <= ?3"),
      base::now_micros(), run, trashed_before));
  if (database.changes() == 0) return false;  // restored in the meantime
  IBOT_CHECK_OK(database.run("DELETE FROM runs WHERE id = ?", run));
  IBOT_CHECK_OK(transaction.commit());
  claimed.erase(run);
  return true;
}

base::Status Store::Impl::delete_left_files() {
  std::vector<std::string> runs;
  {
    IBOT_TRY(auto query, database.prepare("SELECT id FROM deleted_runs WHERE files_left = 1 LIMIT 100000"));
    IBOT_TRY(runs, collect<std::string>(query, [](const Statement& row) { return row.text(0); }));
  }
  for (const std::string& run : runs) {
    if (!is_valid_run_id(run)) return unknown_value("form of run id", run);
    IBOT_CHECK_OK(remove_folder(workspace.run_folder(run)));
    IBOT_TRY(auto transaction, Transaction::begin(database, Kind::Write));
    IBOT_CHECK_OK(database.run("UPDATE deleted_runs SET files_left = 0 WHERE id = ?", run));
    IBOT_CHECK_OK(transaction.commit());
  }
  return {};
}

}  // namespace ibot::record
