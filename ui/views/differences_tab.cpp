// SPDX-License-Identifier: GPL-3.0-or-later
#include "differences_tab.h"

#include "comparison_context.h"
#include "copy_menu.h"
#include "verify_panel.h"

#include <ui/models/difference_model.h>
#include <ui/style/theme.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/plain_table.h>

#include <QCheckBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kKeyWidth = 208;  // px
constexpr int kRunWidth = 152;
constexpr int kMostRunWidth = 2 * kRunWidth;

// Both scroll as one.
void scroll_together(QScrollBar* a, QScrollBar* b) {
  QObject::connect(a, &QScrollBar::valueChanged, b, &QScrollBar::setValue);
  QObject::connect(b, &QScrollBar::valueChanged, a, &QScrollBar::setValue);
}

}  // namespace

DifferencesTab::DifferencesTab(ComparisonContext& context, QWidget* parent)
    : QWidget(parent), context_(context), model_(new DifferenceModel(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_bar());
  why_ = new QWidget;
  auto* why = new QVBoxLayout(why_);
  why->setContentsMargins(metrics::kMedium, 0, metrics::kMedium, metrics::kSmall);
  why->setSpacing(metrics::kTiny);
  why->addWidget(make_label(tr("Why do these differ?"), TextStyle::Heading));
  why_text_ = make_paragraph({}, TextStyle::Body, "label");
  why_text_->setObjectName(QStringLiteral("compare_why"));
  why_text_->setTextFormat(Qt::PlainText);  // values of the record are nobody's markup
  why->addWidget(why_text_);
  layout->addWidget(why_);
  layout->addWidget(new VerifyPanel(context_));
  layout->addWidget(make_hairline());
  nothing_ = make_paragraph({}, TextStyle::Body, "label");
  nothing_->setObjectName(QStringLiteral("compare_nothing"));
  nothing_->setContentsMargins(metrics::kMedium, metrics::kMedium, metrics::kMedium, metrics::kMedium);
  layout->addWidget(nothing_);
  tables_ = make_tables();
  layout->addWidget(tables_, 1);
  layout->addStretch(0);

  connect(only_, &QCheckBox::toggled, &context_, &ComparisonContext::set_only_differences);
  const auto news = [this] {
    stale_ = true;
    if (isVisible()) refresh();
  };
  connect(&context_, &ComparisonContext::only_differences_changed, this, news);
  connect(&context_, &ComparisonContext::view_changed, this, news);
  connect(&Theme::instance(), &Theme::changed, this, news);
  refresh();
}

QWidget* DifferencesTab::make_bar() {
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(metrics::kMedium, metrics::kTiny, metrics::kMedium, metrics::kTiny);
  layout->setSpacing(metrics::kMedium);
  only_ = new QCheckBox(tr("Only differences"));
  only_->setObjectName(QStringLiteral("compare_only"));
  only_->setToolTip(tr("Hides what is the same in all runs"));
  layout->addWidget(only_);
  count_ = make_label({}, TextStyle::Small, "label");
  count_->setObjectName(QStringLiteral("compare_count"));
  layout->addWidget(count_);
  layout->addStretch();
  copy_ = new QToolButton;
  copy_->setObjectName(QStringLiteral("difference_copy"));
  offer_copies(copy_, [this](CopyFormat) -> TableMaker {
    return [view = context_.view(), only = context_.only_differences()] {
      return compare::difference_table(DifferenceModel::shown_rows(*view, only), view->runs);
    };
  });
  layout->addWidget(copy_);
  return bar;
}

QTableView* DifferencesTab::make_table(const char* name, const QString& title) {
  auto* table = new QTableView;
  dress_plain_table(*table, name, title);
  table->setProperty("role", "joined");
  table->setModel(model_);
  table->setItemDelegate(new DifferenceDelegate(table));
  table->setSelectionMode(QAbstractItemView::SingleSelection);
  table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  QHeaderView* header = table->horizontalHeader();
  header->setTextElideMode(Qt::ElideMiddle);
  header->setDefaultSectionSize(kRunWidth);
  header->setMinimumSectionSize(kRunWidth / 3);
  return table;
}

