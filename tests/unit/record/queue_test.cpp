// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <ibot/base/clock.h>
#include <ibot/record/queue.h>
#include <ibot/test/fault_vfs.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::record {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

ProcessIdentity dead_process() {
  ProcessIdentity dead = current_process();
  dead.start_mark += "0";
  return dead;
}

class QueueTest : public testing::Test, protected RecordFixture {
 protected:
  // Runs with these ids, waiting in this order. Returns the items' numbers.
  std::vector<std::int64_t> add(const std::vector<std::string>& ids, const NewQueueItem& item = {}) {
    std::vector<NewQueuedRun> runs;
    for (const std::string& id : ids) runs.push_back({small_run(id, 100), item});
    return queue.add_new(runs).value();
  }
  std::vector<std::string> order() {
    std::vector<std::string> runs;
    const QueueContents contents = reader().queue().value();
    for (const QueueItem& item : contents.items) runs.push_back(item.run);
    return runs;
  }
  QueueItem item(const std::string& run) {
    const QueueContents contents = reader().queue().value();
    for (const QueueItem& item : contents.items) {
      if (item.run == run) return item;
    }
    ADD_FAILURE() << "no item of " << run;
    return {};
  }
  void train(const std::string& run, State end) {
    store.claim_run(run).value();
    store.set_state(run, State::Running).value();
    RunUpdate update;
    update.step = end == State::Completed ? 100 : 50;
    store.write(run, update).value();
    if (end == State::Completed) store.set_state(run, State::Finishing).value();
    store.set_state(run, end, {"planned end", ""}).value();
  }

  Queue queue{store};
};

TEST_F(QueueTest, WorksOffInOrder) {
  add({"a", "b", "c"});
  EXPECT_THAT(order(), ElementsAre("a", "b", "c"));
  ASSERT_TRUE(queue.take_lease("cpu"));
  const auto first = queue.next("cpu").value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->run, "a");
  EXPECT_EQ(first->attempts, 1);
  EXPECT_EQ(first->state, QueueState::Running);
  // As long as it runs it is the one to work on.
  EXPECT_EQ(queue.next("cpu").value()->number, first->number);
  EXPECT_EQ(item("a").attempts, 1);
  ASSERT_TRUE(queue.finish(first->number, QueueState::Done, "planned end"));
  EXPECT_EQ(queue.next("cpu").value()->run, "b");
  EXPECT_THAT(order(), ElementsAre("b", "c", "a"));
  EXPECT_EQ(item("a").state, QueueState::Done);
  EXPECT_EQ(item("a").reason, "planned end");
}

TEST_F(QueueTest, DevicesHaveQueuesOfTheirOwn) {
  add({"a"});
  add({"b"}, {"cuda:0", 1});
  ASSERT_TRUE(queue.take_lease("cuda:0"));
  EXPECT_EQ(queue.next("cuda:0").value()->run, "b");
  ASSERT_TRUE(queue.take_lease("cpu"));
  EXPECT_EQ(queue.next("cpu").value()->run, "a");
  EXPECT_EQ(reader().queue().value().workers.size(), 2U);
  EXPECT_EQ(queue_slot("cuda"), "cuda:0");
  EXPECT_EQ(queue_slot("cpu"), "cpu");
}

TEST_F(QueueTest, MovesWaitingItemsAmongTheirDevice) {
  const auto numbers = add({"a", "b", "c"});
  add({"g"}, {"cuda:0", 1});
  ASSERT_TRUE(queue.move(numbers[2], 1));
  EXPECT_THAT(order(), ElementsAre("c", "a", "b", "g"));
  ASSERT_TRUE(queue.move(numbers[2], 2));
  EXPECT_THAT(order(), ElementsAre("a", "c", "b", "g"));
  ASSERT_TRUE(queue.move(numbers[0], 99)) << "behind the last";
  EXPECT_THAT(order(), ElementsAre("c", "b", "a", "g"));
  ASSERT_TRUE(queue.take_lease("cpu"));
  ASSERT_TRUE(queue.next("cpu"));
  EXPECT_EQ(queue.move(numbers[2], 1).error().code, ErrorCode::InvalidArgument) << "it runs";
  EXPECT_EQ(queue.move(77, 1).error().code, ErrorCode::NotFound);
}

