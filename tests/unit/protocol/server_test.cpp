// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/protocol/frame_reader.h>
#include <ibot/protocol/server.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace ibot::protocol {
namespace {

using testing::HasSubstr;

/// A server on a thread and the other ends of its pipes.
class Served : public testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(::pipe(to_server_.data()), 0);
    ASSERT_EQ(::pipe(from_server_.data()), 0);
    ServerOptions options;
    options.in = to_server_[0];
    options.out = from_server_[1];
    options.hello.body = {{"version", "test"}};
    options.methods["echo"] = [](const Message& request, Job& job) -> base::Result<Message> {
      job.progress("echoing", 1, 2);
      Message reply;
      reply.body = request.body;
      reply.arrays = request.arrays;
      return reply;
    };
    options.methods["throw"] = [](const Message&, Job&) -> base::Result<Message> {
      throw std::runtime_error("a plugin threw");
    };
    options.methods["refuse"] = [](const Message&, Job&) -> base::Result<Message> {
      return base::Error{base::ErrorCode::NotFound, "no such picture", "a picture", "Choose another"};
    };
    // Works until it is no longer wanted.
    options.methods["long"] = [this](const Message&, Job& job) -> base::Result<Message> {
      {
        const std::lock_guard lock(mutex_);
        ++long_jobs_;
        began_.notify_all();
      }
      while (!job.unwanted()) std::this_thread::yield();
      return base::Error{base::ErrorCode::Cancelled, "stopped", "", ""};
    };
    server_ = std::thread([this, options] { EXPECT_TRUE(serve(options)); });
    ASSERT_EQ(receive().kind, MessageKind::Hello);
  }
  void TearDown() override {
    close_input();
    if (server_.joinable()) server_.join();
    ::close(to_server_[0]);
    ::close(from_server_[0]);
    ::close(from_server_[1]);
  }

  void close_input() {
    if (to_server_[1] >= 0) ::close(to_server_[1]);
    to_server_[1] = -1;
  }
  void send_bytes(std::span<const std::byte> bytes) {
    ASSERT_EQ(::write(to_server_[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void send(std::uint64_t number, std::string method, std::string tag = {},
            MessageKind kind = MessageKind::Request) {
    Message m;
    m.kind = kind;
    m.number = number;
    m.method = std::move(method);
    m.tag = std::move(tag);
    m.body = {{"value", number}};
    send_bytes(encode(m).value());
  }
  Message receive() {
    while (true) {
      auto message = reader_.next();
      if (!message) throw base::Exception(message.error());
      if (*message) return **message;
      std::array<std::byte, 4096> block{};
      const ssize_t read = ::read(from_server_[0], block.data(), block.size());
      if (read <= 0) throw std::runtime_error("the server's pipe ended");
      reader_.feed(std::span(block).first(static_cast<std::size_t>(read)));
    }
  }
  void wait_for_long_jobs(int count) {
    std::unique_lock lock(mutex_);
    began_.wait(lock, [&] { return long_jobs_ == count; });
  }

  std::array<int, 2> to_server_{}, from_server_{};
  std::thread server_;
  FrameReader reader_;
  std::mutex mutex_;
  std::condition_variable began_;
  int long_jobs_ = 0;
};

TEST_F(Served, AnswersWithTheRequestsNumberAfterProgress) {
  send(7, "echo", "strip");
  const Message progress = receive();
  EXPECT_EQ(progress.kind, MessageKind::Progress);
  EXPECT_EQ(progress.number, 7U);
  EXPECT_EQ(progress.body["what"], "echoing");
  const Message reply = receive();
  EXPECT_EQ(reply.kind, MessageKind::Reply);
  EXPECT_EQ(reply.number, 7U);
  EXPECT_EQ(reply.tag, "strip");
  EXPECT_EQ(reply.body["value"], 7);
}

TEST_F(Served, NoBadRequestEndsIt) {
  send(1, "throw");
  EXPECT_EQ(error_of(receive()).message, "a plugin threw");
  send(2, "refuse");
  const base::Error refused = error_of(receive());
  EXPECT_EQ(refused.code, base::ErrorCode::NotFound);
  EXPECT_EQ(refused.to_text(), "no such picture (expected: a picture). Choose another");
  send(3, "unheard_of");
  EXPECT_THAT(error_of(receive()).message, HasSubstr("unheard_of"));
  send(0, "echo");
  EXPECT_EQ(receive().kind, MessageKind::Error);
  send(4, "", "", MessageKind::Reply);
  EXPECT_EQ(receive().kind, MessageKind::Error);
  const std::array nonsense{std::byte{1}, std::byte{2}, std::byte{3}};
  send_bytes(nonsense);
  EXPECT_THAT(error_of(receive()).message, HasSubstr("no frame"));
  send(5, "echo");
  EXPECT_EQ(receive().kind, MessageKind::Progress);
  EXPECT_EQ(receive().number, 5U);
}

TEST_F(Served, ANewerRequestInterruptsTheOlderOneOfItsTag) {
  send(1, "long", "drag");
  wait_for_long_jobs(1);
  send(2, "long", "drag");  // interrupts 1
  const Message first = receive();
  EXPECT_TRUE(is_superseded(first));
  EXPECT_EQ(first.number, 1U);
  wait_for_long_jobs(2);
  send(3, "echo", "other");  // waits
  send(4, "echo", "other");  // takes its place
  const Message replaced = receive();
  EXPECT_TRUE(is_superseded(replaced));
  EXPECT_EQ(replaced.number, 3U);
  send(2, "", "", MessageKind::Cancel);
  const Message cancelled = receive();
  EXPECT_EQ(cancelled.number, 2U);
  EXPECT_FALSE(is_superseded(cancelled));
  EXPECT_EQ(error_of(cancelled).code, base::ErrorCode::Cancelled);
  EXPECT_EQ(receive().kind, MessageKind::Progress);
  EXPECT_EQ(receive().number, 4U);
}

TEST_F(Served, EndsWhenItsInputEndsAlsoInTheMiddleOfWork) {
  send(1, "long");
  wait_for_long_jobs(1);
  close_input();
  server_.join();  // hangs if it does not
}

TEST_F(Served, EndsWhenNobodyReadsItsAnswers) {
  ::close(from_server_[0]);
  send(1, "echo");
  server_.join();
  from_server_[0] = ::dup(0);
}

}  // namespace
}  // namespace ibot::protocol
