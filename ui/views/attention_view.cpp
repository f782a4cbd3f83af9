// SPDX-License-Identifier: GPL-3.0-or-later
#include "attention_view.h"

#include "look_text.h"

#include <ibot/analysis/attention.h>
#include <ibot/figure/map_sheet.h>

#include <ui/widgets/map_grid.h>
#include <ui/widgets/parts.h>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kSide = 268;        // px
constexpr int kRestMillis = 120;  // a hand that drags on should not wait for the grid
constexpr const char* kTag = "look_attention";
constexpr const char* kGridTag = "look_attention_grid";

std::vector<float> head_or_mean(const protocol::AttentionReply& reply, int head) {
  if (head > 0) return reply.map(0, static_cast<std::size_t>(head - 1));
  std::vector<float> mean = reply.map(0, 0);
  for (int other = 1; other < reply.heads; ++other) {
    const std::vector<float> map = reply.map(0, static_cast<std::size_t>(other));
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += map[i];
  }
  for (float& value : mean) value /= static_cast<float>(std::max(1, reply.heads));
  return mean;
}

figure::Range range_from_nothing(const std::vector<float>& values) {
  const auto range = figure::finite_range(values);
  return {0, range && range->high > 0 ? range->high : 1};
}

QString percent(double share) {
  return QStringLiteral("%1 %").arg(100 * share, 0, 'f', 1);
}

}  // namespace

AttentionView::AttentionView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("attention_view"));
  cls_ = new QToolButton;
  cls_->setObjectName(QStringLiteral("attention_cls"));
  cls_->setText(tr("CLS"));
  cls_->setCheckable(true);
  cls_->setChecked(true);
  cls_->setToolTip(
      tr("Where the CLS token looks (Esc). Click a patch of the picture to see where that one looks."));
  tools().addWidget(make_label(tr("Query"), TextStyle::Small, "label"));
  tools().addWidget(cls_);
  tools().addSpacing(metrics::kMedium);
  mass_ = new QCheckBox(tr("Outline"));
  mass_->setObjectName(QStringLiteral("attention_mass"));
  mass_->setToolTip(tr("Outlines the fewest patches that together hold this share of the attention"));
  tools().addWidget(mass_);
  share_ = new QSlider(Qt::Horizontal);
  share_->setObjectName(QStringLiteral("attention_share"));
  share_->setAccessibleName(tr("Share of the attention that is outlined"));
  share_->setRange(1, 99);
  share_->setValue(60);  // as in the papers' figures
  share_->setFixedWidth(96);
  tools().addWidget(share_);
  share_text_ = make_label(QStringLiteral("60 %"), TextStyle::Small, "label");
  share_text_->setFixedWidth(32);
  tools().addWidget(share_text_);
  tools().addSpacing(metrics::kMedium);
  composite_ = new QCheckBox(tr("All heads in colours"));
  composite_->setObjectName(QStringLiteral("attention_composite"));
  composite_->setToolTip(tr("Every head of the layer in a colour of its own, as bright as its attention"));
  tools().addWidget(composite_);
  tools().addStretch();

  canvas_ = new PatchCanvas;
  canvas_->setObjectName(QStringLiteral("attention_canvas"));
  canvas_->setAccessibleName(tr("Attention over the picture"));
  adopt(*canvas_);
  body().addWidget(canvas_, 1);
  body().addWidget(make_side());

  connect(canvas_, &PatchCanvas::picked, this, &AttentionView::set_query);
  connect(cls_, &QToolButton::clicked, this, [this] { set_query({}); });
  connect(grid_, &MapGrid::chosen, this, &AttentionView::choose);
  connect(grid_, &MapGrid::hovered, this, [this](int layer, int head) {
    if (layer == 0) return show_map(layer_, head_);
    if (replies_.contains(layer)) show_map(layer, head);
  });
  fill_.setSingleShot(true);
  fill_.setInterval(kRestMillis);
  connect(&fill_, &QTimer::timeout, this, &AttentionView::fill_grid);
  const auto redraw = [this] { show_map(layer_, head_); };
  connect(mass_, &QCheckBox::toggled, this, redraw);
  connect(composite_, &QCheckBox::toggled, this, redraw);
  connect(share_, &QSlider::valueChanged, this, [this, redraw](int value) {
    share_text_->setText(QStringLiteral("%1 %").arg(value));
    if (!mass_->isChecked()) mass_->setChecked(true);
    redraw();
  });
}

