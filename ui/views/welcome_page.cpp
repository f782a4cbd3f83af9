// SPDX-License-Identifier: GPL-3.0-or-later
#include "welcome_page.h"

#include <ui/style/theme.h>
#include <ui/widgets/parts.h>

#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kCardWidth = 380;

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
  columns->setContentsMargins(64, 56, 64, 56);
  columns->setSpacing(64);

  auto* left = new QVBoxLayout;
  left->setSpacing(metrics::kMedium);
  left->addWidget(make_label(tr("iBOT Workbench"), TextStyle::Big));
  left->addWidget(
      make_label(tr("Train a Vision Transformer without labels, and watch its patches find parts."),
                 TextStyle::Body, "label"));
  left->addSpacing(metrics::kMedium);
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
  right->addSpacing(72);
  right->addWidget(make_label(tr("Recent workspaces"), TextStyle::Heading));
  right->addWidget(make_hairline());
  recent_ = new QVBoxLayout;
  recent_->setSpacing(metrics::kTiny);
  right->addLayout(recent_);
  right->addStretch();
  columns->addLayout(right, 1);

  connect(demo, &QPushButton::clicked, this, &WelcomePage::demo_wanted);
  connect(pictures, &QPushButton::clicked, this, &WelcomePage::pictures_wanted);
  connect(workspace, &QPushButton::clicked, this, &WelcomePage::workspace_wanted);
  set_recent({});
}

void WelcomePage::set_recent(const QStringList& folders) {
  while (QLayoutItem* item = recent_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  if (folders.isEmpty()) {
    recent_->addWidget(make_label(tr("Workspaces that you open are listed here."), TextStyle::Body, "hint"));
    return;
  }
  for (const QString& folder : folders) {
    const QFileInfo info(folder);
    QPushButton* button = make_button(info.fileName(), "link");
    button->setToolTip(folder);
    connect(button, &QPushButton::clicked, this, [this, folder] { Q_EMIT recent_wanted(folder); });
    recent_->addWidget(button);
    recent_->addWidget(make_label(info.absolutePath(), TextStyle::Small, "hint"));
  }
}

}  // namespace ibot::ui