TEST_F(QueueTest, RemovesAndRetries) {
  const auto numbers = add({"a", "b"});
  ASSERT_TRUE(queue.remove(numbers[0]));
  EXPECT_EQ(item("a").state, QueueState::Cancelled);
  ASSERT_TRUE(queue.retry(numbers[0]));
  EXPECT_THAT(order(), ElementsAre("b", "a")) << "behind the others";
  EXPECT_EQ(item("a").attempts, 0);
  EXPECT_EQ(queue.retry(numbers[0]).error().code, ErrorCode::AlreadyExists) << "it waits";

  ASSERT_TRUE(queue.take_lease("cpu"));
  ASSERT_TRUE(queue.next("cpu"));
  EXPECT_EQ(queue.remove(numbers[1]).error().code, ErrorCode::Busy);
  ASSERT_TRUE(queue.remove(numbers[0]));
  ASSERT_TRUE(queue.remove(numbers[0])) << "an ended item leaves the list";
  EXPECT_THAT(order(), ElementsAre("b"));
  EXPECT_TRUE(reader().run("a")) << "its run stays";
}

TEST_F(QueueTest, TakesOnlyRunsThatCanGoOn) {
  for (const char* id : {"complete", "stopped", "trashed"}) store.create_run(small_run(id, 100)).value();
  start("running");
  train("complete", State::Completed);
  train("stopped", State::Stopped);
  store.trash_run("trashed").value();
  const auto refusal = [&](const char* id) { return queue.add(id, {}).error().to_text(); };
  EXPECT_THAT(refusal("complete"), HasSubstr("ibot extend complete"));
  EXPECT_THAT(refusal("running"), HasSubstr("is running already"));
  EXPECT_THAT(refusal("trashed"), HasSubstr("ibot restore trashed"));
  EXPECT_EQ(queue.add("none", {}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(queue.add("stopped", {"", 1}).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(queue.add("stopped", {"cpu", 0}).error().code, ErrorCode::InvalidArgument);
  ASSERT_TRUE(queue.add("stopped", {}));
  EXPECT_EQ(queue.add("stopped", {}).error().code, ErrorCode::AlreadyExists);

  PlanSegment segment;
  segment.to_step = 200;
  segment.plan_json = "{}";
  store.extend_plan("complete", segment).value();
  EXPECT_TRUE(queue.add("complete", {})) << "it was extended";
}

TEST_F(QueueTest, WaitingRunCannotGoIntoTheTrash) {
  const auto numbers = add({"a"});
  const auto refused = store.trash_run("a").error();
  EXPECT_THAT(refused.to_text(), HasSubstr("ibot queue remove"));
  ASSERT_TRUE(queue.remove(numbers[0]));
  ASSERT_TRUE(store.trash_run("a"));
  store.delete_trashed(base::now_micros()).value();
  EXPECT_TRUE(order().empty()) << "what is deleted is in no list";
}

TEST_F(QueueTest, NewRunsAreQueuedAllOrNone) {
  store.create_run(small_run("known")).value();
  const std::vector<NewQueuedRun> runs = {{small_run("fresh"), {}}, {small_run("known"), {}}};
  EXPECT_EQ(queue.add_new(runs).error().code, ErrorCode::AlreadyExists);
  EXPECT_TRUE(order().empty());
  EXPECT_EQ(reader().run("fresh").error().code, ErrorCode::NotFound);
}

TEST_F(QueueTest, NewRunsKeepTheirFolder) {
  NewRun run = small_run("a");
  run.folder = "masks";
  ASSERT_TRUE(queue.add_new(std::vector<NewQueuedRun>{{run, {}}}));
  EXPECT_EQ(reader().run("a").value().folder, "masks");
}

TEST_F(QueueTest, DeviceHasOneWorkerAtATime) {
  ASSERT_TRUE(queue.take_lease("cpu", current_process()));
  Store other_store = Store::open(workspace).value();
  Queue other(other_store);
  ProcessIdentity init = process_with_pid(1);
  const auto refused = other.take_lease("cpu", init).error();
  EXPECT_EQ(refused.code, ErrorCode::Busy);
  EXPECT_THAT(refused.to_text(), HasSubstr("worked off already, by process"));
  EXPECT_EQ(other.next("cpu").error().code, ErrorCode::Cancelled) << "without the lease nothing is started";
  ASSERT_TRUE(queue.give_lease("cpu"));
  EXPECT_TRUE(other.take_lease("cpu", init));
  EXPECT_EQ(queue.keep_lease("cpu").error().code, ErrorCode::Cancelled);
}

// What the killed worker had taken is taken up, and counts as the same attempt.
TEST_F(QueueTest, DeadWorkerIsReplacedAndItsItemAdopted) {
  add({"a", "b"});
  ASSERT_TRUE(queue.take_lease("cpu", dead_process()));
  const auto taken = queue.next("cpu").value();
  Store other_store = Store::open(workspace).value();
  Queue other(other_store);
  ASSERT_TRUE(other.take_lease("cpu"));
  const auto adopted = other.next("cpu").value();
  EXPECT_EQ(adopted->number, taken->number);
  EXPECT_EQ(adopted->attempts, 1);
  EXPECT_EQ(adopted->before, ProcessIdentity{}) << "nobody has held the run yet";
  const auto lost = queue.finish(taken->number, QueueState::Done, "").error();
  EXPECT_EQ(lost.code, ErrorCode::Cancelled);
  EXPECT_THAT(lost.message, HasSubstr("taken over by another process"));
}

// Of two trainers that were started for one attempt, the second finds the run taken, even if it is over by
// then.
TEST_F(QueueTest, SecondTrainerOfAnAttemptFindsTheRunTaken) {
  add({"a"});
  ASSERT_TRUE(queue.take_lease("cpu"));
  const ProcessIdentity before = queue.next("cpu").value()->before;
  ASSERT_TRUE(store.claim_run("a", current_process(), before));
  Store second = Store::open(workspace).value();
  EXPECT_EQ(second.claim_run("a", process_with_pid(1), before).error().code, ErrorCode::Busy);
  store.set_state("a", State::Running).value();
  store.set_state("a", State::Stopped).value();
  const auto refused = second.claim_run("a", process_with_pid(1), before).error();
  EXPECT_EQ(refused.code, ErrorCode::Busy);
  EXPECT_THAT(refused.message, HasSubstr("in the meantime"));
}

TEST_F(QueueTest, AttemptsAreCountedAndEnd) {
  const auto numbers = add({"a"}, {"cpu", 2});
  ASSERT_TRUE(queue.take_lease("cpu"));
  ASSERT_TRUE(queue.next("cpu"));
  train("a", State::Failed);
  const QueueItem again = queue.try_again(numbers[0], "it failed").value();
  EXPECT_EQ(again.attempts, 2);
  EXPECT_EQ(again.before, current_process()) << "the trainer of the first attempt";
  EXPECT_EQ(item("a").reason, "it failed");
  EXPECT_EQ(queue.try_again(numbers[0], "again").error().code, ErrorCode::InvalidArgument);
  ASSERT_TRUE(queue.finish(numbers[0], QueueState::Failed, "again"));
  EXPECT_THAT(queue_sentence(item("a"), reader().run("a").value(), base::now_micros()),
              HasSubstr("failed after 2 attempts: again"));
  EXPECT_FALSE(queue.next("cpu").value());
}

TEST_F(QueueTest, RunThatEndedByHandIsClosedOnTheWay) {
  add({"a", "b"});
  train("a", State::Completed);
  ASSERT_TRUE(queue.take_lease("cpu"));
  EXPECT_EQ(queue.next("cpu").value()->run, "b");
  EXPECT_EQ(item("a").state, QueueState::Done);
  EXPECT_EQ(item("a").attempts, 0);
}

TEST_F(QueueTest, RunThatWasStartedByHandIsFollowed) {
  add({"a"});
  ASSERT_TRUE(store.claim_run("a"));
  ASSERT_TRUE(queue.take_lease("cpu"));
  const auto taken = queue.next("cpu").value();
  EXPECT_NE(taken->before, reader().run("a").value().process) << "its trainer is there already";
}

TEST_F(QueueTest, WorkerIsAskedToStop) {
  EXPECT_EQ(queue.stop_worker("cpu").error().code, ErrorCode::NotFound);
  ASSERT_TRUE(queue.take_lease("cpu", dead_process()));
  EXPECT_EQ(queue.stop_worker("cpu").error().code, ErrorCode::NotFound) << "it died";
  ASSERT_TRUE(queue.take_lease("cpu"));
  EXPECT_FALSE(queue.keep_lease("cpu").value());
  ASSERT_TRUE(queue.stop_worker("cpu"));
  EXPECT_TRUE(queue.keep_lease("cpu").value());
}

TEST_F(QueueTest, SentencesSayHowItStands) {
  const auto numbers = add({"a"}, {"cpu", 3});
  const auto sentence = [&] {
    return queue_sentence(item("a"), reader().run("a").value(), base::now_micros());
  };
  EXPECT_EQ(sentence(), "waiting");
  ASSERT_TRUE(queue.take_lease("cpu"));
  ASSERT_TRUE(queue.next("cpu"));
  EXPECT_EQ(sentence(), "about to start");
  ASSERT_TRUE(store.claim_run("a"));
  EXPECT_EQ(sentence(), "preparing, step 0 of 100");
  ASSERT_TRUE(store.set_state("a", State::Failed, {"io", "the disk broke"}));
  EXPECT_EQ(sentence(), "failed; a worker will see to it");
  ASSERT_TRUE(queue.try_again(numbers[0], "the disk broke"));
  EXPECT_EQ(sentence(), "about to start, attempt 2 of 3");
}

TEST(QueueDisk, FullWhileQueueingIsSaidAndLosesNothing) {
  const test::TempDir dir;
  const auto workspace = Workspace::create(dir.path()).value();
  test::FaultVfs vfs;
  Store store = Store::open(workspace).value();
  Queue queue(store);
  ASSERT_TRUE(queue.add_new(std::vector<NewQueuedRun>{{small_run("first"), {}}}));
  vfs.arm(test::Fault::NoSpace, 0, test::Lasting::UntilDisarmed);
  const std::vector<NewQueuedRun> more = {{small_run("second"), {}}, {small_run("third"), {}}};
  const auto refused = queue.add_new(more);
  vfs.disarm();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::OutOfSpace) << refused.error().to_text();
  Reader reader = Reader::open(workspace).value();
  EXPECT_EQ(reader.queue().value().items.size(), 1U);
  EXPECT_EQ(reader.runs().value().size(), 1U);
  ASSERT_TRUE(queue.add_new(more)) << "the same again, once there is room";
  EXPECT_EQ(reader.queue().value().items.size(), 3U);
}

TEST(ProcessText, ReadsBack) {
  const ProcessIdentity process = current_process();
  EXPECT_EQ(parse_process(to_text(process)), process);
  EXPECT_EQ(parse_process(to_text(ProcessIdentity{})), ProcessIdentity{});
  EXPECT_FALSE(parse_process(""));
  EXPECT_FALSE(parse_process("x,y,z"));
}

}  // namespace
}  // namespace ibot::record
