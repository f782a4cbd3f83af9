// SPDX-License-Identifier: GPL-3.0-or-later
#include "welcome_page.h"

#include "recent_card.h"

#include <ui/style/theme.h>
#include <ui/widgets/parts.h>

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kCardWidth = 360;
constexpr int kMargin = 56;
constexpr int kBeside = 980;     // px: with less the workspaces of late stand below
constexpr int kHeadHeight = 66;  // of the title and its sentence: the lists begin on one line

QFrame* make_card(const QString& name, const QString& title, const QString& sentence, QPushButton* button) {
  auto* card = new QFrame;
  card->setObjectName(name);
  card->setProperty("role", "card");
  auto* layout = new QVBoxLayout(card);
  layout->setContentsMargins(metrics::kLarge, metrics::kLarge, metrics::kLarge, metrics::kLarge);
  layout->setSpacing(metrics::kTiny);
  layout->addWidget(make_label(title, TextStyle::Heading));
  QLabel* text = make_label(sentence, TextStyle::Body, "label");
  text->setWordWrap(true);
  layout->addWidget(text);
  layout->addSpacing(metrics::kSmall);
  layout->addWidget(button);
  return card;
}

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent) {
  setProperty("role", "canvas");
  setAttribute(Qt::WA_StyledBackground);
  columns_ = new QHBoxLayout(this);

  auto* left = new QVBoxLayout;
  left->setSpacing(metrics::kMedium);
  left->addWidget(make_label(tr("iBOT Workbench"), TextStyle::Big));
  left->addWidget(
      make_label(tr("Train a Vision Transformer without labels, and watch its patches find parts."),
                 TextStyle::Body, "label"));
  left->addSpacing(metrics::kSmall);
  QPushButton* demo = make_button(tr("Open the demo"), "primary");
  demo->setObjectName(QStringLiteral("welcome_demo"));
  QPushButton* pictures = make_button(tr("Choose a folder"));
  pictures->setObjectName(QStringLiteral("welcome_pictures"));
  QPushButton* workspace = make_button(tr("Open a workspace"));
  workspace->setObjectName(QStringLiteral("welcome_workspace"));
  cards_ = {
      make_card(QStringLiteral("card_demo"), tr("See it learn"),
                tr("A finished run on drawn scenes, ready to be explored, and a fresh one beside it."), demo),
      make_card(QStringLiteral("card_pictures"), tr("Start from your pictures"),
                tr("Any folder of JPEG or PNG files. Labels are not needed."), pictures),
      make_card(QStringLiteral("card_workspace"), tr("Go on with your runs"),
                tr("A workspace is the folder in which runs and their record are kept."), workspace)};
  for (QFrame* card : std::as_const(cards_)) left->addWidget(card);
  left->addStretch();
  columns_->addLayout(left);

  auto* right = new QVBoxLayout;
  right->setSpacing(metrics::kSmall);
  head_ = new QSpacerItem(0, 0, QSizePolicy::Minimum, QSizePolicy::Fixed);
  right->addSpacerItem(head_);
  right->addWidget(make_label(tr("Recent workspaces"), TextStyle::Heading));
  auto* list = new QWidget;
  list->setProperty("role", "canvas");
  list->setAttribute(Qt::WA_StyledBackground);
  recent_ = new QVBoxLayout(list);
  recent_->setContentsMargins(0, 0, metrics::kSmall, 0);
  recent_->setSpacing(metrics::kSmall);
  scroll_ = new QScrollArea;
  scroll_->setWidgetResizable(true);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFocusPolicy(Qt::NoFocus);
  scroll_->setWidget(list);
  right->addWidget(scroll_, 1);
  columns_->addLayout(right, 1);
  arrange();

  connect(&workspaces_, &RecentWorkspaces::read, this, [this](const RecentWorkspace& known) {
    for (RecentCard* card : findChildren<RecentCard*>()) {
      if (card->folder() == known.folder) card->show_workspace(known);
    }
    arrange();  // sentences wrap
  });
  connect(demo, &QPushButton::clicked, this, &WelcomePage::demo_wanted);
  connect(pictures, &QPushButton::clicked, this, &WelcomePage::pictures_wanted);
  connect(workspace, &QPushButton::clicked, this, &WelcomePage::workspace_wanted);
  set_recent({});
}

void WelcomePage::set_recent(const QStringList& folders) {
  folders_ = folders;
  while (QLayoutItem* item = recent_->takeAt(0)) {
    // One of them may be asking to be removed.
    if (QWidget* old = item->widget()) {
      old->hide();
      old->deleteLater();
    }
    delete item;
  }
  if (folders.isEmpty()) {
    recent_->addWidget(make_label(tr("Workspaces that you open are listed here."), TextStyle::Body, "hint"));
    recent_->addStretch();
    return arrange();
  }
  for (const QString& folder : folders) {
    auto* card = new RecentCard(folder);
    connect(card, &RecentCard::open_wanted, this, &WelcomePage::recent_wanted);
    connect(card, &RecentCard::remove_wanted, this, &WelcomePage::forget_wanted);
    recent_->addWidget(card);
  }
  recent_->addStretch();
  arrange();
  if (isVisible()) look_into_recent();
}

void WelcomePage::arrange() {
  const bool beside = width() >= kBeside;
  columns_->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
  const int margin = beside ? kMargin : metrics::kHuge;
  columns_->setContentsMargins(margin, margin - metrics::kMedium, margin, metrics::kMedium);
  columns_->setSpacing(margin);
  head_->changeSize(0, beside ? kHeadHeight : 0, QSizePolicy::Minimum, QSizePolicy::Fixed);
  for (QFrame* card : std::as_const(cards_)) {
    card->setMinimumWidth(beside ? kCardWidth : 0);
    card->setMaximumWidth(beside ? kCardWidth : QWIDGETSIZE_MAX);
  }
  // Below the cards the page scrolls, not a list in it.
  const int room = width() - 2 * margin;
  const int list = std::max(recent_->totalSizeHint().height(), recent_->totalHeightForWidth(room));
  scroll_->setMinimumHeight(beside ? 0 : list + metrics::kSmall);
  columns_->invalidate();
}

void WelcomePage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange();
}

void WelcomePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  look_into_recent();
}

void WelcomePage::look_into_recent() {
  workspaces_.look_into(folders_,
                        static_cast<int>(std::lround(RecentCard::kPictureSide * devicePixelRatioF())));
}

}  // namespace ibot::ui
