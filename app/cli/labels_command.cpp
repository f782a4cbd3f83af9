// SPDX-License-Identifier: GPL-3.0-or-later
// What people make of runs: names, folders, tags, notes, the trash.
#include "command.h"
#include "session.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <memory>

namespace ibot::cli {
namespace {

struct LabelArguments {
  std::string workspace, run, text;
  std::vector<std::string> runs, tags;
  std::int64_t note = 0, step = -1;
  double days = static_cast<double>(record::kTrashMicros) / (24 * 3600 * 1e6);
  bool remove = false, empty = false;
};

struct Opened {
  OpenedRun run;
  record::Store store;
};

base::Result<Opened> open_for_writing(const std::string& workspace, const std::string& run) {
  // Writing first: a reader of an earlier version's record would read a copy from before.
  IBOT_TRY(const record::Workspace folder, record::Workspace::open(workspace));
  IBOT_TRY(record::Store store, record::Store::open(folder));
  IBOT_TRY(OpenedRun opened, open_run(workspace, run));
  return Opened{std::move(opened), std::move(store)};
}

base::Status tag(const LabelArguments& arguments) {
  IBOT_TRY(Opened opened, open_for_writing(arguments.workspace, arguments.run));
  const std::string& id = opened.run.id;
  for (const std::string& tag : arguments.tags)
    IBOT_CHECK_OK(arguments.remove ? opened.store.remove_tag(id, tag) : opened.store.add_tag(id, tag));
  IBOT_TRY(const record::Run run, opened.run.reader.run(id));
  std::string line = id + ":";
  for (const std::string& tag : run.tags) line += " " + tag;
  print(run.tags.empty() ? id + " has no tags" : line);
  return {};
}

base::Status note(const LabelArguments& arguments) {
  IBOT_TRY(Opened opened, open_for_writing(arguments.workspace, arguments.run));
  const std::string& id = opened.run.id;
  if (arguments.remove) {
    if (arguments.note == 0) {
      return base::Error{base::ErrorCode::InvalidArgument, "which note is to be removed?", "--number N",
                         "`ibot note " + id + "` lists them"};
    }
    IBOT_CHECK_OK(opened.store.remove_note(id, arguments.note));
  } else if (!arguments.text.empty() && arguments.note != 0) {
    IBOT_CHECK_OK(opened.store.edit_note(id, arguments.note, arguments.text));
  } else if (!arguments.text.empty()) {
    const auto step = arguments.step < 0 ? std::nullopt : std::optional(arguments.step);
    IBOT_TRY([[maybe_unused]] const std::int64_t number, opened.store.add_note(id, arguments.text, step));
  }
  IBOT_TRY(const auto notes, opened.run.reader.notes(id));
  for (const record::Note& note : notes) {
    print(base::str(note.number, "  ", base::format_time(note.time),
                    note.step ? base::str("  step ", base::format_count(*note.step)) : "", "  ", note.text));
  }
  if (notes.empty()) print(id + " has no notes");
  return {};
}

base::Status rename(const LabelArguments& arguments) {
  IBOT_TRY(Opened opened, open_for_writing(arguments.workspace, arguments.run));
  IBOT_CHECK_OK(opened.store.rename_run(opened.run.id, arguments.text));
  print(opened.run.id + "  " + arguments.text);
  return {};
}

base::Status set_folder(const LabelArguments& arguments) {
  IBOT_TRY(record::Workspace workspace, record::Workspace::open(arguments.workspace));
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  for (const std::string& name : arguments.runs) {
    IBOT_TRY(const std::string run, reader.find_run(name));
    IBOT_CHECK_OK(store.set_folder(run, arguments.text));
    print(arguments.text.empty() ? run + " is in no folder" : run + " is in " + arguments.text);
  }
  return {};
}

base::Status empty_trash(record::Store& store, double days) {
  const auto age = static_cast<std::int64_t>(days * 24 * 3600 * 1e6);
  IBOT_TRY(const auto deleted, store.delete_trashed(base::now_micros() - age));
  for (const std::string& run : deleted) print(run + " was deleted for good");
  if (deleted.empty()) print("nothing in the trash is that old");
  return {};
}

base::Status trash(const LabelArguments& arguments, bool restore) {
  IBOT_TRY(record::Workspace workspace, record::Workspace::open(arguments.workspace));
  IBOT_TRY(record::Store store, record::Store::open(workspace));
  if (arguments.empty) return empty_trash(store, arguments.days);
  if (arguments.runs.empty()) {
    return base::Error{base::ErrorCode::InvalidArgument, "no run was named", "a run, or --empty", ""};
  }
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  for (const std::string& name : arguments.runs) {
    IBOT_TRY(const std::string run, reader.find_run(name));
    IBOT_CHECK_OK(restore ? store.restore_run(run) : store.trash_run(run));
    print(restore ? run + " is back" : run + " is in the trash; `ibot restore " + run + "` brings it back");
  }
  return {};
}

void add_run_option(CLI::App* command, LabelArguments& arguments) {
  command->add_option("run", arguments.run, "Id, name or the beginning of an id")->required();
}

void add_runs_option(CLI::App* command, LabelArguments& arguments) {
  command->add_option("runs", arguments.runs, "Ids, names or beginnings of ids");
}

}  // namespace

void add_labels(CLI::App& app) {
  {
    auto arguments = std::make_shared<LabelArguments>();
    CLI::App* command = app.add_subcommand("tag", "Give a run tags, or take them away");
    command->footer("Examples:\n  ibot tag demo good baseline\n  ibot tag demo good --remove");
    add_run_option(command, *arguments);
    command->add_option("tags", arguments->tags, "One or more words; none: list them");
    command->add_flag("--remove", arguments->remove, "Take them away");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return tag(*arguments); });
  }
  {
    auto arguments = std::make_shared<LabelArguments>();
    CLI::App* command = app.add_subcommand("note", "Write down something about a run, or read what was");
    command->footer(
        "Examples:\n  ibot note demo \"patch loss jumps here\" --step 1200\n  ibot note demo\n"
        "  ibot note demo --number 3 --remove");
    add_run_option(command, *arguments);
    command->add_option("text", arguments->text, "The note; none: list them");
    command->add_option("--step", arguments->step, "The moment it is about")->check(CLI::NonNegativeNumber);
    command->add_option("--number", arguments->note, "Change this note instead of adding one");
    command->add_flag("--remove", arguments->remove, "Remove the note --number");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return note(*arguments); });
  }
  {
    auto arguments = std::make_shared<LabelArguments>();
    CLI::App* command = app.add_subcommand("rename", "Give a run another name");
    command->footer("Example:\n  ibot rename 20261123-101500-1f2e3d baseline");
    add_run_option(command, *arguments);
    command->add_option("name", arguments->text, "The new name")->required();
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return rename(*arguments); });
  }
  {
    auto arguments = std::make_shared<LabelArguments>();
    CLI::App* command =
        app.add_subcommand("folder", "Put runs into a folder of that name; \"\" takes them out");
    command->footer("Example:\n  ibot folder masks demo demo-2");
    command->add_option("folder", arguments->text, "Name of the group")->required();
    add_runs_option(command, *arguments);
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return set_folder(*arguments); });
  }
  {
    auto arguments = std::make_shared<LabelArguments>();
    CLI::App* command = app.add_subcommand("trash", "Put runs into the trash, or empty it");
    command->footer(
        "Examples:\n  ibot trash 20261123-101500-1f2e3d\n  ibot trash --empty --days 7\n"
        "What is in the trash is kept whole until it is emptied.");
    add_runs_option(command, *arguments);
    command->add_flag("--empty", arguments->empty, "Delete for good what has been there for --days");
    command->add_option("--days", arguments->days, "How long, with --empty")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return trash(*arguments, false); });
  }
  {
    auto arguments = std::make_shared<LabelArguments>();
    CLI::App* command = app.add_subcommand("restore", "Bring runs back from the trash");
    command->footer("Example:\n  ibot restore 20261123-101500-1f2e3d");
    add_runs_option(command, *arguments);
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return trash(*arguments, true); });
  }
}

}  // namespace ibot::cli
