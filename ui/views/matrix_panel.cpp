// SPDX-License-Identifier: GPL-3.0-or-later
#include "matrix_panel.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/plan/sections.h>

#include <ui/bridge/output_problem.h>
#include <ui/models/cell_outcome.h>
#include <ui/style/theme.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/plain_table.h>

#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QGridLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSplitter>
#include <QTableWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kPauseMillis = 400;  // after the last key, before the preview is made anew

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString count_of_runs(int count) {
  return count == 1 ? QObject::tr("1 run") : QObject::tr("%1 runs").arg(count);
}

// What a factor can be, as far as it does not depend on the plugins.
QStringList known_keys() {
  QStringList keys;
  for (const plan::SectionInfo& section : plan::sections()) {
    if (section.is_list || section.name.empty()) continue;
    if (section.kind) keys.push_back(text(section.name + ".plugin"));
    for (const std::string& key : section.schema.keys()) keys.push_back(text(section.name + "." + key));
  }
  return keys;
}

QLabel* field_name(const QString& words, QWidget* buddy) {
  QLabel* label = make_label(words, TextStyle::Body, "label");
  label->setBuddy(buddy);
  return label;
}

QTableWidgetItem* cell(const QString& words) {
  auto* item = new QTableWidgetItem(words);
  item->setToolTip(words);
  item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled);
  return item;
}

}  // namespace

MatrixPanel::MatrixPanel(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), timer_(new QTimer(this)) {
  timer_->setSingleShot(true);
  timer_->setInterval(kPauseMillis);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* splitter = new QSplitter;
  splitter->setHandleWidth(1);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(make_form());
  splitter->addWidget(make_preview());
  splitter->setStretchFactor(0, 2);
  splitter->setStretchFactor(1, 3);
  layout->addWidget(splitter);
  connect(timer_, &QTimer::timeout, this, &MatrixPanel::preview);
  connect(&program_, &Program::finished, this, &MatrixPanel::take_program);
  connect(&record, &Record::opened, this, &MatrixPanel::edited);
  connect(&record, &Record::closed, this, &MatrixPanel::refresh_buttons);
  add_factor({}, {});
  refresh_buttons();
}

