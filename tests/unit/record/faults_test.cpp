// SPDX-License-Identifier: GPL-3.0-or-later
// One scripted life of a run; each of its file operations fails once in each way. Whatever happens: errors
// are in words, the database is whole, and everything that was acknowledged is there.
#include "fixture.h"

#include <ibot/base/text.h>
#include <ibot/record/run_buffer.h>
#include <ibot/test/fault_vfs.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace ibot::record {
namespace {

using base::ErrorCode;
using test::Fault;
using test::FaultVfs;
using test::Lasting;

constexpr std::int64_t kBatch = 10;

double value_at(std::int64_t step) {
  return 1.0 / static_cast<double>(step + 1);
}

// What the record said yes to.
struct Acknowledged {
  std::optional<State> state;
  std::int64_t metrics = 0;          // steps below this were written ...
  std::int64_t durable_metrics = 0;  // ... and these before a call that promises to survive a power cut
  std::vector<std::int64_t> checkpoints;
  std::optional<std::int64_t> command;
  bool command_done = false;
  bool evaluated = false;
};

class Life {
 public:
  explicit Life(Workspace workspace) : workspace_(std::move(workspace)) {
    add([this] {
      auto opened = Store::open(workspace_);
      if (!opened) return base::Status(opened.error());
      store_.emplace(std::move(opened).value());
      return base::Status();
    });
    add([this] {
      return durable(store_->create_run(small_run("r")), [this] { said.state = State::Created; });
    });
    add([this] { return durable(store_->claim_run("r"), [this] { said.state = State::Preparing; }); });
    go_to(State::Running);
    for (std::int64_t batch = 0; batch < 4; ++batch) {
      write_metrics(batch * kBatch);
      if (batch % 2 == 1) add_checkpoint((batch + 1) * kBatch);
      if (batch == 2) add([this] { return store_->checkpoint_log(); });  // the log begins anew here
    }
    add([this] {
      auto number = store_->put_command("r", CommandKind::Publish);
      if (!number) return base::Status(number.error());
      return durable({}, [&] { said.command = *number; });
    });
    add([this] {
      auto taken = store_->take_command("r");
      return taken ? base::Status() : base::Status(taken.error());
    });
    add([this] {
      return durable(store_->finish_command(*said.command, true, "published"),
                     [this] { said.command_done = true; });
    });
    add([this] { return store_->add_probe("r", {"cat", 0, "cat.png", std::vector<std::byte>(6000)}); });
    add([this] {
      return store_->add_probe_snapshots("r", {{{40, "pca", "cat", "{}", std::vector<std::byte>(9000), 1}}});
    });
    add([this] {
      return durable(store_->add_evaluations("r", {{{40, "knn", "teacher", "top1", 0.5, "{}", 1}}}),
                     [this] { said.evaluated = true; });
    });
    go_to(State::Finishing);
    go_to(State::Completed);
    add([this] {
      store_.reset();
      return base::Status();
    });
  }

  // Goes on until the end or the first failure.
  base::Status live() {
    for (; next_ < steps_.size(); ++next_) {
      if (base::Status status = steps_[next_](); !status) return status;
    }
    return {};
  }
  bool is_over() const { return next_ == steps_.size(); }
  void die() { store_.reset(); }

  Acknowledged said;

 private:
  void add(std::function<base::Status()> step) { steps_.push_back(std::move(step)); }

  base::Status durable(const base::Status& status, const std::function<void()>& acknowledge) {
    if (!status) return status;
    said.durable_metrics = said.metrics;
    acknowledge();
    return {};
  }
  void go_to(State state) {
    add([this, state] { return durable(store_->set_state("r", state), [&] { said.state = state; }); });
  }
  void write_metrics(std::int64_t from) {
    add([this, from] {
      RunUpdate update;
      for (std::int64_t step = from; step < from + kBatch; ++step) {
        update.metrics.push_back({"loss", step, value_at(step), step});
        update.metrics.push_back({"rate", step, value_at(step), step});
      }
      update.log_lines = {"a line"};
      update.step = from + kBatch;
      base::Status status = store_->write("r", update);
      if (status) said.metrics = from + kBatch;
      return status;
    });
  }
  void add_checkpoint(std::int64_t step) {
    add([this, step] {
      Checkpoint checkpoint;
      checkpoint.step = step;
      checkpoint.path = base::str("checkpoints/", step);
      return durable(store_->add_checkpoint("r", checkpoint), [&] { said.checkpoints.push_back(step); });
    });
  }

