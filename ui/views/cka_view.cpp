// SPDX-License-Identifier: GPL-3.0-or-later
#include "cka_view.h"

#include "look_text.h"
#include "other_network.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>

#include <ui/widgets/parts.h>
#include <ui/widgets/side_column.h>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_cka";

}  // namespace

CkaView::CkaView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("cka_view"));
  tools().addWidget(make_label(tr("Layers of this network and of"), TextStyle::Small, "label"));
  beside_ = new OtherNetwork(context, tr("itself"));
  beside_->setObjectName(QStringLiteral("cka_beside"));
  beside_->setAccessibleName(tr("The other network"));
  beside_->setToolTip(
      tr("Another run is seen at its newest weights, on its own copies of these pictures: they must be the "
         "same"));
  tools().addWidget(beside_);
  cls_ = new QCheckBox(tr("CLS tokens"));
  cls_->setObjectName(QStringLiteral("cka_cls"));
  cls_->setToolTip(tr("One token a picture, instead of the patch tokens: needs two pictures or more"));
  tools().addWidget(cls_);
  tools().addStretch();
  matrix_ = new PatchCanvas;
  matrix_->setObjectName(QStringLiteral("cka_matrix"));
  matrix_->setAccessibleName(tr("CKA of every pair of layers"));
  matrix_->set_choosing(false);
  matrix_->set_first(1);  // layers
  body().addWidget(matrix_, 1);
  auto* side = new SideColumn;
  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  layout->addWidget(make_label(tr("Pair of layers"), TextStyle::Heading));
  pair_ = make_label({}, TextStyle::Small, "label");
  pair_->setObjectName(QStringLiteral("cka_pair"));
  pair_->setWordWrap(true);
  pair_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  layout->addWidget(pair_, 1);
  body().addWidget(side);
  connect(beside_, &QComboBox::currentIndexChanged, this, &CkaView::ask_soon);
  connect(cls_, &QCheckBox::toggled, this, &CkaView::ask_soon);
  connect(matrix_, &PatchCanvas::pointed, this, &CkaView::point);
}

void CkaView::ask() {
  protocol::CkaRequest request;
  const std::vector<int> pictures = context_.readable();
  request.first.network = context_.network();
  for (const int picture : pictures) request.first.pictures.push_back(context_.choice(picture));
  request.second = request.first;
  if (const auto other = beside_->network()) request.second.network = *other;
  request.cls = cls_->isChecked();
  request.leave_out = true;
  send<protocol::CkaReply>(request.to_message(), kTag, [this, pictures](const protocol::CkaReply& reply) {
    if (leaves_out(pictures, reply.left_out)) return;
    asked_ = pictures;
    take(reply);
  });
}

void CkaView::take(const protocol::CkaReply& reply) {
  reply_ = reply;
  PatchPicture content;
  content.rows = static_cast<int>(reply.first.depth);
  content.columns = static_cast<int>(reply.second.depth);
  content.values = reply.values;
  content.range = {0, 1};
  matrix_->set_content(std::move(content));
  set_colours(figure::ColourMap::Viridis, {0, 1});
  point(matrix_->hovered());
  const QString across = beside_->argument().isEmpty() ? tr("its own layers across")
                                                       : tr("across: %1").arg(network_text(reply.second));
  const std::string warning = drawing::cka_warning(reply);
  set_caption(tr("Linear CKA of %1 through the final norm, %2 of each layer \u00b7 down: %3 \u00b7 %4 \u00b7 "
                 "colours 0 "
                 "to 1")
                  .arg(cls_->isChecked() ? tr("CLS tokens") : tr("patch tokens"),
                       QString::fromStdString(base::format_count(reply.samples)), network_text(reply.first),
                       across) +
              (warning.empty() ? QString() : QStringLiteral(" \u00b7 ") + QString::fromStdString(warning)) +
              left_out_text());
}

void CkaView::point(PatchAt pair) {
  const auto at = static_cast<std::size_t>(pair.row * reply_.second.depth + pair.column);
  if (!pair.is_patch() || pair.column >= reply_.second.depth || at >= reply_.values.size()) {
    return pair_->setText(tr(
        "1: the same up to rotation and scale; 0: nothing in common. The first layer is above and left. Move "
        "over a square to read it."));
  }
  pair_->setText(tr("Layer %1 of the one and layer %2 of the other: %3")
                     .arg(pair.row + 1)
                     .arg(pair.column + 1)
                     .arg(static_cast<double>(reply_.values[at]), 0, 'f', 3));
}

void CkaView::set_dimmed(bool dimmed) {
  matrix_->set_dimmed(dimmed);
}

void CkaView::refresh_display() {
  // Squares of numbers: neither over a picture nor between two layers.
  matrix_->set_opacity(1);
}

QImage CkaView::picture() const {
  return reply_.values.empty() ? QImage() : matrix_->rendered(2);
}

QStringList CkaView::command() const {
  if (reply_.values.empty() || !context_.can_ask() || asked_.empty()) return {};
  QStringList arguments = QStringList{QStringLiteral("cka")} + source_arguments(asked_);
  if (!beside_->argument().isEmpty()) arguments << QStringLiteral("--beside") << beside_->argument();
  if (cls_->isChecked()) arguments << QStringLiteral("--cls");
  return arguments;
}

}  // namespace ibot::ui