QWidget* MatrixPanel::make_form() {
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  auto* form = new QWidget;
  auto* layout = new QVBoxLayout(form);
  layout->setContentsMargins(metrics::kLarge, metrics::kLarge, metrics::kLarge, metrics::kLarge);
  layout->setSpacing(metrics::kSmall);
  layout->addWidget(make_label(tr("Ablation"), TextStyle::Title));

  const auto line = [&](const char* name, const QString& words, const QString& hint) {
    auto* edit = new QLineEdit;
    edit->setObjectName(QString::fromLatin1(name));
    edit->setAccessibleName(words);
    edit->setPlaceholderText(hint);
    connect(edit, &QLineEdit::textChanged, this, &MatrixPanel::edited);
    return edit;
  };
  auto* fields = new QGridLayout;
  fields->setHorizontalSpacing(metrics::kMedium);
  fields->setVerticalSpacing(metrics::kSmall);
  recipe_ = line("matrix_recipe", tr("Recipe"), tr("A YAML file, which all runs start from"));
  auto* choose = make_button(tr("Choose…"));
  connect(choose, &QPushButton::clicked, this, [this] {
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Recipe of the ablation"), {}, tr("Recipes (*.yaml)"));
    if (!file.isEmpty()) recipe_->setText(file);
  });
  fields->addWidget(field_name(tr("Recipe"), recipe_), 0, 0);
  fields->addWidget(recipe_, 0, 1);
  fields->addWidget(choose, 0, 2);
  name_ = line("matrix_name", tr("Name"), tr("Also the folder of its runs"));
  fields->addWidget(field_name(tr("Name"), name_), 1, 0);
  fields->addWidget(name_, 1, 1, 1, 2);
  seeds_ = line("matrix_seeds", tr("Seeds"), tr("0, 1, 2"));
  seeds_->setToolTip(
      tr("One run of each combination for each seed. All combinations share them, so that "
         "comparisons are paired: same order, same crops."));
  fields->addWidget(field_name(tr("Seeds"), seeds_), 2, 0);
  fields->addWidget(seeds_, 2, 1, 1, 2);
  design_ = new QComboBox;
  design_->setObjectName(QStringLiteral("matrix_design"));
  design_->setAccessibleName(tr("Design"));
  design_->addItems({tr("Every combination"), tr("One factor at a time, from its first value")});
  connect(design_, &QComboBox::currentIndexChanged, this, &MatrixPanel::edited);
  fields->addWidget(field_name(tr("Design"), design_), 3, 0);
  fields->addWidget(design_, 3, 1, 1, 2);
  fields->setColumnStretch(1, 1);
  layout->addLayout(fields);

  layout->addSpacing(metrics::kSmall);
  layout->addWidget(make_label(tr("Factors"), TextStyle::Heading));
  layout->addWidget(make_hairline());
  factor_rows_ = new QVBoxLayout;
  factor_rows_->setSpacing(metrics::kTiny);
  layout->addLayout(factor_rows_);
  auto* buttons = new QHBoxLayout;
  QPushButton* add = make_button(tr("Add a factor"));
  add->setObjectName(QStringLiteral("matrix_add_factor"));
  connect(add, &QPushButton::clicked, this, [this] {
    add_factor({}, {});
    factors_.back().key->setFocus();
  });
  buttons->addWidget(add);
  buttons->addStretch();
  QPushButton* open_button = make_button(tr("Open a matrix…"));
  connect(open_button, &QPushButton::clicked, this, [this] {
    const QString file = QFileDialog::getOpenFileName(this, tr("Open a matrix"), {}, tr("Matrices (*.yaml)"));
    if (!file.isEmpty()) open(file);
  });
  QPushButton* save = make_button(tr("Save as…"));
  connect(save, &QPushButton::clicked, this, [this] {
    const auto made = matrix();
    if (!made) return;
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the matrix"), name_->text() + ".yaml",
                                                      tr("Matrices (*.yaml)"));
    if (file.isEmpty()) return;
    if (const QString problem = output_problem(file); !problem.isEmpty()) return show_mistake(problem);
    const auto saved =
        base::write_file_atomically(file.toStdString(), std::string_view(plan::write_matrix(*made)));
    if (!saved) show_mistake(text(saved.error().to_text()));
  });
  buttons->addWidget(open_button);
  buttons->addWidget(save);
  layout->addLayout(buttons);
  more_ = make_label({}, TextStyle::Small, "hint");
  more_->setWordWrap(true);
  layout->addWidget(more_);
  layout->addStretch();
  scroll->setWidget(form);
  scroll->setMinimumWidth(420);
  return scroll;
}

QWidget* MatrixPanel::make_preview() {
  auto* panel = new QWidget;
  panel->setProperty("role", "canvas");
  panel->setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(panel);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  runs_ = new QTableWidget(0, 3);
  dress_plain_table(*runs_, "matrix_runs", tr("Runs of the ablation"));
  runs_->setHorizontalHeaderLabels({tr("Run"), tr("Steps"), tr("What will be done")});
  runs_->horizontalHeaderItem(1)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
  runs_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  runs_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
  runs_->setColumnWidth(1, 90);
  runs_->setColumnWidth(2, 240);
  layout->addWidget(runs_, 1);
  layout->addWidget(make_hairline());
  auto* foot = new QWidget;
  auto* row = new QHBoxLayout(foot);
  row->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  row->setSpacing(metrics::kMedium);
  auto* words = new QVBoxLayout;
  totals_ = make_label({});
  totals_->setObjectName(QStringLiteral("matrix_totals"));
  totals_->setWordWrap(true);
  mistakes_ = make_label({}, TextStyle::Body, "bad");
  mistakes_->setObjectName(QStringLiteral("matrix_mistakes"));
  mistakes_->setWordWrap(true);
  mistakes_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  mistakes_->hide();
  words->addWidget(totals_);
  words->addWidget(mistakes_);
  row->addLayout(words, 1);
  queue_ = make_button(tr("Queue"), "primary");
  queue_->setObjectName(QStringLiteral("matrix_queue"));
  connect(queue_, &QPushButton::clicked, this, &MatrixPanel::enqueue);
  row->addWidget(queue_, 0, Qt::AlignBottom);
  layout->addWidget(foot);
  return panel;
}

