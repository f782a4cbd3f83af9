// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/protocol/frame_reader.h>
#include <ibot/protocol/hello.h>
#include <ibot/protocol/message.h>

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QProcess>
#include <QString>
#include <QTimer>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

namespace ibot::ui {

/// The window's private child, `ibot inspect --serve`, which loads plugins and owns models so that the window
/// need not. Started with the first request. When it dies, every request in flight is answered with the
/// reason in words, and the next request starts it again: at once after the first death, later and later
/// after the next ones. Lives on the window's thread, where answers come too; no call waits.
class Inspector final : public QObject {
  Q_OBJECT

 public:
  using Answer = std::function<void(const base::Result<protocol::Message>&)>;
  /// What is being done for a long answer; `total` 0: not known.
  using Progress = std::function<void(const QString& what, qint64 done, qint64 total)>;

  /// `program` empty: `ibot` beside this program.
  explicit Inspector(QString program = {}, QObject* parent = nullptr);
  ~Inspector() override;

  /// Asks for `request.method` with its body and arrays. A newer request with the same tag takes the place of
  /// an older one, whose answer is then never given; nor is it when `context` has gone. `progress` may come
  /// before the answer, any number of times.
  void ask(protocol::Message request, QObject* context, Answer answer, Progress progress = {});
  /// Nobody wants the answer to the request of this tag any more: it is not given, and the work for it stops.
  void cancel(const std::string& tag);

  enum class State : std::uint8_t {
    Stopped = 1,  ///< not asked yet, or dead
    Starting,
    Ready,
    Waiting,  ///< for the next try, after it died too often
  };
  State state() const { return state_; }
  /// Why it ended last, in words; empty while it has not, and once it answers again.
  const QString& problem() const { return problem_; }
  /// Of the child; 0: none runs.
  qint64 process_id() const { return process_ ? process_->processId() : 0; }
  /// Requests that were sent and not answered yet.
  int in_flight() const;
  /// What the child said of itself.
  const protocol::Hello& hello() const { return hello_; }

 Q_SIGNALS:
  void state_changed();

 private:
  struct Pending {
    protocol::Message request;
    QPointer<QObject> context;
    Answer answer;
    Progress progress;
    bool sent = false;
  };

  void start();
  void read();
  void take(const protocol::Message& message);
  void send(Pending& pending);
  void report(const protocol::Message& progress) const;
  void answer(std::uint64_t number, const base::Result<protocol::Message>& result);
  /// The child cannot be used any more: says why to everybody who waits.
  void fail(const QString& why);
  void set_state(State state);
  QString last_words() const;

  QString program_;
  std::unique_ptr<QProcess> process_;
  protocol::FrameReader reader_;
  protocol::Hello hello_;
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t next_number_ = 1;
  State state_ = State::Stopped;
  QString problem_;
  QByteArray said_;  ///< the end of what it printed on standard error
  QTimer patience_;  ///< for the greeting
  QTimer next_try_;
  QElapsedTimer lifetime_;  ///< of the child
  QElapsedTimer rest_;      ///< since it died
  int deaths_ = 0;          ///< in a row, each soon after its start
};

/// How long to wait before the next start after so many early deaths in a row.
int restart_delay_millis(int deaths);

}  // namespace ibot::ui
