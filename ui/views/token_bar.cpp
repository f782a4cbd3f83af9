// SPDX-License-Identifier: GPL-3.0-or-later
#include "token_bar.h"

#include <ui/style/tokens.h>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <algorithm>

namespace ibot::ui {

TokenBar::TokenBar(QWidget* parent) : QWidget(parent) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  layer_ = new QComboBox;
  layer_->setObjectName(QStringLiteral("tokens_layer"));
  layer_->setAccessibleName(tr("Layer"));
  layer_->setToolTip(tr("Whose patch tokens: those after this layer, through the final norm ([ and ])"));
  layer_->addItem(tr("Last layer"), 0);
  projection_ = new QCheckBox(tr("Head's projection"));
  projection_->setObjectName(QStringLiteral("tokens_projection"));
  projection_->setToolTip(
      tr("Compares what the head makes of the tokens before its prototypes, the space that iBOT trains in"));
  layout->addWidget(layer_);
  layout->addWidget(projection_);
  connect(layer_, &QComboBox::currentIndexChanged, this, &TokenBar::changed);
  connect(projection_, &QCheckBox::toggled, this, [this](bool on) {
    layer_->setEnabled(!on);
    layer_->setToolTip(on ? tr("The head sees the last layer alone.") : tr("Whose patch tokens ([ and ])"));
    Q_EMIT changed();
  });
}

protocol::TokenChoice TokenBar::tokens() const {
  if (projection_->isChecked()) return {0, true};
  return {layer_->currentData().toLongLong(), false};
}

void TokenBar::set_network(const protocol::SeenNetwork& network) {
  const QSignalBlocker quiet(layer_);
  while (layer_->count() < network.depth)
    layer_->addItem(tr("Layer %1").arg(network.depth - layer_->count()), QVariant());
  while (layer_->count() > std::max<std::int64_t>(1, network.depth)) layer_->removeItem(layer_->count() - 1);
  for (int i = 1; i < layer_->count(); ++i) {
    const std::int64_t layer = network.depth - i;
    layer_->setItemText(i, tr("Layer %1").arg(layer));
    layer_->setItemData(i, static_cast<qint64>(layer));
  }
  projection_->setEnabled(network.prototypes > 0);
  projection_->setToolTip(
      network.prototypes > 0
          ? tr("Compares what the head makes of the tokens before its prototypes, the space "
               "that iBOT trains in")
          : tr("These weights have no head."));
}

void TokenBar::set_layers_alone(const QString& help) {
  projection_->hide();
  layer_->setToolTip(help);
}

bool TokenBar::step_layer(int by) {
  // The last layer stands first.
  const int index = layer_->currentIndex() - by;
  if (projection_->isChecked() || index < 0 || index >= layer_->count()) return false;
  layer_->setCurrentIndex(index);
  return true;
}

QStringList TokenBar::arguments() const {
  const protocol::TokenChoice choice = tokens();
  QStringList arguments;
  if (choice.layer > 0) arguments << QStringLiteral("--layer") << QString::number(choice.layer);
  if (choice.projection) arguments << QStringLiteral("--projection");
  return arguments;
}

}  // namespace ibot::ui
