// SPDX-License-Identifier: GPL-3.0-or-later
#include "film_strip.h"

#include "look_context.h"

#include <ui/style/theme.h>
#include <ui/widgets/parts.h>

#include <QAction>
#include <QFileDialog>
#include <QKeyEvent>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kWidth = 116;
constexpr int kPicture = 80;

// A square of the panel's colour with the picture in its middle: all rows are alike.
QPixmap framed(const QImage& image, double ratio) {
  const int side = static_cast<int>(kPicture * ratio);
  QPixmap pixmap(side, side);
  pixmap.fill(image.isNull() ? Theme::instance().tokens().raised : QColor(Qt::transparent));
  if (!image.isNull()) {
    const QImage scaled = image.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    QPainter painter(&pixmap);
    painter.drawImage((side - scaled.width()) / 2, (side - scaled.height()) / 2, scaled);
  }
  pixmap.setDevicePixelRatio(ratio);
  return pixmap;
}

}  // namespace

FilmStrip::FilmStrip(LookContext& context, QWidget* parent) : QWidget(parent), context_(context) {
  setFixedWidth(kWidth);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kSmall, metrics::kSmall, 0, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  list_ = new QListWidget;
  list_->setObjectName(QStringLiteral("film_strip"));
  list_->setAccessibleName(tr("Pinned pictures"));
  list_->setViewMode(QListView::IconMode);
  list_->setFlow(QListView::TopToBottom);
  list_->setWrapping(false);
  list_->setMovement(QListView::Static);
  list_->setResizeMode(QListView::Adjust);
  list_->setIconSize({kPicture, kPicture});
  list_->setGridSize({kWidth - 2 * metrics::kSmall - 10, kPicture + 26});
  list_->setTextElideMode(Qt::ElideMiddle);
  list_->setFont(text_font(TextStyle::Small));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setContextMenuPolicy(Qt::ActionsContextMenu);
  layout->addWidget(list_, 1);
  QPushButton* open = make_button(tr("Open\u2026"));
  open->setObjectName(QStringLiteral("film_open"));
  open->setToolTip(tr("Pins a picture of your own; or drop one on the page"));
  open->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  layout->addWidget(open);
  auto* remove = new QAction(tr("Unpin\tDel"), this);
  list_->addAction(remove);
  list_->installEventFilter(this);

  connect(open, &QPushButton::clicked, this, &FilmStrip::open_picture);
  connect(remove, &QAction::triggered, this, &FilmStrip::remove_current);
  connect(list_, &QListWidget::currentRowChanged, &context, &LookContext::set_current);
  connect(&context, &LookContext::pictures_changed, this, &FilmStrip::refresh);
  connect(&context, &LookContext::thumbnail_ready, this, &FilmStrip::refresh);
  connect(&context, &LookContext::current_changed, this, [this] {
    const QSignalBlocker quiet(list_);
    list_->setCurrentRow(context_.current());
  });
  connect(&Theme::instance(), &Theme::changed, this, &FilmStrip::refresh);
  refresh();
}

void FilmStrip::open_picture() {
  const QStringList files =
      QFileDialog::getOpenFileNames(this, tr("Open pictures"), {}, tr("Pictures (*.jpg *.jpeg *.png)"));
  for (const QString& file : files) context_.add_picture(file);
}

void FilmStrip::remove_current() {
  if (context_.current() >= 0) context_.remove_picture(context_.current());
}

bool FilmStrip::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
    remove_current();
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

void FilmStrip::refresh() {
  const QSignalBlocker quiet(list_);
  list_->clear();
  for (const PinnedPicture& picture : context_.pictures()) {
    // A chosen picture is not tinted: its colours are what one looks at.
    const QPixmap pixmap = framed(picture.image, devicePixelRatioF());
    QIcon icon(pixmap);
    icon.addPixmap(pixmap, QIcon::Selected);
    auto* item = new QListWidgetItem(icon, picture.name, list_);
    item->setToolTip(picture.probe.isEmpty() ? picture.file
                                             : tr("%1\nA probe picture of the run").arg(picture.name));
    if (!picture.problem.isEmpty())
      item->setToolTip(
          tr("%1\nLeft out where pictures are seen together: %2").arg(item->toolTip(), picture.problem));
  }
  list_->setCurrentRow(context_.current());
}

}  // namespace ibot::ui
