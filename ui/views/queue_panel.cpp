// SPDX-License-Identifier: GPL-3.0-or-later
#include "queue_panel.h"

#include <ibot/record/queue.h>

#include <ui/models/queue_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/plain_table.h>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <set>

namespace ibot::ui {
namespace {

using record::QueueState;

bool is_open(const QueueRow& row) {
  return row.item.state == QueueState::Waiting || row.item.state == QueueState::Running;
}

bool works(const QueueWorkerView& view) {
  return !view.life.died;
}

}  // namespace

QueuePanel::QueuePanel(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), model_(new QueueModel(record, this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_header());
  layout->addWidget(make_hairline());
  banner_ = new Banner(QStringLiteral("queue_banner"));
  layout->addWidget(banner_);
  stack_ = new QStackedWidget;
  QPushButton* matrix = make_button(tr("Plan an ablation"), "primary");
  connect(matrix, &QPushButton::clicked, this, &QueuePanel::matrix_wanted);
  stack_->addWidget(
      make_empty_state(tr("Nothing is queued"),
                       tr("Runs that wait for a trainer stand here in order. A recipe is queued where it "
                          "is checked; an ablation queues many at once."),
                       matrix));
  auto* list = new QWidget;
  auto* list_layout = new QVBoxLayout(list);
  list_layout->setContentsMargins(0, 0, 0, 0);
  list_layout->setSpacing(0);
  list_layout->addWidget(make_table(), 1);
  list_layout->addWidget(make_hairline());
  list_layout->addWidget(make_buttons());
  stack_->addWidget(list);
  layout->addWidget(stack_, 1);

  connect(&record, &Record::queue_changed, this, &QueuePanel::refresh);
  connect(&record, &Record::opened, this, &QueuePanel::refresh);
  connect(&record, &Record::closed, this, &QueuePanel::refresh);
  connect(&program_, &Program::finished, this, &QueuePanel::take_program);
  connect(model_, &QAbstractItemModel::modelAboutToBeReset, this,
          [this] { setProperty("kept", QVariant::fromValue<qlonglong>(current())); });
  connect(model_, &QAbstractItemModel::modelReset, this, [this] { select(property("kept").toLongLong()); });
  refresh();
}

QWidget* QueuePanel::make_header() {
  auto* header = new QWidget;
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kMedium);
  layout->addWidget(make_label(tr("Queue"), TextStyle::Title));
  workers_ = make_label({}, TextStyle::Body, "label");
  workers_->setObjectName(QStringLiteral("queue_workers"));
  workers_->setWordWrap(true);
  layout->addWidget(workers_, 1);
  start_ = make_button(tr("Start working"), "primary");
  start_->setObjectName(QStringLiteral("queue_start"));
  stop_ = make_button(tr("Stop working"));
  stop_->setObjectName(QStringLiteral("queue_stop"));
  layout->addWidget(start_);
  layout->addWidget(stop_);
  connect(start_, &QPushButton::clicked, this, &QueuePanel::start_worker);
  connect(stop_, &QPushButton::clicked, this, &QueuePanel::stop_worker);
  return header;
}

QTableView* QueuePanel::make_table() {
  table_ = new QTableView;
  dress_plain_table(*table_, "queue_table", tr("Runs of the queue"));
  table_->setModel(model_);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  QHeaderView* header = table_->horizontalHeader();
  header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  header->setSectionResizeMode(QueueModel::kState, QHeaderView::Stretch);
  table_->setColumnWidth(QueueModel::kRun, 260);
  table_->setColumnWidth(QueueModel::kDevice, 80);
  table_->setColumnWidth(QueueModel::kAttempts, 90);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &QueuePanel::refresh_buttons);
  connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
    if (const QueueRow* row = model_->row(index.row()))
      Q_EMIT run_wanted(QString::fromStdString(row->item.run));
  });
  return table_;
}