QWidget* DifferencesTab::make_tables() {
  auto* both = new QWidget;
  auto* layout = new QHBoxLayout(both);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  fixed_ = make_table("difference_keys", tr("Keys and the baseline"));
  fixed_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  fixed_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  fixed_->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  fixed_->setFixedWidth(kKeyWidth + kRunWidth);
  others_ = make_table("difference_runs", tr("The other runs"));
  scroll_together(fixed_->verticalScrollBar(), others_->verticalScrollBar());
  others_->setSelectionModel(fixed_->selectionModel());
  auto* left = new QVBoxLayout;
  left->setSpacing(0);
  left->addWidget(fixed_, 1);
  // As high as the bar below the other runs, so that the rows stay side by side.
  below_fixed_ = new QWidget;
  below_fixed_->setFixedHeight(0);
  left->addWidget(below_fixed_);
  connect(others_->horizontalScrollBar(), &QScrollBar::rangeChanged, this, [this](int from, int to) {
    below_fixed_->setFixedHeight(to > from ? others_->horizontalScrollBar()->sizeHint().height() : 0);
  });
  layout->addLayout(left);
  auto* border = new QFrame;
  border->setProperty("role", "vertical-hairline");
  border->setFixedWidth(1);
  layout->addWidget(border);
  layout->addWidget(others_, 1);
  return both;
}

void DifferencesTab::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

void DifferencesTab::refresh() {
  stale_ = false;
  const ComparisonViewPtr& view = context_.view();
  only_->setChecked(context_.only_differences());
  const int scrolled = others_->verticalScrollBar()->value();
  model_->show(view, context_.only_differences());
  arrange();
  others_->verticalScrollBar()->setValue(scrolled);
  const bool one = view->runs.size() == 1;
  const bool any = model_->rowCount() > 0;
  why_->setVisible(view->why.has_value());
  if (view->why) why_text_->setText(QString::fromStdString(view->why->text));
  tables_->setVisible(any);
  nothing_->setVisible(!any);
  nothing_->setText(view->runs.empty()
                        ? (view->problem.isEmpty() ? tr("The runs are being read.") : QString())
                    : one ? tr("One run alone differs from nothing: add another one.")
                          : tr("The runs are the same in everything that the record knows."));
  count_->setText(one || view->runs.empty()
                      ? QString()
                      : tr("%1 of %2 differ").arg(model_->differing()).arg(model_->total()));
  copy_->setEnabled(any);
  copy_->setToolTip(any ? tr("Copies the rows that are shown, as `ibot compare` writes them")
                        : tr("There are no rows to copy."));
}

void DifferencesTab::arrange() {
  const int columns = model_->columnCount();
  for (int column = 0; column < columns; ++column) {
    const bool is_fixed = column <= DifferenceModel::kFirstRun;
    fixed_->setColumnHidden(column, !is_fixed);
    others_->setColumnHidden(column, is_fixed);
  }
  if (columns == 0) return;
  fixed_->setColumnWidth(0, kKeyWidth);
  // What tells runs of one name apart stands at the end of what they are called.
  const auto wanted = [](const QTableView* table, int column) {
    return std::min(table->horizontalHeader()->sectionSizeHint(column), kMostRunWidth);
  };
  for (int column = DifferenceModel::kFirstRun + 1; column < columns; ++column) {
    const int width = wanted(others_, column);
    if (width > std::max(kRunWidth, others_->columnWidth(column))) others_->setColumnWidth(column, width);
  }
  if (columns > DifferenceModel::kFirstRun) {
    const int width = std::max(kRunWidth, wanted(fixed_, DifferenceModel::kFirstRun));
    fixed_->setColumnWidth(DifferenceModel::kFirstRun, width);
    fixed_->setFixedWidth(kKeyWidth + width);
  }
  fixed_->clearSpans();
  for (int row = 0; row < model_->rowCount(); ++row) {
    if (model_->is_section(row) && columns > 1) fixed_->setSpan(row, 0, 1, 2);
  }
}

}  // namespace ibot::ui
