// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "probe_view.h"
#include "record_changes.h"

#include <ibot/record/reader.h>
#include <ibot/record/store.h>

#include <QObject>
#include <QTimer>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace ibot::ui {

/// Reads a workspace's record on a thread of its own, and writes what people say about runs. Looks for
/// changes four times a second: a question that costs microseconds while nothing happens. Lives on the
/// record's thread; called by queued connections alone (see Record).
class RecordWorker final : public QObject {
  Q_OBJECT

 public:
  static constexpr int kPollMillis = 250;

  explicit RecordWorker(QObject* parent = nullptr);
  ~RecordWorker() override;

  void open(const QString& folder);
  void close();
  /// Which curves to follow from now on. Those that are new are sent whole.
  void follow(const std::vector<CurveKey>& curves);
  /// Which run's details to follow; empty: none.
  void show(const QString& run);
  /// Whose probe pictures to send: the newest at once, and while `live` each newer one.
  void watch_probes(const QString& run, bool live);
  /// Runs one write on this thread; a failure becomes problem().
  void write(const std::function<base::Status(record::Store&)>& action, const QString& what);

 Q_SIGNALS:
  /// The workspace is open; `mode` says in words why it is not followed live, or is empty.
  void opened(const QString& folder, const QString& mode);
  void runs_changed(ibot::ui::RunViews runs);
  void runs_removed(const QStringList& runs);
  void curves_changed(ibot::ui::CurveChunks chunks);
  void details_changed(ibot::ui::RunDetailsPtr details);
  void queue_changed(ibot::ui::QueueViewPtr queue);
  void probes_changed(ibot::ui::ProbeViewPtr view);
  void problem(ibot::ui::RecordProblem problem);

 private:
  void poll();
  base::Status read_runs();
  base::Status read_deletions();
  base::Status read_queue();
  base::Status read_curves();
  base::Status read_details();
  base::Status read_probes();
  base::Result<double> images_per_step(const std::string& run);
  /// Whether a run looks active but nobody writes: its status must be looked at although the record rests.
  void judge_again();
  void forget_what_was_taken_back(const record::Run& run);
  void fail(const base::Error& error, bool closes);
  void fail_writing(const base::Error& error, const std::function<base::Status(record::Store&)>& action,
                    const QString& what);
  /// A folder that was moved away or deleted is still open here, and would never change again.
  bool is_still_there() const;

  QTimer* timer_;
  std::optional<record::Workspace> workspace_;
  std::optional<record::Reader> reader_;
  std::optional<record::Store> store_;
  std::int64_t counter_ = -1;
  std::int64_t changed_since_ = 0;
  std::int64_t deleted_since_ = 0;
  int quiet_polls_ = 0;
  std::map<std::string, record::Run> active_;
  bool queue_known_ = false;                 ///< there was something in the queue
  std::map<CurveKey, std::int64_t> curves_;  ///< last step that was sent, -1: none
  QString shown_;
  std::int64_t shown_changed_ = -1;
  std::map<std::string, double> images_per_step_;
  std::map<std::string, std::int64_t> steps_;
  ProbeReader probes_;
  QString probed_;  ///< whose probe pictures are followed
  bool probes_live_ = false;
  qint64 probes_step_ = -2;  ///< of the view that was sent last; -1: that there is none
};

}  // namespace ibot::ui
