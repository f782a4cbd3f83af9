// SPDX-License-Identifier: GPL-3.0-or-later
#include "export_page.h"

#include <ibot/base/text.h>

#include <ui/bridge/record.h>
#include <ui/models/run_column.h>
#include <ui/models/run_names.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/setting.h>

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kChoices = 400;  // px
constexpr int kTitles = 64;
constexpr QLatin1String kFolderSetting("export_folder");

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

void add_row(QGridLayout& grid, const QString& title, QWidget* control, const char* name) {
  QLabel* label = make_label(title, TextStyle::Small, "label");
  label->setBuddy(control);
  control->setObjectName(QString::fromLatin1(name));
  control->setAccessibleName(title);
  const int row = grid.rowCount();
  grid.addWidget(label, row, 0);
  grid.addWidget(control, row, 1);
}

// A tooltip that says what the control is for, or why it is off.
void set_usable(QWidget* control, bool usable, const QString& tooltip) {
  control->setEnabled(usable);
  control->setToolTip(tooltip);
}

}  // namespace

ExportPage::ExportPage(Record& record, QWidget* parent) : QWidget(parent), record_(record) {
  setObjectName(QStringLiteral("export_page"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_header());
  layout->addWidget(make_hairline());
  banner_ = new Banner(QStringLiteral("export_banner"));
  layout->addWidget(banner_);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(0);
  columns->addWidget(make_choices());
  auto* border = new QFrame;
  border->setProperty("role", "vertical-hairline");
  border->setFixedWidth(1);
  columns->addWidget(border);
  columns->addWidget(make_result(), 1);
  layout->addLayout(columns, 1);

  connect(&record_, &Record::opened, this, [this] { set_run(run_); });
  connect(&record_, &Record::closed, this, [this] { set_run(run_); });
  connect(&record_, &Record::runs_removed, this, [this] { set_run(run_); });
  connect(&record_, &Record::runs_changed, this, [this](const QStringList& runs) {
    refresh_runs();
    if (!isVisible()) return;
    if (run_.isEmpty()) return choose_newest();
    // One question at a time: a run that trains changes all the while.
    if (runs.contains(run_) && !looking_) look();
  });
  connect(&list_, &CheckpointList::found, this, &ExportPage::take_weights);
  connect(&program_, &Program::finished, this, &ExportPage::take_end);
  refresh_runs();
  refresh_moments();
}

QWidget* ExportPage::make_header() {
  auto* header = new QWidget;
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  layout->addWidget(make_label(tr("Export"), TextStyle::Title));
  state_ = make_label({}, TextStyle::Body, "label");
  state_->setObjectName(QStringLiteral("export_state"));
  state_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layout->addWidget(state_, 1);
  cancel_ = make_button(tr("Cancel"));
  cancel_->setObjectName(QStringLiteral("export_cancel"));
  cancel_->setToolTip(tr("Ends `ibot export`; a file without its proof should not be used."));
  start_ = make_button(tr("Export"), "primary");
  start_->setObjectName(QStringLiteral("export_start"));
  layout->addWidget(cancel_);
  layout->addWidget(start_);
  connect(start_, &QPushButton::clicked, this, &ExportPage::start);
  connect(cancel_, &QPushButton::clicked, &program_, &Program::cancel);
  return header;
}

QWidget* ExportPage::make_choices() {
  auto* page = new QWidget;
  page->setFixedWidth(kChoices);
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(metrics::kLarge, metrics::kLarge, metrics::kLarge, metrics::kLarge);
  layout->setSpacing(metrics::kSmall);

  layout->addWidget(make_label(tr("Network"), TextStyle::Heading));
  auto* network = new QGridLayout;
  network->setHorizontalSpacing(metrics::kSmall);
  network->setVerticalSpacing(metrics::kSmall);
  network->setColumnMinimumWidth(0, kTitles);
  network->setColumnStretch(1, 1);
  run_box_ = new QComboBox;
  run_box_->setPlaceholderText(tr("Choose a run"));
  add_row(*network, tr("Run"), run_box_, "export_run");
  moment_ = new QComboBox;
  add_row(*network, tr("Moment"), moment_, "export_moment");
  network_ = new QComboBox;
  network_->addItem(tr("Teacher"), QStringLiteral("teacher"));
  network_->addItem(tr("Student"), QStringLiteral("student"));
  add_row(*network, tr("Network"), network_, "export_network");
  layout->addLayout(network);

  layout->addSpacing(metrics::kMedium);
  layout->addWidget(make_label(tr("Format"), TextStyle::Heading));
  layout->addWidget(make_format());

  layout->addSpacing(metrics::kMedium);
  layout->addWidget(make_label(tr("File"), TextStyle::Heading));
  auto* file = new QGridLayout;
  file->setHorizontalSpacing(metrics::kSmall);
  file->setVerticalSpacing(metrics::kSmall);
  file_ = add_file_rows(*file);
  layout->addLayout(file);
  layout->addStretch();

  connect(run_box_, &QComboBox::activated, this,
          [this](int index) { set_run(run_box_->itemData(index).toString()); });
  connect(moment_, &QComboBox::activated, this, [this] {
    step_chosen_ = true;
    refresh_networks();
  });
  connect(network_, &QComboBox::activated, this, &ExportPage::propose_file);
  connect(file_, &QLineEdit::textChanged, this, &ExportPage::refresh_start);
  connect(file_, &QLineEdit::returnPressed, this, &ExportPage::start);
  connect(replace_, &QCheckBox::toggled, this, &ExportPage::refresh_start);
  return page;
}

QLineEdit* ExportPage::add_file_rows(QGridLayout& grid) {
  auto* line = new QLineEdit;
  line->setObjectName(QStringLiteral("export_file"));
  line->setAccessibleName(tr("File to write"));
  line->setToolTip(tr("The whole path of the file that is written"));
  grid.addWidget(line, 0, 0);
  QPushButton* choose = make_button(tr("Choose\u2026"));
  choose->setObjectName(QStringLiteral("export_choose"));
  choose->setAccessibleName(tr("Choose the file"));
  grid.addWidget(choose, 0, 1);
  replace_ = new QCheckBox(tr("Replace a file that is there"));
  replace_->setObjectName(QStringLiteral("export_replace"));
  grid.addWidget(replace_, 1, 0, 1, 2);
  connect(choose, &QPushButton::clicked, this, &ExportPage::choose_file);
  return line;
}

QWidget* ExportPage::make_format() {
  auto* card = new QFrame;
  card->setObjectName(QStringLiteral("export_format"));
  card->setProperty("role", "card");
  auto* layout = new QVBoxLayout(card);
  layout->setContentsMargins(metrics::kMedium, metrics::kMedium, metrics::kMedium, metrics::kMedium);
  layout->setSpacing(metrics::kTiny);
  layout->addWidget(make_label(tr("safetensors, names of timm and DINO"), TextStyle::Heading));
  layout->addWidget(make_paragraph(
      tr("The backbone without its projection head. timm, DINO's and iBOT's own code, and the page Look "
         "read it. A file holds numbers alone: opening it runs no code."),
      TextStyle::Small, "label"));
  return card;
}

void ExportPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  // Whoever comes here first wants the run that was worked on last.
  if (run_.isEmpty()) return choose_newest();
  look();
  refresh_start();  // files come and go while one looks at something else
}

