// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_page.h"

#include "data_details.h"
#include "picture_grid.h"

#include <ibot/base/text.h>
#include <ibot/data/open.h>

#include <ui/style/theme.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kMostBadRows = 8;

QString count_text(qint64 count) {
  return QString::fromStdString(base::format_count(count));
}

QString what_belongs_here() {
  return DataPage::tr(
      "Drop a folder of JPEG or PNG files here, or a CSV list of them. Labels are not needed; folders in it "
      "are taken for classes.");
}

}  // namespace

DataPage::DataPage(QWidget* parent)
    : QWidget(parent), details_(new DataDetails(this)), grid_(new PictureGrid) {
  details_->hide();  // until the inspector takes it
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_header());
  layout->addWidget(make_hairline());
  problem_ = new Banner(QStringLiteral("data_problem"));
  layout->addWidget(problem_);
  bad_ = new Banner(QStringLiteral("bad_files"));
  bad_->set_dismissable(false);
  layout->addWidget(bad_);
  bad_list_ = new QListWidget;
  bad_list_->setObjectName(QStringLiteral("bad_files_list"));
  bad_list_->setAccessibleName(tr("Files that cannot be read"));
  bad_list_->setUniformItemSizes(true);
  bad_list_->hide();
  layout->addWidget(bad_list_);

  stack_ = new QStackedWidget;
  auto* pictures = new QWidget;
  auto* rows = new QVBoxLayout(pictures);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  grid_->setObjectName(QStringLiteral("picture_grid"));
  rows->addWidget(grid_, 1);
  rows->addWidget(make_hairline());
  hint_ = make_label({}, TextStyle::Small, "label");
  hint_->setObjectName(QStringLiteral("picture_hint"));
  hint_->setContentsMargins(metrics::kMedium, 0, metrics::kMedium, 0);
  hint_->setFixedHeight(metrics::kRow);
  hint_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  rows->addWidget(hint_);
  stack_->addWidget(new QWidget);
  stack_->addWidget(pictures);
  show_nothing();
  layout->addWidget(stack_, 1);

  qRegisterMetaType<DataFoundPtr>();
  connect(&survey_, &DataSurvey::listing, this, &DataPage::take_listing);
  connect(&survey_, &DataSurvey::found, this, &DataPage::take_found);
  connect(&survey_, &DataSurvey::sizes, this, &DataPage::take_sizes);
  connect(&survey_, &DataSurvey::measuring, this,
          [this](const SurveyFactsPtr& facts) { take_facts(facts, false); });
  connect(&survey_, &DataSurvey::facts, this,
          [this](const SurveyFactsPtr& facts) { take_facts(facts, true); });
  connect(&survey_, &DataSurvey::refused, this, &DataPage::take_problem);
  connect(bad_list_, &QListWidget::itemActivated, this,
          [this](const QListWidgetItem* item) { grid_->set_current(item->data(Qt::UserRole).toLongLong()); });
  connect(grid_, &PictureGrid::hovered, this, &DataPage::show_hint);
  connect(grid_, &PictureGrid::current_changed, this, [this](qint64 index) {
    details_->show_picture(index, index >= 0 ? grid_->size_of(index) : data::PictureSize{});
    show_hint(-1);
  });
  connect(&grid_->thumbnails(), &Thumbnails::unreadable, this, [this](qint64 index, const QString& reason) {
    if (!facts_) return;
    const auto& known = facts_->summary.unreadable;
    if (std::any_of(known.begin(), known.end(), [&](const auto& bad) { return bad.index == index; })) return;
    auto more = std::make_shared<SurveyFacts>(*facts_);
    data::add_unreadable(more->summary,
                         {{index, std::string(found_->dataset->sample(index).path), reason.toStdString()}});
    take_facts(more, !survey_.is_working());
  });
  set_working(false);
  show_hint(-1);
}

QWidget* DataPage::inspector() {
  return details_;
}

