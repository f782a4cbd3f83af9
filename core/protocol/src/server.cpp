// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/protocol/frame_reader.h>
#include <ibot/protocol/request_queue.h>
#include <ibot/protocol/server.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <new>
#include <thread>

namespace ibot::protocol {

Job::~Job() = default;

namespace {

/// The pipe to the client. Any thread.
class Writer {
 public:
  Writer(int out, RequestQueue& queue) : out_(out), queue_(queue) {}

  void send(const Message& message) {
    auto bytes = encode(message);
    // A result beyond the limits is said in words.
    if (!bytes) bytes = encode(error_message(message.number, bytes.error()));
    if (!bytes) return;
    const std::lock_guard lock(mutex_);
    for (std::size_t done = 0; done < bytes->size() && !broken_;) {
      const ssize_t written = ::write(out_, bytes->data() + done, bytes->size() - done);
      if (written > 0) {
        done += static_cast<std::size_t>(written);
      } else if (written < 0 && errno != EINTR) {
        broken_ = true;
      }
    }
    // Nobody is there who could read an answer.
    if (broken_) queue_.close();
  }

 private:
  const int out_;
  RequestQueue& queue_;
  std::mutex mutex_;
  bool broken_ = false;
};

class ServerJob final : public Job {
 public:
  ServerJob(std::uint64_t number, const RequestQueue& queue, Writer& writer)
      : number_(number), queue_(queue), writer_(writer) {}
  bool unwanted() const override { return queue_.stop() != RequestQueue::Stop::No; }
  void progress(std::string_view what, std::int64_t done, std::int64_t total) override {
    Message message;
    message.kind = MessageKind::Progress;
    message.number = number_;
    message.body = {{"what", what}, {"done", done}, {"total", total}};
    writer_.send(message);
  }

 private:
  const std::uint64_t number_;
  const RequestQueue& queue_;
  Writer& writer_;
};

void accept(Message message, RequestQueue& queue, Writer& writer) {
  const std::uint64_t number = message.number;
  if (message.kind == MessageKind::Cancel) {
    if (queue.cancel(number)) writer.send(cancelled_message(number));
    return;
  }
  if (message.kind != MessageKind::Request || number == 0) {
    return writer.send(
        error_message(0, {base::ErrorCode::InvalidArgument, base::str("a ", to_string(message.kind), " came"),
                          "a request with a number from 1, or cancel", ""}));
  }
  const auto replaced = queue.push(std::move(message));
  if (!replaced) return writer.send(error_message(number, replaced.error()));
  if (*replaced) writer.send(superseded_message(**replaced));
}

// Until the pipe ends or the queue is closed, of which `closed` (a pipe) tells.
void read_requests(int in, int closed, RequestQueue& queue, Writer& writer) {
  FrameReader reader;
  std::array<std::byte, 65536> block;
  while (true) {
    std::array<pollfd, 2> both{{{in, POLLIN, 0}, {closed, POLLIN, 0}}};
    if (::poll(both.data(), both.size(), -1) < 0 && errno != EINTR) break;
    if (both[1].revents != 0) break;
    if (both[0].revents == 0) continue;
    const ssize_t read = ::read(in, block.data(), block.size());
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) break;
    reader.feed(std::span(block).first(static_cast<std::size_t>(read)));
    while (true) {
      auto message = reader.next();
      if (!message) {
        writer.send(error_message(reader.failed_number(), message.error()));
      } else if (*message) {
        accept(std::move(**message), queue, writer);
      } else {
        break;
      }
    }
  }
  queue.close();
}

base::Result<Message> run_method(const ServerOptions& options, const Message& request, Job& job) {
  const auto method = options.methods.find(request.method);
  if (method == options.methods.end()) {
    return base::Error{base::ErrorCode::Unsupported,
                       "there is no method " + base::quote_untrusted(request.method), "", ""};
  }
  try {
    return method->second(request, job);
  } catch (const base::Exception& e) {
    return e.error();
  } catch (const std::bad_alloc&) {
    return base::Error{base::ErrorCode::OutOfMemory, "the machine has not enough memory for this", "", ""};
  } catch (const std::exception& e) {
    return base::Error{base::ErrorCode::Internal, e.what(), "", ""};
  }
}

Message answer(const ServerOptions& options, const Message& request, RequestQueue& queue, Writer& writer) {
  ServerJob job(request.number, queue, writer);
  base::Result<Message> result = run_method(options, request, job);
  // An answer that is done is sent, wanted or not: whoever asked drops it.
  if (result) {
    result->kind = MessageKind::Reply;
    result->number = request.number;
    result->tag = request.tag;
    return std::move(*result);
  }
  switch (queue.stop()) {
    case RequestQueue::Stop::Superseded:
      return superseded_message(request.number);
    case RequestQueue::Stop::Cancelled:
    case RequestQueue::Stop::Closed:
      return cancelled_message(request.number);
    case RequestQueue::Stop::No:
      break;
  }
  return error_message(request.number, result.error());
}

}  // namespace

base::Status serve(const ServerOptions& options) {
  std::array<int, 2> closed{};
  if (::pipe(closed.data()) != 0)
    return base::Error{base::ErrorCode::Io, base::str("no pipe: ", std::strerror(errno)), "", ""};
  RequestQueue queue;
  Writer writer(options.out, queue);
  Message hello = options.hello;
  hello.kind = MessageKind::Hello;
  writer.send(hello);
  std::thread reader([&] { read_requests(options.in, closed[0], queue, writer); });
  while (const std::optional<Message> request = queue.take()) {
    writer.send(answer(options, *request, queue, writer));
  }
  ::close(closed[1]);
  reader.join();
  ::close(closed[0]);
  return {};
}

}  // namespace ibot::protocol
