// SPDX-License-Identifier: GPL-3.0-or-later
#include "prototypes_view.h"

#include "look_text.h"

#include <ibot/base/text.h>

#include <ui/widgets/card_grid.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_prototypes";
constexpr std::int64_t kStrongest = 6;

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

}  // namespace

PrototypesView::PrototypesView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("prototypes_view"));
  tools().addWidget(make_label(tr("Pictures of the data set"), TextStyle::Small, "label"));
  pictures_ = new QSpinBox;
  pictures_->setObjectName(QStringLiteral("prototypes_pictures"));
  pictures_->setAccessibleName(tr("Pictures of the data set"));
  pictures_->setToolTip(tr("How many, evenly spread, are looked through for strong patches"));
  pictures_->setRange(10, static_cast<int>(protocol::PrototypesRequest::kMostPictures));
  pictures_->setSingleStep(100);
  pictures_->setValue(300);
  pictures_->setKeyboardTracking(false);
  pictures_->setFixedWidth(80);
  tools().addWidget(pictures_);
  untrained_ = new QCheckBox(tr("Overlap with its beginning"));
  untrained_->setObjectName(QStringLiteral("prototypes_untrained"));
  untrained_->setToolTip(
      tr("How many patches the network groups as it did before its first step, when prototypes are paired "
         "best"));
  tools().addWidget(untrained_);
  progress_ = new QProgressBar;
  progress_->setTextVisible(false);
  progress_->setFixedWidth(96);
  progress_->setAccessibleName(tr("Pictures that were looked through"));
  tools().addWidget(progress_);
  sentence_ = new ElidedLabel(TextStyle::Small, "label");
  sentence_->setObjectName(QStringLiteral("prototypes_sentence"));
  tools().addWidget(sentence_, 1);

  cards_ = new CardGrid;
  cards_->setObjectName(QStringLiteral("prototypes_cards"));
  cards_->setAccessibleName(tr("Prototypes and their strongest patches"));
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidget(cards_);
  body().addWidget(scroll, 3);
  canvas_ = new PatchCanvas;
  canvas_->setObjectName(QStringLiteral("prototypes_canvas"));
  canvas_->setAccessibleName(tr("Where prototypes fire in the picture"));
  body().addWidget(canvas_, 2);
  watch(*canvas_);

  connect(cards_, &CardGrid::chosen, this, &PrototypesView::choose);
  connect(canvas_, &PatchCanvas::picked, this, [this](PatchAt patch) {
    const std::size_t at = static_cast<std::size_t>(patch.row * canvas_->content().columns + patch.column);
    if (at < reply_.chosen.size()) choose(reply_.chosen[at]);
  });
  connect(canvas_, &PatchCanvas::opacity_turned, this,
          [this](double by) { context_.set_opacity(context_.opacity() + by); });
  connect(pictures_, &QSpinBox::valueChanged, this, &PrototypesView::ask_soon);
  connect(untrained_, &QCheckBox::toggled, this, &PrototypesView::ask_soon);
}

void PrototypesView::choose(qint64 prototype) {
  prototype_ = prototype;
  cards_->set_chosen(prototype);
  ask_soon();
}

void PrototypesView::ask() {
  send_request();
}

void PrototypesView::send_request() {
  protocol::PrototypesRequest request;
  request.network = context_.network();
  request.pictures = pictures_->value();
  request.milliseconds = kSliceMillis;
  request.strongest = kStrongest;
  request.cards = 24;
  request.picture = context_.choice(context_.current());
  request.prototype = prototype_;
  if (untrained_->isChecked()) {
    request.beside = context_.network();
    request.beside->untrained = true;
  }
  send<protocol::PrototypesReply>(request.to_message(), kTag,
                                  [this](const protocol::PrototypesReply& reply) { take(reply); });
}

