// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "run_history.h"

#include <QObject>
#include <QTimer>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ibot::ui {

/// The other thread of HistoryFollower: reads looks in slices, coarsely at first, so that a timeline can be
/// used at once, then looks for what is new.
class HistoryReader final : public QObject {
  Q_OBJECT

 public:
  static constexpr int kPollMillis = 500;

  HistoryReader();

  void follow(const QString& workspace, const QString& run);

 Q_SIGNALS:
  void changed(ibot::ui::RunHistoryPtr history);
  void problem(const QString& words);

 private:
  void poll();
  void read_slice();
  base::Status refresh();
  bool is_file_there(const record::Checkpoint& checkpoint) const;
  base::Status read_pictures();
  base::Status read_curve();
  /// The curve of agreement with parts out of the evaluations; false: there is none.
  base::Result<bool> read_agreement();
  base::Result<ProbeLookPtr> read_look(qint64 step);
  void send();
  void fail(const base::Error& error);
  void stop();

  QTimer* timer_;
  QTimer* slices_;
  std::optional<record::Reader> reader_;
  std::string run_, workspace_;
  std::int64_t counter_ = -1;
  RunHistory parts_;  ///< all but the looks
  std::vector<std::string> images_;
  std::map<qint64, ProbeLookPtr> looks_;
  std::vector<qint64> missing_;  ///< the next one to be read at the end
};

}  // namespace ibot::ui