QWidget* QueuePanel::make_buttons() {
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  const auto add = [&](const QString& text, const char* name) {
    QPushButton* button = make_button(text);
    button->setObjectName(QString::fromLatin1(name));
    layout->addWidget(button);
    return button;
  };
  up_ = add(tr("Move up"), "queue_up");
  down_ = add(tr("Move down"), "queue_down");
  retry_ = add(tr("Try again"), "queue_retry");
  remove_ = add(tr("Take out"), "queue_remove");
  up_->setShortcut(QKeySequence(tr("Alt+Up")));
  down_->setShortcut(QKeySequence(tr("Alt+Down")));
  layout->addStretch();
  QPushButton* matrix = add(tr("Ablation…"), "queue_matrix");
  connect(up_, &QPushButton::clicked, this, [this] { move(-1); });
  connect(down_, &QPushButton::clicked, this, [this] { move(1); });
  connect(retry_, &QPushButton::clicked, this, [this] {
    change(tr("Trying again"), [number = current()](record::Queue& queue) { return queue.retry(number); });
  });
  connect(remove_, &QPushButton::clicked, this, [this] {
    change(tr("Taking out"), [number = current()](record::Queue& queue) { return queue.remove(number); });
  });
  connect(matrix, &QPushButton::clicked, this, &QueuePanel::matrix_wanted);
  return bar;
}

std::int64_t QueuePanel::current() const {
  const QModelIndexList rows = table_->selectionModel()->selectedRows();
  return rows.isEmpty() ? 0 : rows.front().data(QueueModel::kNumberRole).toLongLong();
}

void QueuePanel::select(std::int64_t number) {
  const int row = model_->row_of(number);
  if (row >= 0) table_->selectRow(row);
}

void QueuePanel::change(const QString& doing, std::function<base::Status(record::Queue&)> action) {
  banner_->hide();
  changing_ = doing;
  record_.write(
      [action = std::move(action)](record::Store& store) {
        record::Queue queue(store);
        return action(queue);
      },
      doing);
}

void QueuePanel::move(int by) {
  const int at = model_->row_of(current());
  const QueueRow* row = model_->row(at);
  if (row == nullptr || row->place == 0) return;
  change(tr("Moving"), [number = row->item.number, place = row->place + by](record::Queue& queue) {
    return queue.move(number, place);
  });
}

QStringList QueuePanel::worked_devices() const {
  QStringList devices;
  const QueueViewPtr queue = record_.queue();
  for (const QueueWorkerView& view : queue->workers) {
    if (works(view)) devices.push_back(QString::fromStdString(view.worker.device));
  }
  return devices;
}

QStringList QueuePanel::idle_devices() const {
  const QStringList worked = worked_devices();
  QStringList idle;
  const QueueViewPtr queue = record_.queue();
  for (const QueueRow& row : queue->rows) {
    const QString device = QString::fromStdString(row.item.device);
    if (is_open(row) && !worked.contains(device) && !idle.contains(device)) idle.push_back(device);
  }
  return idle;
}

bool QueuePanel::take_problem(const RecordProblem& problem) {
  if (problem.closed || changing_.isEmpty() || !isVisible()) return false;
  // A failed write begins with what was being done.
  if (!problem.what.startsWith(changing_ + QLatin1Char(':'))) return false;
  std::vector<Banner::Action> actions;
  if (problem.retry) {
    actions.push_back({tr("Try again"), [this, problem] {
                         banner_->hide();
                         record_.write(problem.retry, changing_);
                       }});
  }
  QString words = problem.what;
  if (!problem.hint.isEmpty()) words = tr("%1. %2.").arg(words, problem.hint);
  banner_->say(Banner::Level::Warning, words, actions);
  return true;
}

void QueuePanel::start_worker() {
  if (program_.is_running()) return;
  banner_->hide();
  to_start_ = idle_devices();
  start_next();
}

// Each device has a worker of its own.
void QueuePanel::start_next() {
  if (to_start_.isEmpty()) return;
  const QString device = to_start_.takeFirst();
  doing_ = tr("Starting to work on %1").arg(device);
  program_.start({QStringLiteral("queue"), QStringLiteral("run"), QStringLiteral("--detach"),
                  QStringLiteral("--workspace"), record_.folder(), QStringLiteral("--device"), device});
  refresh();
}