void PrototypesView::take(const protocol::PrototypesReply& reply) {
  reply_ = reply;
  const auto side = static_cast<std::size_t>(reply.side);
  std::vector<CardGrid::Card> cards;
  for (std::size_t i = 0; i < reply.cards.size(); ++i) {
    const auto& from = reply.cards[i];
    CardGrid::Card card{from.prototype,
                        tr("prototype %1").arg(from.prototype),
                        from.count == 1 ? tr("1 patch") : tr("%1 patches").arg(count(from.count)),
                        {}};
    for (std::size_t crop = 0; crop < static_cast<std::size_t>(reply.most); ++crop) {
      const std::uint8_t* pixels =
          reply.crops.data() + (i * static_cast<std::size_t>(reply.most) + crop) * side * side * 3;
      card.pictures.push_back(QImage(pixels, reply.side, reply.side, 3 * reply.side, QImage::Format_RGB888)
                                  .convertToFormat(QImage::Format_RGB32));
    }
    cards.push_back(std::move(card));
  }
  cards_->set_cards(std::move(cards));
  if (reply.picture) seen_ = image_of(*reply.picture);
  const bool more = reply.seen < reply.total;
  progress_->setVisible(more);
  progress_->setRange(0, static_cast<int>(reply.total));
  progress_->setValue(static_cast<int>(reply.seen));
  QString words = tr("%1 of %2 pictures seen; %3 of %4 prototypes are never chosen")
                      .arg(count(reply.seen), count(reply.total), count(reply.dead),
                           count(static_cast<std::int64_t>(reply.counts.size())));
  if (reply.overlap >= 0) {
    words += tr("; overlap with its beginning %1 %, by chance %2 %")
                 .arg(100 * reply.overlap, 0, 'f', 1)
                 .arg(100 * reply.overlap_chance, 0, 'f', 1);
  }
  sentence_->setText(words);
  show_picture();
  if (more && isVisible() && context_.can_ask() && context_.current() >= 0) send_request();
}

void PrototypesView::show_picture() {
  if (!reply_.picture) return;
  PatchPicture content;
  content.picture = seen_;
  content.rows = reply_.picture->rows;
  content.columns = reply_.picture->columns;
  QString what;
  if (prototype_ >= 0 && reply_.strength.size() == reply_.chosen.size()) {
    content.values = reply_.strength;
    content.range = figure::finite_range(reply_.strength).value_or(figure::Range{});
    content.inside.resize(reply_.chosen.size());
    for (std::size_t i = 0; i < reply_.chosen.size(); ++i)
      content.inside[i] = reply_.chosen[i] == prototype_ ? 1 : 0;
    set_colours(content.colours, content.range);
    what = tr("Logit of prototype %1, outlined where it is the largest; colours %2")
               .arg(prototype_)
               .arg(range_text(content.range));
  } else {
    clear_colours();
    content.patches = labels_of(reply_.chosen, content.rows, content.columns, -1);
    content.categorical = true;
    what = tr("The prototype with the largest logit, a colour each; colours repeat");
  }
  canvas_->set_content(std::move(content));
  set_caption(tr("%1 \u00b7 cards: patches with the largest logits, the patch in the middle third \u00b7 %2")
                  .arg(what, network_text(reply_.network)));
}

bool PrototypesView::show_recorded(const ProbeLook& look) {
  if (context_.current() < 0) return false;
  const QImage map = context_.recorded(look, context_.current(), ProbeKind::Prototypes);
  if (map.isNull()) return false;
  PatchPicture content;
  content.picture = context_.pictures()[static_cast<std::size_t>(context_.current())].image;
  content.patches = map;
  content.categorical = true;
  content.rows = map.height();
  content.columns = map.width();
  canvas_->set_content(std::move(content));
  set_caption(tr("The prototype with the largest logit, a colour each; colours repeat \u00b7 %1")
                  .arg(recorded_text(look, run_name_text())));
  return true;
}

void PrototypesView::set_dimmed(bool dimmed) {
  canvas_->set_dimmed(dimmed);
}

void PrototypesView::refresh_display() {
  dress(*canvas_);
}

void PrototypesView::hideEvent(QHideEvent* event) {
  LookView::hideEvent(event);
  if (reply_.seen < reply_.total) ask_soon();  // goes on when somebody looks again
}

QImage PrototypesView::picture() const {
  return canvas_->content().rows > 0 ? canvas_->rendered(2) : QImage();
}

QStringList PrototypesView::command() const {
  if (reply_.cards.empty() || !context_.can_ask()) return {};
  QStringList arguments = QStringList{QStringLiteral("prototypes")} + source_arguments({});
  arguments << QStringLiteral("--pictures") << QString::number(pictures_->value());
  if (untrained_->isChecked()) arguments << QStringLiteral("--beside") << QStringLiteral("untrained");
  return arguments;
}

bool PrototypesView::take_key(int key) {
  if (key != Qt::Key_Escape || prototype_ < 0) return false;
  choose(-1);
  return true;
}

}  // namespace ibot::ui
