// SPDX-License-Identifier: GPL-3.0-or-later
#include "earlier_button.h"

#include <ui/bridge/record.h>
#include <ui/style/tokens.h>
#include <ui/widgets/setting.h>

#include <QAction>
#include <QFontMetrics>
#include <QMenu>
#include <map>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kMostText = 160;  // px
const QString kName = QStringLiteral("/name"), kStudy = QStringLiteral("/study"),
              kRuns = QStringLiteral("/runs");

}  // namespace

EarlierButton::EarlierButton(const Record& record, QWidget* parent) : QToolButton(parent), record_(record) {
  setProperty("role", "plain-menu");
  setPopupMode(QToolButton::InstantPopup);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Earlier runs to compare with"));
  setMenu(new QMenu(this));
  connect(menu(), &QMenu::aboutToShow, this, &EarlierButton::fill);
  set_earlier({});
  connect(&record_, &Record::opened, this, [this](const QString& folder) {
    const QString group =
        workspace_setting(QStringLiteral("earlier"), folder) + QLatin1Char('/') + objectName();
    remembered_ = {read_setting(group + kName).toString(), read_setting(group + kStudy).toString(),
                   read_setting(group + kRuns).toStringList()};
    studies_.clear();
  });
  connect(&record_, &Record::closed, this, [this] { remembered_ = {}; });
  // All runs that there are come at once.
  connect(&record_, &Record::runs_changed, this, &EarlierButton::restore_runs);
}

void EarlierButton::choose(const EarlierRuns& earlier) {
  remembered_ = {};
  if (!record_.folder().isEmpty()) {
    const QString group =
        workspace_setting(QStringLiteral("earlier"), record_.folder()) + QLatin1Char('/') + objectName();
    write_setting(group + kName, earlier.name);
    write_setting(group + kStudy, earlier.study);
    write_setting(group + kRuns, earlier.runs);
  }
  set_earlier(earlier);
  Q_EMIT chosen(earlier);
}

void EarlierButton::restore_runs() {
  if (remembered_.name.isEmpty() || !remembered_.study.isEmpty()) return;
  EarlierRuns left = remembered_;
  QStringList gone;
  left.runs.removeIf([&](const QString& run) {
    const bool unknown = record_.run(run) == nullptr;
    if (unknown) gone << run;
    return unknown;
  });
  choose(left.runs.isEmpty() ? EarlierRuns{} : left);
  if (gone.isEmpty()) return;
  Q_EMIT missed(
      left.runs.isEmpty()
          ? tr("The band of earlier runs is off: %1, which it was made of, is not in this workspace any "
               "more.")
                .arg(left.name)
          : tr("The band of earlier runs (%1) is made of fewer: %2 is not in this workspace any more.")
                .arg(left.name, gone.join(QStringLiteral(", "))));
}

void EarlierButton::set_studies(const QStringList& names) {
  studies_ = names;
  if (remembered_.study.isEmpty()) return;
  const EarlierRuns wanted = std::exchange(remembered_, {});
  if (names.contains(wanted.study)) return choose(wanted);
  choose({});
  Q_EMIT missed(tr("The band of earlier runs is off: there is no study %1 any more.").arg(wanted.study));
}

void EarlierButton::set_compact() {
  compact_ = true;
  setFont(text_font(TextStyle::Small));
  set_earlier(earlier_);
}

void EarlierButton::set_earlier(const EarlierRuns& earlier) {
  earlier_ = earlier;
  const bool none = earlier.name.isEmpty();
  setText(compact_ ? (none ? tr("Earlier") : tr("Earlier: on"))
          : none   ? tr("Earlier runs")
                   : QFontMetrics(font()).elidedText(earlier.name, Qt::ElideMiddle, kMostText));
  setToolTip(none ? tr("Is this normal? Draws where the curves of earlier runs lie as a grey band behind.")
                  : tr("The grey band: %1, without the runs whose curves are drawn.").arg(earlier.name));
}

QAction* EarlierButton::add(QMenu* to, const QString& title, const EarlierRuns& earlier) {
  QString words = title;  // an & is one, not a key
  QAction* action = to->addAction(words.replace(QLatin1Char('&'), QStringLiteral("&&")));
  action->setCheckable(true);
  action->setChecked(earlier == earlier_);
  connect(action, &QAction::triggered, this, [this, earlier] { choose(earlier); });
  return action;
}

void EarlierButton::fill() {
  menu()->clear();
  add(menu(), tr("None"), {})->setObjectName(QStringLiteral("earlier_none"));
  std::map<QString, QStringList> folders, tags;
  for (const auto& [id, view] : record_.runs()) {
    if (view.run.trashed) continue;
    if (!view.run.folder.empty()) folders[QString::fromStdString(view.run.folder)] << id;
    for (const std::string& tag : view.run.tags) tags[QString::fromStdString(tag)] << id;
  }
  QMenu* studies = menu()->addMenu(tr("Study"));
  for (const QString& name : studies_) add(studies, name, {tr("the study %1").arg(name), name, {}});
  QMenu* by_folder = menu()->addMenu(tr("Folder"));
  for (const auto& [name, runs] : folders) add(by_folder, name, {tr("the folder %1").arg(name), {}, runs});
  QMenu* by_tag = menu()->addMenu(tr("Tag"));
  for (const auto& [name, runs] : tags) add(by_tag, name, {tr("the tag %1").arg(name), {}, runs});
  for (QMenu* each : {studies, by_folder, by_tag}) each->setEnabled(!each->isEmpty());
  QAction* selected = add(menu(), tr("Runs Selected on Train (%1)").arg(selected_.size()),
                          {tr("runs chosen by hand"), {}, selected_});
  selected->setObjectName(QStringLiteral("earlier_selected"));
  selected->setEnabled(!selected_.isEmpty());
}

}  // namespace ibot::ui