void ExportPage::choose_newest() {
  const RunView* newest = nullptr;
  for (const auto& [id, view] : record_.runs()) {
    if (!view.run.trashed && (newest == nullptr || view.run.changed > newest->run.changed)) newest = &view;
  }
  if (newest != nullptr) set_run(QString::fromStdString(newest->run.id));
}

void ExportPage::set_run(const QString& run) {
  const QString known = record_.run(run) == nullptr ? QString() : run;
  if (known != run_ || known.isEmpty()) {
    run_ = known;
    kept_.clear();
    why_none_.clear();
    looked_ = false;
    step_chosen_ = false;
    looking_ = false;
    list_.forget();
  }
  refresh_runs();
  refresh_moments();
  look();
}

void ExportPage::look() {
  if (run_.isEmpty()) return;
  looking_ = true;
  list_.look(record_.folder(), run_);
}

void ExportPage::take_weights(const KeptWeights& kept) {
  if (kept.run != run_) return;
  looking_ = false;
  std::map<qint64, bool, std::greater<>> steps;
  // A checkpoint and a snapshot of one step are one moment; the full one says more.
  for (const record::Checkpoint& each : kept.weights)
    steps[each.step] = steps[each.step] || each.kind == record::CheckpointKind::Full;
  const QString problem = as_sentence(kept.problem);
  // A list that somebody has open stays as it is while nothing is new.
  if (looked_ && steps == kept_ && problem == why_none_) return;
  looked_ = true;
  kept_ = std::move(steps);
  why_none_ = problem;
  refresh_moments();
}

