// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_bar.h"

#include "look_context.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <ui/bridge/record.h>
#include <ui/models/run_facts.h>
#include <ui/models/run_names.h>
#include <ui/style/tokens.h>

#include <QAbstractItemView>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QTimer>
#include <QToolButton>
#include <algorithm>
#include <functional>
#include <map>

namespace ibot::ui {
namespace {

// No run has such an id.
constexpr QLatin1String kWeights("//weights");
constexpr QLatin1String kOpen("//open");
constexpr int kAroundItem = 48;  // px beside the text of an item of a list

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

QComboBox* make_choice(const char* name, const QString& what, int width) {
  auto* box = new QComboBox;
  box->setObjectName(QString::fromLatin1(name));
  box->setAccessibleName(what);
  box->setToolTip(what);
  // As wide as that where there is room, whatever is chosen.
  box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  box->setMinimumContentsLength(width / 8);
  box->setMinimumWidth(width * 2 / 3);
  box->setMaximumWidth(width);
  box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  return box;
}

}  // namespace

NetworkBar::NetworkBar(LookContext& context, QWidget* parent)
    : QWidget(parent), context_(context), clock_(new QTimer(this)) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  run_ = make_choice("look_run", tr("Whose network is looked at"), 184);
  moment_ = make_choice("look_moment", tr("At which of its moments weights are kept"), 272);
  network_ = make_choice("look_network", tr("Teacher or student"), 104);
  network_->addItem(tr("Teacher"), false);
  network_->addItem(tr("Student"), true);
  for (QComboBox* each : {run_, moment_, network_}) layout->addWidget(each);
  publish_ = new QToolButton;
  publish_->setObjectName(QStringLiteral("look_publish"));
  publish_->setText(tr("Publish"));
  layout->addWidget(publish_);
  connect(publish_, &QToolButton::clicked, this, &NetworkBar::publish);

  Record& record = context.record();
  connect(&record, &Record::runs_changed, this, &NetworkBar::refresh_runs);
  connect(&record, &Record::runs_removed, this, &NetworkBar::refresh_runs);
  connect(&record, &Record::traits_changed, this, &NetworkBar::refresh_runs);
  connect(&record, &Record::closed, this, &NetworkBar::refresh_runs);
  connect(&context, &LookContext::network_changed, this, [this] {
    refresh_runs();
    refresh_moments();
  });
  connect(&context, &LookContext::history_changed, this, &NetworkBar::refresh_moments);
  connect(&context, &LookContext::step_changed, this, &NetworkBar::refresh_moments);
  connect(run_, &QComboBox::activated, this, &NetworkBar::choose_run);
  connect(moment_, &QComboBox::activated, this,
          [this](int index) { context_.set_step(moment_->itemData(index).toLongLong()); });
  connect(network_, &QComboBox::activated, this,
          [this](int index) { context_.set_student(network_->itemData(index).toBool()); });
  clock_->setInterval(1000);
  connect(clock_, &QTimer::timeout, this, [this] {
    if (isVisible()) refresh_newest();
  });
  clock_->start();
  refresh_runs();
  refresh_moments();
}

void NetworkBar::choose_run(int index) {
  const QString chosen = run_->itemData(index).toString();
  if (chosen == kOpen) {
    refresh_runs();  // a dialog that is cancelled changes nothing
    return open_weights();
  }
  if (chosen != kWeights) context_.set_run(chosen);
}

void NetworkBar::open_weights() {
  const QString file =
      QFileDialog::getOpenFileName(this, tr("Open weights"), {}, tr("Weights (*.safetensors)"));
  if (!file.isEmpty()) context_.set_weights(file);
}