MatrixPanel::FactorRow& MatrixPanel::add_row(const QString& key, const QString& values) {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  const auto at = static_cast<int>(factors_.size());
  auto* key_edit = new QLineEdit(key);
  key_edit->setObjectName(QStringLiteral("matrix_key_%1").arg(at));
  key_edit->setAccessibleName(tr("Key of factor %1").arg(at + 1));
  key_edit->setPlaceholderText(tr("Key, as mask.plugin"));
  auto* completer = new QCompleter(known_keys(), key_edit);
  completer->setFilterMode(Qt::MatchContains);
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  key_edit->setCompleter(completer);
  auto* values_edit = new QLineEdit(values);
  values_edit->setObjectName(QStringLiteral("matrix_values_%1").arg(at));
  values_edit->setAccessibleName(tr("Values of factor %1").arg(at + 1));
  values_edit->setPlaceholderText(tr("Values, as none, random, block"));
  QPushButton* remove = make_button(tr("Remove"));
  remove->setAccessibleName(tr("Remove factor %1").arg(at + 1));
  layout->addWidget(key_edit, 2);
  layout->addWidget(values_edit, 3);
  layout->addWidget(remove);
  connect(key_edit, &QLineEdit::textChanged, this, &MatrixPanel::edited);
  connect(values_edit, &QLineEdit::textChanged, this, &MatrixPanel::edited);
  connect(remove, &QPushButton::clicked, this, [this, row] {
    std::erase_if(factors_, [row](const FactorRow& factor) { return factor.row == row; });
    row->deleteLater();
    edited();
  });
  factor_rows_->addWidget(row);
  factors_.push_back({row, key_edit, values_edit, {}});
  return factors_.back();
}

void MatrixPanel::add_factor(const QString& key, const QString& values) {
  add_row(key, values);
  edited();
}

void MatrixPanel::add_group(const plan::MatrixFactor& factor) {
  QStringList names, details;
  for (const plan::MatrixLevel& level : factor.levels) {
    names.push_back(text(level.name));
    QStringList sets;
    for (const std::string& assignment : level.overrides) sets.push_back(text(assignment));
    details.push_back(names.back() + QStringLiteral(": ") + sets.join(QStringLiteral(", ")));
  }
  FactorRow& row = add_row(text(factor.name), names.join(QStringLiteral(", ")));
  row.group = factor;
  for (QLineEdit* edit : {row.key, row.values}) {
    edit->setReadOnly(true);
    edit->setToolTip(details.join(QLatin1Char('\n')));
  }
}

void MatrixPanel::clear_factors() {
  for (const FactorRow& factor : factors_) delete factor.row;
  factors_.clear();
}

void MatrixPanel::set_recipe(const QString& file, const QString& note) {
  if (!file.isEmpty()) recipe_->setText(file);
  if (overrides_.empty()) more_->setText(note);
}

void MatrixPanel::open(const QString& file) {
  params::Diagnostics diagnostics;
  const auto read = plan::read_matrix(file.toStdString(), diagnostics);
  if (!read) return show_mistake(text(params::to_text(diagnostics)).trimmed());
  clear_factors();
  recipe_->setText(text(read->base.string()));
  name_->setText(text(read->name));
  QStringList seeds;
  for (const std::int64_t seed : read->seeds) seeds.push_back(QString::number(seed));
  seeds_->setText(seeds.join(QStringLiteral(", ")));
  design_->setCurrentIndex(read->design == plan::MatrixDesign::Full ? 0 : 1);
  overrides_ = read->overrides;
  for (const plan::MatrixFactor& factor : read->factors) {
    const bool plain =
        std::all_of(factor.levels.begin(), factor.levels.end(), [&](const plan::MatrixLevel& level) {
          return level.overrides.size() == 1 && level.overrides.front().starts_with(factor.name + "=");
        });
    if (!plain) {
      add_group(factor);
      continue;
    }
    QStringList values;
    for (const plan::MatrixLevel& level : factor.levels)
      values.push_back(text(level.overrides.front().substr(factor.name.size() + 1)));
    add_row(text(factor.name), values.join(QStringLiteral(", ")));
  }
  QStringList shared;
  for (const std::string& assignment : overrides_) shared.push_back(text(assignment));
  more_->setText(shared.isEmpty() ? QString()
                                  : tr("For all runs: %1").arg(shared.join(QStringLiteral(", "))));
  edited();
}