void QueuePanel::stop_worker() {
  const QStringList worked = worked_devices();
  if (worked.isEmpty()) return;
  change(tr("Stopping the worker"), [devices = worked](record::Queue& queue) -> base::Status {
    for (const QString& device : devices) IBOT_CHECK_OK(queue.stop_worker(device.toStdString()));
    return {};
  });
}

void QueuePanel::take_program(const ProgramResult& result) {
  if (!result.succeeded && !result.cancelled) {
    banner_->say(Banner::Level::Bad, tr("%1: %2").arg(doing_, result.why),
                 {{tr("Try again"), [this] { start_worker(); }}});
  }
  if (result.succeeded) start_next();
  refresh();
}

void QueuePanel::refresh() {
  stack_->setCurrentIndex(record_.queue()->rows.empty() ? 0 : 1);
  if (current() == 0 && model_->rowCount() > 0) table_->selectRow(0);
  refresh_workers();
  refresh_buttons();
}

void QueuePanel::refresh_workers() {
  QStringList sentences;
  bool stopping = false;
  const QueueViewPtr queue = record_.queue();
  for (const QueueWorkerView& view : queue->workers) {
    const QString device = QString::fromStdString(view.worker.device);
    if (!works(view)) continue;
    stopping = stopping || view.worker.stopping;
    sentences.push_back(view.worker.stopping ? tr("The worker of %1 is about to stop.").arg(device)
                                             : tr("A worker is on %1.").arg(device));
  }
  const QStringList idle = idle_devices();
  for (const QString& device : idle) sentences.push_back(tr("Nobody works on %1.").arg(device));
  if (program_.is_running()) sentences = QStringList{doing_ + QStringLiteral("…")};
  workers_->setText(sentences.join(QLatin1Char(' ')));

  const bool open = !record_.folder().isEmpty();
  const bool worked = !worked_devices().isEmpty();
  start_->setEnabled(open && !idle.isEmpty() && !program_.is_running());
  start_->setToolTip(start_->isEnabled()
                         ? tr("A process of its own starts one run after the other. It goes on when "
                              "this window is closed.")
                     : program_.is_running() ? tr("It is being started.")
                     : !open                 ? tr("No workspace is open.")
                     : worked                ? tr("Somebody works on it already.")
                                             : tr("Nothing waits."));
  stop_->setEnabled(worked && !stopping);
  stop_->setToolTip(stop_->isEnabled() ? tr("No more runs are started. The one in hand goes on.")
                    : stopping         ? tr("It was asked to stop already.")
                                       : tr("Nobody works on the queue."));
}

void QueuePanel::refresh_buttons() {
  const int at = model_->row_of(current());
  const QueueRow* row = model_->row(at);
  const bool waits = row != nullptr && row->place > 0;
  const bool runs = row != nullptr && row->item.state == QueueState::Running;
  const bool again =
      row != nullptr && (row->item.state == QueueState::Failed || row->item.state == QueueState::Cancelled);
  const int count = model_->waiting_beside(at);
  const QString none = tr("Nothing is selected.");
  const QString fixed = row == nullptr ? none : tr("Only runs that wait have a place.");
  up_->setEnabled(waits && row->place > 1);
  up_->setToolTip(!waits           ? fixed
                  : row->place > 1 ? tr("One place sooner (Alt+Up)")
                                   : tr("It is the next already."));
  down_->setEnabled(waits && row->place < count);
  down_->setToolTip(!waits               ? fixed
                    : row->place < count ? tr("One place later (Alt+Down)")
                                         : tr("It is the last already."));
  retry_->setEnabled(again);
  retry_->setToolTip(again            ? tr("It waits again, behind the others, with all its attempts.")
                     : row == nullptr ? none
                                      : tr("Only what failed or was taken out can be tried again."));
  remove_->setEnabled(row != nullptr && !runs);
  remove_->setText(waits || runs || row == nullptr ? tr("Take out") : tr("Remove from list"));
  remove_->setToolTip(row == nullptr ? none
                      : runs         ? tr("It runs. Stop the run, and the queue goes on with the next.")
                      : waits        ? tr("The run stays in the record; it can be tried again from here.")
                                     : tr("The run stays in the record."));
}

}  // namespace ibot::ui
