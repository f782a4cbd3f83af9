// SPDX-License-Identifier: GPL-3.0-or-later
#include "correspondence_view.h"

#include "look_text.h"
#include "token_bar.h"

#include <ibot/drawing/view_figures.h>

#include <ui/widgets/match_canvas.h>
#include <ui/widgets/parts.h>

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_correspondence";
constexpr int kViews = -2;  // in place of another picture

}  // namespace

CorrespondenceView::CorrespondenceView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("correspondence_view"));
  tools().addWidget(make_label(tr("With"), TextStyle::Small, "label"));
  other_ = new QComboBox;
  other_->setObjectName(QStringLiteral("correspondence_other"));
  other_->setAccessibleName(tr("The other picture"));
  other_->setToolTip(
      tr("The picture that the current one is matched with; or two augmented views of it, as training draws "
         "them, of which it is known where each patch belongs"));
  other_->setMinimumWidth(140);
  tools().addWidget(other_);
  draw_ = new QSpinBox;
  draw_->setObjectName(QStringLiteral("correspondence_draw"));
  draw_->setAccessibleName(tr("Draw of the two views"));
  draw_->setToolTip(tr("Which draw of the two views: the epoch"));
  draw_->setRange(0, static_cast<int>(protocol::CorrespondenceRequest::kMostDraw));
  draw_->setPrefix(tr("draw "));
  draw_->setFixedWidth(96);
  tools().addWidget(draw_);
  tools().addWidget(make_label(tr("Lines"), TextStyle::Small, "label"));
  most_ = new QSpinBox;
  most_->setObjectName(QStringLiteral("correspondence_most"));
  most_->setAccessibleName(tr("Lines at most"));
  most_->setToolTip(tr("So many of the most similar pairs"));
  most_->setRange(1, 256);
  most_->setValue(24);
  most_->setFixedWidth(64);
  tools().addWidget(most_);
  foreground_ = new QCheckBox(tr("Foreground alone"));
  foreground_->setObjectName(QStringLiteral("correspondence_foreground"));
  foreground_->setToolTip(tr("Only patches that hold 60 % of the CLS token's attention"));
  tools().addWidget(foreground_);
  tokens_ = new TokenBar;
  tools().addWidget(tokens_);
  tools().addStretch();
  canvas_ = new MatchCanvas;
  canvas_->setObjectName(QStringLiteral("correspondence_canvas"));
  body().addWidget(canvas_, 1);
  connect(other_, &QComboBox::currentIndexChanged, this, [this] {
    draw_->setVisible(views());
    ask_soon();
  });
  connect(draw_, &QSpinBox::valueChanged, this, &CorrespondenceView::ask_soon);
  connect(most_, &QSpinBox::valueChanged, this, &CorrespondenceView::ask_soon);
  connect(foreground_, &QCheckBox::toggled, this, &CorrespondenceView::ask_soon);
  adopt(*tokens_);
  refresh_pictures();
}

int CorrespondenceView::other() const {
  return other_->currentIndex() < 0 ? -1 : other_->currentData().toInt();
}

bool CorrespondenceView::views() const {
  return other() == kViews;
}

void CorrespondenceView::refresh_pictures() {
  const QString chosen = other_->currentText();
  const QSignalBlocker quiet(other_);
  other_->clear();
  for (std::size_t i = 0; i < context_.pictures().size(); ++i) {
    if (static_cast<int>(i) != context_.current())
      other_->addItem(context_.pictures()[i].name, static_cast<int>(i));
  }
  if (context_.current() >= 0) other_->addItem(tr("Two views of it"), kViews);
  other_->setCurrentIndex(std::max(0, other_->findText(chosen)));
  draw_->setVisible(views());
}

void CorrespondenceView::ask() {
  if (other() == -1) {
    set_dimmed(true);
    return say(tr("A picture is needed."), false, tr("Open a picture\u2026"),
               [this] { Q_EMIT picture_wanted(); });
  }
  protocol::CorrespondenceRequest request;
  request.network = context_.network();
  request.first = context_.choice(context_.current());
  if (views()) {
    request.draw = draw_->value();
  } else {
    request.second = context_.choice(other());
  }
  request.tokens = tokens_->tokens();
  request.most = most_->value();
  request.foreground = foreground_->isChecked();
  request.pixels = true;
  send<protocol::CorrespondenceReply>(request.to_message(), kTag,
                                      [this](const protocol::CorrespondenceReply& reply) { take(reply); });
}

void CorrespondenceView::take(const protocol::CorrespondenceReply& reply) {
  tokens_->set_network(reply.network);
  std::array<MatchCanvas::Side, 2> sides;
  for (std::size_t i = 0; i < 2 && i < reply.pictures.size(); ++i) {
    const protocol::SeenPicture& seen = reply.pictures[i];
    sides[i] = {image_of(seen), QFileInfo(QString::fromStdString(seen.name)).fileName(), seen.rows,
                seen.columns};
  }
  std::vector<MatchCanvas::Line> lines;
  for (const auto& line : reply.lines)
    lines.push_back({{line.first.row, line.first.column},
                     {line.second.row, line.second.column},
                     line.value,
                     line.off,
                     reply.views && !line.right()});
  QString values;
  if (!lines.empty())
    values = tr("cosine %1 to %2").arg(lines.back().value, 0, 'f', 2).arg(lines.front().value, 0, 'f', 2);
  canvas_->set_content(std::move(sides), std::move(lines));
  answered_ = true;
  QString caption =
      tr("The %1 most similar of %2 pairs of patches that are each other's nearest \u00b7 %3 \u00b7 %4 "
         "\u00b7 %5")
          .arg(reply.lines.size())
          .arg(reply.mutual)
          .arg(reply.tokens.projection ? tr("head's projection")
                                       : layer_text(reply.tokens.layer, reply.network),
               network_text(reply.network), values);
  // What was found first: a long line is cut at its end.
  if (reply.views)
    caption.prepend(QString::fromStdString(drawing::views_sentence(reply)).trimmed() + " \u00b7 ");
  set_caption(caption);
}

void CorrespondenceView::set_dimmed(bool dimmed) {
  canvas_->set_dimmed(dimmed);
}

QImage CorrespondenceView::picture() const {
  return answered_ ? image_of(*canvas_) : QImage();
}

QStringList CorrespondenceView::command() const {
  if (!answered_ || !context_.can_ask() || other() == -1 || context_.current() < 0) return {};
  std::vector<int> pictures = {context_.current()};
  if (!views()) pictures.push_back(other());
  QStringList arguments = QStringList{QStringLiteral("correspondence")} + source_arguments(pictures);
  if (views())
    arguments << QStringLiteral("--views") << QStringLiteral("--draw") << QString::number(draw_->value());
  arguments << tokens_->arguments() << QStringLiteral("--most") << QString::number(most_->value());
  if (foreground_->isChecked()) arguments << QStringLiteral("--foreground");
  return arguments;
}

}  // namespace ibot::ui
