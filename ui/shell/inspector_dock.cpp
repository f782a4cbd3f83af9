// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspector_dock.h"

#include <ui/style/theme.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/setting.h>

#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>

namespace ibot::ui {
namespace {

constexpr int kNarrowest = 240;
constexpr int kTitleHeight = 36;  // as the header beside it
const QString kSetting = QStringLiteral("inspector");

}  // namespace

InspectorDock::InspectorDock(QWidget* parent)
    : QDockWidget(tr("Inspector"), parent), stack_(new QStackedWidget) {
  setObjectName(QStringLiteral("inspector"));
  setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
  setTitleBarWidget(make_title());
  stack_->setMinimumWidth(kNarrowest);
  stack_->setProperty("role", "panel");
  stack_->setAttribute(Qt::WA_StyledBackground);
  setWidget(stack_);
  wanted_ = read_setting(kSetting, true).toBool();
  hide();
}

QWidget* InspectorDock::make_title() {
  auto* title = new QWidget;
  title->setProperty("role", "panel");
  title->setAttribute(Qt::WA_StyledBackground);
  title->setFixedHeight(kTitleHeight);
  auto* layout = new QHBoxLayout(title);
  layout->setContentsMargins(metrics::kMedium, 0, metrics::kSmall, 0);
  layout->addWidget(make_label(tr("Inspector"), TextStyle::Heading));
  layout->addStretch();
  auto* fold = new QToolButton;
  fold->setObjectName(QStringLiteral("inspector_fold"));
  fold->setAccessibleName(tr("Fold the inspector away"));
  fold->setToolTip(tr("Fold away (Ctrl+.)"));
  fold->setIcon(icon(QStringLiteral("close")));
  fold->setFocusPolicy(Qt::TabFocus);
  connect(fold, &QToolButton::clicked, this, [this] { set_wanted(false); });
  connect(&Theme::instance(), &Theme::changed, fold,
          [fold] { fold->setIcon(icon(QStringLiteral("close"))); });
  layout->addWidget(fold);
  return title;
}

void InspectorDock::show(QWidget* content) {
  content_ = content;
  if (content != nullptr) {
    if (stack_->indexOf(content) < 0) stack_->addWidget(content);
    stack_->setCurrentWidget(content);
  }
  refresh();
}

void InspectorDock::refresh() {
  setVisible(wanted_ && content_ != nullptr && (room_ || isFloating()));
}

void InspectorDock::set_room(bool room) {
  if (room == room_) return;
  room_ = room;
  refresh();
}

void InspectorDock::set_wanted(bool wanted) {
  const bool news = wanted_ != wanted;
  wanted_ = wanted;
  write_setting(kSetting, wanted);
  refresh();
  if (news) Q_EMIT wanted_changed(wanted);
}

}  // namespace ibot::ui
