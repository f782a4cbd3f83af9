// SPDX-License-Identifier: GPL-3.0-or-later
#include "prototypes_view.h"

#include "look_text.h"
#include "other_network.h"

#include <ibot/base/text.h>
#include <ibot/protocol/wall.h>

#include <ui/bridge/record.h>
#include <ui/plots/curve_plot.h>
#include <ui/style/theme.h>
#include <ui/widgets/card_grid.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QScrollArea>
#include <QSpinBox>
#include <QStackedWidget>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_prototypes";
constexpr std::int64_t kStrongest = 6, kPaired = 3;  // crops a card
constexpr int kCards = 0, kDrift = 1;

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

QString patches_text(std::int64_t patches) {
  return patches == 1 ? PrototypesView::tr("1 patch") : PrototypesView::tr("%1 patches").arg(count(patches));
}

// The crops of one card of an answer.
void add_crops(const protocol::PrototypesReply& reply, const std::vector<std::uint8_t>& crops,
               std::size_t card, std::vector<QImage>& pictures) {
  const auto side = static_cast<std::size_t>(reply.side), most = static_cast<std::size_t>(reply.most);
  for (std::size_t i = 0; i < most; ++i) {
    const std::uint8_t* pixels = crops.data() + (card * most + i) * side * side * 3;
    pictures.push_back(QImage(pixels, reply.side, reply.side, 3 * reply.side, QImage::Format_RGB888)
                           .convertToFormat(QImage::Format_RGB32));
  }
}

}  // namespace

PrototypesView::PrototypesView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("prototypes_view"));
  make_tools();
  plot_ = new CurvePlot(tr("Drift of prototypes"));
  plot_->setObjectName(QStringLiteral("prototypes_drift"));
  plot_->set_smoothing(0);
  stack_ = new QStackedWidget;
  stack_->addWidget(make_cards());
  stack_->addWidget(plot_);
  body().addWidget(stack_, 1);

  connect(cards_, &CardGrid::chosen, this, &PrototypesView::choose);
  connect(canvas_, &PatchCanvas::picked, this, [this](PatchAt patch) {
    const std::size_t at = static_cast<std::size_t>(patch.row * canvas_->content().columns + patch.column);
    if (at < reply_.chosen.size()) choose(reply_.chosen[at]);
  });
  connect(what_, &QComboBox::currentIndexChanged, this, [this](int what) {
    stack_->setCurrentIndex(what);
    beside_->setVisible(what == kCards);
    beside_label_->setVisible(what == kCards);
    if (what == kDrift) redraw_drift();
    ask_soon();
  });
  connect(pictures_, &QSpinBox::valueChanged, this, &PrototypesView::ask_soon);
  connect(beside_, &QComboBox::currentIndexChanged, this, &PrototypesView::ask_soon);
  connect(&Theme::instance(), &Theme::changed, this, &PrototypesView::redraw_drift);
}

void PrototypesView::make_tools() {
  what_ = new QComboBox;
  what_->setObjectName(QStringLiteral("prototypes_what"));
  what_->setAccessibleName(tr("What is shown of the prototypes"));
  what_->addItems({tr("Strongest patches"), tr("Drift over training")});
  what_->setToolTip(tr(
      "The patches that each prototype answers strongest to, or how prototypes change between kept moments"));
  tools().addWidget(what_);
  tools().addWidget(make_label(tr("Pictures of the data set"), TextStyle::Small, "label"));
  pictures_ = new QSpinBox;
  pictures_->setObjectName(QStringLiteral("prototypes_pictures"));
  pictures_->setAccessibleName(tr("Pictures of the data set"));
  pictures_->setToolTip(tr("How many, evenly spread, are looked through"));
  pictures_->setRange(10, static_cast<int>(protocol::PrototypesRequest::kMostPictures));
  pictures_->setSingleStep(100);
  pictures_->setValue(300);
  pictures_->setKeyboardTracking(false);
  pictures_->setFixedWidth(80);
  tools().addWidget(pictures_);
  beside_label_ = make_label(tr("Paired with"), TextStyle::Small, "label");
  tools().addWidget(beside_label_);
  beside_ = new OtherNetwork(context_, tr("none"));
  beside_->setObjectName(QStringLiteral("prototypes_beside"));
  beside_->setAccessibleName(tr("Paired with"));
  beside_->setToolTip(
      tr("For each prototype the one of another network that shares most patches with it, each used once, on "
         "this run's pictures"));
  tools().addWidget(beside_);
  progress_ = new QProgressBar;
  progress_->setTextVisible(false);
  progress_->setFixedWidth(96);
  progress_->setAccessibleName(tr("Pictures that were looked through"));
  progress_->hide();  // until there is something to go through
  tools().addWidget(progress_);
  sentence_ = new ElidedLabel(TextStyle::Small, "label");
  sentence_->setObjectName(QStringLiteral("prototypes_sentence"));
  tools().addWidget(sentence_, 1);
}

