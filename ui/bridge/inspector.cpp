// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspector.h"

#include "program.h"

#include <ibot/protocol/frame.h>

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kGreetingMillis = 60'000;  // LibTorch from a cold disk takes its time
constexpr int kLongLifeMillis = 10'000;  // whoever lived so long did not die of its start
constexpr int kLongestDelayMillis = 30'000;
constexpr int kFarewellMillis = 1000;
constexpr qsizetype kMostSaid = 4096;

base::Error gone(const QString& why) {
  return {base::ErrorCode::Io, why.toStdString(), "", "The next request starts it again"};
}

}  // namespace

int restart_delay_millis(int deaths) {
  if (deaths <= 1) return 0;
  return std::min(kLongestDelayMillis, 500 << std::min(deaths - 2, 10));
}

Inspector::Inspector(QString program, QObject* parent)
    : QObject(parent), program_(program.isEmpty() ? Program::path() : std::move(program)) {
  patience_.setSingleShot(true);
  connect(&patience_, &QTimer::timeout, this, [this] {
    fail(tr("The inspection process did not greet within %1 s").arg(kGreetingMillis / 1000));
  });
  next_try_.setSingleShot(true);
  connect(&next_try_, &QTimer::timeout, this, &Inspector::start);
}

Inspector::~Inspector() {
  if (!process_) return;
  process_->disconnect(this);
  // Nothing of it is worth waiting for: it writes no file.
  process_->kill();
  process_->waitForFinished(kFarewellMillis);
}

int Inspector::in_flight() const {
  return static_cast<int>(
      std::count_if(pending_.begin(), pending_.end(), [](const auto& each) { return each.second.sent; }));
}

void Inspector::ask(protocol::Message request, QObject* context, Answer answer, Progress progress) {
  request.kind = protocol::MessageKind::Request;
  request.number = next_number_++;
  if (!request.tag.empty())
    std::erase_if(pending_, [&](const auto& each) { return each.second.request.tag == request.tag; });
  const std::uint64_t number = request.number;
  Pending& pending = pending_[number];
  pending = {std::move(request), context, std::move(answer), std::move(progress), false};
  if (state_ == State::Ready) {
    send(pending);
  } else if (state_ == State::Stopped) {
    const qint64 wait = rest_.isValid() ? restart_delay_millis(deaths_) - rest_.elapsed() : 0;
    if (wait <= 0) return start();
    next_try_.start(static_cast<int>(wait));
    set_state(State::Waiting);
  }
}

void Inspector::cancel(const std::string& tag) {
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const auto& each) { return each.second.request.tag == tag; });
  if (found == pending_.end()) return;
  if (found->second.sent && process_) {
    protocol::Message message;
    message.kind = protocol::MessageKind::Cancel;
    message.number = found->first;
    if (const auto bytes = protocol::encode(message))
      process_->write(reinterpret_cast<const char*>(bytes->data()), static_cast<qint64>(bytes->size()));
  }
  pending_.erase(found);
}

void Inspector::start() {
  reader_ = protocol::FrameReader();
  said_.clear();
  process_ = std::make_unique<QProcess>();
  connect(process_.get(), &QProcess::readyReadStandardOutput, this, &Inspector::read);
  connect(process_.get(), &QProcess::readyReadStandardError, this,
          [this] { said_ = (said_ + process_->readAllStandardError()).right(kMostSaid); });
  // Queued, so that no answer comes before ask() is over; by then the child may be another one.
  const QProcess* child = process_.get();
  connect(
      process_.get(), &QProcess::errorOccurred, this,
      [this, child](QProcess::ProcessError error) {
        if (child != process_.get() || error != QProcess::FailedToStart) return;
        fail(tr("The program %1 cannot be started: %2")
                 .arg(QDir::toNativeSeparators(program_), process_->errorString()));
      },
      Qt::QueuedConnection);
  connect(
      process_.get(), &QProcess::finished, this,
      [this, child](int code, QProcess::ExitStatus status) {
        if (child != process_.get()) return;
        fail(status == QProcess::CrashExit ? tr("The inspection process was ended by signal %1").arg(code)
                                           : tr("The inspection process ended with code %1").arg(code));
      },
      Qt::QueuedConnection);
  set_state(State::Starting);
  lifetime_.start();
  patience_.start(kGreetingMillis);
  process_->start(program_, {QStringLiteral("inspect"), QStringLiteral("--serve")});
}