void ExportPage::refresh_runs() {
  std::vector<const RunView*> views;
  for (const auto& [id, view] : record_.runs()) {
    if (!view.run.trashed) views.push_back(&view);
  }
  std::sort(views.begin(), views.end(),
            [](const RunView* a, const RunView* b) { return a->run.created > b->run.created; });
  QStringList ids;
  for (const RunView* view : views) ids.push_back(QString::fromStdString(view->run.id));
  const QStringList names = names_in_list(record_, ids);
  std::vector<std::pair<QString, QString>> items, shown;
  for (qsizetype i = 0; i < ids.size(); ++i) items.emplace_back(names[i], ids[i]);
  for (int i = 0; i < run_box_->count(); ++i)
    shown.emplace_back(run_box_->itemText(i), run_box_->itemData(i).toString());
  const QSignalBlocker quiet(run_box_);
  if (shown != items) {
    run_box_->clear();
    for (const auto& [name, id] : items) run_box_->addItem(name, id);
  }
  run_box_->setCurrentIndex(run_box_->findData(run_));
  set_usable(run_box_, !items.empty(),
             !items.empty()               ? tr("Whose weights are exported")
             : record_.folder().isEmpty() ? tr("No workspace is open.")
                                          : tr("This workspace has no runs yet."));
  refresh_start();
}

void ExportPage::refresh_moments() {
  const auto full = std::find_if(kept_.begin(), kept_.end(), [](const auto& each) { return each.second; });
  const qint64 newest = full != kept_.end() ? full->first : kept_.empty() ? -1 : kept_.begin()->first;
  if (step_chosen_ && !kept_.contains(step())) step_chosen_ = false;
  const qint64 wanted = step_chosen_ ? step() : newest;
  const QSignalBlocker quiet(moment_);
  moment_->clear();
  for (const auto& [each, is_full] : kept_) {
    QString text = tr("Step %1 \u00b7 %2").arg(count(each), is_full ? tr("checkpoint") : tr("snapshot"));
    if (each == newest) text += tr(" \u00b7 newest");
    moment_->addItem(text, each);
  }
  moment_->setPlaceholderText(!looked_ && !run_.isEmpty() ? tr("Being looked for") : tr("None"));
  moment_->setCurrentIndex(moment_->findData(wanted));
  set_usable(moment_, !kept_.empty(),
             !kept_.empty()         ? tr("At which step, of those whose weights are kept")
             : run_.isEmpty()       ? tr("Choose a run first.")
             : !why_none_.isEmpty() ? why_none_
             : looked_              ? tr("The run has saved no weights yet.")
                                    : tr("Its weights are being looked for."));
  refresh_networks();
}

void ExportPage::refresh_networks() {
  const auto at = kept_.find(step());
  const bool full = at != kept_.end() && at->second;
  const QSignalBlocker quiet(network_);
  if (!full) network_->setCurrentIndex(0);
  set_usable(network_, full,
             full                ? tr("Teacher or student")
             : at == kept_.end() ? moment_->toolTip()
                                 : tr("A snapshot holds the teacher alone; a checkpoint holds both."));
  propose_file();
}

qint64 ExportPage::step() const {
  return moment_->currentIndex() < 0 ? -1 : moment_->currentData().toLongLong();
}

QString ExportPage::network() const {
  return network_->currentData().toString();
}