QWidget* DataPage::make_header() {
  auto* header = new QWidget;
  auto* rows = new QVBoxLayout(header);
  rows->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  rows->setSpacing(metrics::kTiny);
  auto* line = new QHBoxLayout;
  line->setSpacing(metrics::kSmall);
  line->addWidget(make_label(tr("Data"), TextStyle::Title));
  place_ = new ElidedLabel(TextStyle::Body, "label");
  line->addWidget(place_, 1);
  progress_ = new QProgressBar;
  progress_->setFixedWidth(160);
  progress_->setTextVisible(false);
  progress_->setAccessibleName(tr("How far the pictures are looked through"));
  line->addWidget(progress_);
  cancel_ = make_button(tr("Cancel"));
  cancel_->setObjectName(QStringLiteral("data_cancel"));
  connect(cancel_, &QPushButton::clicked, this, &DataPage::cancel);
  line->addWidget(cancel_);
  QPushButton* folder = make_button(tr("Choose a folder…"));
  folder->setObjectName(QStringLiteral("data_choose"));
  connect(folder, &QPushButton::clicked, this, &DataPage::choose_folder);
  line->addWidget(folder);
  QPushButton* list = make_button(tr("Choose a list…"));
  list->setToolTip(tr("A CSV file with the columns path, label and split"));
  connect(list, &QPushButton::clicked, this, &DataPage::choose_list);
  line->addWidget(list);
  use_ = make_button(tr("Use these pictures"), "primary");
  use_->setObjectName(QStringLiteral("data_use"));
  connect(use_, &QPushButton::clicked, this, [this] {
    chosen_ = false;
    Q_EMIT use_wanted(found_->path, found_->kind);
  });
  line->addWidget(use_);
  rows->addLayout(line);
  sentence_ = make_label({}, TextStyle::Body);
  sentence_->setObjectName(QStringLiteral("data_sentence"));
  notes_ = make_label({}, TextStyle::Small, "hint");
  notes_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  rows->addWidget(sentence_);
  rows->addWidget(notes_);
  return header;
}

void DataPage::choose_folder() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Choose a folder of pictures"), path_);
  if (!folder.isEmpty()) open(folder);
}

void DataPage::choose_list() {
  const QString file =
      QFileDialog::getOpenFileName(this, tr("Choose a list of pictures"), path_, tr("CSV (*.csv)"));
  if (!file.isEmpty()) open(file);
}

void DataPage::open(const QString& path) {
  const QString clean = QDir::cleanPath(path);
  chosen_ = true;
  due_ = false;
  if (clean == path_ && (found_ || survey_.is_working())) return;
  of_recipe_ = false;
  data::DataOptions options;
  options.path = clean.toStdString();
  begin(options);
}

void DataPage::follow(const Configuration& recipe) {
  recipe_ = &recipe;
  connect(&recipe, &Configuration::changed, this, &DataPage::take_recipe);
  take_recipe();
}

void DataPage::take_recipe() {
  refresh_use();
  // What is typed into data.path is looked through when somebody chooses it: not with every letter.
  const Draft& draft = recipe_->draft();
  const bool same = draft.file == seen_.file && draft.name == seen_.name && draft.original == seen_.original;
  if (same || !recipe_->result().plan) return;
  seen_ = draft;
  due_ = !chosen_;
  // Pictures that were chosen are written into the recipe right after it was opened.
  QMetaObject::invokeMethod(this, &DataPage::look_at_recipe, Qt::QueuedConnection);
}

void DataPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  // A large data set is not looked through behind somebody who never comes here.
  look_at_recipe();
}

void DataPage::look_at_recipe() {
  if (!due_ || !isVisible() || !recipe_->result().plan) return;
  due_ = false;
  const data::DataOptions options = recipe_->result().plan->data();
  const bool is_chosen = options.split.empty() && options.path == path_.toStdString();
  if ((found_ || survey_.is_working()) && (is_chosen || reads(options))) return;
  of_recipe_ = true;
  if (!options.path.empty() || options.kind == "parts") return begin(options);
  survey_.cancel();
  clear();
  set_working(false);
  show_nothing();
}

