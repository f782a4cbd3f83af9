// SPDX-License-Identifier: GPL-3.0-or-later
#include "embedding_view.h"

#include "canvas_set.h"
#include "look_text.h"
#include "token_bar.h"

#include <ibot/base/text.h>

#include <ui/widgets/parts.h>
#include <ui/widgets/scatter_plot.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_embedding";

QSpinBox* make_number(const char* name, const QString& what, int low, int high, int value) {
  auto* box = new QSpinBox;
  box->setObjectName(QString::fromLatin1(name));
  box->setAccessibleName(what);
  box->setToolTip(what);
  box->setRange(low, high);
  box->setValue(value);
  box->setKeyboardTracking(false);
  box->setFixedWidth(64);
  return box;
}

}  // namespace

EmbeddingView::EmbeddingView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("embedding_view"));
  method_ = new QComboBox;
  method_->setObjectName(QStringLiteral("embedding_method"));
  method_->setAccessibleName(tr("How patches become points"));
  method_->addItem(tr("PCA"), false);
  method_->addItem(tr("t-SNE"), true);
  method_->setToolTip(tr("The first two principal components at once, or exact t-SNE, which takes a while"));
  tools().addWidget(method_);
  tools().addWidget(make_label(tr("Perplexity"), TextStyle::Small, "label"));
  perplexity_ =
      make_number("embedding_perplexity", tr("Perplexity of t-SNE: how many neighbours count"), 2, 200, 30);
  tools().addWidget(perplexity_);
  tools().addWidget(make_label(tr("Clusters"), TextStyle::Small, "label"));
  count_ = make_number("embedding_clusters", tr("k-means clusters, for the colours"), 2, 32, 6);
  tools().addWidget(count_);
  tokens_ = new TokenBar;
  tools().addWidget(tokens_);
  tools().addStretch();
  chip_ = new QToolButton;
  chip_->setObjectName(QStringLiteral("embedding_selection"));
  chip_->setProperty("role", "chip");
  chip_->setToolTip(tr("Lets the selection go (Esc)"));
  chip_->hide();
  tools().addWidget(chip_);
  plot_ = new ScatterPlot;
  plot_->setObjectName(QStringLiteral("embedding_plot"));
  plot_->setToolTip(tr("Drag to draw a lasso: it closes by a straight line."));
  body().addWidget(plot_, 1);
  set_ = new CanvasSet(context);
  set_->setObjectName(QStringLiteral("embedding_canvases"));
  set_->canvas(0).set_choosing(false);
  adopt(*set_);
  body().addWidget(set_, 1);

  perplexity_->setEnabled(false);
  connect(method_, &QComboBox::currentIndexChanged, this, [this] {
    perplexity_->setEnabled(method_->currentData().toBool());
    ask_soon();
  });
  connect(perplexity_, &QSpinBox::valueChanged, this, &EmbeddingView::ask_soon);
  connect(count_, &QSpinBox::valueChanged, this, &EmbeddingView::ask_soon);
  adopt(*tokens_);
  connect(chip_, &QToolButton::clicked, plot_, &ScatterPlot::clear_selection);
  connect(plot_, &ScatterPlot::selection_changed, this, &EmbeddingView::show_selection);
  connect(plot_, &ScatterPlot::pointed, this, [this](int point) {
    const auto at = static_cast<std::size_t>(3 * std::max(0, point));
    for (std::size_t place = 0; place < set_->pictures().size(); ++place) {
      const bool here = point >= 0 && reply_.places[at] == static_cast<std::int64_t>(place);
      set_->canvas(place).set_hovered(
          here ? PatchAt{static_cast<int>(reply_.places[at + 1]), static_cast<int>(reply_.places[at + 2])}
               : PatchAt{});
    }
  });
  connect(set_, &CanvasSet::pointed, this, [this](int picture, PatchAt patch) {
    const auto place = std::find(asked_.begin(), asked_.end(), picture) - asked_.begin();
    plot_->set_marked(patch.is_patch() ? point_of(static_cast<int>(place), patch.row, patch.column) : -1);
  });
}

int EmbeddingView::point_of(int place, int row, int column) const {
  for (std::size_t i = 0; i + 2 < reply_.places.size(); i += 3) {
    if (reply_.places[i] == place && reply_.places[i + 1] == row && reply_.places[i + 2] == column)
      return static_cast<int>(i / 3);
  }
  return -1;
}