void ExportPage::propose_file() {
  const RunView* view = record_.run(run_);
  // What was typed or chosen stays.
  if (view != nullptr && step() >= 0 && file_->text() == proposed_) {
    static const QRegularExpression odd(QStringLiteral("[^A-Za-z0-9._-]+"));
    QString name = run_name(view->run);
    name.replace(odd, QStringLiteral("-"));
    const QDir folder(read_setting(kFolderSetting, QDir::homePath()).toString());
    proposed_ = folder.filePath(QStringLiteral("%1-%2-step-%3.safetensors").arg(name, network()).arg(step()));
    file_->setText(proposed_);
  }
  refresh_start();
}

void ExportPage::choose_file() {
  // Whether one that is there is replaced is asked once, on the page.
  const QString chosen =
      QFileDialog::getSaveFileName(this, tr("Export weights"), file_->text(), tr("Weights (*.safetensors)"),
                                   nullptr, QFileDialog::DontConfirmOverwrite);
  if (!chosen.isEmpty()) file_->setText(chosen);
}

QString ExportPage::obstacle() const {
  if (program_.is_running()) return tr("A file is being exported.");
  if (run_.isEmpty())
    return record_.folder().isEmpty() ? tr("No workspace is open.") : tr("Choose a run first.");
  if (step() < 0) return moment_->toolTip();
  const QString file = file_->text().trimmed();
  if (file.isEmpty()) return tr("Say which file to write.");
  const QFileInfo info(file);
  if (!info.isAbsolute()) return tr("Give the file's whole path, from its first folder on.");
  if (!info.dir().exists()) return tr("There is no folder %1.").arg(info.dir().path());
  if (info.isDir()) return tr("%1 is a folder: add the file's name.").arg(file);
  if (info.exists() && !replace_->isChecked())
    return tr("%1 is there already: take another name, or tick Replace.").arg(info.fileName());
  return {};
}

void ExportPage::refresh_start() {
  const QString why = obstacle();
  const bool running = program_.is_running();
  const bool done = proved_ && file_->text().trimmed() == writing_;
  set_usable(
      start_, why.isEmpty(),
      why.isEmpty() ? tr("Writes the file, reads it again and compares the tokens of both networks.") : why);
  cancel_->setVisible(running);
  state_->setText(running ? tr("Writing %1 and reading it again\u2026").arg(QFileInfo(writing_).fileName())
                  : done  ? tr("%1 is written and proved.").arg(QFileInfo(writing_).fileName())
                          : why);
}

void ExportPage::start() {
  if (!obstacle().isEmpty()) return;
  banner_->hide();
  proved_ = false;
  writing_ = file_->text().trimmed();
  write_setting(kFolderSetting, QFileInfo(writing_).path());
  QStringList words = {QStringLiteral("export"),      run_,
                       QStringLiteral("--out"),       writing_,
                       QStringLiteral("--network"),   network(),
                       QStringLiteral("--step"),      QString::number(step()),
                       QStringLiteral("--workspace"), record_.folder(),
                       QStringLiteral("--json")};
  if (replace_->isChecked()) words << QStringLiteral("--overwrite");
  program_.start(words);
  refresh_start();
}

void ExportPage::take_end(const ProgramResult& result) {
  refresh_start();
  if (result.cancelled) {
    banner_->say(Banner::Level::Info,
                 tr("The export was cancelled: if there is a file %1, it was not proved.")
                     .arg(QFileInfo(writing_).fileName()));
    return;
  }
  if (!result.succeeded) {
    banner_->say(Banner::Level::Bad, tr("The weights were not exported. %1").arg(as_sentence(result.why)));
    return;
  }
  const auto file = read_exported(result.json().object());
  if (!file) {
    banner_->say(Banner::Level::Bad, tr("`ibot export` answered something that cannot be understood: it may "
                                        "be of another version than this window."));
    return;
  }
  proved_ = true;
  replace_->setChecked(false);  // one consent, one file
  refresh_start();
  show_file(*file);
  Q_EMIT exported(file->file);
}

}  // namespace ibot::ui