QWidget* AttentionView::make_side() {
  auto* side = new QWidget;
  side->setFixedWidth(kSide);
  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  layout->addWidget(make_label(tr("Layer and head"), TextStyle::Heading));
  grid_ = new MapGrid;
  grid_->setObjectName(QStringLiteral("attention_grid"));
  layout->addWidget(grid_, 1);
  numbers_ = make_label({}, TextStyle::Small, "label");
  numbers_->setObjectName(QStringLiteral("attention_numbers"));
  numbers_->setWordWrap(true);
  numbers_->setMinimumHeight(48);
  numbers_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  layout->addWidget(numbers_);
  return side;
}

void AttentionView::set_query(PatchAt query, bool dragging) {
  query_ = query;
  cls_->setChecked(!query.is_patch());
  if (!context_.can_ask() || context_.current() < 0 || !isVisible()) return ask_soon();
  ++question_;
  if (!dragging) grid_->set_stale();
  // While somebody drags nothing but the map itself is asked for.
  ask_layer(seen_.isNull());
}

void AttentionView::choose(int layer, int head) {
  layer_ = layer;
  head_ = head;
  grid_->set_chosen(layer, head);
  if (replies_.contains(layer)) return show_map(layer, head);
  ask_soon();
}

void AttentionView::ask() {
  // Another network may have other layers and another grid.
  if (const QString source = context_.run() + context_.weights(); source != source_) {
    source_ = source;
    layer_ = 0;
    head_ = 0;
    query_ = {};
    cls_->setChecked(true);
  }
  ++question_;
  replies_.clear();
  grid_->set_stale();
  ask_layer(true);
}

void AttentionView::ask_layer(bool pixels) {
  protocol::AttentionRequest request;
  request.network = context_.network();
  request.picture = context_.choice(context_.current());
  request.layer = layer_;
  request.queries = {place_of(query_)};
  request.pixels = pixels;
  const quint64 question = question_;
  send<protocol::AttentionReply>(request.to_message(), kTag,
                                 [this, question](const protocol::AttentionReply& reply) {
                                   if (question != question_) return;
                                   replies_.clear();
                                   take(reply);
                                   fill_.start();
                                 });
}

void AttentionView::take(const protocol::AttentionReply& reply) {
  const auto layer = static_cast<int>(reply.layer);
  if (!reply.picture.pixels.empty()) seen_ = image_of(reply.picture);
  grid_->set_shape(static_cast<int>(reply.network.depth), reply.heads);
  if (layer_ == 0) layer_ = layer;
  head_ = std::min(head_, reply.heads);
  grid_->set_chosen(layer_, head_);
  replies_[layer] = reply;
  fill_row(reply);
  // Another layer may have been chosen since this one was asked for.
  if (layer != layer_) return ask_layer(false);
  show_map(layer_, head_);
}

void AttentionView::fill_row(const protocol::AttentionReply& reply) {
  for (int head = 0; head <= reply.heads; ++head) {
    const std::vector<float> map = head_or_mean(reply, head);
    grid_->set_map(static_cast<int>(reply.layer), head,
                   map_image(map, reply.picture.rows, reply.picture.columns, figure::ColourMap::Inferno,
                             range_from_nothing(map)));
  }
}

void AttentionView::fill_grid() {
  // From the last layer up: there it is most often looked at.
  if (!isVisible() || context_.current() < 0 || !context_.can_ask()) return;
  int layer = grid_->layers();
  while (layer > 0 && replies_.contains(layer)) --layer;
  if (layer == 0) return;
  protocol::AttentionRequest request;
  request.network = context_.network();
  request.picture = context_.choice(context_.current());
  request.layer = layer;
  request.queries = {place_of(query_)};
  const quint64 question = question_;
  send_quietly<protocol::AttentionReply>(request.to_message(), kGridTag,
                                         [this, question](const protocol::AttentionReply& reply) {
                                           if (question != question_ || !isVisible()) return;
                                           replies_[static_cast<int>(reply.layer)] = reply;
                                           fill_row(reply);
                                           fill_grid();
                                         });
}

