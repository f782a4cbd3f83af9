// SPDX-License-Identifier: GPL-3.0-or-later
#include "setting.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QSettings>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace ibot::ui {
namespace {

// A splitter that is dragged changes with every move of the hand.
constexpr std::chrono::milliseconds kGather{200};

class Writer {
 public:
  Writer() : thread_([this] { work(); }) {
    // Not later: QSettings needs the application's name.
    qAddPostRoutine(flush_settings);
  }
  ~Writer() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void put(const QString& key, const QVariant& value) {
    {
      const std::lock_guard lock(mutex_);
      waiting_[key] = value;
    }
    wake_.notify_all();
  }

  /// What is not in the file yet; an invalid value: it is to be removed.
  std::optional<QVariant> unwritten(const QString& key) const {
    const std::lock_guard lock(mutex_);
    for (const Changes* changes : {&waiting_, &writing_}) {
      if (const auto found = changes->find(key); found != changes->end()) return found->second;
    }
    return std::nullopt;
  }

  void flush() {
    std::unique_lock lock(mutex_);
    hurried_ = true;
    wake_.notify_all();
    written_.wait(lock, [this] { return waiting_.empty() && writing_.empty(); });
    hurried_ = false;
  }

 private:
  using Changes = std::map<QString, QVariant>;

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      wake_.wait_for(lock, kGather, [this] { return ended_ || hurried_; });
      writing_ = std::exchange(waiting_, {});
      lock.unlock();
      {
        QSettings settings;
        for (const auto& [key, value] : writing_)
          value.isValid() ? settings.setValue(key, value) : settings.remove(key);
      }
      lock.lock();
      writing_.clear();
      written_.notify_all();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable wake_, written_;
  Changes waiting_, writing_;
  bool hurried_ = false, ended_ = false;
  std::thread thread_;  // the last one: it uses the others
};

Writer& writer() {
  static Writer one;
  return one;
}

}  // namespace

QVariant read_setting(const QString& key, const QVariant& otherwise) {
  const std::optional<QVariant> unwritten = writer().unwritten(key);
  if (!unwritten) return QSettings().value(key, otherwise);
  return unwritten->isValid() ? *unwritten : otherwise;
}

bool has_setting(const QString& key) {
  const std::optional<QVariant> unwritten = writer().unwritten(key);
  return unwritten ? unwritten->isValid() : QSettings().contains(key);
}

void write_setting(const QString& key, const QVariant& value) {
  writer().put(key, value);
}

void remove_setting(const QString& key) {
  writer().put(key, {});
}

QString workspace_setting(const QString& group, const QString& folder) {
  const QByteArray hash =
      QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha1).toHex().left(16);
  return group + QLatin1Char('/') + QString::fromLatin1(hash);
}

void flush_settings() {
  writer().flush();
}

void clear_settings() {
  flush_settings();
  QSettings().clear();
}

}  // namespace ibot::ui
