// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles and reports: how runs of others come in, and how one's own go out.
#include "main_window.h"

#include <ibot/bundle/bundle.h>

#include <ui/views/bundle_bar.h>
#include <ui/views/compare_page.h>
#include <ui/views/study_files.h>
#include <ui/views/train_page.h>
#include <ui/widgets/banner.h>

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>

namespace ibot::ui {
namespace {

// "3 runs were added to thesis; 2 were there already and stay as they are."
QString merge_sentence(const QString& bundle, const QString& workspace, const record::MergeReport& report) {
  const auto count = [](std::size_t n, const QString& one, const QString& many) {
    return n == 1 ? one : many.arg(n);
  };
  QStringList parts;
  const std::size_t added = report.added.size();
  parts << (added == 0   ? MainWindow::tr("No run was added to %1 from %2").arg(workspace, bundle)
            : added == 1 ? MainWindow::tr("One run was added to %1 from %2").arg(workspace, bundle)
                         : MainWindow::tr("%1 runs were added to %2 from %3")
                               .arg(QString::number(added), workspace, bundle));
  if (!report.known.empty())
    parts << count(report.known.size(), MainWindow::tr("one was there already and stays as it is"),
                   MainWindow::tr("%1 were there already and stay as they are"));
  if (!report.deleted.empty())
    parts << count(report.deleted.size(), MainWindow::tr("one was deleted here and stays so"),
                   MainWindow::tr("%1 were deleted here and stay so"));
  if (!report.studies.empty())
    parts << count(report.studies.size(), MainWindow::tr("one study was added"),
                   MainWindow::tr("%1 studies were added"));
  return parts.join(QStringLiteral("; ")) + QLatin1Char('.');
}

}  // namespace

void MainWindow::connect_bundles() {
  study_files_ = new StudyFiles(record_, this);
  connect(bundle_, &BundleBar::workspace_wanted, this, [this](const QString& folder) {
    if (!folder.isEmpty()) return open_workspace(folder);
    record_.close();
    show_page(Page::Welcome);
  });
  connect(bundle_, &BundleBar::target_wanted, this, &MainWindow::ask_for_merge_target);
  connect(bundle_, &BundleBar::refused, this, [this](const QString& why) {
    if (!stands_behind_gone(why)) banner_->say(Banner::Level::Bad, why);
  });
  connect(bundle_, &BundleBar::beside, this, [this](const OpenedBundlePtr& bundle) {
    compare_->context().add_bundle(bundle);
    show_page(Page::Compare);
  });
  connect(bundle_, &BundleBar::merged, this, &MainWindow::say_what_was_merged);
  connect(bundle_, &BundleBar::changed, this, &MainWindow::refresh_title);
  connect(study_files_, &StudyFiles::started, this, [this](const QString& sentence) {
    banner_->say(Banner::Level::Info, sentence, {{tr("Cancel"), [this] { study_files_->cancel(); }}});
  });
  connect(study_files_, &StudyFiles::cancelled, banner_, &QWidget::hide);
  connect(study_files_, &StudyFiles::finished, this, [this](const QString& file, const QString& problem) {
    const QString name = QFileInfo(file).fileName();
    if (problem.isEmpty()) {
      banner_->say(Banner::Level::Info, tr("%1 is written: %2").arg(name, file));
    } else {
      banner_->say(Banner::Level::Bad, tr("%1 was not written. %2").arg(name, problem));
    }
  });
}

void MainWindow::make_bundle_actions(QMenu* file) {
  add_action(file, "open_bundle", tr("Open Bundle…"), {}, [this] {
    const QString chosen = QFileDialog::getOpenFileName(
        this, tr("Open a bundle"), {}, tr("Bundles (*%1 *.zip)").arg(QLatin1String(bundle::kEnding)));
    if (!chosen.isEmpty()) bundle_->open(chosen);
  });
  QAction* merge =
      add_action(file, "merge_bundle", tr("Merge Bundle into…"), {}, [this] { ask_for_merge_target(); });
  const auto refresh = [this, merge] {
    merge->setEnabled(bundle_->shown() != nullptr);
    merge->setToolTip(merge->isEnabled() ? tr("Takes its runs over into a workspace of yours")
                                         : tr("No bundle is open."));
  };
  connect(bundle_, &BundleBar::changed, this, refresh);
  refresh();
}

void MainWindow::make_study_actions(QMenu* compare) {
  QAction* beside = add_action(compare, "compare_bundle", tr("Add Runs of a Bundle…"), {}, [this] {
    const QString chosen =
        QFileDialog::getOpenFileName(this, tr("Compare with the runs of a bundle"), {},
                                     tr("Bundles (*%1 *.zip)").arg(QLatin1String(bundle::kEnding)));
    if (!chosen.isEmpty()) bundle_->open_beside(chosen);
  });
  const auto refresh = [this, beside] {
    const bool any = !record_.folder().isEmpty();
    beside->setEnabled(any);
    beside->setToolTip(any ? tr("Compares them with runs of this workspace; nothing is taken over.")
                           : tr("No workspace is open."));
  };
  connect(&record_, &Record::opened, this, refresh);
  connect(&record_, &Record::closed, this, refresh);
  refresh();
  export_bundle_ = add_action(compare, "export_bundle", tr("Export Bundle…"), {},
                              [this] { study_files_->export_bundle(chosen_study()); });
  write_report_ = add_action(compare, "write_report", tr("Write Report…"), {},
                             [this] { study_files_->write_report(chosen_study()); });
  connect(train_, &TrainPage::current_changed, this, &MainWindow::refresh_study_actions);
  connect(train_, &TrainPage::current_changed, this,
          [this] { compare_->set_selected_runs(train_->selected()); });
  connect(&compare_->context().tray(), &ComparisonTray::changed, this, &MainWindow::refresh_study_actions);
  refresh_study_actions();
}

void MainWindow::refresh_study_actions() {
  const auto runs = chosen_study().runs.size();
  const bool compared = page_ == Page::Compare;
  for (QAction* action : {export_bundle_, write_report_}) {
    action->setEnabled(runs > 0);
    action->setToolTip(runs == 0  ? compared ? tr("No runs are compared.") : tr("No runs are selected.")
                        : compared ? tr("Of the runs that are compared: %1").arg(runs)
                                  : tr("Of the selected runs: %1").arg(runs));
  }
}

StudyChoice MainWindow::chosen_study() const {
  StudyChoice study;
  study.title = QFileInfo(record_.folder()).fileName();
  if (const OpenedBundle* shown = bundle_->shown(); shown != nullptr)
    study.title = QString::fromStdString(shown->files.manifest().title);
  if (page_ != Page::Compare) {
    study.runs = train_->selected();
    return study;
  }
  ComparisonContext& context = compare_->context();
  const ComparisonChoice& choice = context.choice();
  study.runs = context.tray().ordered();
  // A run of a bundle is none of the runs that leave the window.
  if (const QString baseline = context.tray().baseline(); context.tray().contains(baseline))
    study.baseline = baseline;
  study.metric = QString::fromStdString(choice.metric);
  study.rule = QString::fromStdString(choice.rule.to_text());
  if (choice.better)
    study.better = *choice.better == compare::Direction::HigherIsBetter ? QStringLiteral("higher")
                                                                        : QStringLiteral("lower");
  return study;
}

void MainWindow::ask_for_merge_target() {
  if (bundle_->shown() == nullptr) return;
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("Merge the bundle into a workspace"), bundle_->before());
  if (!folder.isEmpty()) bundle_->merge_into(folder);
}

void MainWindow::say_what_was_merged(const QString& bundle, const record::MergeReport& report) {
  std::vector<Banner::Action> actions;
  QStringList added;
  for (const std::string& run : report.added) added << QString::fromStdString(run);
  if (!added.isEmpty())
    actions.push_back({tr("Put them into the trash"), [this, added] {
                         banner_->hide();
                         train_->trash(added);
                       }});
  banner_->say(Banner::Level::Info, merge_sentence(bundle, QFileInfo(record_.folder()).fileName(), report),
               actions);
}

}  // namespace ibot::ui
