// SPDX-License-Identifier: GPL-3.0-or-later
#include "recent_card.h"

#include <ui/style/theme.h>
#include <ui/widgets/parts.h>

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kStripWidth =
    RecentWorkspaces::kPictures * (RecentCard::kPictureSide + metrics::kTiny) - metrics::kTiny;

}  // namespace

RecentCard::RecentCard(const QString& folder, QWidget* parent) : QFrame(parent), folder_(folder) {
  setProperty("role", "card");
  auto* columns = new QHBoxLayout(this);
  columns->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kSmall, metrics::kSmall);
  columns->setSpacing(metrics::kMedium);
  auto* text = new QVBoxLayout;
  text->setSpacing(0);
  const QFileInfo info(folder);
  name_ = make_button(info.fileName(), "link");
  name_->setToolTip(folder);
  name_->setObjectName(QStringLiteral("recent_open"));
  name_->setAccessibleDescription(tr("Open the workspace %1").arg(folder));
  sentence_ = make_label(QStringLiteral("\u2026"), TextStyle::Body, "label");
  sentence_->setObjectName(QStringLiteral("recent_sentence"));
  sentence_->setWordWrap(true);
  sentence_->setContentsMargins(metrics::kTiny, 0, 0, 0);
  QLabel* path = make_label(info.absolutePath(), TextStyle::Small, "hint");
  path->setContentsMargins(metrics::kTiny, 0, 0, 0);
  path->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  path->setToolTip(folder);
  text->addWidget(name_);
  text->addWidget(sentence_);
  text->addWidget(path);
  columns->addLayout(text, 1);
  // Keeps its place while it is empty: nothing moves when the pictures come.
  pictures_ = new QLabel;
  pictures_->setFixedSize(kStripWidth, kPictureSide);
  columns->addWidget(pictures_);
  auto* remove = new QToolButton;
  remove->setObjectName(QStringLiteral("recent_remove"));
  remove->setIcon(icon(QStringLiteral("close")));
  remove->setAccessibleName(tr("Remove %1 from the list").arg(info.fileName()));
  remove->setToolTip(tr("Remove from this list. The workspace itself stays as it is."));
  columns->addWidget(remove, 0, Qt::AlignTop);
  connect(name_, &QPushButton::clicked, this, [this] { Q_EMIT open_wanted(folder_); });
  connect(remove, &QToolButton::clicked, this, [this] { Q_EMIT remove_wanted(folder_); });
  connect(&Theme::instance(), &Theme::changed, remove,
          [remove] { remove->setIcon(icon(QStringLiteral("close"))); });
}

void RecentCard::show_workspace(const RecentWorkspace& workspace) {
  sentence_->setText(workspace.sentence);
  set_style_property(sentence_, "role", workspace.there ? QStringLiteral("label") : QStringLiteral("warn"));
  name_->setEnabled(workspace.there);
  name_->setToolTip(workspace.there ? folder_
                                    : tr("%1 cannot be opened: %2").arg(folder_, workspace.sentence));
  pictures_->setAccessibleName(workspace.pictures.isEmpty() ? QString() : tr("Pictures of its last run"));
  if (workspace.pictures.isEmpty()) return pictures_->clear();
  const double ratio = devicePixelRatioF();
  QPixmap strip(QSizeF(kStripWidth * ratio, kPictureSide * ratio).toSize());
  strip.setDevicePixelRatio(ratio);
  strip.fill(Qt::transparent);
  QPainter painter(&strip);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  // At the right, where the strips of all cards end.
  double x = kStripWidth - static_cast<double>(workspace.pictures.size()) * (kPictureSide + metrics::kTiny) +
             metrics::kTiny;
  for (const QImage& picture : workspace.pictures) {
    painter.drawImage(QRectF(x, 0, kPictureSide, kPictureSide), picture);
    x += kPictureSide + metrics::kTiny;
  }
  painter.end();
  pictures_->setPixmap(strip);
}

}  // namespace ibot::ui