QWidget* PrototypesView::make_cards() {
  auto* page = new QWidget;
  auto* layout = new QHBoxLayout(page);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kLarge);
  cards_ = new CardGrid;
  cards_->setObjectName(QStringLiteral("prototypes_cards"));
  cards_->setAccessibleName(tr("Prototypes and their strongest patches"));
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidget(cards_);
  cards_->setAutoFillBackground(false);  // the scroll area has just said otherwise
  scroll->viewport()->setAutoFillBackground(false);
  layout->addWidget(scroll, 3);
  canvas_ = new PatchCanvas;
  canvas_->setObjectName(QStringLiteral("prototypes_canvas"));
  canvas_->setAccessibleName(tr("Where prototypes fire in the picture"));
  layout->addWidget(canvas_, 2);
  adopt(*canvas_);
  return page;
}

bool PrototypesView::shows_drift() const {
  return what_->currentIndex() == kDrift;
}

void PrototypesView::choose(qint64 prototype) {
  prototype_ = prototype;
  cards_->set_chosen(prototype);
  ask_soon();
}

std::vector<std::int64_t> PrototypesView::moments() const {
  return protocol::even_moments(context_.history().kept_steps(context_.student()), kMoments);
}

void PrototypesView::ask() {
  shows_drift() ? ask_drift() : ask_cards();
}

void PrototypesView::ask_cards() {
  protocol::PrototypesRequest request;
  request.network = context_.network();
  request.pictures = pictures_->value();
  request.milliseconds = kSliceMillis;
  request.beside = beside_->network();
  request.strongest = request.beside ? kPaired : kStrongest;
  request.cards = 24;
  request.picture = context_.choice(context_.current());
  request.prototype = prototype_;
  send<protocol::PrototypesReply>(request.to_message(), kTag,
                                  [this](const protocol::PrototypesReply& reply) { take(reply); });
}

void PrototypesView::ask_drift() {
  const std::vector<std::int64_t> steps = moments();
  if (steps.size() < 2) {
    set_dimmed(true);
    return say(tr("Prototypes drift from one kept moment to the next: this run keeps fewer than two."));
  }
  protocol::PrototypeDriftRequest request;
  for (const std::int64_t step : steps) request.moments.emplace_back(context_.network()).step = step;
  request.pictures = pictures_->value();
  request.milliseconds = kSliceMillis;
  request.prototype = prototype_;
  send<protocol::PrototypeDriftReply>(request.to_message(), kTag,
                                      [this, steps, chosen = prototype_](const auto& reply) {
                                        asked_moments_ = steps;
                                        asked_prototype_ = chosen;
                                        take_drift(reply);
                                      });
}

void PrototypesView::say_progress(std::int64_t seen, std::int64_t total) {
  progress_->setVisible(seen < total);
  progress_->setRange(0, static_cast<int>(total));
  progress_->setValue(static_cast<int>(seen));
}

void PrototypesView::take(const protocol::PrototypesReply& reply) {
  reply_ = reply;
  const bool paired = reply.beside && reply.partners.size() == reply.cards.size();
  std::vector<CardGrid::Card> cards;
  for (std::size_t i = 0; i < reply.cards.size(); ++i) {
    const auto& from = reply.cards[i];
    CardGrid::Card card{from.prototype, tr("prototype %1").arg(from.prototype), patches_text(from.count), {}};
    add_crops(reply, reply.crops, i, card.pictures);
    if (paired) {
      const auto& partner = reply.partners[i];
      add_crops(reply, reply.partner_crops, i, card.pictures);
      card.title = partner.prototype < 0
                       ? tr("prototype %1 \u00b7 no partner").arg(from.prototype)
                       : tr("prototype %1 \u00b7 %2 there").arg(from.prototype).arg(partner.prototype);
      card.number = tr("%1 of %2 shared").arg(count(partner.together), count(from.count));
    }
    cards.push_back(std::move(card));
  }
  cards_->set_cards(std::move(cards));
  if (reply.picture) seen_ = image_of(*reply.picture);
  const bool more = reply.seen < reply.total;
  say_progress(reply.seen, reply.total);
  QString words = tr("%1 of %2 pictures seen; %3 of %4 prototypes never chosen")
                      .arg(count(reply.seen), count(reply.total), count(reply.dead),
                           count(static_cast<std::int64_t>(reply.counts.size())));
  if (reply.overlap >= 0) {
    words += tr("; overlap %1 %, by chance %2 %")
                 .arg(100 * reply.overlap, 0, 'f', 1)
                 .arg(100 * reply.overlap_chance, 0, 'f', 1);
  }
  sentence_->setText(words);
  show_picture();
  if (more && isVisible() && context_.can_ask() && context_.current() >= 0) ask_cards();
}

