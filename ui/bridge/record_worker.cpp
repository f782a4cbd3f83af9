// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_worker.h"

#include "run_pace.h"

#include <ibot/base/clock.h>
#include <ibot/record/crash_line.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kJudgeEvery = 8;  // polls: every two seconds
constexpr qint64 kNothingSent = -2;
constexpr std::int64_t kPaceSteps = 100;  // enough to bridge an evaluation, few enough to follow a change
// Long enough to get on, short enough that a command or a chosen run waits for nobody.
constexpr double kSliceSeconds = 0.025;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

// A plan that cannot be read says nothing.
QJsonObject parse(const std::string& json) {
  return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

}  // namespace

RecordWorker::RecordWorker(QObject* parent)
    : QObject(parent), timer_(new QTimer(this)), slices_(new QTimer(this)) {
  timer_->setInterval(kPollMillis);
  connect(timer_, &QTimer::timeout, this, &RecordWorker::poll);
  slices_->setInterval(0);
  connect(slices_, &QTimer::timeout, this, &RecordWorker::read_slice);
}

RecordWorker::~RecordWorker() = default;

void RecordWorker::open(const QString& folder) {
  close();
  auto workspace = record::Workspace::open(folder.toStdString());
  if (!workspace) return fail(workspace.error(), true);
  auto reader = record::Reader::open(*workspace);
  if (!reader) return fail(reader.error(), true);
  if (reader->mode() == record::ReadMode::Copy) {
    // Of an earlier version, perhaps: opening it for writing brings it up to date, and then it can be
    // followed.
    if (auto store = record::Store::open(*workspace)) {
      store_ = std::move(*store);
      reader = record::Reader::open(*workspace);
      if (!reader) return fail(reader.error(), true);
    }
  }
  workspace_ = *workspace;
  file_.emplace(*workspace);
  reader_ = std::move(*reader);
  Q_EMIT opened(folder, text(reader_->mode_text()));
  poll();
  timer_->start();
}

void RecordWorker::close() {
  timer_->stop();
  slices_->stop();
  due_traits_.clear();
  plans_.clear();
  sketched_.clear();
  due_sketches_.clear();
  reader_.reset();
  store_.reset();
  trash_emptied_ = false;
  workspace_.reset();
  file_.reset();
  counter_ = -1;
  changed_since_ = 0;
  deleted_since_ = 0;
  active_.clear();
  queue_known_ = false;
  curves_.clear();
  shown_.clear();
  shown_changed_ = -1;
  images_per_step_.clear();
  steps_.clear();
  probes_.clear();
  probed_.clear();
  probes_live_ = false;
}

void RecordWorker::watch_probes(const QString& run, bool live) {
  if (run != probed_ || !live) probes_step_ = kNothingSent;
  probed_ = run;
  probes_live_ = live;
  if (!reader_) return;
  if (const auto status = read_probes(); !status) fail(status.error(), false);
}

base::Status RecordWorker::read_probes() {
  if (probed_.isEmpty()) return {};
  IBOT_TRY(ProbeViewPtr view, probes_.newest(*reader_, probed_, probes_step_));
  if (!view) return {};
  probes_step_ = view->step;
  Q_EMIT probes_changed(std::move(view));
  return {};
}

void RecordWorker::follow(const std::vector<CurveKey>& curves) {
  std::map<CurveKey, std::int64_t> followed;
  for (const CurveKey& key : curves) {
    const auto known = curves_.find(key);
    followed[key] = known == curves_.end() ? -1 : known->second;
  }
  curves_ = std::move(followed);
  if (!reader_) return;
  if (const auto status = read_curves(); !status) fail(status.error(), false);
}

void RecordWorker::show(const QString& run) {
  shown_ = run;
  shown_changed_ = -1;
  if (!reader_ || run.isEmpty()) return;
  if (const auto status = read_details(); !status) fail(status.error(), false);
}

void RecordWorker::sketch(const std::vector<CurveKey>& curves) {
  std::set<CurveKey> due(curves.begin(), curves.end());
  // Those that were sent already are sent again when they change.
  for (const CurveKey& key : sketched_) {
    if (!due_sketches_.contains(key)) due.erase(key);
  }
  sketched_ = curves;
  due_sketches_ = std::move(due);
  if (reader_ && !due_sketches_.empty()) slices_->start();
}

void RecordWorker::write(const std::function<base::Status(record::Store&)>& action, const QString& what,
                         std::int64_t ticket) {
  const auto done = [&](const base::Status& status) {
    if (!status) fail_writing(status.error(), action, what);
    Q_EMIT written(ticket, status.ok());
  };
  if (!workspace_) return done(base::Error{base::ErrorCode::NotFound, "no workspace is open", "", ""});
  if (!store_) {
    auto store = record::Store::open(*workspace_);
    if (!store) return done(store.error());
    store_ = std::move(*store);
  }
  const base::Status status = action(*store_);
  if (!std::exchange(trash_emptied_, true)) empty_old_trash();  // nobody's write waits for that
  // What was written is told before that it was.
  poll();
  done(status);
}

