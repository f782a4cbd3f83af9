// SPDX-License-Identifier: GPL-3.0-or-later
#include "prediction_view.h"

#include "look_text.h"

#include <ibot/drawing/view_figures.h>

#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <limits>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_prediction";
constexpr int kPrototypes = 0, kCosine = 1;

}  // namespace

PredictionView::PredictionView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("prediction_view"));
  tools().addWidget(make_label(tr("Mask of seed"), TextStyle::Small, "label"));
  seed_ = new QSpinBox;
  seed_->setObjectName(QStringLiteral("prediction_seed"));
  seed_->setAccessibleName(tr("Seed of the mask"));
  seed_->setToolTip(tr("Another seed draws another mask with the run's masking plugin"));
  seed_->setRange(0, std::numeric_limits<int>::max());
  seed_->setFixedWidth(72);
  tools().addWidget(seed_);
  again_ = new QToolButton;
  again_->setObjectName(QStringLiteral("prediction_again"));
  again_->setText(tr("Drop my mask"));
  tools().addWidget(again_);
  what_ = new QComboBox;
  what_->setObjectName(QStringLiteral("prediction_what"));
  what_->setAccessibleName(tr("What is shown"));
  what_->addItem(tr("Prototypes"), kPrototypes);
  what_->addItem(tr("Cosine of both"), kCosine);
  what_->setToolTip(tr("The prototype that each gives most to, or how alike both projections are"));
  tools().addWidget(what_);
  numbers_ = new ElidedLabel(TextStyle::Small, "label");
  numbers_->setObjectName(QStringLiteral("prediction_numbers"));
  tools().addWidget(numbers_, 1);
  const char* names[] = {"prediction_mask", "prediction_student", "prediction_teacher"};
  for (std::size_t i = 0; i < canvases_.size(); ++i) {
    canvases_[i] = new PatchCanvas;
    canvases_[i]->setObjectName(QString::fromLatin1(names[i]));
    canvases_[i]->set_choosing(i == 0);
    body().addWidget(canvases_[i], 1);
    adopt(*canvases_[i]);
    connect(canvases_[i], &PatchCanvas::pointed, this, [this](PatchAt patch) {
      for (PatchCanvas* each : canvases_) each->set_hovered(patch);
    });
  }
  canvases_[0]->set_title(tr("Hidden from the student: click or drag to draw"));
  canvases_[1]->set_title(tr("Student, at hidden patches"));
  canvases_[2]->set_title(tr("Teacher, who sees all"));
  connect(canvases_[0], &PatchCanvas::picked, this, &PredictionView::paint_mask);
  const auto drop = [this] {
    drawn_.clear();
    ask_soon();
  };
  connect(seed_, &QSpinBox::valueChanged, this, drop);
  connect(again_, &QToolButton::clicked, this, drop);
  connect(what_, &QComboBox::currentIndexChanged, this, [this] { redraw(); });
  connect(&context, &LookContext::current_changed, this, [this] { drawn_.clear(); });
  redraw();
}

void PredictionView::paint_mask(PatchAt patch, bool dragging) {
  if (reply_.mask.empty()) return;
  if (drawn_.size() != reply_.mask.size()) drawn_ = reply_.mask;
  std::uint8_t& cell = drawn_[static_cast<std::size_t>(patch.row * reply_.picture.columns + patch.column)];
  if (!dragging) brush_ = cell != 0 ? 0 : 1;
  cell = brush_;
  PatchPicture content = canvases_[0]->content();
  content.hatched = drawn_;
  content.mark = {};
  canvases_[0]->set_content(std::move(content));
  ask_soon();
}

void PredictionView::ask() {
  protocol::PredictionRequest request;
  request.network = context_.network();
  request.picture = context_.choice(context_.current());
  request.seed = seed_->value();
  request.stand_in = true;
  request.pixels = true;
  // A mask of another grid, of another network, is no mask of this one.
  if (!drawn_.empty() && drawn_.size() == reply_.mask.size()) {
    if (std::count(drawn_.begin(), drawn_.end(), 1) == 0) {
      set_dimmed(true);
      return say(tr("Hide a patch from the student: click one."));
    }
    request.rows = reply_.picture.rows;
    request.columns = reply_.picture.columns;
    request.mask = drawn_;
  }
  send<protocol::PredictionReply>(request.to_message(), kTag,
                                  [this](const protocol::PredictionReply& reply) { take(reply); });
}

void PredictionView::take(const protocol::PredictionReply& reply) {
  reply_ = reply;
  if (!reply.picture.pixels.empty()) seen_ = image_of(reply.picture);
  reply_.picture.pixels.clear();
  redraw();
}

