// SPDX-License-Identifier: GPL-3.0-or-later
#include "cost_bar.h"

#include "parts.h"

#include <ui/style/theme.h>

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kBarHeight = 12;
constexpr int kSwatch = 8;

QColor part_colour(std::size_t index) {
  return run_colour(static_cast<int>(index), Theme::instance().kind());
}

/// The mark before a row of the legend.
class Swatch final : public QWidget {
 public:
  explicit Swatch(std::size_t index) : index_(index) { setFixedSize(kSwatch, kSwatch); }

 protected:
  void paintEvent(QPaintEvent* /*event*/) override { QPainter(this).fillRect(rect(), part_colour(index_)); }

 private:
  std::size_t index_;
};

}  // namespace

class CostBar::Bar final : public QWidget {
 public:
  Bar() { setFixedHeight(kBarHeight); }

  std::vector<BarPart> parts;
  double room = 0;

 protected:
  void paintEvent(QPaintEvent* /*event*/) override {
    QPainter painter(this);
    const Tokens& t = Theme::instance().tokens();
    painter.fillRect(rect(), t.line);
    double sum = 0;
    for (const BarPart& part : parts) sum += part.amount;
    const double whole = std::max(sum, room);
    if (whole <= 0) return;
    const double scale = width() / whole;
    double from = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const double to = from + parts[i].amount;
      const QRectF place(from * scale, 0, (to - from) * scale, height());
      painter.fillRect(place, part_colour(i));
      // A gap of the ground's colour tells neighbours apart without relying on their hues.
      if (i > 0) painter.fillRect(QRectF(from * scale, 0, 1, height()), t.panel);
      from = to;
    }
    if (room > 0 && room < sum) painter.fillRect(QRectF(room * scale - 1, 0, 2, height()), t.bad);
  }
};

CostBar::CostBar(const QString& title, QWidget* parent) : QWidget(parent), bar_(new Bar) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  auto* top = new QHBoxLayout;
  top->addWidget(make_label(title, TextStyle::Heading));
  top->addStretch();
  sum_ = make_label({}, TextStyle::Heading);
  top->addWidget(sum_);
  layout->addLayout(top);
  layout->addWidget(bar_);
  room_ = make_label({}, TextStyle::Small, "label");
  room_->setWordWrap(true);
  layout->addWidget(room_);
  legend_ = new QGridLayout;
  legend_->setContentsMargins(0, metrics::kTiny, 0, 0);
  legend_->setHorizontalSpacing(metrics::kSmall);
  legend_->setVerticalSpacing(metrics::kTiny);
  legend_->setColumnStretch(1, 1);
  layout->addLayout(legend_);
  setAccessibleName(title);
  connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void CostBar::clear_legend() {
  while (QLayoutItem* item = legend_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
}

void CostBar::set_parts(const std::vector<BarPart>& parts, const QString& sum, double room,
                        const QString& room_text) {
  double total = 0;
  for (const BarPart& part : parts) total += part.amount;
  const bool over = room > 0 && total > room;
  sum_->setText(sum);
  set_style_property(sum_, "role", over ? QStringLiteral("bad") : QString());
  room_->setText(room_text);
  room_->setVisible(!room_text.isEmpty());
  set_style_property(room_, "role", over ? QStringLiteral("bad") : QStringLiteral("label"));
  bar_->show();
  bar_->parts = parts;
  bar_->room = room;
  bar_->update();
  clear_legend();
  QStringList spoken = {sum};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int row = static_cast<int>(i);
    legend_->addWidget(new Swatch(i), row, 0, Qt::AlignVCenter);
    legend_->addWidget(make_label(parts[i].title, TextStyle::Small, "label"), row, 1);
    legend_->addWidget(make_label(parts[i].text, TextStyle::Small), row, 2, Qt::AlignRight);
    spoken.push_back(parts[i].title + QLatin1Char(' ') + parts[i].text);
  }
  setAccessibleDescription(spoken.join(QStringLiteral(", ")));
}

void CostBar::set_unknown(const QString& why) {
  sum_->setText(tr("unknown"));
  set_style_property(sum_, "role", QStringLiteral("hint"));
  room_->setText(why);
  room_->show();
  set_style_property(room_, "role", QStringLiteral("label"));
  bar_->hide();
  clear_legend();
  setAccessibleDescription(why);
}

}  // namespace ibot::ui