void NetworkBar::refresh_runs() {
  refresh_publish();
  struct Item {
    QString name, data;
    bool operator==(const Item&) const = default;
  };
  std::vector<const RunView*> views;
  for (const auto& [id, view] : context_.record().runs()) {
    if (!view.run.trashed) views.push_back(&view);
  }
  std::sort(views.begin(), views.end(),
            [](const RunView* a, const RunView* b) { return a->run.created > b->run.created; });
  QStringList ids;
  for (const RunView* view : views) ids.push_back(QString::fromStdString(view->run.id));
  const QStringList names = names_in_list(context_.record(), ids);
  std::vector<Item> items;
  for (qsizetype i = 0; i < ids.size(); ++i) items.push_back({names[i], ids[i]});
  if (!context_.weights().isEmpty())
    items.push_back({QFileInfo(context_.weights()).fileName(), QString(kWeights)});
  items.push_back({tr("Weights from a file\u2026"), QString(kOpen)});
  std::vector<Item> shown;
  for (int i = 0; i < run_->count(); ++i) shown.push_back({run_->itemText(i), run_->itemData(i).toString()});
  const QSignalBlocker quiet(run_);
  if (shown != items) {
    run_->clear();
    for (const Item& item : items) run_->addItem(item.name, item.data);
    run_->setPlaceholderText(tr("Choose a run"));
    // What tells two runs apart stands at the end.
    const auto longest = std::max_element(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return a.name.size() < b.name.size();
    });
    run_->view()->setMinimumWidth(run_->fontMetrics().horizontalAdvance(longest->name) + kAroundItem);
  }
  run_->setCurrentIndex(run_->findData(context_.weights().isEmpty() ? context_.run() : QString(kWeights)));
  run_->setToolTip(run_->currentIndex() < 0 ? tr("Whose network is looked at")
                                            : tr("Whose network is looked at: %1").arg(run_->currentText()));
}

void NetworkBar::publish() {
  context_.record().command(context_.run(), record::CommandKind::Publish, tr("Publishing a snapshot"));
  publish_->setEnabled(false);
  publish_->setToolTip(tr("The trainer has been asked; it saves its teacher after the step that it is at."));
}

void NetworkBar::refresh_publish() {
  const RunView* view = context_.weights().isEmpty() ? context_.record().run(context_.run()) : nullptr;
  const bool trains = view != nullptr && record::is_active(view->status.state) && !view->status.died;
  publish_->setEnabled(trains);
  publish_->setToolTip(trains ? tr("Has the trainer save its teacher now, to look at it as it is")
                              : tr("Nobody trains this network: what was kept is all there is."));
}

void NetworkBar::refresh_moments() {
  const QSignalBlocker quiet(moment_);
  const RunHistory& history = context_.history();
  // A checkpoint and a snapshot of one step are one moment; the full one says more.
  std::map<std::int64_t, bool, std::greater<>> kept;
  for (const record::Checkpoint& each : history.weights)
    kept[each.step] = kept[each.step] || each.kind == record::CheckpointKind::Full;
  const bool weights = !context_.weights().isEmpty();
  moment_->clear();
  moment_->addItem(QString(), static_cast<qint64>(LookContext::kNewest));
  for (const auto& [step, full] : kept)
    moment_->addItem(tr("Step %1 \u00b7 %2").arg(count(step), full ? tr("checkpoint") : tr("snapshot")),
                     static_cast<qint64>(step));
  refresh_newest();
  moment_->setEnabled(!weights && !kept.empty());
  moment_->setToolTip(weights        ? tr("A file of weights is one moment.")
                      : kept.empty() ? context_.why_not()
                                     : tr("At which of its moments weights are kept"));
  moment_->setPlaceholderText(tr("Step %1 \u00b7 recorded").arg(count(context_.step())));
  moment_->setCurrentIndex(moment_->findData(static_cast<qint64>(context_.step())));

  const bool full = std::any_of(kept.begin(), kept.end(), [](const auto& each) { return each.second; });
  network_->setEnabled(full && !weights);
  network_->setToolTip(weights ? tr("A file of weights holds one network.")
                       : full  ? tr("Teacher or student")
                               : tr("Snapshots hold the teacher alone; there is no full checkpoint."));
  network_->setCurrentIndex(context_.student() ? 1 : 0);
}

void NetworkBar::refresh_newest() {
  const RunHistory& history = context_.history();
  QString text = context_.weights().isEmpty() ? tr("Newest") : tr("As it is in the file");
  const auto newest = std::max_element(history.weights.begin(), history.weights.end(),
                                       [](const auto& a, const auto& b) { return a.step < b.step; });
  if (newest != history.weights.end()) {
    const double age = static_cast<double>(base::now_micros() - newest->created) / 1e6;
    text = tr("Newest: step %1, %2 ago").arg(count(newest->step), rough_duration(age));
  }
  if (moment_->count() > 0 && moment_->itemText(0) != text) moment_->setItemText(0, text);
}

}  // namespace ibot::ui
