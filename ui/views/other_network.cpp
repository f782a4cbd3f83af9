// SPDX-License-Identifier: GPL-3.0-or-later
#include "other_network.h"

#include "look_context.h"

#include <ui/bridge/record.h>
#include <ui/models/run_names.h>

#include <QSignalBlocker>
#include <algorithm>

namespace ibot::ui {
namespace {

const QString kUntrained = QStringLiteral("untrained");

}  // namespace

OtherNetwork::OtherNetwork(LookContext& context, const QString& none, QWidget* parent)
    : QComboBox(parent), context_(context), none_(none) {
  setSizeAdjustPolicy(QComboBox::AdjustToContents);
  fill();
  connect(&context, &LookContext::network_changed, this, &OtherNetwork::fill);
}

void OtherNetwork::showEvent(QShowEvent* event) {
  fill();
  QComboBox::showEvent(event);
}

void OtherNetwork::showPopup() {
  fill();
  QComboBox::showPopup();
}

void OtherNetwork::fill() {
  const QString before = argument();
  const QSignalBlocker quiet(this);
  clear();
  addItem(none_, QString());
  addItem(tr("itself, untrained"), kUntrained);
  QStringList ids;
  for (const auto& [id, view] : context_.record().runs()) {
    if (!view.run.trashed && id != context_.run() && context_.weights().isEmpty()) ids.push_back(id);
  }
  const QStringList names = names_in_list(context_.record(), ids);
  for (qsizetype i = 0; i < ids.size(); ++i) addItem(names[i], ids[i]);
  setCurrentIndex(std::max(0, findData(before)));
}

std::optional<protocol::NetworkChoice> OtherNetwork::network() const {
  if (argument().isEmpty()) return std::nullopt;
  protocol::NetworkChoice other = context_.network();
  if (argument() == kUntrained) {
    other.untrained = true;
  } else {
    other.run = argument().toStdString();
    other.step = LookContext::kNewest;
  }
  return other;
}

}  // namespace ibot::ui
