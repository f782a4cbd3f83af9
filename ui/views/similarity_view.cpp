// SPDX-License-Identifier: GPL-3.0-or-later
#include "similarity_view.h"

#include "canvas_set.h"
#include "look_text.h"
#include "token_bar.h"

#include <ui/widgets/parts.h>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_similarity";
constexpr int kNothing = 0, kUntrained = 1, kDifference = 2;

}  // namespace

SimilarityView::SimilarityView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("similarity_view"));
  tokens_ = new TokenBar;
  tools().addWidget(tokens_);
  beside_ = new QComboBox;
  beside_->setObjectName(QStringLiteral("similarity_beside"));
  beside_->setAccessibleName(tr("Compared with"));
  beside_->addItem(tr("As it is"), kNothing);
  beside_->addItem(tr("Before its first step"), kUntrained);
  beside_->addItem(tr("Difference to before its first step"), kDifference);
  beside_->setToolTip(
      tr("The same click in the same network with its initial weights, or what training changed"));
  tools().addWidget(beside_);
  fixed_ = new QCheckBox(tr("Range \u22121 to 1"));
  fixed_->setObjectName(QStringLiteral("similarity_fixed"));
  fixed_->setToolTip(
      tr("The same colours for every click, step and run, instead of the range of what is shown"));
  tools().addWidget(fixed_);
  tools().addStretch();
  tools().addWidget(make_label(tr("Click a patch, or drag over the picture."), TextStyle::Small, "hint"));
  set_ = new CanvasSet(context);
  set_->setObjectName(QStringLiteral("similarity_canvases"));
  body().addWidget(set_, 1);
  adopt(*set_);
  connect(set_, &CanvasSet::picked, this, &SimilarityView::set_patch);
  adopt(*tokens_);
  connect(beside_, &QComboBox::currentIndexChanged, this, &SimilarityView::ask_soon);
  connect(fixed_, &QCheckBox::toggled, this, [this] { redraw(); });
}

void SimilarityView::set_patch(int picture, PatchAt patch, bool dragging) {
  Q_UNUSED(dragging);
  patch_ = patch;
  if (picture != context_.current()) return context_.set_current(picture);
  if (!context_.can_ask() || !isVisible()) return ask_soon();
  send_request(seen_pictures_ != set_->pictures());
}

void SimilarityView::ask() {
  send_request(true);
}

void SimilarityView::send_request(bool pixels) {
  protocol::SimilarityRequest request;
  request.networks = {context_.network()};
  if (beside_->currentData().toInt() != kNothing) {
    protocol::NetworkChoice before = context_.network();
    before.untrained = true;
    request.networks.push_back(std::move(before));
  }
  const std::vector<int> pictures = set_->pictures();
  for (const int picture : pictures) request.pictures.push_back(context_.choice(picture));
  request.patch = place_of(patch_);
  request.tokens = tokens_->tokens();
  request.pixels = pixels;
  request.leave_out = true;
  send<protocol::SimilarityReply>(request.to_message(), kTag,
                                  [this, pictures](const protocol::SimilarityReply& reply) {
                                    if (leaves_out(pictures, reply.left_out)) return;
                                    if (pictures == set_->pictures()) take(reply);
                                  });
}

void SimilarityView::take(const protocol::SimilarityReply& reply) {
  reply_ = reply;
  tokens_->set_network(reply.networks.front());
  if (!reply.pictures.empty() && !reply.pictures.front().pixels.empty()) {
    seen_.clear();
    for (protocol::SeenPicture& picture : reply_.pictures) {
      seen_.push_back(image_of(picture));
      picture.pixels.clear();
    }
    seen_pictures_ = set_->pictures();
  }
  redraw();
}

void SimilarityView::redraw() {
  if (reply_.networks.empty() || seen_.size() != reply_.pictures.size()) return;
  const int mode = reply_.networks.size() > 1 ? beside_->currentData().toInt() : kNothing;
  std::vector<std::vector<float>> maps;
  figure::Range range{1, -1};
  for (std::size_t picture = 0; picture < reply_.pictures.size(); ++picture) {
    std::vector<float> map = reply_.map(mode == kUntrained ? 1 : 0, picture);
    if (mode == kDifference) {
      const std::vector<float>& before = reply_.map(1, picture);
      for (std::size_t i = 0; i < map.size(); ++i) map[i] -= before[i];
    }
    if (const auto own = figure::finite_range(map)) {
      range.low = std::min(range.low, own->low);
      range.high = std::max(range.high, own->high);
    }
    maps.push_back(std::move(map));
  }
  if (mode == kDifference) {
    const double most = std::max({std::fabs(range.low), std::fabs(range.high), 1e-6});
    range = {-most, most};
  }
  if (fixed_->isChecked() || range.high <= range.low) range = {-1, 1};
  for (std::size_t place = 0; place < maps.size() && place < set_->pictures().size(); ++place) {
    PatchPicture content;
    content.picture = seen_[place];
    content.rows = reply_.pictures[place].rows;
    content.columns = reply_.pictures[place].columns;
    content.values = maps[place];
    content.colours = mode == kDifference ? figure::ColourMap::Difference : figure::ColourMap::Viridis;
    content.range = range;
    if (place == 0) content.mark = patch_;
    set_->canvas(place).set_content(std::move(content));
  }
  set_colours(mode == kDifference ? figure::ColourMap::Difference : figure::ColourMap::Viridis, range);
  const protocol::SeenNetwork& network = reply_.networks[mode == kUntrained ? 1 : 0];
  const QString query = patch_.is_patch()
                            ? tr("the patch in row %1, column %2").arg(patch_.row).arg(patch_.column)
                            : tr("the CLS token");
  set_caption(
      tr("%1 with %2 \u00b7 %3 \u00b7 %4 \u00b7 colours %5")
          .arg(mode == kDifference ? tr("Cosine similarity, what training added,") : tr("Cosine similarity"),
               query,
               reply_.tokens.projection ? tr("head's projection") : layer_text(reply_.tokens.layer, network),
               network_text(network), range_text(range)) +
      left_out_text());
}

QStringList SimilarityView::command() const {
  if (reply_.networks.empty() || !context_.can_ask() || set_->pictures().empty()) return {};
  QStringList arguments = QStringList{QStringLiteral("similarity")} + source_arguments(set_->pictures());
  arguments << QStringLiteral("--patch")
            << (patch_.is_patch() ? QStringLiteral("%1,%2").arg(patch_.row).arg(patch_.column)
                                  : QStringLiteral("cls"));
  arguments << tokens_->arguments();
  if (reply_.networks.size() > 1) arguments << QStringLiteral("--beside") << QStringLiteral("untrained");
  return arguments;
}

bool SimilarityView::take_key(int key) {
  if (key != Qt::Key_Escape) return LookView::take_key(key);
  patch_ = {};
  ask_soon();
  return true;
}

}  // namespace ibot::ui
