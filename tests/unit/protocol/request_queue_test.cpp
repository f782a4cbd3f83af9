// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/protocol/request_queue.h>

#include <gtest/gtest.h>

#include <thread>

namespace ibot::protocol {
namespace {

using Stop = RequestQueue::Stop;

Message request(std::uint64_t number, std::string tag = {}) {
  Message m;
  m.number = number;
  m.tag = std::move(tag);
  return m;
}

TEST(RequestQueue, ANewerRequestTakesThePlaceOfAWaitingOne) {
  RequestQueue queue;
  EXPECT_EQ(queue.push(request(1, "a")).value(), std::nullopt);
  EXPECT_EQ(queue.push(request(2, "b")).value(), std::nullopt);
  EXPECT_EQ(queue.push(request(3, "a")).value(), 1U);
  EXPECT_EQ(queue.push(request(4)).value(), std::nullopt);
  EXPECT_EQ(queue.push(request(5)).value(), std::nullopt) << "without a tag none is replaced";
  EXPECT_EQ(queue.take()->number, 2U);
  EXPECT_EQ(queue.take()->number, 3U);
  EXPECT_EQ(queue.take()->number, 4U);
  EXPECT_EQ(queue.take()->number, 5U);
}

TEST(RequestQueue, TellsWhatIsBeingAnsweredToStop) {
  RequestQueue queue;
  queue.push(request(1, "a")).value();
  queue.take();
  EXPECT_EQ(queue.stop(), Stop::No);
  queue.push(request(2, "b")).value();
  EXPECT_EQ(queue.stop(), Stop::No);
  queue.push(request(3, "a")).value();
  EXPECT_EQ(queue.stop(), Stop::Superseded);
  EXPECT_EQ(queue.take()->number, 2U);
  EXPECT_EQ(queue.stop(), Stop::No);
}

TEST(RequestQueue, CancelsWhatWaitsAndWhatIsBeingAnswered) {
  RequestQueue queue;
  queue.push(request(1)).value();
  queue.push(request(2)).value();
  queue.take();
  EXPECT_TRUE(queue.cancel(2));
  EXPECT_FALSE(queue.cancel(2));
  EXPECT_FALSE(queue.cancel(99));
  EXPECT_EQ(queue.stop(), Stop::No);
  EXPECT_FALSE(queue.cancel(1));
  EXPECT_EQ(queue.stop(), Stop::Cancelled);
}

TEST(RequestQueue, RefusesMoreThanCanBeAnswered) {
  RequestQueue queue;
  for (std::size_t i = 1; i <= RequestQueue::kMostWaiting; ++i) ASSERT_TRUE(queue.push(request(i)));
  EXPECT_EQ(queue.push(request(9999)).error().code, base::ErrorCode::Busy);
}

TEST(RequestQueue, ClosingEndsTheWait) {
  RequestQueue queue;
  queue.push(request(1)).value();
  queue.take();
  std::thread closer([&] { queue.close(); });
  EXPECT_EQ(queue.take(), std::nullopt);
  closer.join();
  EXPECT_EQ(queue.stop(), Stop::Closed);
}

}  // namespace
}  // namespace ibot::protocol
