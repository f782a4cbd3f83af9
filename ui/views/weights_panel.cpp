// SPDX-License-Identifier: GPL-3.0-or-later
#include "weights_panel.h"

#include <ui/widgets/parts.h>

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kListHeight = 140;

QString names(const QJsonArray& list, const QString& title) {
  if (list.isEmpty()) return {};
  QString text = QStringLiteral("%1 (%2)\n").arg(title).arg(list.size());
  for (const QJsonValue& each : list) {
    if (each.isString()) {
      text += QStringLiteral("  %1\n").arg(each.toString());
      continue;
    }
    const QJsonObject entry = each.toObject();
    QString line = entry.value(QStringLiteral("name")).toString();
    const QString in_file = entry.value(QStringLiteral("file_name")).toString();
    if (line.isEmpty()) {
      line = in_file;
    } else if (!in_file.isEmpty() && in_file != line) {
      line += QStringLiteral(" \u2190 ") + in_file;
    }
    text += QStringLiteral("  %1\n").arg(line);
  }
  return text;
}

}  // namespace

WeightsPanel::WeightsPanel(Configuration& configuration, QWidget* parent)
    : QWidget(parent), configuration_(configuration) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  layout->addWidget(make_label(tr("Starts from"), TextStyle::Heading));
  sentence_ = make_label({}, TextStyle::Small, "label");
  sentence_->setObjectName(QStringLiteral("check_weights"));
  sentence_->setWordWrap(true);
  layout->addWidget(sentence_);
  list_ = new QPlainTextEdit;
  list_->setReadOnly(true);
  list_->setFont(text_font(TextStyle::Mono));
  list_->setLineWrapMode(QPlainTextEdit::NoWrap);
  list_->setFixedHeight(kListHeight);
  list_->setAccessibleName(tr("Tensors of the file"));
  list_->hide();
  layout->addWidget(list_);
  auto* row = new QHBoxLayout;
  row->setSpacing(metrics::kSmall);
  choose_ = make_button(tr("Choose weights\u2026"));
  choose_->setObjectName(QStringLiteral("check_choose_weights"));
  choose_->setToolTip(
      tr("A safetensors file of a backbone. You see which tensors fit before anything starts."));
  fresh_ = make_button(tr("Fresh weights"));
  fresh_->setObjectName(QStringLiteral("check_fresh_weights"));
  details_ = make_button(tr("Tensors"));
  details_->setCheckable(true);
  details_->setObjectName(QStringLiteral("check_tensors"));
  for (QPushButton* button : {choose_, details_, fresh_}) row->addWidget(button);
  row->addStretch();
  layout->addSpacing(metrics::kTiny);
  layout->addLayout(row);
  connect(choose_, &QPushButton::clicked, this, &WeightsPanel::choose);
  connect(fresh_, &QPushButton::clicked, this, [this] { set_file({}); });
  connect(details_, &QPushButton::toggled, list_, &QWidget::setVisible);
  connect(&program_, &Program::finished, this, &WeightsPanel::take_report);
  refresh();
}

void WeightsPanel::choose() {
  const QString file =
      QFileDialog::getOpenFileName(this, tr("Start from weights"), {}, tr("Weights (*.safetensors)"));
  if (!file.isEmpty()) set_file(file);
}

void WeightsPanel::set_file(const QString& file) {
  program_.cancel();
  file_ = file;
  asked_.clear();
  problem_.clear();
  sentence_text_.clear();
  list_text_.clear();
  if (!file_.isEmpty()) ask();
  refresh();
  Q_EMIT changed();
}

void WeightsPanel::configuration_changed() {
  if (!file_.isEmpty() && isVisible()) ask();
}

void WeightsPanel::ask() {
  const auto& plan = configuration_.result().plan;
  if (!plan || plan->hashes().config == asked_) return;
  const auto recipe = recipe_.write(configuration_);
  if (!recipe) return;
  asked_ = plan->hashes().config;
  problem_ = tr("The weights are being looked at.");
  sentence_text_.clear();
  program_.start({QStringLiteral("import"), *recipe, file_, QStringLiteral("--json")});
  refresh();
}

void WeightsPanel::take_report(const ProgramResult& result) {
  if (result.cancelled) return;
  const QJsonObject report = result.json().object();
  const auto list = [&report](const char* key) { return report.value(QLatin1String(key)).toArray(); };
  const qsizetype matched = list("matched").size();
  const qsizetype missing = list("missing").size() + list("mismatched").size();
  const qsizetype unexpected = list("unexpected").size();
  if (report.isEmpty()) {
    sentence_text_ = result.why;
    problem_ = result.why;
  } else {
    sentence_text_ = tr("%1 of %2 tensors fit").arg(matched).arg(matched + missing);
    if (missing > 0) sentence_text_ += tr(", %1 are missing or of another shape").arg(missing);
    if (unexpected > 0) sentence_text_ += tr(", %1 of the file belong to nothing here").arg(unexpected);
    sentence_text_ += QLatin1Char('.');
    problem_ =
        result.succeeded ? QString() : tr("The weights do not fit this configuration: %1").arg(result.why);
  }
  list_text_ = names(list("missing"), tr("missing")) + names(list("mismatched"), tr("other shape")) +
               names(list("unexpected"), tr("left over")) + names(list("left_out"), tr("not needed")) +
               names(list("kept"), tr("as they begin anyway")) + names(list("matched"), tr("fit"));
  refresh();
  Q_EMIT changed();
}

void WeightsPanel::refresh() {
  const bool any = !file_.isEmpty();
  QString words = tr("Fresh weights, drawn by the seed.");
  if (any)
    words = QFileInfo(file_).fileName() + QStringLiteral(": ") +
            (sentence_text_.isEmpty() ? problem_ : sentence_text_);
  sentence_->setText(words);
  sentence_->setToolTip(file_);
  set_style_property(
      sentence_, "role",
      any && !problem_.isEmpty() && !program_.is_running() ? QStringLiteral("bad") : QStringLiteral("label"));
  fresh_->setVisible(any);
  details_->setVisible(any && !list_text_.isEmpty());
  if (list_text_.isEmpty()) details_->setChecked(false);
  list_->setPlainText(list_text_);
}

}  // namespace ibot::ui