void PredictionView::redraw() {
  again_->setEnabled(!drawn_.empty());
  again_->setToolTip(drawn_.empty() ? tr("The mask is the plugin's: draw one on the picture.")
                                    : tr("Goes back to a mask of the run's masking plugin"));
  if (reply_.mask.empty()) return;
  const int rows = reply_.picture.rows, columns = reply_.picture.columns;
  const std::vector<std::uint8_t>& mask = drawn_.size() == reply_.mask.size() ? drawn_ : reply_.mask;
  // Colours as in the saved picture.
  const std::vector<std::int64_t> order = drawing::prototype_order(reply_);
  const auto placed = [&](std::vector<std::int64_t> chosen) {
    for (std::int64_t& each : chosen)
      each = each < 0 ? -1 : std::find(order.begin(), order.end(), each) - order.begin();
    return chosen;
  };
  for (std::size_t i = 0; i < canvases_.size(); ++i) {
    PatchPicture content;
    content.picture = seen_;
    content.rows = rows;
    content.columns = columns;
    if (i == 0) {
      content.hatched = mask;
    } else if (what_->currentData().toInt() == kPrototypes) {
      content.patches = labels_of(placed(i == 1 ? reply_.student : reply_.teacher), rows, columns, -1);
      content.categorical = true;
      content.inside = reply_.mask;
    } else {
      content.values = reply_.cosine;
      content.range = {0, 1};
      content.inside = reply_.mask;
    }
    canvases_[i]->set_content(std::move(content));
  }
  if (what_->currentData().toInt() == kCosine) {
    set_colours(figure::ColourMap::Viridis, {0, 1});
  } else {
    clear_colours();
  }
  const auto hidden = std::count(reply_.mask.begin(), reply_.mask.end(), 1);
  numbers_->setText(tr("%1 of %2 patches hidden: same prototype at %3 %, cross-entropy %4 of %5 nats")
                        .arg(hidden)
                        .arg(reply_.mask.size())
                        .arg(100 * reply_.agreement, 0, 'f', 1)
                        .arg(reply_.cross_entropy, 0, 'f', 2)
                        .arg(reply_.uniform, 0, 'f', 2));
  numbers_->setToolTip(
      tr("The teacher's patch that is most like the prediction lies %1 patches away on average. "
         "Who knows nothing has %2 nats.")
          .arg(reply_.distance, 0, 'f', 1)
          .arg(reply_.uniform, 0, 'f', 2));
  protocol::SeenNetwork both = reply_.network;
  both.network = reply_.stand_in ? "teacher" : "student";
  canvases_[1]->set_title(reply_.stand_in ? tr("Teacher in the student's place, at hidden patches")
                                          : tr("Student, at hidden patches"));
  set_caption(
      tr("%1 \u00b7 %2 \u00b7 %3")
          .arg(what_->currentData().toInt() == kPrototypes
                   ? tr("The prototype that each gives most to, a colour each; colours repeat")
               : reply_.stand_in ? tr("Cosine of both projections of the teacher, colours 0 to 1")
                                 : tr("Cosine of the student's and the teacher's projection, colours 0 to 1"),
               reply_.stand_in ? tr("no student is kept: %1, stands in for it, with the student's mask token")
                                     .arg(network_text(both))
                               : tr("%1 and teacher").arg(network_text(both)),
               drawn_.empty() ? tr("mask of the run's plugin, seed %1").arg(seed_->value())
                              : tr("mask drawn by hand")));
}

QImage PredictionView::picture() const {
  if (reply_.mask.empty()) return {};
  int width = 0, height = 0;
  for (const PatchCanvas* each : canvases_) {
    width += each->width() + 8;
    height = std::max(height, each->height());
  }
  QImage image(2 * width, 2 * height, QImage::Format_RGB32);
  image.setDevicePixelRatio(2);
  QPainter painter(&image);
  painter.fillRect(QRect(0, 0, width, height), palette().base());
  int x = 0;
  for (PatchCanvas* each : canvases_) {
    each->render(&painter, QPoint(x, 0));
    x += each->width() + 8;
  }
  return image;
}

QStringList PredictionView::command() const {
  if (reply_.mask.empty() || !context_.can_ask() || context_.current() < 0) return {};
  QStringList arguments = QStringList{QStringLiteral("prediction")} + source_arguments({context_.current()});
  if (drawn_.empty()) return arguments << QStringLiteral("--seed") << QString::number(seed_->value());
  QStringList rows;
  for (int row = 0; row < reply_.picture.rows; ++row) {
    QString cells;
    for (int column = 0; column < reply_.picture.columns; ++column) {
      const auto at = static_cast<std::size_t>(row * reply_.picture.columns + column);
      cells += reply_.mask[at] != 0 ? QLatin1Char('1') : QLatin1Char('0');
    }
    rows << cells;
  }
  return arguments << QStringLiteral("--mask") << rows.join(QLatin1Char(','));
}

}  // namespace ibot::ui
