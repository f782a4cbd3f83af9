// SPDX-License-Identifier: GPL-3.0-or-later
#include "plot_panel.h"

#include <ibot/base/file.h>

#include <ui/bridge/output_problem.h>
#include <ui/models/metric_names.h>
#include <ui/plots/curve_plot.h>
#include <ui/style/tokens.h>

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QPointer>
#include <QThreadPool>
#include <QToolButton>
#include <QVBoxLayout>
#include <functional>

namespace ibot::ui {
namespace {

constexpr int kLowest = 112;  // px: below this the numbers of the axis run into each other

QToolButton* menu_button(const QString& text, QMenu* menu) {
  auto* button = new QToolButton;
  button->setText(text);
  button->setMenu(menu);
  button->setPopupMode(QToolButton::InstantPopup);
  button->setProperty("role", "plain-menu");
  button->setFont(text_font(TextStyle::Small));
  button->setFocusPolicy(Qt::TabFocus);
  return button;
}

}  // namespace

PlotPanel::PlotPanel(const QString& metric, QWidget* parent)
    : QWidget(parent), plot_(new CurvePlot(metric_title(metric))) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  setMinimumHeight(kLowest);
  auto* edge = new QHBoxLayout;
  edge->setContentsMargins(0, 0, 0, 0);
  metrics_menu_ = new QMenu(this);
  options_menu_ = new QMenu(this);
  options_menu_->setToolTipsVisible(true);
  schedules_ = new QMenu(tr("Schedule over It"), this);
  name_ = menu_button({}, metrics_menu_);
  name_->setObjectName(QStringLiteral("plot_metric"));
  name_->setToolTip(tr("Choose what this plot shows"));
  options_ = menu_button(QStringLiteral("\u22ef"), options_menu_);
  options_->setObjectName(QStringLiteral("plot_options"));
  options_->setToolTip(tr("Axes, schedules, export"));
  edge->addWidget(name_);
  edge->addStretch();
  edge->addWidget(options_);
  layout->addLayout(edge);
  layout->addWidget(plot_, 1);
  // Menus are made when they open: what they offer depends on the run.
  connect(metrics_menu_, &QMenu::aboutToShow, this, &PlotPanel::fill_metrics);
  connect(options_menu_, &QMenu::aboutToShow, this, &PlotPanel::fill_options);
  plot_->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(plot_, &QWidget::customContextMenuRequested, this,
          [this](const QPoint& at) { options_menu_->popup(plot_->mapToGlobal(at)); });
  set_metric(metric);
}

void PlotPanel::set_metric(const QString& metric) {
  metric_ = metric;
  const QString title = metric_title(metric);
  name_->setText(title);
  name_->setAccessibleName(tr("Plot of %1").arg(title));
  options_->setAccessibleName(tr("Options of the plot of %1").arg(title));
  plot_->set_title(title);
  set_over(over_);
  set_smoothing(smoothing_);
}

void PlotPanel::set_over(bool over) {
  over_ = over;
  plot_->set_empty_text(over ? tr("Not measured in this run") : tr("Not measured yet"));
}

void PlotPanel::set_overlay(const QString& metric) {
  overlay_ = metric;
  plot_->set_overlay(metric.isEmpty() ? QString() : metric_title(metric));
}

void PlotPanel::set_logarithmic(bool logarithmic) {
  plot_->set_logarithmic(logarithmic);
}

void PlotPanel::set_smoothing(double weight) {
  smoothing_ = weight;
  // Evaluations are few and far apart: an average would only hide them.
  plot_->set_smoothing(is_occasional(metric_) ? 0 : weight);
}

void PlotPanel::set_choices(const QStringList& metrics) {
  choices_ = metrics;
}

void PlotPanel::fill_metrics() {
  metrics_menu_->clear();
  QStringList offered = choices_;
  if (!offered.contains(metric_)) offered.push_front(metric_);
  for (const QString& metric : offered) {
    QAction* action = metrics_menu_->addAction(metric_title(metric));
    action->setObjectName(metric);
    action->setCheckable(true);
    action->setChecked(metric == metric_);
    connect(action, &QAction::triggered, this, [this, metric] { Q_EMIT metric_chosen(metric); });
  }
}

