// SPDX-License-Identifier: GPL-3.0-or-later
#include "smoothing_slider.h"

#include "smoothing.h"

#include <ui/style/tokens.h>

#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

namespace ibot::ui {
namespace {

constexpr int kWidth = 96;  // px

QLabel* small_label(const QString& text) {
  auto* label = new QLabel(text);
  label->setFont(text_font(TextStyle::Small));
  label->setProperty("role", "label");
  return label;
}

}  // namespace

SmoothingSlider::SmoothingSlider(const char* name, const QString& title, QWidget* parent) : QWidget(parent) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  setMinimumHeight(metrics::kRow);  // as high as the inputs beside it
  layout->addWidget(small_label(tr("Smoothing")));
  slider_ = new QSlider(Qt::Horizontal);
  slider_->setObjectName(QString::fromLatin1(name));
  slider_->setAccessibleName(title);
  slider_->setRange(0, static_cast<int>(kSmoothingWeights.size()) - 1);
  slider_->setPageStep(1);
  slider_->setFixedWidth(kWidth);
  layout->addWidget(slider_);
  weight_ = small_label({});
  weight_->setFixedWidth(QFontMetrics(weight_->font()).horizontalAdvance(QStringLiteral("0.9999")));
  layout->addWidget(weight_);
  connect(slider_, &QSlider::valueChanged, this, [this] {
    show_weight();
    Q_EMIT moved();
  });
  set_refusal({});
  show_weight();
}

int SmoothingSlider::position() const {
  return slider_->value();
}

double SmoothingSlider::weight() const {
  return kSmoothingWeights[static_cast<std::size_t>(slider_->value())];
}

void SmoothingSlider::set_position(int position) {
  const QSignalBlocker quiet(slider_);
  slider_->setValue(position);
  show_weight();
}

void SmoothingSlider::set_refusal(const QString& why) {
  slider_->setEnabled(why.isEmpty());
  slider_->setToolTip(
      why.isEmpty()
          ? tr("Weight of the moving average: how much of it the past keeps. 0 shows the values alone.")
          : why);
}

void SmoothingSlider::show_weight() {
  weight_->setText(slider_->value() == 0 ? tr("off") : QString::number(weight()));
}

}  // namespace ibot::ui