void PrototypesView::take_drift(const protocol::PrototypeDriftReply& reply) {
  drift_ = reply;
  const bool more = reply.seen < reply.total;
  say_progress(reply.seen, reply.total);
  sentence_->setText(
      more ? tr("%1 of %2 moments are ready").arg(reply.moments.size()).arg(asked_moments_.size())
           : tr("%1 patches of %2 pictures at each of %3 moments")
                 .arg(count(reply.patches),
                      count(reply.total /
                            std::max<std::int64_t>(1, static_cast<std::int64_t>(reply.moments.size()))),
                      QString::number(reply.moments.size())));
  redraw_drift();
  if (more && isVisible() && shows_drift() && context_.can_ask()) ask_drift();
}

void PrototypesView::redraw_drift() {
  const bool own = !drift_.own_share.empty();
  struct Line {
    const char* id;
    QString label;
    const std::vector<double>& values;
  };
  const std::vector<Line> lines =
      own ? std::vector<Line>{{"own_stays", tr("patches that stay"), drift_.own_stays},
                              {"own_share", tr("patches that have it"), drift_.own_share},
                              {"own_cosine", tr("cosine with the last"), drift_.own_cosine_last}}
          : std::vector<Line>{{"stays", tr("same as before"), drift_.stays},
                              {"as_last", tr("same as at the end"), drift_.as_last},
                              {"cosine", tr("cosine with before"), drift_.cosine},
                              {"cosine_last", tr("cosine with the end"), drift_.cosine_last},
                              {"used", tr("in use"), drift_.used},
                              {"chance", tr("same by chance"), drift_.stays_chance}};
  std::vector<PlotSeries> series;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool chance = lines[i].id == std::string_view("chance");
    series.push_back({QString::fromLatin1(lines[i].id), lines[i].label, curve_colour(i),
                      chance ? Qt::DashLine : Qt::SolidLine});
  }
  plot_->set_series(series);
  plot_->set_title(own ? tr("Drift of prototype %1").arg(asked_prototype_) : tr("Drift of prototypes"));
  for (const Line& line : lines) {
    QVector<double> steps, values(line.values.begin(), line.values.end());
    const std::size_t ready = drift_.moments.size();
    for (std::size_t i = ready - line.values.size(); i < ready; ++i)
      steps << static_cast<double>(drift_.moments[i].step);
    plot_->add_points(QString::fromLatin1(line.id), steps, values, true);
  }
  plot_->set_empty_text(tr("The last moment is looked at first; the curves follow."));
  if (!shows_drift()) return;
  clear_colours();
  set_caption(
      tr("%1 \u00b7 cosine of weight vectors \u00b7 %2 of %3")
          .arg(own ? tr("Of the patches of prototype %1 at the moment before, those that stay")
                         .arg(asked_prototype_)
                   : tr("Share of patches whose prototype is that of the moment before, or of the end"),
               context_.student() ? tr("student") : tr("teacher"), run_name_text()));
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
  const QString beside =
      reply_.beside
          ? tr(" \u00b7 at the right of each card its partner in %1").arg(network_text(*reply_.beside))
          : QString();
  set_caption(
      tr("%1 \u00b7 cards: patches with the largest logits, the patch in the middle third \u00b7 %2%3")
          .arg(what, network_text(reply_.network), beside));
}

bool PrototypesView::show_recorded(const ProbeLook& look) {
  if (context_.current() < 0 || shows_drift()) return false;
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

void PrototypesView::hideEvent(QHideEvent* event) {
  LookView::hideEvent(event);
  // Goes on when somebody looks again.
  if (reply_.seen < reply_.total || drift_.seen < drift_.total) ask_soon();
}

QImage PrototypesView::picture() const {
  if (!shows_drift()) return LookView::picture();
  return plot_->points() > 0 ? plot_->to_image() : QImage();
}

QStringList PrototypesView::command() const {
  if (!context_.can_ask()) return {};
  QStringList arguments{QStringLiteral("prototypes")};
  if (!shows_drift()) {
    if (reply_.cards.empty()) return {};
    arguments << source_arguments({}) << QStringLiteral("--pictures") << QString::number(pictures_->value());
    if (!beside_->argument().isEmpty()) {
      arguments << QStringLiteral("--against") << beside_->argument() << QStringLiteral("--strongest")
                << QString::number(kPaired);
    }
    return arguments;
  }
  if (drift_.moments.empty() || drift_.seen < drift_.total) return {};
  arguments << context_.run() << QStringLiteral("--workspace") << context_.record().folder()
            << picture_arguments({}) << QStringLiteral("--drift") << QStringLiteral("--pictures")
            << QString::number(pictures_->value());
  if (asked_prototype_ >= 0) arguments << QStringLiteral("--prototype") << QString::number(asked_prototype_);
  arguments << QStringLiteral("--steps");
  for (const std::int64_t step : asked_moments_) arguments << QString::number(step);
  return arguments;
}

bool PrototypesView::take_key(int key) {
  if (key != Qt::Key_Escape || prototype_ < 0) return LookView::take_key(key);
  choose(-1);
  return true;
}

}  // namespace ibot::ui
