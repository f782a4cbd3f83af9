// SPDX-License-Identifier: GPL-3.0-or-later
#include "verdicts_tab.h"

#include "comparison_context.h"
#include "copy_menu.h"
#include "verdict_bar.h"

#include <ui/models/written_table.h>
#include <ui/style/theme.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kMostColumn = 280;  // px
constexpr int kMostRows = 16;     // seen at once; the table scrolls beyond

QString lines(const std::vector<std::string>& sentences) {
  QStringList all;
  for (const std::string& sentence : sentences) all.push_back(QString::fromStdString(sentence));
  return all.join(QLatin1Char('\n'));
}

// What stands below the table: a list has it all, other shapes say less of what was left out.
std::vector<std::string> notes_of(const compare::ComparisonResult& result, const compare::Table* table) {
  std::vector<std::string> notes = table == nullptr ? result.caption() : table->caption;
  const auto add = [&](const std::string& line) {
    if (std::find(notes.begin(), notes.end(), line) == notes.end()) notes.push_back(line);
  };
  for (const compare::GroupResult& group : result.groups) {
    if (!group.comparison.reason.empty() && result.baseline)
      add(group.group.name + ": " + group.comparison.reason + ".");
    for (const std::string& left_out : group.left_out) add("Left out: " + left_out + ".");
  }
  return notes;
}

}  // namespace

VerdictsTab::VerdictsTab(ComparisonContext& context, QWidget* parent)
    : QWidget(parent), context_(context), model_(new WrittenTable(this)) {
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->setSpacing(0);
  outer->addWidget(make_head());
  outer->addWidget(make_hairline());
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  auto* body = new QWidget;
  auto* layout = new QVBoxLayout(body);
  layout->setContentsMargins(metrics::kMedium, metrics::kMedium, metrics::kMedium, metrics::kMedium);
  layout->setSpacing(metrics::kMedium);
  summary_ = make_paragraph({}, TextStyle::Body);
  summary_->setObjectName(QStringLiteral("verdict_summary"));
  layout->addWidget(summary_);
  problem_ = make_paragraph({}, TextStyle::Body, "label");
  problem_->setObjectName(QStringLiteral("verdict_problem"));
  layout->addWidget(problem_);
  make_table();
  layout->addWidget(table_);
  notes_ = make_paragraph({}, TextStyle::Small, "label");
  notes_->setObjectName(QStringLiteral("verdict_notes"));
  layout->addWidget(notes_);
  layout->addStretch();
  // Names of the record are nobody's markup.
  for (QLabel* label : {summary_, problem_, notes_}) label->setTextFormat(Qt::PlainText);
  scroll->setWidget(body);
  outer->addWidget(scroll, 1);
  const auto news = [this] {
    stale_ = true;
    if (isVisible()) refresh();
  };
  connect(&context_, &ComparisonContext::view_changed, this, news);
  connect(&Theme::instance(), &Theme::changed, this, news);
  refresh();
}

QWidget* VerdictsTab::make_head() {
  auto* head = new QWidget;
  auto* layout = new QHBoxLayout(head);
  layout->setContentsMargins(metrics::kMedium, metrics::kTiny, metrics::kMedium, metrics::kTiny);
  layout->setSpacing(metrics::kMedium);
  layout->addWidget(new VerdictBar(context_), 1);
  copy_ = new QToolButton;
  copy_->setObjectName(QStringLiteral("verdict_copy"));
  offer_copies(copy_, [this](CopyFormat format) { return copied(format); });
  layout->addWidget(copy_, 0, Qt::AlignTop);
  return head;
}

void VerdictsTab::make_table() {
  table_ = new QTableView;
  table_->setObjectName(QStringLiteral("verdict_table"));
  table_->setAccessibleName(tr("Verdicts"));
  table_->setModel(model_);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setTabKeyNavigation(false);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setMinimumSectionSize(metrics::kRow);
  table_->verticalHeader()->setDefaultSectionSize(metrics::kRow);
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setMaximumSectionSize(kMostColumn);
  table_->horizontalHeader()->setStretchLastSection(true);
}

void VerdictsTab::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

void VerdictsTab::refresh() {
  stale_ = false;
  const ComparisonView& view = *context_.view();
  const bool any = view.table.has_value();
  // The sentences of a result are few where there are few variants; the table has the rest.
  std::vector<std::string> sentences = view.summary;
  if (sentences.size() > static_cast<std::size_t>(kMostRows)) sentences.clear();
  summary_->setText(lines(sentences));
  summary_->setVisible(!sentences.empty());
  QString why;
  if (!view.result) {
    why = view.why_no_result;
  } else if (!any) {
    why = view.why_no_table;
  }
  problem_->setText(as_sentence(why));
  problem_->setVisible(!why.isEmpty());
  table_->setVisible(any);
  if (any) {
    model_->show(*view.table);
    fit();
  }
  notes_->setVisible(view.result.has_value());
  if (view.result) notes_->setText(lines(notes_of(*view.result, any ? &*view.table : nullptr)));
  copy_->setEnabled(any);
  copy_->setToolTip(any ? tr("Copies the table as `ibot compare` writes it; as CSV every value, so that each "
                             "verdict can be computed again")
                        : tr("There is no table to copy."));
}

void VerdictsTab::fit() {
  table_->resizeColumnsToContents();
  const int rows = std::min(model_->rowCount(), kMostRows);
  table_->setFixedHeight(table_->horizontalHeader()->sizeHint().height() + rows * metrics::kRow +
                         metrics::kMedium);
}

std::optional<compare::Table> VerdictsTab::copied(CopyFormat format) const {
  const ComparisonView& view = *context_.view();
  if (!view.table || !view.result) return std::nullopt;
  if (format == CopyFormat::Csv) return compare::value_table(*view.result, view.runs);
  return view.table;
}

}  // namespace ibot::ui