  Workspace workspace_;
  std::optional<Store> store_;
  std::vector<std::function<base::Status()>> steps_;
  std::size_t next_ = 0;
};

void expect_whole(const Workspace& workspace, const Acknowledged& said, std::int64_t metrics) {
  if (std::filesystem::exists(workspace.record_file())) {
    EXPECT_EQ(integrity_of(workspace.record_file()), "ok");
  }
  // A record that nobody acknowledged may be missing; it must be possible to begin one there.
  ASSERT_TRUE(Store::open(workspace)) << Store::open(workspace).error().to_text();
  if (!said.state) return;
  auto reader = Reader::open(workspace);
  ASSERT_TRUE(reader) << reader.error().to_text();
  const auto run = reader->run("r");
  ASSERT_TRUE(run) << run.error().to_text();
  // The next state may have arrived without its acknowledgement, never an earlier one.
  EXPECT_TRUE(run->state == *said.state || is_legal(*said.state, run->state)) << to_string(run->state);
  for (const char* name : {"loss", "rate"}) {
    const auto curve = reader->curve("r", name);
    ASSERT_TRUE(curve) << curve.error().to_text();
    EXPECT_GE(static_cast<std::int64_t>(curve->size()), metrics);
    EXPECT_EQ(curve->size() % kBatch, 0U) << "a batch is whole or absent";
    for (std::size_t i = 0; i < curve->size(); ++i) {
      EXPECT_EQ((*curve)[i].step, static_cast<std::int64_t>(i));
      EXPECT_EQ((*curve)[i].value, value_at((*curve)[i].step));
    }
  }
  std::vector<std::int64_t> steps;
  const auto checkpoints = reader->checkpoints("r").value();
  for (const Checkpoint& checkpoint : checkpoints) steps.push_back(checkpoint.step);
  EXPECT_THAT(steps, testing::IsSupersetOf(said.checkpoints));
  if (said.command) {
    EXPECT_GE(reader->command(*said.command).value().done.has_value(), said.command_done);
  }
  EXPECT_GE(reader->evaluations("r").value().size(), said.evaluated ? 1U : 0U);
}

void expect_complete(const Workspace& workspace, const Acknowledged& said) {
  EXPECT_EQ(said.state, State::Completed);
  expect_whole(workspace, said, 4 * kBatch);
  Reader reader = Reader::open(workspace).value();
  EXPECT_EQ(reader.run("r").value().state, State::Completed);
  EXPECT_EQ(reader.commands("r").value().size(), 1U);
  EXPECT_EQ(reader.probe_steps("r", "pca", "cat").value().size(), 1U);
}

std::int64_t count_operations() {
  const test::TempDir dir;
  FaultVfs vfs;
  Life life(Workspace::create(dir.path()).value());
  life.live().value();
  return vfs.operations();
}

// The operations are dealt to several tests, each short.
constexpr std::int64_t kParts = 4;

class RecordFaults : public testing::TestWithParam<std::int64_t> {
 protected:
  // Calls `body(n)` for every kParts-th operation of the script.
  static void at_every_operation(const std::function<void(std::int64_t)>& body) {
    const std::int64_t operations = count_operations();
    ASSERT_GT(operations, 100);
    for (std::int64_t n = GetParam(); n < operations && !HasFailure(); n += kParts) {
      SCOPED_TRACE(base::str("operation ", n, " of ", operations));
      body(n);
    }
  }
};

// The operation fails, the person frees space or nothing needs to be done, the trainer tries again.
void expect_recovery(Fault fault, Lasting lasting, std::int64_t at, ErrorCode expected) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  FaultVfs vfs;
  Life life(workspace);
  vfs.arm(fault, at, lasting);
  for (int failures = 0; !life.is_over(); ++failures) {
    ASSERT_LT(failures, 3) << "does not recover";
    const base::Status status = life.live();
    vfs.disarm();
    if (status) continue;
    EXPECT_TRUE(status.error().code == expected || status.error().code == ErrorCode::PermissionDenied)
        << status.error().to_text();
    EXPECT_FALSE(status.error().hint.empty());
  }
  expect_complete(workspace, life.said);
}

TEST_P(RecordFaults, DiskFull) {
  at_every_operation([](std::int64_t n) {
    expect_recovery(Fault::NoSpace, Lasting::UntilDisarmed, n, ErrorCode::OutOfSpace);
  });
}

TEST_P(RecordFaults, HalfAWrite) {
  at_every_operation(
      [](std::int64_t n) { expect_recovery(Fault::ShortWrite, Lasting::Once, n, ErrorCode::OutOfSpace); });
}

TEST_P(RecordFaults, DiskError) {
  at_every_operation(
      [](std::int64_t n) { expect_recovery(Fault::IoError, Lasting::Once, n, ErrorCode::Io); });
}

// The process is killed; with `power_cut` also what was not synced is lost in part.
void expect_survival(std::int64_t at, bool power_cut) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  FaultVfs vfs;
  Life life(workspace);
  vfs.arm(Fault::Death, at, Lasting::UntilDisarmed);
  static_cast<void>(life.live());
  life.die();
  if (power_cut) vfs.power_cut(workspace.folder(), static_cast<std::uint64_t>(at));
  vfs.disarm();
  expect_whole(workspace, life.said, power_cut ? life.said.durable_metrics : life.said.metrics);
}

TEST_P(RecordFaults, Death) {
  at_every_operation([](std::int64_t n) { expect_survival(n, false); });
}

TEST_P(RecordFaults, PowerCut) {
  at_every_operation([](std::int64_t n) { expect_survival(n, true); });
}

INSTANTIATE_TEST_SUITE_P(Part, RecordFaults, testing::Range<std::int64_t>(0, kParts));

// The disk is full for a while: the run goes on, and nothing is missing afterwards.
TEST(RunBuffer, OutlivesAFullDisk) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  FaultVfs vfs;
  {
    Store store = Store::open(workspace).value();
    store.create_run(small_run("r")).value();
    store.claim_run("r").value();
    RunBuffer buffer("r");
    for (std::int64_t step = 0; step < 100; ++step) {
      if (step == 20) vfs.arm(Fault::NoSpace, 0, Lasting::UntilDisarmed);
      if (step == 80) vfs.disarm();
      buffer.metric("loss", step, value_at(step));
      const base::Status status = buffer.flush(store);
      EXPECT_EQ(status.ok(), step < 20 || step >= 80) << step;
      if (!status) {
        EXPECT_EQ(status.error().code, ErrorCode::OutOfSpace) << status.error().to_text();
      }
    }
  }
  EXPECT_EQ(Reader::open(workspace).value().curve("r", "loss").value().size(), 100U);
  EXPECT_EQ(integrity_of(workspace.record_file()), "ok");
}

}  // namespace
}  // namespace ibot::record
