// SPDX-License-Identifier: GPL-3.0-or-later
#include "drop.h"

#include <ibot/bundle/bundle.h>
#include <ibot/data/dataset.h>

#include <ui/style/theme.h>

#include <QCoreApplication>
#include <QDir>
#include <QDropEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QPainter>
#include <QPointer>
#include <QThreadPool>
#include <QUrl>

namespace ibot::ui {
namespace {

constexpr int kInset = 12;
constexpr double kVeil = 0.88;

DropPlan plan_folder(const QString& folder, const QString& name) {
  if (QFileInfo(QDir(folder).filePath(QStringLiteral("record.sqlite"))).isFile())
    return {DropPlan::Kind::OpenWorkspace, folder, QObject::tr("Open the workspace %1").arg(name)};
  return {DropPlan::Kind::LookAtPictures, folder,
          QObject::tr("Look at the pictures in %1, on the Data page").arg(name)};
}

}  // namespace

DropPlan plan_drop(const QStringList& paths) {
  const QString what = QObject::tr(
      "Drop a folder of pictures, a CSV list, a workspace, a bundle (.ibot), or a recipe (.yaml).");
  if (paths.isEmpty())
    return {DropPlan::Kind::Nothing, {}, QObject::tr("Only files and folders can be dropped. ") + what};
  if (paths.size() > 1) return {DropPlan::Kind::Nothing, {}, QObject::tr("One at a time, please. ") + what};
  const QFileInfo info(paths.front());
  const QString name = info.fileName();
  const QString suffix = info.suffix().toLower();
  if (!info.exists())
    return {DropPlan::Kind::Nothing, {}, QObject::tr("%1 is not there any more.").arg(name)};
  if (info.isDir()) return plan_folder(info.absoluteFilePath(), name);
  if (suffix == QStringLiteral("yaml") || suffix == QStringLiteral("yml"))
    return {DropPlan::Kind::EditRecipe, info.absoluteFilePath(),
            QObject::tr("Edit the recipe %1, on the Configure page").arg(name)};
  if (QLatin1Char('.') + suffix == QLatin1String(bundle::kEnding) || suffix == QStringLiteral("zip"))
    return {DropPlan::Kind::OpenBundle, info.absoluteFilePath(),
            QObject::tr("Open the bundle %1, to be read only").arg(name)};
  if (suffix == QStringLiteral("csv"))
    return {DropPlan::Kind::LookAtPictures, info.absoluteFilePath(),
            QObject::tr("Look at the pictures listed in %1, on the Data page").arg(name)};
  if (data::has_picture_extension(name.toStdString()))
    return {DropPlan::Kind::LookAtPictures, info.absolutePath(),
            QObject::tr("Look at the folder %1, in which this picture lies")
                .arg(QFileInfo(info.absolutePath()).fileName())};
  if (name == QStringLiteral("record.sqlite"))
    return plan_folder(info.absolutePath(), QFileInfo(info.absolutePath()).fileName());
  return {DropPlan::Kind::Nothing, {}, QObject::tr("%1 is nothing that can be used here. ").arg(name) + what};
}

DropOverlay::DropOverlay(QWidget* window) : QWidget(window) {
  qRegisterMetaType<DropPlan>();
  setObjectName(QStringLiteral("drop_overlay"));
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setFocusPolicy(Qt::NoFocus);
  hide();
  window->setAcceptDrops(true);
  qApp->installEventFilter(this);
}

bool DropOverlay::eventFilter(QObject* watched, QEvent* event) {
  const QEvent::Type type = event->type();
  if (type != QEvent::DragEnter && type != QEvent::DragMove && type != QEvent::DragLeave &&
      type != QEvent::Drop)
    return false;
  const auto* widget = qobject_cast<QWidget*>(watched);
  if (widget == nullptr || widget->window() != parentWidget()) return false;
  if (type == QEvent::DragLeave) {
    if (!waiting_) end();
    return false;
  }
  auto* drop = static_cast<QDropEvent*>(event);
  if (!drop->mimeData()->hasUrls()) return false;
  drop->acceptProposedAction();
  if (type == QEvent::DragEnter) {
    QStringList paths;
    for (const QUrl& url : drop->mimeData()->urls()) {
      if (url.isLocalFile()) paths << url.toLocalFile();
    }
    begin(paths);
  } else if (type == QEvent::Drop) {
    waiting_ = true;
    if (known_) take(asked_, plan_);
  }
  return true;
}

void DropOverlay::begin(const QStringList& paths) {
  waiting_ = false;
  setGeometry(parentWidget()->rect());
  show();
  raise();
  update();
  // It comes anew from every widget that it passes over.
  if (known_ && paths == paths_) return;
  known_ = false;
  plan_ = {};
  paths_ = paths;
  // A folder on a sleeping disk must not hold the window up.
  QThreadPool::globalInstance()->start([self = QPointer(this), asked = ++asked_, paths] {
    const DropPlan plan = plan_drop(paths);
    QMetaObject::invokeMethod(qApp, [self, asked, plan] {
      if (self) self->take(asked, plan);
    });
  });
}

void DropOverlay::take(quint64 asked, const DropPlan& plan) {
  if (asked != asked_) return;
  if (!known_) {
    known_ = true;
    plan_ = plan;
    setAccessibleName(plan.sentence);
    update();
    Q_EMIT planned();
  }
  if (!waiting_) return;
  end();
  Q_EMIT dropped(plan);
}

void DropOverlay::end() {
  waiting_ = false;
  ++asked_;
  hide();
}

void DropOverlay::paintEvent(QPaintEvent* /*event*/) {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(this);
  QColor veil = t.base;
  veil.setAlphaF(static_cast<float>(kVeil));
  painter.fillRect(rect(), veil);
  const bool refused = known_ && plan_.kind == DropPlan::Kind::Nothing;
  painter.setPen(QPen(refused ? t.warn : t.accent, 2));
  painter.setRenderHint(QPainter::Antialiasing);
  painter.drawRoundedRect(rect().adjusted(kInset, kInset, -kInset, -kInset), metrics::kRadius,
                          metrics::kRadius);
  painter.setPen(t.text);
  painter.setFont(text_font(TextStyle::Title));
  painter.drawText(rect().adjusted(4 * kInset, 0, -4 * kInset, 0), Qt::AlignCenter | Qt::TextWordWrap,
                   known_ ? plan_.sentence : tr("Looking at what this is…"));
}

}  // namespace ibot::ui
