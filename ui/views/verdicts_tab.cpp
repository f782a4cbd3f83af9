// SPDX-License-Identifier: GPL-3.0-or-later
#include "verdicts_tab.h"

#include "comparison_context.h"
#include "verdict_bar.h"

#include <ui/models/written_table.h>
#include <ui/style/theme.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/plain_table.h>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <span>

namespace ibot::ui {
namespace {

constexpr int kMostColumn = 280;  // px
constexpr int kMostRows = 16;     // seen at once; the table scrolls beyond
// A label lays out all of its text whenever it is asked how high it would be: more lines stand in a sheet
// that lays out those that are seen.
constexpr std::size_t kMostNotes = 12;
constexpr int kSheetLines = 12;

QString lines(std::span<const std::string> sentences) {
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
  make_sheet(layout);
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

void VerdictsTab::make_sheet(QVBoxLayout* layout) {
  more_ = make_button({});
  more_->setObjectName(QStringLiteral("verdict_more"));
  more_->setCheckable(true);
  layout->addWidget(more_, 0, Qt::AlignLeft);
  all_notes_ = new QPlainTextEdit;
  all_notes_->setObjectName(QStringLiteral("verdict_all_notes"));
  all_notes_->setAccessibleName(tr("All notes on the verdicts"));
  all_notes_->setReadOnly(true);
  all_notes_->setTabChangesFocus(true);
  all_notes_->setFont(text_font(TextStyle::Small));
  all_notes_->setFixedHeight(kSheetLines * QFontMetrics(all_notes_->font()).lineSpacing());
  layout->addWidget(all_notes_);
  connect(more_, &QPushButton::toggled, this, &VerdictsTab::show_notes);
}

void VerdictsTab::make_table() {
  table_ = new QTableView;
  dress_plain_table(*table_, "verdict_table", tr("Verdicts"));
  table_->setModel(model_);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
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
  // Warnings stand first, and stay.
  if (sentences.size() > static_cast<std::size_t>(kMostRows))
    sentences.resize(view.result ? view.result->warnings.size() : 0);
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
  show_notes();
  copy_->setEnabled(any);
  copy_->setToolTip(any ? tr("Copies the table as `ibot compare` writes it; as CSV every value, so that each "
                             "verdict can be computed again")
                        : tr("There is no table to copy."));
}

void VerdictsTab::show_notes() {
  const ComparisonView& view = *context_.view();
  std::vector<std::string> notes;
  if (view.result) notes = notes_of(*view.result, view.table ? &*view.table : nullptr);
  // What the summary above the table warns of is not said twice.
  std::erase_if(notes, [&](const std::string& note) {
    return std::find(view.summary.begin(), view.summary.end(), note) != view.summary.end();
  });
  const bool many = notes.size() > kMostNotes;
  const bool all = many && more_->isChecked();
  notes_->setVisible(view.result.has_value() && !all);
  notes_->setText(lines(std::span(notes).first(std::min(notes.size(), kMostNotes))));
  more_->setVisible(many);
  more_->setText(all ? tr("Show less") : tr("Show all %1 notes").arg(notes.size()));
  all_notes_->setVisible(all);
  all_notes_->setPlainText(all ? lines(notes) : QString());
}

void VerdictsTab::fit() {
  table_->resizeColumnsToContents();
  const int rows = std::min(model_->rowCount(), kMostRows);
  table_->setFixedHeight(table_->horizontalHeader()->sizeHint().height() + rows * metrics::kRow +
                         metrics::kMedium);
}

TableMaker VerdictsTab::copied(CopyFormat format) const {
  const ComparisonViewPtr& view = context_.view();
  if (!view->table || !view->result) return {};
  return [view, format] {
    return format == CopyFormat::Csv ? compare::value_table(*view->result, view->runs) : *view->table;
  };
}

}  // namespace ibot::ui
