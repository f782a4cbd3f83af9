// SPDX-License-Identifier: GPL-3.0-or-later
#include "norms_view.h"

#include "canvas_set.h"
#include "look_text.h"
#include "token_bar.h"

#include <ibot/base/text.h>

#include <ui/widgets/parts.h>
#include <ui/widgets/side_column.h>
#include <ui/widgets/value_histogram.h>

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_norms";

}  // namespace

NormsView::NormsView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("norms_view"));
  tokens_ = new TokenBar;
  tokens_->set_layers_alone(tr("The tokens after this layer, before the final norm ([ and ])"));
  tools().addWidget(tokens_);
  tools().addWidget(make_label(tr("Outliers beyond"), TextStyle::Small, "label"));
  factor_ = new QDoubleSpinBox;
  factor_->setObjectName(QStringLiteral("norms_factor"));
  factor_->setAccessibleName(tr("Robust standard deviations above the median"));
  factor_->setToolTip(
      tr("A token is an outlier if it is longer than the median plus so many robust standard deviations "
         "(1.4826 median absolute deviations)"));
  factor_->setRange(0, 1000);
  factor_->setDecimals(1);
  factor_->setValue(protocol::NormsRequest{}.factor);
  factor_->setKeyboardTracking(false);
  factor_->setFixedWidth(72);
  tools().addWidget(factor_);
  tools().addWidget(make_label(tr("deviations"), TextStyle::Small, "label"));
  tools().addStretch();
  set_ = new CanvasSet(context);
  set_->setObjectName(QStringLiteral("norms_canvases"));
  set_->canvas(0).set_choosing(false);
  adopt(*set_);
  body().addWidget(set_, 1);
  auto* side = new SideColumn;
  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  layout->addWidget(make_label(tr("Lengths of all patches"), TextStyle::Heading));
  histogram_ = new ValueHistogram;
  histogram_->setObjectName(QStringLiteral("norms_histogram"));
  histogram_->setFixedHeight(180);
  layout->addWidget(histogram_);
  sentence_ = make_label({}, TextStyle::Small, "label");
  sentence_->setObjectName(QStringLiteral("norms_sentence"));
  sentence_->setWordWrap(true);
  layout->addWidget(sentence_);
  layout->addStretch();
  body().addWidget(side);
  adopt(*tokens_);
  connect(factor_, &QDoubleSpinBox::valueChanged, this, &NormsView::ask_soon);
}

void NormsView::ask() {
  protocol::NormsRequest request;
  request.network = context_.network();
  const std::vector<int> pictures = set_->pictures();
  for (const int picture : pictures) request.pictures.push_back(context_.choice(picture));
  request.layer = tokens_->tokens().layer;
  request.factor = factor_->value();
  request.pixels = true;
  request.leave_out = true;
  send<protocol::NormsReply>(request.to_message(), kTag, [this, pictures](const protocol::NormsReply& reply) {
    if (leaves_out(pictures, reply.left_out)) return;
    if (pictures == set_->pictures()) take(reply);
  });
}

void NormsView::take(const protocol::NormsReply& reply) {
  reply_ = reply;
  tokens_->set_network(reply.network);
  std::vector<float> all;
  for (const std::vector<float>& map : reply_.norms) all.insert(all.end(), map.begin(), map.end());
  figure::Range range = figure::finite_range(all).value_or(figure::Range{0, 1});
  if (range.high <= range.low) range.high = range.low + 1;
  for (std::size_t place = 0; place < reply_.pictures.size() && place < set_->pictures().size(); ++place) {
    protocol::SeenPicture& picture = reply_.pictures[place];
    PatchPicture content;
    content.picture = image_of(picture);
    picture.pixels.clear();
    content.rows = picture.rows;
    content.columns = picture.columns;
    content.values = reply_.norms[place];
    content.range = range;
    for (const float value : content.values)
      content.inside.push_back(static_cast<double>(value) > reply_.threshold ? 1 : 0);
    if (std::count(content.inside.begin(), content.inside.end(), 1) == 0) content.inside.clear();
    set_->canvas(place).set_content(std::move(content));
  }
  set_colours(figure::ColourMap::Viridis, range);
  histogram_->show_values(all, reply_.median, reply_.threshold, tr("L2 norm"));
  sentence_->setText(tr("%1 of %2 patches (%3 %) are outliers, which are outlined: longer than %4, the "
                        "median %5 plus %6 robust "
                        "standard deviations.")
                         .arg(reply_.outliers)
                         .arg(QString::fromStdString(base::format_count(reply_.patches)))
                         .arg(100 * reply_.rate(), 0, 'f', 2)
                         .arg(reply_.threshold, 0, 'g', 4)
                         .arg(reply_.median, 0, 'g', 4)
                         .arg(factor_->value(), 0, 'g', 4));
  set_caption(tr("Lengths of patch tokens before the final norm \u00b7 %1 \u00b7 %2 \u00b7 %3 % outliers "
                 "\u00b7 colours %4")
                  .arg(layer_text(reply_.layer, reply_.network), network_text(reply_.network))
                  .arg(100 * reply_.rate(), 0, 'f', 2)
                  .arg(range_text(range)) +
              left_out_text());
}

void NormsView::set_dimmed(bool dimmed) {
  LookView::set_dimmed(dimmed);
  histogram_->set_dimmed(dimmed);
}

QStringList NormsView::command() const {
  if (reply_.pictures.empty() || !context_.can_ask() || set_->pictures().empty()) return {};
  QStringList arguments = QStringList{QStringLiteral("norms")} + source_arguments(set_->pictures());
  arguments << tokens_->arguments() << QStringLiteral("--factor")
            << QString::number(factor_->value(), 'g', 10);
  return arguments;
}

}  // namespace ibot::ui