bool DataPage::reads(const data::DataOptions& options) const {
  if (options.kind != asked_.kind || options.split != asked_.split) return false;
  if (options.kind == "parts") return data::parts_folder(options) == data::parts_folder(asked_);
  return options.path == asked_.path;
}

void DataPage::show_nothing() {
  show_nothing(tr("No pictures yet"), what_belongs_here());
}

void DataPage::show_nothing(const QString& title, const QString& words) {
  QPushButton* choose = make_button(tr("Choose a folder…"), "primary");
  choose->setObjectName(QStringLiteral("data_choose_first"));
  connect(choose, &QPushButton::clicked, this, &DataPage::choose_folder);
  QWidget* before = stack_->widget(0);
  stack_->removeWidget(before);
  before->deleteLater();
  stack_->insertWidget(0, make_empty_state(title, words, choose));
  stack_->setCurrentIndex(0);
}

void DataPage::clear() {
  show_path({});
  found_.reset();
  facts_.reset();
  problem_->hide();
  bad_->hide();
  bad_list_->hide();
  bad_list_->clear();
  grid_->set_source(nullptr);
  details_->show_dataset(nullptr);
  sentence_->clear();
  notes_->clear();
  show_hint(-1);
}

void DataPage::begin(const data::DataOptions& options) {
  clear();
  asked_ = options;
  show_path(QDir::cleanPath(QString::fromStdString(options.path)));
  sentence_->setText(tr("Looking for pictures…"));
  stack_->setCurrentIndex(1);
  progress_->setRange(0, 0);
  survey_.open(options);
  set_working(true);
}

void DataPage::show_path(const QString& path) {
  path_ = path;
  place_->setText(path);
  place_->setToolTip(path);
}

void DataPage::take_listing(qint64 pictures) {
  sentence_->setText(tr("Looking for pictures: %1 so far…").arg(count_text(pictures)));
}

void DataPage::take_found(const DataFoundPtr& found) {
  found_ = found;
  show_path(found->path);
  const auto size = static_cast<int>(found->dataset->size());
  progress_->setRange(0, size);
  progress_->setValue(0);
  grid_->set_source(found->dataset);
  details_->show_dataset(found);
  QStringList notes;
  for (const std::string& note : found->dataset->notes()) notes << QString::fromStdString(note);
  QString words = notes.join(QStringLiteral("  \u00b7  "));
  if (!words.isEmpty()) words[0] = words[0].toUpper();
  notes_->setText(words);
  notes_->setToolTip(notes.join(QLatin1Char('\n')));
  sentence_->setText(tr("%1 pictures; reading what sizes they have…").arg(count_text(size)));
  refresh_use();
}

void DataPage::take_sizes(const PictureSizes& sizes) {
  grid_->append(*sizes);
  progress_->setValue(static_cast<int>(grid_->count()));
}

void DataPage::take_facts(const SurveyFactsPtr& facts, bool complete) {
  facts_ = facts;
  sentence_->setText(QString::fromStdString(facts->summary.sentence()));
  details_->show_facts(facts, complete);
  say_bad_files();
  refresh_use();
  Q_EMIT looked_through(QString::fromStdString(found_->asked.path), facts->summary.pictures,
                        facts->summary.unreadable_count);
  if (complete) {
    set_working(false);
  } else {
    progress_->setRange(0, 0);
  }
}

void DataPage::say_bad_files() {
  const data::DatasetSummary& summary = facts_->summary;
  if (summary.unreadable_count == 0) return;
  bad_list_->clear();
  for (const data::BadPicture& bad : summary.unreadable) {
    auto* item = new QListWidgetItem(
        QStringLiteral("%1: %2").arg(QString::fromStdString(bad.path), QString::fromStdString(bad.reason)),
        bad_list_);
    item->setToolTip(item->text());
    item->setData(Qt::UserRole, static_cast<qlonglong>(bad.index));
    item->setSizeHint({0, metrics::kRow});
  }
  bad_list_->setFixedHeight(metrics::kRow * std::clamp(bad_list_->count(), 1, kMostBadRows) + 2);
  show_bad_files(bad_list_->isVisibleTo(this));
}