void AttentionView::show_map(int layer, int head) {
  const auto found = replies_.find(layer);
  if (found == replies_.end()) return;
  const protocol::AttentionReply& reply = found->second;
  PatchPicture content;
  content.picture = seen_;
  content.rows = reply.picture.rows;
  content.columns = reply.picture.columns;
  content.mark = query_;
  const std::vector<float> map = head_or_mean(reply, head);
  const figure::Range range = range_from_nothing(map);
  QString what =
      head == 0 ? tr("mean of %1 heads").arg(reply.heads) : tr("head %1 of %2").arg(head).arg(reply.heads);
  QString colours = tr("colours %1").arg(range_text(range));
  if (composite_->isChecked()) {
    std::vector<std::vector<float>> heads;
    for (int each = 1; each <= reply.heads; ++each) heads.push_back(head_or_mean(reply, each));
    const figure::Picture all = figure::composite_of_heads(heads, content.rows, content.columns);
    content.patches = patches_of(all.rgb, content.rows, content.columns, false);
    clear_colours();
    what = tr("%1 heads, a colour each").arg(reply.heads);
    colours = tr("each up to its own largest value");
  } else {
    content.values = map;
    content.colours = figure::ColourMap::Inferno;
    content.range = range;
    set_colours(content.colours, range);
  }
  if (mass_->isChecked()) {
    content.inside = analysis::attention_mass(map, share_->value() / 100.0);
    colours += tr("; outlined: %1 % of the attention").arg(share_->value());
  }
  canvas_->set_content(std::move(content));
  show_numbers(reply, head);
  set_caption(tr("Attention of %1 \u00b7 %2, %3 \u00b7 %4 \u00b7 %5")
                  .arg(query_text(), layer_text(reply.layer, reply.network), what,
                       network_text(reply.network), colours));
}

void AttentionView::show_numbers(const protocol::AttentionReply& reply, int head) {
  double entropy = 0, distance = 0, prefix = 0;
  const auto heads = static_cast<std::size_t>(reply.heads);
  const std::size_t tokens = heads > 0 ? reply.prefix.size() / heads : 0;
  const std::size_t first = head > 0 ? static_cast<std::size_t>(head - 1) : 0;
  const std::size_t end = head > 0 ? first + 1 : heads;
  for (std::size_t each = first; each < end; ++each) {
    entropy += static_cast<double>(reply.entropy[each]);
    distance += static_cast<double>(reply.distance[each]);
    for (std::size_t token = 0; token < tokens; ++token)
      prefix += static_cast<double>(reply.prefix[each * tokens + token]);
  }
  const auto count = static_cast<double>(std::max<std::size_t>(1, end - first));
  numbers_->setText(
      tr("%1entropy %2 nats, mean distance %3 px. %4 goes to tokens without a place (%5).")
          .arg(head == 0 ? tr("Mean of the heads: ") : tr("Head %1: ").arg(head))
          .arg(entropy / count, 0, 'f', 2)
          .arg(distance / count, 0, 'f', 1)
          .arg(percent(prefix / count), reply.network.prefix > 1
                                            ? tr("CLS and %1 registers").arg(reply.network.prefix - 1)
                                            : tr("CLS")));
}

QString AttentionView::query_text() const {
  return query_.is_patch() ? tr("the patch in row %1, column %2").arg(query_.row).arg(query_.column)
                           : tr("CLS");
}

bool AttentionView::show_recorded(const ProbeLook& look) {
  if (context_.current() < 0) return false;
  const QImage map = context_.recorded(look, context_.current(), ProbeKind::Attention);
  if (map.isNull()) return false;
  PatchPicture content;
  content.picture = context_.pictures()[static_cast<std::size_t>(context_.current())].image;
  content.patches = map;
  content.rows = map.height();
  content.columns = map.width();
  canvas_->set_content(std::move(content));
  clear_colours();
  grid_->set_stale();
  numbers_->setText(
      tr("Other layers, heads and queries can be asked where weights are kept: at the ticks of the line "
         "below."));
  set_caption(
      tr("Attention of CLS \u00b7 last layer, mean of the heads \u00b7 %1 \u00b7 colours from 0 to the "
         "largest value")
          .arg(recorded_text(look, run_name_text())));
  return true;
}

QStringList AttentionView::command() const {
  if (replies_.empty() || context_.current() < 0 || !context_.can_ask()) return {};
  QStringList arguments = QStringList{QStringLiteral("attention")} + source_arguments({context_.current()});
  arguments << QStringLiteral("--layer") << QString::number(layer_);
  if (query_.is_patch())
    arguments << QStringLiteral("--query") << QStringLiteral("%1,%2").arg(query_.row).arg(query_.column);
  if (mass_->isChecked())
    arguments << QStringLiteral("--mass") << QString::number(share_->value() / 100.0, 'f', 2);
  if (composite_->isChecked()) arguments << QStringLiteral("--composite");
  return arguments;
}

bool AttentionView::take_key(int key) {
  const int layers = grid_->layers();
  switch (key) {
    case Qt::Key_Escape:
      set_query({});
      return true;
    case Qt::Key_BracketLeft:
      if (layer_ > 1) choose(layer_ - 1, head_);
      return true;
    case Qt::Key_BracketRight:
      if (layer_ < layers) choose(layer_ + 1, head_);
      return true;
    default:
      break;
  }
  if (key < Qt::Key_0 || key > Qt::Key_9) return false;
  if (key - Qt::Key_0 <= grid_->heads()) choose(layer_, key - Qt::Key_0);
  return true;
}

}  // namespace ibot::ui
