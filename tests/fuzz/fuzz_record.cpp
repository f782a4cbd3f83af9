// SPDX-License-Identifier: GPL-3.0-or-later
// A good record with bytes changed, or any bytes at all, opened and read through the Reader. The first byte
// of the input chooses: 0 takes the rest as the file; otherwise it is how many 64ths of the good file are
// left, and each four bytes of the rest are a position (three) and a value to put there.
#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/log.h>
#include <ibot/record/reader.h>
#include <ibot/record/store.h>

#include <sqlite3.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace {

using namespace ibot;
using namespace ibot::record;
using Bytes = std::vector<std::byte>;

void require(bool condition, const char* what) {
  if (condition) return;
  std::cerr << "promise broken: " << what << '\n';
  std::abort();
}

// Two runs with a little of everything; in small pages, so that each holds something.
Bytes make_good_record(const Workspace& workspace) {
  {
    Store store = Store::open(workspace).value();
    NewRun run;
    run.id = "a";
    run.plan_json = "{}";
    run.planned_steps = 100;
    store.create_run(run).value();
    run.id = "b";
    run.parent = Lineage{"a", 50};
    store.create_run(run).value();
    store.claim_run("a").value();
    RunUpdate update;
    for (std::int64_t step = 0; step < 100; ++step) update.metrics.push_back({"loss", step, 1.0, step});
    update.events.push_back({0, 1, 1, EventLevel::Warning, "kind", "text", "{}"});
    update.log_lines = {"one", "two"};
    store.write("a", update).value();
    Checkpoint checkpoint;
    checkpoint.path = "checkpoints/1";
    store.add_checkpoint("a", checkpoint).value();
    store.put_command("a", CommandKind::Stop, "{}").value();
    store.add_probe("a", {"cat", 0, "cat.png", Bytes(700)}).value();
    store.add_probe_snapshots("a", {{{1, "pca", "cat", "{}", Bytes(900), 1}}}).value();
    store.add_evaluations("a", {{{1, "knn", "teacher", "top1", 0.5, "{}", 1}}}).value();
    store.add_tag("a", "tag").value();
    store.add_note("a", "note").value();
    store.set_folder("a", "group").value();
    run.id = "c";
    store.create_run(run).value();
    store.trash_run("c").value();
    store.delete_trashed(base::now_micros()).value();
    store.trash_run("b").value();
    run.id = "d";
    Queue queue(store);
    queue.add_new({{{run, {}}}}).value();
    queue.take_lease("cpu").value();
    queue.next("cpu").value();
  }
  sqlite3* handle = nullptr;
  sqlite3_open(workspace.record_file().c_str(), &handle);
  const int code = sqlite3_exec(handle, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM",
                                nullptr, nullptr, nullptr);
  sqlite3_close(handle);
  require(code == SQLITE_OK, "the good record can be packed");
  return base::read_file(workspace.record_file()).value();
}

class Bench {
 public:
  Bench() : workspace_(Workspace::create(folder()).value()), good_(make_good_record(workspace_)) {}
  ~Bench() { std::filesystem::remove_all(workspace_.folder()); }

  const Workspace& workspace() const { return workspace_; }
  const Bytes& good() const { return good_; }

 private:
  static std::filesystem::path folder() {
    const std::filesystem::path memory = "/dev/shm";
    const auto parent =
        std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    return parent / ("ibot-fuzz-record-" + std::to_string(::getpid()));
  }
  Workspace workspace_;
  Bytes good_;
};

Bytes file_from(const std::uint8_t* data, std::size_t size, const Bytes& good) {
  if (size == 0) return good;
  const auto* rest = reinterpret_cast<const std::byte*>(data) + 1;
  if (data[0] == 0) return {rest, rest + size - 1};
  Bytes file = good;
  for (std::size_t at = 0; at + 4 < size; at += 4) {
    const std::size_t position = data[at + 1] | data[at + 2] << 8 | data[at + 3] << 16;
    file[position % file.size()] = rest[at + 3];
  }
  if (data[0] < 64) file.resize(file.size() * data[0] / 64);
  return file;
}

template <class T>
void check(const base::Result<T>& result) {
  require(result.ok() || !result.error().message.empty(), "a failure has words");
  require(result.ok() || result.error().code != base::ErrorCode::Internal, "no file is a bug of ours");
}

void read_everything(Reader& reader) {
  check(reader.change_counter());
  check(reader.find_run("b"));
  check(reader.deleted_runs());
  check(reader.queue());
  const auto runs = reader.runs();
  check(runs);
  std::vector<std::string> ids{"a"};
  if (runs) {
    for (const record::Run& run : *runs) {
      require(is_valid_run_id(run.id), "run ids are folder names");
      ids.push_back(run.id);
    }
  }
  ids.resize(std::min<std::size_t>(ids.size(), 4));
  for (const std::string& id : ids) {
    check(reader.run(id));
    check(reader.plan(id));
    check(reader.hashed_texts(id));
    check(reader.children(id));
    check(reader.notes(id));
    check(reader.metric_names(id));
    check(reader.curve(id, "loss"));
    check(reader.coarse_curve(id, "loss", 1));
    check(reader.events(id));
    check(reader.evaluations(id));
    check(reader.log_tail(id));
    check(reader.commands(id));
    check(reader.probes(id));
    check(reader.probe_steps(id, "pca", "cat"));
    check(reader.probe_snapshot(id, "pca", "cat"));
    const auto checkpoints = reader.checkpoints(id);
    check(checkpoints);
    if (!checkpoints) continue;
    for (const Checkpoint& checkpoint : *checkpoints) {
      require(is_safe_relative_path(checkpoint.path), "checkpoints stay below their run");
    }
  }
  check(reader.command(1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Bench bench;
  const Bytes file = file_from(data, size, bench.good());
  // A database is never replaced.
  const std::filesystem::path record = bench.workspace().record_file();
  if (!base::remove_file(record) || !base::write_file_atomically(record, file)) std::abort();
  ReaderOptions options;
  options.file_system = FileSystem{"nfs", true};  // reads the file alone, without making a log beside it
  auto reader = Reader::open(bench.workspace(), options);
  check(reader);
  if (size == 0) require(reader.ok(), "the good record is good");
  if (reader) read_everything(*reader);
  return 0;
}
