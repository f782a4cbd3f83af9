// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare_page.h"

#include "comparison_curves.h"
#include "differences_tab.h"
#include "earlier_button.h"
#include "run_drop.h"
#include "run_tree.h"
#include "tray_panel.h"
#include "verdicts_tab.h"

#include <ui/widgets/banner.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/remembered.h>
#include <ui/widgets/setting.h>

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kTrayWidth = 290;  // px; its four buttons need as much
constexpr int kBeside = 860;     // px: with less the tray stands above the tabs
constexpr int kLeastTray = 170;  // px
constexpr int kLeastTab = 360;   // px
constexpr QLatin1String kTabSetting("comparison/tab");

}  // namespace

ComparePage::ComparePage(Record& record, QWidget* parent) : QWidget(parent), context_(record) {
  setObjectName(QStringLiteral("compare_page"));
  setProperty("role", "canvas");
  setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  missed_ = new Banner(QStringLiteral("compare_missed"));
  layout->addWidget(missed_);
  stack_ = new QStackedWidget;
  layout->addWidget(stack_);
  stack_->addWidget(make_empty());
  stack_->addWidget(make_contents());
  add_tab(new DifferencesTab(context_), "compare_differences", tr("Differences"),
          tr("What the runs differ in, by subject"));
  add_tab(new VerdictsTab(context_), "compare_verdicts", tr("Verdicts"),
          tr("Groups of runs equal but for the seed, and whether one is better than the baseline's"));
  add_curves_tab();
  add_tree_tab();
  connect(&context_.tray(), &ComparisonTray::changed, this, &ComparePage::refresh);
  connect(&context_, &ComparisonContext::bundles_changed, this, &ComparePage::refresh);
  const auto say_missed = [this](const QString& words) {
    const QString before = missed_->isHidden() ? QString() : missed_->text() + QLatin1Char(' ');
    missed_->say(Banner::Level::Warning, before + words);
  };
  connect(&context_, &ComparisonContext::missed, this, say_missed);
  connect(&curves_->earlier_button(), &EarlierButton::missed, this, say_missed);
  connect(&record, &Record::closed, missed_, &QWidget::hide);
  auto* drop = new RunDrop(*this, record, context_.tray());
  connect(drop, &RunDrop::dropped, this, [this](const QStringList& runs) { context_.tray().add(runs); });
  connect(&context_, &ComparisonContext::view_changed, this, &ComparePage::refresh);
  const QString last = read_setting(kTabSetting).toString();
  const auto known = std::find_if(tabs_.begin(), tabs_.end(),
                                  [&](const TabInfo& tab) { return last == QLatin1String(tab.name); });
  show_tab(known == tabs_.end() ? 0 : static_cast<int>(known - tabs_.begin()));
  refresh();
}

QWidget* ComparePage::make_empty() {
  QPushButton* choose = make_button(tr("Choose runs on Train"), "primary");
  choose->setObjectName(QStringLiteral("compare_choose"));
  connect(choose, &QPushButton::clicked, this, &ComparePage::runs_wanted);
  QWidget* empty =
      make_empty_state(tr("Nothing to compare yet"),
                       tr("Runs that you add from the table on Train, by its menu or by dragging them here, "
                          "are held against each other here: what they differ in, "
                          "and whether one is better than another."),
                       choose);
  QPushButton* tree = make_button(tr("Show the run tree"));
  tree->setObjectName(QStringLiteral("compare_show_tree"));
  connect(tree, &QPushButton::clicked, this, [this] { show_tab(tree_tab_); });
  auto* layout = static_cast<QVBoxLayout*>(empty->layout());
  layout->insertWidget(layout->count() - 1, tree, 0, Qt::AlignHCenter);
  return empty;
}

void ComparePage::add_curves_tab() {
  auto* curves = new ComparisonCurves(context_.record());
  curves_ = curves;
  connect(&context_.tray(), &ComparisonTray::changed, curves,
          [this, curves] { curves->set_runs(context_.tray().ordered(), context_.tray().baseline()); });
  connect(&context_, &ComparisonContext::bundles_changed, curves,
          [this, curves] { curves->set_bundles(context_.bundles()); });
  add_tab(curves, "compare_curves", tr("Curves"),
          tr("One metric of all runs: lines by run, replicates or parameter, aligned as you like"));
}

void ComparePage::add_tree_tab() {
  auto* tree = new RunTree(context_.record());
  connect(&context_.tray(), &ComparisonTray::changed, tree,
          [this, tree] { tree->set_compared(context_.tray().runs()); });
  connect(tree, &RunTree::add_wanted, this, [this](const QStringList& runs) { context_.tray().add(runs); });
  connect(tree, &RunTree::show_wanted, this, &ComparePage::run_wanted);
  tree_tab_ = static_cast<int>(tabs_.size());
  add_tab(tree, "compare_tree", tr("Run Tree"), tr("Which run left which, and what was changed there"));
}