void Inspector::read() {
  const QByteArray bytes = process_->readAllStandardOutput();
  reader_.feed(
      {reinterpret_cast<const std::byte*>(bytes.constData()), static_cast<std::size_t>(bytes.size())});
  // An answer may close the view that asked, or ask again; a failure drops the child.
  while (process_) {
    const auto message = reader_.next();
    if (!message)
      return fail(tr("The inspection process sent what cannot be read: %1")
                      .arg(QString::fromStdString(message.error().to_text())));
    if (!*message) return;
    take(**message);
  }
}

void Inspector::take(const protocol::Message& message) {
  switch (message.kind) {
    case protocol::MessageKind::Hello: {
      auto hello = protocol::Hello::from_message(message);
      if (!hello) return fail(QString::fromStdString(hello.error().to_text()));
      hello_ = std::move(*hello);
      patience_.stop();
      set_state(State::Ready);
      for (auto& [number, pending] : pending_) {
        if (!pending.sent) send(pending);
      }
      break;
    }
    case protocol::MessageKind::Reply:
      deaths_ = 0;
      problem_.clear();
      answer(message.number, message);
      break;
    case protocol::MessageKind::Error:
      if (!protocol::is_superseded(message)) answer(message.number, protocol::error_of(message));
      break;
    case protocol::MessageKind::Progress:
      report(message);
      break;
    case protocol::MessageKind::Request:
    case protocol::MessageKind::Cancel:
      break;
  }
}

void Inspector::send(Pending& pending) {
  pending.sent = true;
  const auto bytes = protocol::encode(pending.request);
  if (!bytes) {
    const std::uint64_t number = pending.request.number;
    // Never inside ask(): whoever asked is not ready for the answer.
    QMetaObject::invokeMethod(
        this, [this, number, error = bytes.error()] { answer(number, error); }, Qt::QueuedConnection);
    return;
  }
  process_->write(reinterpret_cast<const char*>(bytes->data()), static_cast<qint64>(bytes->size()));
  // Into the pipe now, as far as it takes it: from the event loop it would leave after everything that waits
  // to be painted. What the child has said meanwhile is read from the loop, never inside ask().
  QProcess* child = process_.get();
  disconnect(child, &QProcess::readyReadStandardOutput, this, &Inspector::read);
  child->waitForBytesWritten(0);
  connect(child, &QProcess::readyReadStandardOutput, this, &Inspector::read);
  if (child->bytesAvailable() > 0) {
    QMetaObject::invokeMethod(
        this,
        [this] {
          if (process_) read();
        },
        Qt::QueuedConnection);
  }
}

void Inspector::report(const protocol::Message& progress) const {
  const auto found = pending_.find(progress.number);
  if (found == pending_.end() || !found->second.context || !found->second.progress) return;
  const auto number = [&](const char* key) {
    const auto value = progress.body.find(key);
    return value != progress.body.end() && value->is_number_integer() ? value->get<qint64>() : qint64{0};
  };
  const auto what = progress.body.find("what");
  if (what == progress.body.end() || !what->is_string()) return;
  // A copy: who is told may ask anew, which replaces this one.
  const Progress told = found->second.progress;
  told(QString::fromStdString(what->get<std::string>()), number("done"), number("total"));
}

void Inspector::answer(std::uint64_t number, const base::Result<protocol::Message>& result) {
  const auto found = pending_.find(number);
  if (found == pending_.end()) return;
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  if (pending.context && pending.answer) pending.answer(result);
}

void Inspector::fail(const QString& why) {
  patience_.stop();
  if (!process_) return;
  said_ = (said_ + process_->readAllStandardError()).right(kMostSaid);
  const QString words = last_words();
  problem_ = words.isEmpty() ? why : tr("%1. It said: %2").arg(why, words);
  deaths_ = lifetime_.elapsed() > kLongLifeMillis ? 1 : deaths_ + 1;
  rest_.start();
  QProcess* dead = process_.release();
  dead->disconnect(this);
  // May be called from a signal of the process: it goes when that is over, and when it has really ended.
  if (dead->state() == QProcess::NotRunning) {
    dead->deleteLater();
  } else {
    connect(dead, &QProcess::finished, dead, &QObject::deleteLater);
    dead->kill();
  }
  set_state(State::Stopped);
  const auto waiting = std::exchange(pending_, {});
  for (const auto& [number, pending] : waiting) {
    if (pending.context && pending.answer) pending.answer(gone(problem_));
  }
}

void Inspector::set_state(State state) {
  if (state_ == state) return;
  state_ = state;
  Q_EMIT state_changed();
}

QString Inspector::last_words() const {
  const QList<QByteArray> lines = said_.trimmed().split('\n');
  return QString::fromUtf8(lines.last()).trimmed().left(200);
}

}  // namespace ibot::ui