void RecordWorker::empty_old_trash() {
  const auto deleted = store_->delete_trashed(base::now_micros() - record::kTrashMicros);
  if (!deleted) fail(deleted.error().with_context("emptying the trash"), false);
}

void RecordWorker::read_note(const QString& run, std::int64_t number) {
  if (!reader_) return;
  const auto note = reader_->note(run.toStdString(), number);
  if (!note) return fail(note.error(), false);
  Q_EMIT note_read(run, number, text(note->text));
}

void RecordWorker::poll() {
  if (!reader_) return;
  const auto counter = reader_->change_counter();
  if (!counter) return fail(counter.error(), true);
  if (*counter == counter_) {
    if (++quiet_polls_ < kJudgeEvery) return;
    if (!file_->is_still_there()) {
      return fail({base::ErrorCode::NotFound,
                   "the workspace " + workspace_->folder().string() + " is gone: it was moved or deleted", "",
                   "Open it where it is now"},
                  true);
    }
    judge_again();
    return;
  }
  counter_ = *counter;
  quiet_polls_ = 0;
  for (const auto& status : {read_runs(), read_deletions(), read_queue(), read_curves(), read_details(),
                             probes_live_ ? read_probes() : base::Status()}) {
    if (!status) return fail(status.error(), status.error().code == base::ErrorCode::Corrupt);
  }
}

base::Status RecordWorker::read_runs() {
  record::RunQuery query;
  query.changed_since = changed_since_;
  IBOT_TRY(auto rows, reader_->runs(query));
  if (rows.empty()) return {};
  const std::int64_t now = base::now_micros();
  auto views = std::make_shared<std::vector<RunView>>();
  for (record::Run& run : rows) {
    changed_since_ = std::max(changed_since_, run.changed);
    forget_what_was_taken_back(run);
    if (record::is_active(run.state)) {
      active_[run.id] = run;
    } else {
      active_.erase(run.id);
    }
    due_traits_[run.id] = run.planned_steps;
    const auto status = record::effective_status(*workspace_, run, now);
    views->push_back({std::move(run), status});
  }
  for (const CurveKey& key : sketched_) {
    if (due_traits_.contains(key.run.toStdString())) due_sketches_.insert(key);
  }
  Q_EMIT runs_changed(std::move(views));
  slices_->start();
  return {};
}

base::Status RecordWorker::read_deletions() {
  IBOT_TRY(const auto deleted, reader_->deleted_runs(deleted_since_));
  if (deleted.empty()) return {};
  deleted_since_ = deleted.back().changed;
  QStringList ids;
  for (const record::DeletedRun& run : deleted) {
    const QString id = text(run.id);
    ids.push_back(id);
    active_.erase(run.id);
    due_traits_.erase(run.id);
    plans_.erase(run.id);
    std::erase_if(sketched_, [&](const CurveKey& key) { return key.run == id; });
    std::erase_if(due_sketches_, [&](const CurveKey& key) { return key.run == id; });
    std::erase_if(curves_, [&](const auto& followed) { return followed.first.run == id; });
    if (shown_ == id) shown_.clear();
  }
  Q_EMIT runs_removed(ids);
  return {};
}

base::Status RecordWorker::read_queue() {
  IBOT_TRY(record::QueueContents contents, reader_->queue());
  const bool empty = contents.items.empty() && contents.workers.empty();
  if (empty && !queue_known_) return {};
  queue_known_ = !empty;
  const std::int64_t now = base::now_micros();
  auto view = std::make_shared<QueueView>();
  std::map<std::string, int> places;
  for (record::QueueItem& item : contents.items) {
    QueueRow row;
    record::Run run;
    // Of the others the sentence says nothing about the run.
    if (item.state == record::QueueState::Running) {
      IBOT_TRY(run, reader_->run(item.run));
    }
    row.sentence = text(record::queue_sentence(item, run, now));
    if (item.state == record::QueueState::Waiting) row.place = ++places[item.device];
    row.item = std::move(item);
    view->rows.push_back(std::move(row));
  }
  for (record::QueueWorker& worker : contents.workers) {
    const record::Life life = record::judge_life(worker.process, worker.heartbeat, now);
    view->workers.push_back({std::move(worker), life});
  }
  Q_EMIT queue_changed(std::move(view));
  return {};
}

// A run that was resumed from an earlier step writes its later steps anew.
void RecordWorker::forget_what_was_taken_back(const record::Run& run) {
  std::int64_t& step = steps_[run.id];
  const bool went_back = run.step < step;
  step = run.step;
  if (!went_back) return;
  for (auto& [key, last] : curves_) {
    if (key.run.toStdString() == run.id) last = -1;
  }
}

