// SPDX-License-Identifier: GPL-3.0-or-later
#include "record.h"

#include "record_worker.h"

#include <utility>

namespace ibot::ui {
namespace {

// A write that knows whom to tell: where it failed and is tried again (RecordProblem::retry), they are told
// anew.
struct ToldWrite {
  std::function<base::Status(record::Store&)> action;
  std::function<void(bool)> done;

  base::Status operator()(record::Store& store) const { return action(store); }
};

}  // namespace

Record::Record(QObject* parent) : QObject(parent), worker_(new RecordWorker) {
  qRegisterMetaType<RunViews>();
  qRegisterMetaType<CurveChunks>();
  qRegisterMetaType<RunTraitsList>();
  qRegisterMetaType<Sparklines>();
  qRegisterMetaType<RunDetailsPtr>();
  qRegisterMetaType<QueueViewPtr>();
  qRegisterMetaType<ProbeViewPtr>();
  qRegisterMetaType<RecordProblem>();
  worker_->moveToThread(&thread_);
  connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
  connect(worker_, &RecordWorker::opened, this, [this](const QString& folder, const QString& mode) {
    folder_ = folder;
    Q_EMIT opened(folder, mode);
  });
  connect(worker_, &RecordWorker::runs_changed, this, &Record::take_runs);
  connect(worker_, &RecordWorker::runs_removed, this, &Record::forget_runs);
  connect(worker_, &RecordWorker::traits_changed, this, &Record::take_traits);
  connect(worker_, &RecordWorker::sparklines_changed, this, &Record::take_sparklines);
  connect(worker_, &RecordWorker::written, this, &Record::finish_write);
  connect(worker_, &RecordWorker::curves_changed, this, &Record::curves_changed);
  connect(worker_, &RecordWorker::details_changed, this, &Record::details_changed);
  connect(worker_, &RecordWorker::queue_changed, this, &Record::take_queue);
  connect(worker_, &RecordWorker::probes_changed, this, &Record::probes_changed);
  connect(worker_, &RecordWorker::note_read, this, &Record::note_read);
  connect(worker_, &RecordWorker::problem, this, [this](const RecordProblem& said) {
    if (said.closed) folder_.clear();
    Q_EMIT problem(said);
  });
  thread_.setObjectName(QStringLiteral("record"));
  thread_.start();
}

Record::~Record() {
  thread_.quit();
  thread_.wait();
}

void Record::open(const QString& folder) {
  close();
  QMetaObject::invokeMethod(worker_, [worker = worker_, folder] { worker->open(folder); });
}

void Record::close() {
  folder_.clear();
  runs_.clear();
  queue_ = std::make_shared<const QueueView>();
  queued_.clear();
  traits_.clear();
  sparklines_.clear();
  QMetaObject::invokeMethod(worker_, [worker = worker_] { worker->close(); });
  Q_EMIT closed();
}

const RunView* Record::run(const QString& id) const {
  const auto found = runs_.find(id);
  return found == runs_.end() ? nullptr : &found->second;
}

const RunTraits* Record::traits(const QString& run) const {
  return traits_.value(run).get();
}

const std::vector<float>& Record::sparkline(const CurveKey& key) const {
  static const std::vector<float> none;
  const auto found = sparklines_.find(key);
  return found == sparklines_.end() ? none : found->second;
}

void Record::follow(std::vector<CurveKey> curves) {
  QMetaObject::invokeMethod(worker_,
                            [worker = worker_, curves = std::move(curves)] { worker->follow(curves); });
}

void Record::refine(std::vector<CurveStretch> stretches) {
  const qint64 number = ++*refinement_;
  QMetaObject::invokeMethod(
      worker_, [worker = worker_, stretches = std::move(stretches), number, newest = refinement_] {
        worker->refine(stretches, [number, &newest] { return newest->load() != number; });
      });
}

void Record::sketch(std::vector<CurveKey> curves) {
  QMetaObject::invokeMethod(worker_,
                            [worker = worker_, curves = std::move(curves)] { worker->sketch(curves); });
}

void Record::show(const QString& run) {
  QMetaObject::invokeMethod(worker_, [worker = worker_, run] { worker->show(run); });
}

void Record::watch_probes(const QString& run, bool live) {
  QMetaObject::invokeMethod(worker_, [worker = worker_, run, live] { worker->watch_probes(run, live); });
}

void Record::command(const QString& run, record::CommandKind kind, const QString& what) {
  write(
      [run = run.toStdString(), kind](record::Store& store) -> base::Status {
        IBOT_TRY([[maybe_unused]] const std::int64_t number, store.put_command(run, kind));
        return {};
      },
      what);
}

void Record::write(std::function<base::Status(record::Store&)> action, const QString& what,
                   std::function<void(bool)> done) {
  const qint64 ticket = ++last_ticket_;
  if (const auto* again = action.target<ToldWrite>(); again != nullptr && !done) {
    writes_.insert(ticket, again->done);
  } else if (done) {
    writes_.insert(ticket, done);
    action = ToldWrite{std::move(action), std::move(done)};
  }
  QMetaObject::invokeMethod(worker_, [worker = worker_, action = std::move(action), what, ticket] {
    worker->write(action, what, ticket);
  });
}

void Record::read_note(const QString& run, std::int64_t number) {
  QMetaObject::invokeMethod(worker_, [worker = worker_, run, number] { worker->read_note(run, number); });
}

void Record::finish_write(std::int64_t ticket, bool succeeded) {
  if (const auto done = writes_.take(ticket)) done(succeeded);
}

void Record::take_traits(const RunTraitsList& list) {
  QStringList ids;
  for (const RunTraitsPtr& traits : *list) {
    traits_.insert(traits->run, traits);
    ids.push_back(traits->run);
  }
  Q_EMIT traits_changed(ids);
}

void Record::take_sparklines(const Sparklines& list) {
  QStringList ids;
  for (const Sparkline& sparkline : *list) {
    sparklines_[sparkline.key] = sparkline.values;
    ids.push_back(sparkline.key.run);
  }
  Q_EMIT sparklines_changed(ids);
}

int Record::colour_index(const QString& run) const {
  const RunView* known = this->run(run);
  return known == nullptr ? 0 : static_cast<int>(known->run.colour);
}

void Record::take_runs(const RunViews& views) {
  QStringList ids;
  for (const RunView& view : *views) {
    const QString id = QString::fromStdString(view.run.id);
    RunView& known = runs_[id];
    known = view;
    known.queued = queued_.contains(view.run.id);
    ids.push_back(id);
  }
  Q_EMIT runs_changed(ids);
}

void Record::take_queue(const QueueViewPtr& queue) {
  queue_ = queue;
  queued_.clear();
  for (const QueueRow& row : queue->rows) {
    if (row.place > 0) queued_.insert(row.item.run);
  }
  QStringList others;
  for (auto& [id, view] : runs_) {
    const bool queued = queued_.contains(view.run.id);
    if (std::exchange(view.queued, queued) != queued) others.push_back(id);
  }
  if (!others.isEmpty()) Q_EMIT runs_changed(others);
  Q_EMIT queue_changed();
}

void Record::forget_runs(const QStringList& runs) {
  QStringList forgotten;
  for (const QString& id : runs) {
    traits_.remove(id);
    if (runs_.erase(id) > 0) forgotten.push_back(id);
  }
  if (!forgotten.isEmpty()) Q_EMIT runs_removed(forgotten);
}

}  // namespace ibot::ui
