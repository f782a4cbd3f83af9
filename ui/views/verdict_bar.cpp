// SPDX-License-Identifier: GPL-3.0-or-later
#include "verdict_bar.h"

#include "comparison_context.h"

#include <ui/widgets/flow_layout.h>
#include <ui/widgets/parts.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>
#include <limits>

namespace ibot::ui {
namespace {

// Entries of the boxes.
enum Better { kUsual = 0, kHigher, kLower };
enum Moment { kEnd = 0, kStep };
enum Shape { kList = 0, kGrid, kPretext, kMasking, kHead };

int shape_of(const ComparisonChoice& choice) {
  if (!choice.preset) return choice.rows.empty() ? kList : kGrid;
  switch (*choice.preset) {
    case compare::Preset::Pretext:
      return kPretext;
    case compare::Preset::Masking:
      return kMasking;
    case compare::Preset::Head:
      return kHead;
  }
  return kList;
}

// What can be chosen; what was chosen stays in the list although no run has it now.
void fill(QComboBox* box, std::vector<std::string> names, const std::string& chosen) {
  if (!chosen.empty() && std::find(names.begin(), names.end(), chosen) == names.end())
    names.push_back(chosen);
  QStringList items, shown;
  for (const std::string& name : names) items.push_back(QString::fromStdString(name));
  for (int i = 0; i < box->count(); ++i) shown.push_back(box->itemText(i));
  const QSignalBlocker quiet(box);
  // A list that somebody has open stays as it is while nothing is new.
  if (items != shown) {
    box->clear();
    box->addItems(items);
  }
  box->setCurrentIndex(box->findText(QString::fromStdString(chosen)));
}

}  // namespace

VerdictBar::VerdictBar(ComparisonContext& context, QWidget* parent) : QWidget(parent), context_(context) {
  new FlowLayout(this, metrics::kSmall);
  metric_ = add_box("verdict_metric", tr("Metric"), tr("What the runs are judged by"));
  metric_->setMinimumContentsLength(14);
  better_ = add_box("verdict_better", tr("Better"), tr("Whether a higher or a lower value is better"));
  better_->addItems({tr("as usual"), tr("higher"), tr("lower")});
  moment_ =
      add_box("verdict_moment", tr("Moment"),
              tr("Which moment of a run counts: the same rule for every run, settled before one knows the "
                 "values. The best moment is no rule: it would reward whoever looks more often."));
  moment_->addItems({tr("planned end"), tr("at step")});
  step_ = new QSpinBox;
  step_->setObjectName(QStringLiteral("verdict_step"));
  step_->setAccessibleName(tr("Step that counts"));
  step_->setRange(0, std::numeric_limits<int>::max());
  step_->setGroupSeparatorShown(true);
  step_->setKeyboardTracking(false);
  step_->setMinimumWidth(96);
  layout()->addWidget(step_);
  shape_ = add_box("verdict_shape", tr("Table"), tr("The shape of the table"));
  shape_->addItems({tr("a row a variant"), tr("rows and columns"), tr("pretext tasks"),
                    tr("masking by ratio"), tr("head shared or separate")});
  rows_ = add_box("verdict_rows", tr("Rows"), tr("The parameter whose levels are the rows"));
  columns_ = add_box("verdict_columns", tr("Columns"), tr("The parameter whose levels are the columns"));

  connect(metric_, &QComboBox::activated, this, &VerdictBar::choose_metric);
  connect(better_, &QComboBox::activated, this, &VerdictBar::choose_metric);
  connect(moment_, &QComboBox::activated, this, &VerdictBar::choose_moment);
  connect(step_, &QSpinBox::valueChanged, this, &VerdictBar::choose_moment);
  connect(shape_, &QComboBox::activated, this, &VerdictBar::choose_shape);
  connect(rows_, &QComboBox::activated, this, &VerdictBar::choose_factors);
  connect(columns_, &QComboBox::activated, this, &VerdictBar::choose_factors);
  connect(&context_, &ComparisonContext::choice_changed, this, &VerdictBar::refresh);
  connect(&context_, &ComparisonContext::view_changed, this, &VerdictBar::refresh);
  refresh();
}

QComboBox* VerdictBar::add_box(const char* name, const QString& title, const QString& tip) {
  auto* pair = new QWidget;
  auto* row = new QHBoxLayout(pair);
  row->setContentsMargins(0, 0, metrics::kSmall, 0);
  row->setSpacing(metrics::kSmall);
  QLabel* label = make_label(title, TextStyle::Small, "label");
  row->addWidget(label);
  auto* box = new QComboBox;
  // The page has to fit beside the tray on a small screen.
  box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  box->setMinimumContentsLength(10);
  box->setObjectName(QString::fromLatin1(name));
  box->setAccessibleName(title);
  box->setToolTip(tip);
  label->setBuddy(box);
  row->addWidget(box);
  layout()->addWidget(pair);
  return box;
}

void VerdictBar::refresh() {
  const ComparisonChoice& choice = context_.choice();
  const ComparisonView& view = *context_.view();
  fill(metric_, view.metrics, view.result ? view.result->metric.name : choice.metric);
  const QSignalBlocker quiet(step_);
  better_->setCurrentIndex(!choice.better                                         ? kUsual
                           : *choice.better == compare::Direction::HigherIsBetter ? kHigher
                                                                                  : kLower);
  moment_->setCurrentIndex(choice.rule.step ? kStep : kEnd);
  step_->setVisible(choice.rule.step.has_value());
  if (choice.rule.step)
    step_->setValue(
        static_cast<int>(std::min<std::int64_t>(*choice.rule.step, std::numeric_limits<int>::max())));
  const int shape = shape_of(choice);
  shape_->setCurrentIndex(shape);
  for (QComboBox* box : {rows_, columns_}) box->parentWidget()->setVisible(shape == kGrid);
  fill(rows_, view.factors, choice.rows);
  std::vector<std::string> columns = {tr("none").toStdString()};
  columns.insert(columns.end(), view.factors.begin(), view.factors.end());
  fill(columns_, std::move(columns), choice.columns);
  if (choice.columns.empty()) columns_->setCurrentIndex(0);
}

void VerdictBar::choose_metric() {
  ComparisonChoice choice = context_.choice();
  const std::string metric = metric_->currentText().toStdString();
  // A direction belongs to the metric for which it was said.
  if (sender() == metric_) better_->setCurrentIndex(kUsual);
  choice.metric = metric;
  choice.better.reset();
  if (better_->currentIndex() == kHigher) choice.better = compare::Direction::HigherIsBetter;
  if (better_->currentIndex() == kLower) choice.better = compare::Direction::LowerIsBetter;
  context_.choose(choice);
}

void VerdictBar::choose_moment() {
  ComparisonChoice choice = context_.choice();
  if (moment_->currentIndex() == kEnd) {
    choice.rule.step.reset();
  } else if (choice.rule.step) {
    choice.rule.step = step_->value();
  } else {
    // A step that all of them have reached.
    std::int64_t reached = std::numeric_limits<std::int64_t>::max();
    for (const compare::RunData& each : context_.view()->runs) reached = std::min(reached, each.run.step);
    choice.rule.step = context_.view()->runs.empty() ? 0 : reached;
  }
  context_.choose(choice);
}

void VerdictBar::choose_shape() {
  ComparisonChoice choice = context_.choice();
  choice.preset.reset();
  choice.rows.clear();
  choice.columns.clear();
  const auto& factors = context_.view()->factors;
  switch (shape_->currentIndex()) {
    case kGrid:
      if (!factors.empty()) choice.rows = factors.front();
      if (factors.size() > 1) choice.columns = factors[1];
      break;
    case kPretext:
      choice.preset = compare::Preset::Pretext;
      break;
    case kMasking:
      choice.preset = compare::Preset::Masking;
      break;
    case kHead:
      choice.preset = compare::Preset::Head;
      break;
    default:
      break;
  }
  context_.choose(choice);
  refresh();
}

void VerdictBar::choose_factors() {
  ComparisonChoice choice = context_.choice();
  choice.rows = rows_->currentText().toStdString();
  choice.columns = columns_->currentIndex() > 0 ? columns_->currentText().toStdString() : std::string();
  if (choice.columns == choice.rows) choice.columns.clear();
  context_.choose(choice);
  refresh();
}

}  // namespace ibot::ui