void DataPage::show_bad_files(bool on) {
  bad_list_->setVisible(on);
  const std::int64_t count = facts_->summary.unreadable_count;
  const bool nothing = is_nothing_readable();
  bad_->say(nothing ? Banner::Level::Bad : Banner::Level::Warning,
            nothing ? tr("None of these files can be read: training would leave them all out, and nothing "
                         "would be left. Choose other pictures.")
            : count == 1
                ? tr("One file cannot be read. Training leaves it out and goes on.")
                : tr("%1 files cannot be read. Training leaves them out and goes on.").arg(count_text(count)),
            {{on ? tr("Hide the list") : tr("Show the list"), [this, on] { show_bad_files(!on); }}});
}

void DataPage::take_problem(const DataProblem& problem) {
  set_working(false);
  sentence_->clear();
  if (of_recipe_ && problem.splits.isEmpty()) return say_why_nothing(problem);
  if (!found_) show_nothing();
  std::vector<Banner::Action> actions;
  for (const QString& split : problem.splits)
    actions.push_back({tr("Open %1").arg(split), [this, split] { open(QDir(path_).filePath(split)); }});
  actions.push_back({tr("Choose another…"), [this] { choose_folder(); }});
  problem_->say(Banner::Level::Bad,
                problem.what + QLatin1Char('.') +
                    (problem.hint.isEmpty() ? QString() : QLatin1Char(' ') + problem.hint + QLatin1Char('.')),
                actions);
}

// Nobody asked for these just now: what is missing is said in their place.
void DataPage::say_why_nothing(const DataProblem& problem) {
  due_ = true;  // they may be there when somebody comes again
  if (problem.scenes_missing) {
    show_path({});
    return show_nothing(
        tr("No pictures yet"),
        tr("The recipe's built-in scenes are drawn when a run starts. %1").arg(what_belongs_here()));
  }
  QString words = tr("%1.").arg(problem.what);
  words[0] = words[0].toUpper();
  if (!problem.hint.isEmpty()) words += tr(" %1.").arg(problem.hint);
  show_nothing(problem.is_gone ? tr("The recipe's pictures are not there")
                               : tr("The recipe's pictures cannot be read"),
               words);
}

void DataPage::cancel() {
  survey_.cancel();
  set_working(false);
  if (!found_) {
    clear();
    return show_nothing();
  }
  if (!facts_)
    sentence_->setText(
        tr("%1 pictures; stopped before all were looked at.").arg(count_text(found_->dataset->size())));
}

void DataPage::set_working(bool working) {
  progress_->setVisible(working);
  cancel_->setVisible(working);
  sentence_->setVisible(working || found_);
  notes_->setVisible(found_ != nullptr);
  refresh_use();
}

void DataPage::refresh_use() {
  const bool nothing = is_nothing_readable();
  const bool already =
      of_recipe_ && recipe_ != nullptr && recipe_->result().plan && reads(recipe_->result().plan->data());
  use_->setEnabled(found_ != nullptr && !nothing && !already);
  use_->setToolTip(!found_   ? tr("Choose a folder of pictures first.")
                   : nothing ? tr("None of these pictures can be read.")
                   : already ? tr("The recipe reads these pictures already.")
                             : tr("Writes data.path and data.kind into the recipe that is being edited"));
}

bool DataPage::is_nothing_readable() const {
  return facts_ && facts_->summary.unreadable_count >= facts_->summary.pictures;
}

void DataPage::show_hint(qint64 hovered) {
  const qint64 index = hovered >= 0 ? hovered : grid_->current();
  hint_->setText(found_ && index >= 0 ? picture_words(*found_->dataset, index, grid_->size_of(index))
                                      : QString());
}

}  // namespace ibot::ui