void PlotPanel::fill_options() {
  options_menu_->clear();
  const auto add = [this](QMenu* menu, const char* name, const QString& text,
                          const std::function<void()>& act) {
    QAction* action = menu->addAction(text);
    action->setObjectName(QString::fromLatin1(name));
    connect(action, &QAction::triggered, this, [act] { act(); });
    return action;
  };
  QAction* logarithmic = add(options_menu_, "plot_log", tr("Logarithmic Values"),
                             [this] { Q_EMIT logarithmic_chosen(!plot_->is_logarithmic()); });
  logarithmic->setCheckable(true);
  logarithmic->setChecked(plot_->is_logarithmic());
  QAction* steps = add(options_menu_, "plot_log_x", tr("Logarithmic Steps, in All Plots"),
                       [this] { Q_EMIT x_logarithmic_chosen(!plot_->is_x_logarithmic()); });
  steps->setCheckable(true);
  steps->setChecked(plot_->is_x_logarithmic());
  schedules_->clear();
  if (offers_schedules_) options_menu_->addMenu(schedules_);
  QStringList names = {QString()};
  for (const QString& metric : schedule_metrics()) {
    if (choices_.contains(metric)) names << metric;
  }
  for (const QString& metric : names) {
    QAction* action = add(schedules_, "plot_schedule", metric.isEmpty() ? tr("None") : metric_title(metric),
                          [this, metric] { Q_EMIT overlay_chosen(metric); });
    action->setCheckable(true);
    action->setChecked(metric == overlay_);
  }
  add(options_menu_, "plot_reset", tr("Show Everything"), [this] {
    plot_->show_all();
    Q_EMIT plot_->reset();
  });
  options_menu_->addSeparator();
  const bool any = plot_->points() > 0;
  const std::vector<QAction*> ways = {
      add(options_menu_, "plot_copy", tr("Copy Image"), [this] { copy_image(); }),
      add(options_menu_, "plot_csv", tr("Export CSV…"), [this] { ask_for_file(QStringLiteral("csv")); }),
      add(options_menu_, "plot_png", tr("Export PNG…"), [this] { ask_for_file(QStringLiteral("png")); }),
      add(options_menu_, "plot_svg", tr("Export SVG…"), [this] { ask_for_file(QStringLiteral("svg")); })};
  for (QAction* way : ways) {
    way->setEnabled(any);
    if (!any) way->setToolTip(tr("There is nothing to export yet."));
  }
}

void PlotPanel::ask_for_file(const QString& ending) {
  QString name = metric_;
  name.replace(QLatin1Char('/'), QLatin1Char('-'));
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Export the plot"), name + QLatin1Char('.') + ending, QStringLiteral("*.%1").arg(ending));
  if (!file.isEmpty()) export_to(file);
}

void PlotPanel::export_to(const QString& file) {
  if (const QString problem = output_problem(file); !problem.isEmpty()) {
    Q_EMIT exported(file, problem);
    return;
  }
  // Only what is on the screen is gathered here; drawing and writing may take long.
  const std::string path = file.toStdString();
  std::function<base::Status()> work;
  if (file.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)) {
    const CsvMaker make = csv_ ? csv_() : [csv = plot_->to_csv().toStdString()] { return csv; };
    work = [path, make] { return base::write_file_atomically(path, make()); };
  } else if (figure_ ? !plot_->is_x_logarithmic() : plot_->figure_shows_all()) {
    const FigureMaker make = figure_ ? figure_() : [content = plot_->to_figure()] { return content; };
    work = [path, make]() -> base::Status {
      IBOT_TRY(const figure::Figure figure, figure::draw_curves(make()));
      return figure.save(path);
    };
  } else if (!plot_->save_as_seen(file)) {
    Q_EMIT exported(file, tr("%1 cannot be written").arg(file));
    return;
  }
  if (!work) {
    Q_EMIT exported(file, {});
    return;
  }
  QThreadPool::globalInstance()->start([panel = QPointer<PlotPanel>(this), file, work] {
    const base::Status status = work();
    const QString problem = status ? QString() : QString::fromStdString(status.error().to_text());
    QMetaObject::invokeMethod(qApp, [panel, file, problem] {
      if (panel) Q_EMIT panel->exported(file, problem);
    });
  });
}

void PlotPanel::copy_image() {
  QApplication::clipboard()->setImage(plot_->to_image());
}

}  // namespace ibot::ui