std::optional<plan::Matrix> MatrixPanel::matrix() {
  plan::Matrix matrix;
  params::Diagnostics diagnostics;
  matrix.name = name_->text().trimmed().toStdString();
  if (matrix.name.empty()) matrix.name = "ablation";
  matrix.base = recipe_->text().trimmed().toStdString();
  matrix.overrides = overrides_;
  matrix.design = design_->currentIndex() == 0 ? plan::MatrixDesign::Full : plan::MatrixDesign::OneAtATime;
  for (const FactorRow& row : factors_) {
    if (row.group) {
      matrix.factors.push_back(*row.group);
      continue;
    }
    const QString key = row.key->text().trimmed(), values = row.values->text().trimmed();
    if (key.isEmpty() && values.isEmpty()) continue;
    if (auto factor = plan::parse_factor((key + QLatin1Char('=') + values).toStdString(), diagnostics))
      matrix.factors.push_back(std::move(*factor));
  }
  for (const QString& word : seeds_->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
    const auto seed = base::parse_int(word.trimmed().toStdString());
    if (!seed || *seed < 0) {
      show_mistake(
          tr("Seeds are whole numbers from 0, with commas between them; found \"%1\".").arg(word.trimmed()));
      return std::nullopt;
    }
    matrix.seeds.push_back(*seed);
  }
  if (params::has_errors(diagnostics)) {
    show_mistake(text(params::to_text(diagnostics)).trimmed());
    return std::nullopt;
  }
  if (matrix.base.empty()) {
    show_mistake({});
    totals_->setText(tr("Choose the recipe that all runs start from."));
    return std::nullopt;
  }
  return matrix;
}

void MatrixPanel::edited() {
  new_runs_ = 0;
  refresh_buttons();
  timer_->start();
}

void MatrixPanel::preview() {
  if (queueing_) return;
  ask_program(false);
}

void MatrixPanel::enqueue() {
  timer_->stop();
  ask_program(true);
}

void MatrixPanel::ask_program(bool queue) {
  const auto made = matrix();
  if (!made) return refresh_buttons();
  if (record_.folder().isEmpty()) {
    show_mistake({});
    totals_->setText(tr("Open a workspace first: it keeps the runs."));
    return refresh_buttons();
  }
  // A new file each time: a child may still read the last one.
  const QString file = folder_.filePath(QStringLiteral("matrix-%1.yaml").arg(++files_));
  const auto written =
      base::write_file_atomically(file.toStdString(), std::string_view(plan::write_matrix(*made)));
  if (!written) return show_mistake(text(written.error().to_text()));
  QStringList arguments = {QStringLiteral("matrix"), file, QStringLiteral("--json"),
                           QStringLiteral("--workspace"), record_.folder()};
  if (queue) arguments.push_back(QStringLiteral("--queue"));
  program_.start(arguments);
  queueing_ = queue;
  totals_->setText(queue ? tr("Queueing…") : tr("Looking at the runs…"));
  refresh_buttons();
}

void MatrixPanel::take_program(const ProgramResult& result) {
  const bool queued_now = queueing_ && !result.cancelled;
  if (result.cancelled) return;
  queueing_ = false;
  if (!result.succeeded) {
    new_runs_ = 0;
    totals_->setText(queued_now ? tr("Nothing was queued.") : QString());
    runs_->setRowCount(0);
    show_mistake(result.why);
    return refresh_buttons();
  }
  show_mistake({});
  const QJsonObject review = result.json().object();
  show_review(review);
  if (queued_now) {
    const auto count = static_cast<int>(review.value(QStringLiteral("items")).toArray().size());
    new_runs_ = 0;
    totals_->setText(tr("%1 queued, in the folder %2.").arg(count_of_runs(count), name_->text()));
    Q_EMIT queued(count);
  }
  refresh_buttons();
}

