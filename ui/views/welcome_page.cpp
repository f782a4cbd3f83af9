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
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kCardWidth = 360;
constexpr int kMargin = 56;
constexpr int kHeadHeight = 66;  // of the title and its sentence: the lists begin on one line

QFrame* make_card(const QString& name, const QString& title, const QString& sentence, QPushButton* button) {
  auto* card = new QFrame;
  card->setObjectName(name);
  card->setProperty("role", "card");
  card->setFixedWidth(kCardWidth);
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
  auto* columns = new QHBoxLayout(this);
  columns->setContentsMargins(kMargin, kMargin - metrics::kMedium, kMargin, metrics::kMedium);
  columns->setSpacing(kMargin);

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
  left->addWidget(make_card(
      QStringLiteral("card_demo"), tr("See it learn"),
      tr("A finished run on drawn scenes, ready to be explored, and a fresh one beside it."), demo));
  left->addWidget(make_card(QStringLiteral("card_pictures"), tr("Start from your pictures"),
                            tr("Any folder of JPEG or PNG files. Labels are not needed."), pictures));
  left->addWidget(make_card(QStringLiteral("card_workspace"), tr("Go on with your runs"),
                            tr("A workspace is the folder in which runs and their record are kept."),
                            workspace));
  left->addStretch();
  columns->addLayout(left);

  auto* right = new QVBoxLayout;
  right->setSpacing(metrics::kSmall);
  right->addSpacing(kHeadHeight);
  right->addWidget(make_label(tr("Recent workspaces"), TextStyle::Heading));
  auto* list = new QWidget;
  list->setProperty("role", "canvas");
  list->setAttribute(Qt::WA_StyledBackground);
  recent_ = new QVBoxLayout(list);
  recent_->setContentsMargins(0, 0, metrics::kSmall, 0);
  recent_->setSpacing(metrics::kSmall);
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidget(list);
  right->addWidget(scroll, 1);
  columns->addLayout(right, 1);

  connect(&workspaces_, &RecentWorkspaces::read, this, [this](const RecentWorkspace& known) {
    for (RecentCard* card : findChildren<RecentCard*>()) {
      if (card->folder() == known.folder) card->show_workspace(known);
    }
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
    return;
  }
  for (const QString& folder : folders) {
    auto* card = new RecentCard(folder);
    connect(card, &RecentCard::open_wanted, this, &WelcomePage::recent_wanted);
    connect(card, &RecentCard::remove_wanted, this, &WelcomePage::forget_wanted);
    recent_->addWidget(card);
  }
  recent_->addStretch();
  if (isVisible()) look_into_recent();
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
