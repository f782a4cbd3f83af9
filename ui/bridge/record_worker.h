// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "probe_view.h"
#include "record_changes.h"

#include <ibot/record/reader.h>
#include <ibot/record/record_file.h>
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
  /// Sends every point of stretches of followed curves; ends early where that is `unwanted` by now.
  void refine(const std::vector<CurveStretch>& stretches, const std::function<bool()>& unwanted);
  /// Which run's details to follow; empty: none.
  void show(const QString& run);
  /// Whose probe pictures to send: the newest at once, and while `live` each newer one.
  void watch_probes(const QString& run, bool live);
  /// Which curves to send as sparklines, most urgent first; again when their runs change. Replaces what was
  /// wanted before, so that scrolling builds no backlog.
  void sketch(const std::vector<CurveKey>& curves);
  /// Runs one write on this thread; a failure becomes problem(). `ticket` comes back in written().
  void write(const std::function<base::Status(record::Store&)>& action, const QString& what,
             std::int64_t ticket = 0);
  /// Reads the whole text of a note, which details carry shortened: note_read(), or problem().
  void read_note(const QString& run, std::int64_t number);

 Q_SIGNALS:
  /// The workspace is open; `mode` says in words why it is not followed live, or is empty.
  void opened(const QString& folder, const QString& mode);
  void runs_changed(ibot::ui::RunViews runs);
  void runs_removed(const QStringList& runs);
  void traits_changed(ibot::ui::RunTraitsList traits);
  void sparklines_changed(ibot::ui::Sparklines sparklines);
  void written(qint64 ticket, bool succeeded);
  void curves_changed(ibot::ui::CurveChunks chunks);
  void details_changed(ibot::ui::RunDetailsPtr details);
  void queue_changed(ibot::ui::QueueViewPtr queue);
  void probes_changed(ibot::ui::ProbeViewPtr view);
  void note_read(const QString& run, qint64 number, const QString& text);
  void problem(ibot::ui::RecordProblem problem);

 private:
  void poll();
  base::Status read_runs();
  base::Status read_deletions();
  base::Status read_queue();
  base::Status read_curves();
  base::Result<std::vector<SummarisedSteps>> summarise(const CurveKey& key);
  base::Status read_details();
  base::Status read_probes();
  base::Result<double> images_per_step(const std::string& run);
  /// Reads traits and sparklines that are due, for some milliseconds; comes again until none is.
  void read_slice();
  base::Result<RunTraitsPtr> read_traits(const std::string& run);
  base::Result<Sparkline> read_sparkline(const CurveKey& key);
  /// Deletes for good what lies in the trash for longer than it is kept there.
  void empty_old_trash();
  /// Whether a run looks active but nobody writes: its status must be looked at although the record rests.
  void judge_again();
  void forget_what_was_taken_back(const record::Run& run);
  void fail(const base::Error& error, bool closes);
  void fail_writing(const base::Error& error, const std::function<base::Status(record::Store&)>& action,
                    const QString& what);
  /// A folder that was moved away or deleted is still open here, and would never change again.

  /// The plan of a run, flattened: as long as the run is planned for that many steps it stays the same.
  struct KnownPlan {
    std::int64_t planned_steps = 0;
    std::shared_ptr<const runs::Parameters> parameters;
  };

  QTimer* timer_;
  QTimer* slices_;
  std::optional<record::Workspace> workspace_;
  std::optional<record::RecordFile> file_;
  std::optional<record::Reader> reader_;
  std::optional<record::Store> store_;
  bool trash_emptied_ = false;  ///< since the workspace was opened
  std::int64_t counter_ = -1;
  std::int64_t changed_since_ = 0;
  std::int64_t deleted_since_ = 0;
  int quiet_polls_ = 0;
  std::map<std::string, record::Run> active_;
  bool queue_known_ = false;                        ///< there was something in the queue
  std::map<CurveKey, std::int64_t> curves_;         ///< last step that was sent, -1: none
  std::map<std::string, std::int64_t> due_traits_;  ///< run and its planned steps
  std::map<std::string, KnownPlan> plans_;
  std::vector<CurveKey> sketched_;
  std::set<CurveKey> due_sketches_;
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
