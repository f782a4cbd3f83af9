// SPDX-License-Identifier: GPL-3.0-or-later
#include "rail.h"

#include <ui/style/theme.h>

#include <QButtonGroup>
#include <QCoreApplication>
#include <QToolButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kButton = 56;     // px, with its word
constexpr int kLowButton = 32;  // icon alone

}  // namespace

const std::vector<PageInfo>& rail_pages() {
  static const std::vector<PageInfo> pages = {
      {Page::Data, "data", QT_TRANSLATE_NOOP("Page", "Data"),
       QT_TRANSLATE_NOOP("Page", "What the network will see")},
      {Page::Configure, "configure", QT_TRANSLATE_NOOP("Page", "Configure"),
       QT_TRANSLATE_NOOP("Page", "Every parameter of a run, and the crops and masks that follow")},
      {Page::Check, "check", QT_TRANSLATE_NOOP("Page", "Check"),
       QT_TRANSLATE_NOOP("Page", "What will happen and what it will cost, before it starts")},
      {Page::Train, "train", QT_TRANSLATE_NOOP("Page", "Train"),
       QT_TRANSLATE_NOOP("Page", "Runs, live: curves, health, what the network sees now")},
      {Page::Look, "look", QT_TRANSLATE_NOOP("Page", "Look"),
       QT_TRANSLATE_NOOP("Page", "Inside a network: attention, similarity, clusters, prototypes")},
      {Page::Compare, "compare", QT_TRANSLATE_NOOP("Page", "Compare"),
       QT_TRANSLATE_NOOP("Page", "Runs side by side, with only what differs")},
      {Page::Export, "export", QT_TRANSLATE_NOOP("Page", "Export"),
       QT_TRANSLATE_NOOP("Page", "Weights, figures and tables to take away")},
  };
  return pages;
}

Rail::Rail(QWidget* parent) : QWidget(parent), group_(new QButtonGroup(this)) {
  setFixedWidth(metrics::kRail);
  setProperty("role", "panel");
  setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, metrics::kSmall, 0, metrics::kSmall);
  layout->setSpacing(0);
  group_->setExclusive(false);
  for (const PageInfo& page : rail_pages()) {
    auto* button = new QToolButton(this);
    const QString title = QCoreApplication::translate("Page", page.title);
    button->setObjectName(QStringLiteral("rail_%1").arg(QString::fromLatin1(page.icon)));
    button->setProperty("role", "rail");
    button->setCheckable(true);
    button->setIcon(icon(QString::fromLatin1(page.icon)));
    button->setIconSize({metrics::kLargeIcon, metrics::kLargeIcon});
    button->setText(title);
    button->setFont(text_font(TextStyle::Small));
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setToolTip(QCoreApplication::translate("Page", page.purpose));
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    button->setMinimumHeight(kLowButton);
    button->setMaximumHeight(kButton);
    button->setAccessibleName(title);
    group_->addButton(button, static_cast<int>(page.page));
    connect(button, &QToolButton::clicked, this, [this, page = page.page] {
      set_current(page);
      Q_EMIT chosen(page);
    });
    layout->addWidget(button);
  }
  layout->addStretch();
  connect(&Theme::instance(), &Theme::changed, this, [this] {
    for (const PageInfo& page : rail_pages()) {
      group_->button(static_cast<int>(page.page))->setIcon(icon(QString::fromLatin1(page.icon)));
    }
  });
}

void Rail::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const bool low = height() < kButton * static_cast<int>(rail_pages().size()) + 2 * metrics::kSmall;
  for (QAbstractButton* button : group_->buttons()) {
    static_cast<QToolButton*>(button)->setToolButtonStyle(low ? Qt::ToolButtonIconOnly
                                                              : Qt::ToolButtonTextUnderIcon);
  }
}

void Rail::set_keys(Page page, const QString& keys) {
  for (const PageInfo& info : rail_pages()) {
    if (info.page != page) continue;
    const QString purpose = QCoreApplication::translate("Page", info.purpose);
    group_->button(static_cast<int>(page))
        ->setToolTip(keys.isEmpty() ? purpose : QStringLiteral("%1 (%2)").arg(purpose, keys));
  }
}

QWidget* Rail::button(Page page) const {
  return group_->button(static_cast<int>(page));
}

void Rail::set_current(Page page) {
  for (QAbstractButton* button : group_->buttons()) {
    button->setChecked(group_->id(button) == static_cast<int>(page));
  }
}

}  // namespace ibot::ui