void EmbeddingView::ask() {
  protocol::EmbeddingRequest request;
  request.network = context_.network();
  const std::vector<int> pictures = set_->pictures();
  for (const int picture : pictures) request.pictures.push_back(context_.choice(picture));
  request.tokens = tokens_->tokens();
  request.tsne = method_->currentData().toBool();
  request.perplexity = perplexity_->value();
  request.clusters = count_->value();
  request.leave_out = true;
  if (request.tsne) say(tr("t-SNE is being computed\u2026"));
  send<protocol::EmbeddingReply>(request.to_message(), kTag,
                                 [this, pictures](const protocol::EmbeddingReply& reply) {
                                   if (leaves_out(pictures, reply.left_out)) return;
                                   if (pictures != set_->pictures()) return;
                                   asked_ = pictures;
                                   take(reply);
                                 });
}

void EmbeddingView::take(const protocol::EmbeddingReply& reply) {
  reply_ = reply;
  tokens_->set_network(reply.network);
  std::vector<QPointF> points;
  std::vector<QColor> colours;
  for (std::size_t i = 0; i < reply.labels.size(); ++i) {
    points.emplace_back(static_cast<double>(reply.points[2 * i]),
                        static_cast<double>(reply.points[2 * i + 1]));
    const figure::Colour colour = figure::cluster_colour(reply.labels[i]);
    colours.emplace_back(colour.red, colour.green, colour.blue);
  }
  plot_->set_points(std::move(points), std::move(colours));
  QString what = tr("First two principal components");
  if (reply.tsne)
    what = tr("t-SNE, perplexity %1, divergence %2 nats")
               .arg(perplexity_->value())
               .arg(reply.objective, 0, 'f', 2);
  set_caption(
      tr("%1 of %2 of %3 patches, coloured by %4 clusters \u00b7 %5 \u00b7 %6")
          .arg(what,
               QString::fromStdString(base::format_count(static_cast<std::int64_t>(reply.labels.size()))),
               QString::fromStdString(base::format_count(reply.patches)), QString::number(count_->value()),
               reply.tokens.projection ? tr("head's projection")
                                       : layer_text(reply.tokens.layer, reply.network),
               network_text(reply.network)) +
      left_out_text());
}

void EmbeddingView::show_selection() {
  const std::vector<int>& selected = plot_->selected();
  chip_->setVisible(!selected.empty());
  chip_->setText(selected.size() == 1 ? tr("1 patch \u2715") : tr("%1 patches \u2715").arg(selected.size()));
  for (std::size_t place = 0; place < asked_.size() && place < reply_.pictures.size(); ++place) {
    PatchPicture content;
    const protocol::SeenPicture& seen = reply_.pictures[place];
    content.picture = middle_square(context_.pictures()[static_cast<std::size_t>(asked_[place])].image);
    content.rows = seen.rows;
    content.columns = seen.columns;
    std::vector<std::int64_t> labels(static_cast<std::size_t>(seen.rows * seen.columns), -1);
    content.inside.assign(labels.size(), 0);
    for (std::size_t point = 0; point < reply_.labels.size(); ++point) {
      if (reply_.places[3 * point] != static_cast<std::int64_t>(place)) continue;
      const auto at = static_cast<std::size_t>(reply_.places[3 * point + 1] * seen.columns +
                                               reply_.places[3 * point + 2]);
      if (at < labels.size()) labels[at] = reply_.labels[point];
    }
    for (const int point : selected) {
      const std::size_t from = 3 * static_cast<std::size_t>(point);
      if (reply_.places[from] != static_cast<std::int64_t>(place)) continue;
      const auto at =
          static_cast<std::size_t>(reply_.places[from + 1] * seen.columns + reply_.places[from + 2]);
      if (at < labels.size()) content.inside[at] = 1;
    }
    content.patches = labels_of(labels, seen.rows, seen.columns, -1);
    content.categorical = true;
    if (place < set_->pictures().size()) set_->canvas(place).set_content(std::move(content));
  }
}

void EmbeddingView::set_dimmed(bool dimmed) {
  plot_->set_dimmed(dimmed);
  LookView::set_dimmed(dimmed);
}

QImage EmbeddingView::picture() const {
  return reply_.labels.empty() ? QImage() : image_of(*plot_);
}

QStringList EmbeddingView::command() const {
  if (reply_.labels.empty() || !context_.can_ask() || asked_.empty()) return {};
  QStringList arguments = QStringList{QStringLiteral("embedding")} + source_arguments(asked_);
  arguments << tokens_->arguments() << QStringLiteral("--clusters") << QString::number(count_->value());
  if (reply_.tsne) {
    arguments << QStringLiteral("--perplexity") << QString::number(perplexity_->value());
  } else {
    arguments << QStringLiteral("--components");
  }
  return arguments;
}

bool EmbeddingView::take_key(int key) {
  if (key != Qt::Key_Escape) return LookView::take_key(key);
  plot_->clear_selection();
  return true;
}

}  // namespace ibot::ui