QWidget* ComparePage::make_contents() {
  splitter_ = new QSplitter(Qt::Horizontal);
  splitter_->setObjectName(QStringLiteral("compare_splitter"));
  splitter_->setChildrenCollapsible(false);
  splitter_->setHandleWidth(1);
  panel_ = new TrayPanel(context_);
  panel_->setMinimumWidth(kTrayWidth);
  connect(panel_, &TrayPanel::runs_wanted, this, &ComparePage::runs_wanted);
  connect(panel_, &TrayPanel::run_wanted, this, &ComparePage::run_wanted);
  splitter_->addWidget(panel_);
  auto* right = new QWidget;
  auto* layout = new QVBoxLayout(right);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  switch_ = new QButtonGroup(this);
  switch_layout_ = new QHBoxLayout;
  switch_layout_->setContentsMargins(metrics::kSmall, metrics::kTiny, metrics::kMedium, metrics::kTiny);
  switch_layout_->setSpacing(metrics::kTiny);
  switch_layout_->addStretch();
  // A sentence of any length, which makes the page no wider.
  state_ = new ElidedLabel(TextStyle::Small, "label");
  state_->setObjectName(QStringLiteral("compare_state"));
  switch_layout_->addWidget(state_);
  layout->addLayout(switch_layout_);
  layout->addWidget(make_hairline());
  banner_ = new Banner(QStringLiteral("compare_banner"));
  banner_->set_dismissable(false);
  layout->addWidget(banner_);
  pages_ = new QStackedWidget;
  layout->addWidget(pages_, 1);
  splitter_->addWidget(right);
  splitter_->setStretchFactor(0, 0);
  splitter_->setStretchFactor(1, 1);
  splitter_->setSizes({kTrayWidth, 4 * kTrayWidth});
  remember_sizes(splitter_);
  connect(switch_, &QButtonGroup::idClicked, this, &ComparePage::show_tab);
  return splitter_;
}

void ComparePage::add_tab(QWidget* tab, const char* name, const QString& title, const QString& help) {
  auto* button = new QToolButton;
  button->setObjectName(QString::fromLatin1(name));
  button->setText(title);
  button->setToolTip(help);
  button->setCheckable(true);
  const int index = static_cast<int>(tabs_.size());
  switch_->addButton(button, index);
  switch_layout_->insertWidget(index, button);  // before the stretch
  tabs_.push_back({name, title});
  pages_->addWidget(tab);
}

void ComparePage::show_tab(int index) {
  pages_->setCurrentIndex(index);
  switch_->button(index)->setChecked(true);
  write_setting(kTabSetting, QLatin1String(tabs_[static_cast<std::size_t>(index)].name));
  refresh();
}

void ComparePage::set_selected_runs(const QStringList& runs) {
  curves_->set_selected_runs(runs);
}

QUndoStack* ComparePage::undo_stack() {
  return &context_.tray().stack();
}

void ComparePage::refresh() {
  const bool empty = context_.is_empty() && pages_->currentIndex() != tree_tab_;
  stack_->setCurrentIndex(empty ? 0 : 1);
  const ComparisonView& view = *context_.view();
  if (view.problem.isEmpty()) {
    banner_->hide();
  } else {
    banner_->say(Banner::Level::Bad, tr("The runs cannot be compared. %1").arg(view.problem));
  }
  const auto groups = static_cast<int>(view.groups.size());
  state_->setText(groups == 0 ? QString()
                  : groups == static_cast<int>(view.runs.size())
                      ? tr("No two are equal but for the seed")
                      : tr("%1 groups of runs equal but for the seed").arg(groups));
  if (groups == 1 && view.runs.size() > 1) state_->setText(tr("All are equal but for the seed"));
  if (!view.study.empty())
    state_->setText(
        tr("%1 \u00b7 named by the study %2").arg(state_->text(), QString::fromStdString(view.study)));
}

void ComparePage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const bool beside = width() >= kBeside;
  splitter_->setOrientation(beside ? Qt::Horizontal : Qt::Vertical);
  // Below each other each keeps a height at which it can be used; the page scrolls downwards.
  panel_->setMinimumHeight(beside ? 0 : kLeastTray);
  pages_->setMinimumHeight(beside ? 0 : kLeastTab);
}

void ComparePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  context_.set_watching(true);
}

void ComparePage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  context_.set_watching(false);
}

}  // namespace ibot::ui