void MatrixPanel::show_review(const QJsonObject& review) {
  const QLocale english(QLocale::English);
  const QJsonArray cells = review.value(QStringLiteral("cells")).toArray();
  const QString problem = review.value(QStringLiteral("data_problem")).toString();
  const QString unknown =
      problem.isEmpty() ? QString() : tr("Steps are not known: %1").arg(as_sentence(problem));
  runs_->setRowCount(static_cast<int>(cells.size()));
  int at = 0;
  for (const auto& entry : cells) {
    const QJsonObject one = entry.toObject();
    const bool is_new = one.value(QStringLiteral("new")).toBool();
    QTableWidgetItem* name = cell(one.value(QStringLiteral("name")).toString());
    const bool counted = one.contains(QStringLiteral("steps"));
    QTableWidgetItem* steps =
        cell(counted ? english.toString(one.value(QStringLiteral("steps")).toInteger()) : tr("unknown"));
    if (!counted) steps->setToolTip(unknown);
    steps->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    const CellOutcome done = outcome_of(one, record_);
    QTableWidgetItem* outcome = cell(done.words);
    outcome->setToolTip(done.whole);
    for (QTableWidgetItem* item : {name, steps, outcome}) {
      QFont font = item->font();
      font.setStrikeOut(!is_new && item == name);
      item->setFont(font);
      if (!is_new) item->setForeground(Theme::instance().tokens().text2);
    }
    runs_->setItem(at, 0, name);
    runs_->setItem(at, 1, steps);
    runs_->setItem(at++, 2, outcome);
  }
  new_runs_ = review.value(QStringLiteral("runs")).toInt();
  const int duplicates = review.value(QStringLiteral("duplicates")).toInt();
  QStringList words = {count_of_runs(new_runs_)};
  if (review.contains(QStringLiteral("steps")))
    words.push_back(tr("%1 steps").arg(english.toString(review.value(QStringLiteral("steps")).toInteger())));
  if (review.contains(QStringLiteral("disk_bytes"))) {
    const auto bytes = static_cast<std::uint64_t>(review.value(QStringLiteral("disk_bytes")).toInteger());
    words.push_back(tr("%1 of disk").arg(text(base::format_bytes(bytes))));
  }
  if (duplicates > 0) words.push_back(tr("%1 left out, being there already").arg(duplicates));
  QString totals = words.join(QStringLiteral(", "));
  if (!unknown.isEmpty()) totals += QStringLiteral(". ") + unknown;
  for (const auto& entry : review.value(QStringLiteral("warnings")).toArray()) {
    const QJsonObject warning = entry.toObject();
    const QString key = warning.value(QStringLiteral("key")).toString();
    // The runs would end without the figures of evaluators that find no pictures.
    if (key.startsWith(QStringLiteral("evaluators.")))
      totals += QStringLiteral(". %1: %2").arg(key, warning.value(QStringLiteral("message")).toString());
  }
  totals_->setText(totals);
}

void MatrixPanel::show_mistake(const QString& words) {
  // The program names the switches that it would be given by hand.
  static const QRegularExpression switches(QStringLiteral("(^|\\n)--[a-z-]+ [^\\n]*?: error: "));
  mistakes_->setText(QString(words).replace(switches, QStringLiteral("\\1")));
  mistakes_->setVisible(!words.isEmpty());
}

void MatrixPanel::refresh_buttons() {
  queue_->setText(new_runs_ > 0 ? tr("Queue %1").arg(count_of_runs(new_runs_)) : tr("Queue"));
  queue_->setEnabled(new_runs_ > 0 && !program_.is_running());
  queue_->setToolTip(queue_->isEnabled()          ? tr("Records the runs and lets them wait in the queue.")
                     : record_.folder().isEmpty() ? tr("No workspace is open.")
                     : program_.is_running()      ? tr("The runs are being looked at.")
                                                  : tr("There is no run that would be new."));
}

}  // namespace ibot::ui
