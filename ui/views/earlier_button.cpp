// SPDX-License-Identifier: GPL-3.0-or-later
#include "earlier_button.h"

#include <ui/bridge/record.h>
#include <ui/style/tokens.h>

#include <QAction>
#include <QFontMetrics>
#include <QMenu>
#include <map>

namespace ibot::ui {
namespace {

constexpr int kMostText = 160;  // px

}  // namespace

EarlierButton::EarlierButton(const Record& record, QWidget* parent) : QToolButton(parent), record_(record) {
  setProperty("role", "plain-menu");
  setPopupMode(QToolButton::InstantPopup);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Earlier runs to compare with"));
  setMenu(new QMenu(this));
  connect(menu(), &QMenu::aboutToShow, this, &EarlierButton::fill);
  set_earlier({});
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
  connect(action, &QAction::triggered, this, [this, earlier] {
    set_earlier(earlier);
    Q_EMIT chosen(earlier);
  });
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