void RecordWorker::read_slice() {
  if (!reader_ || (due_traits_.empty() && due_sketches_.empty())) return slices_->stop();
  const base::Stopwatch watch;
  auto traits = std::make_shared<std::vector<RunTraitsPtr>>();
  while (!due_traits_.empty() && watch.seconds() < kSliceSeconds) {
    const std::string run = due_traits_.begin()->first;
    auto read = read_traits(run);
    due_traits_.erase(run);
    if (!read && read.error().code == base::ErrorCode::NotFound) continue;  // deleted meanwhile
    if (!read) return fail(read.error(), read.error().code == base::ErrorCode::Corrupt);
    traits->push_back(std::move(*read));
  }
  if (!traits->empty()) Q_EMIT traits_changed(std::move(traits));
  auto sparklines = std::make_shared<std::vector<Sparkline>>();
  for (const CurveKey& key : sketched_) {
    if (watch.seconds() > 2 * kSliceSeconds) break;
    if (due_sketches_.erase(key) == 0) continue;
    auto read = read_sparkline(key);
    if (!read && read.error().code == base::ErrorCode::NotFound) continue;
    if (!read) return fail(read.error(), read.error().code == base::ErrorCode::Corrupt);
    sparklines->push_back(std::move(*read));
  }
  if (!sparklines->empty()) Q_EMIT sparklines_changed(std::move(sparklines));
}

base::Result<RunTraitsPtr> RecordWorker::read_traits(const std::string& run) {
  auto traits = std::make_shared<RunTraits>();
  traits->run = text(run);
  KnownPlan& known = plans_[run];
  const std::int64_t planned_steps = due_traits_.at(run);
  if (!known.parameters || known.planned_steps != planned_steps) {
    IBOT_TRY(const auto segments, reader_->plan(run));
    // A plan that cannot be read leaves its run without parameters, not the table without runs.
    auto flat = segments.empty() ? runs::Parameters{} : runs::flatten_plan(segments.back().plan_json);
    known = {planned_steps,
             std::make_shared<const runs::Parameters>(flat ? std::move(*flat) : runs::Parameters{})};
  }
  traits->parameters = known.parameters;
  IBOT_TRY(const auto evaluations, reader_->evaluations(run));
  traits->evaluations = runs::newest_values(evaluations);
  IBOT_TRY(traits->notes, reader_->note_count(run));
  return RunTraitsPtr(std::move(traits));
}

void RecordWorker::judge_again() {
  quiet_polls_ = 0;
  // A worker that was killed says nothing more either.
  if (queue_known_) {
    if (const auto status = read_queue(); !status) return fail(status.error(), false);
  }
  if (active_.empty()) return;
  const std::int64_t now = base::now_micros();
  auto views = std::make_shared<std::vector<RunView>>();
  for (const auto& [id, run] : active_)
    views->push_back({run, record::effective_status(*workspace_, run, now)});
  Q_EMIT runs_changed(std::move(views));
}

base::Result<double> RecordWorker::images_per_step(const std::string& run) {
  if (const auto known = images_per_step_.find(run); known != images_per_step_.end()) return known->second;
  IBOT_TRY(const auto segments, reader_->plan(run));
  double images = 1;
  if (!segments.empty()) {
    const QJsonObject plan = parse(segments.back().plan_json);
    images = std::max(1.0, plan[QLatin1String("derived")][QLatin1String("effective_batch")].toDouble(1));
  }
  images_per_step_[run] = images;
  return images;
}

base::Status RecordWorker::read_details() {
  if (shown_.isEmpty()) return {};
  const std::string run = shown_.toStdString();
  IBOT_TRY(const record::Run row, reader_->run(run));
  if (row.changed == shown_changed_) return {};
  shown_changed_ = row.changed;
  auto details = std::make_shared<RunDetails>();
  details->run = shown_;
  IBOT_TRY(details->metrics, reader_->metric_names(run));
  IBOT_TRY(details->events, reader_->events(run));
  IBOT_TRY(details->evaluations, reader_->evaluations(run));
  IBOT_TRY(details->checkpoints, reader_->checkpoints(run));
  IBOT_TRY(details->notes, reader_->notes(run, kShownNote));
  IBOT_TRY(details->log, reader_->log_tail(run));
  IBOT_TRY(details->commands, reader_->commands(run));
  IBOT_TRY(details->children, reader_->children(run));
  IBOT_TRY(const auto segments, reader_->plan(run));
  if (!segments.empty()) {
    details->plan_json = segments.back().plan_json;
    const QJsonObject plan = parse(details->plan_json);
    details->prototypes = plan[QLatin1String("values")][QLatin1String("head.out_dim")].toInteger();
  }
  IBOT_TRY(const auto newest, reader_->curve(run, "loss", row.step - kPaceSteps));
  details->seconds_per_step = seconds_per_step(newest, rests_of(details->commands, details->events));
  Q_EMIT details_changed(std::move(details));
  return {};
}

void RecordWorker::fail(const base::Error& error, bool closes) {
  if (closes) close();
  std::string what = error.message;
  if (!error.expected.empty()) what += " (expected: " + error.expected + ")";
  Q_EMIT problem({text(what), text(error.hint), closes, error.code});
}

void RecordWorker::fail_writing(const base::Error& error,
                                const std::function<base::Status(record::Store&)>& action,
                                const QString& what) {
  RecordProblem said{text(error.with_context(what.toStdString()).message), text(error.hint), false,
                     error.code};
  const bool may_pass = error.code == base::ErrorCode::Busy || error.code == base::ErrorCode::OutOfSpace;
  if (may_pass) said.retry = action;
  Q_EMIT problem(said);
}

}  // namespace ibot::ui
