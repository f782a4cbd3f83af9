// SPDX-License-Identifier: GPL-3.0-or-later
#include "line_legend.h"

#include "clear_layout.h"
#include "flow_layout.h"
#include "parts.h"

#include <QLabel>
#include <QPainter>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kPiece = 24;  // px of a line

class LegendLine final : public QLabel {
 public:
  explicit LegendLine(const LineLegend::Entry& entry) : QLabel(entry.text), entry_(entry) {
    setTextFormat(Qt::PlainText);
    setFont(text_font(TextStyle::Small));
    setProperty("role", "label");
    setContentsMargins(kPiece + metrics::kTiny, 0, 0, 0);
    setFixedHeight(18);
  }

 protected:
  void paintEvent(QPaintEvent* event) override {
    QLabel::paintEvent(event);
    QPainter painter(this);
    painter.setPen(QPen(entry_.colour, 2, entry_.dash));
    painter.drawLine(QPointF(0, height() / 2.0), QPointF(kPiece, height() / 2.0));
  }

 private:
  LineLegend::Entry entry_;
};

}  // namespace

LineLegend::LineLegend(QWidget* parent) : QWidget(parent) {
  new FlowLayout(this, metrics::kMedium);
  setAccessibleName(tr("Legend"));
}

void LineLegend::set_entries(std::vector<Entry> entries) {
  if (entries == entries_) return;
  entries_ = std::move(entries);
  clear_layout(layout());
  QStringList words;
  for (std::size_t i = 0; i < entries_.size() && i < kMost; ++i) {
    const Entry& entry = entries_[i];
    words << entry.text;
    if (entry.colour.isValid()) {
      layout()->addWidget(new LegendLine(entry));
      continue;
    }
    QLabel* heading = make_label(entry.text, TextStyle::Small);
    heading->setTextFormat(Qt::PlainText);
    heading->setFixedHeight(18);
    layout()->addWidget(heading);
  }
  if (entries_.size() > kMost)
    layout()->addWidget(make_label(tr("and %1 more").arg(entries_.size() - kMost), TextStyle::Small, "hint"));
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  updateGeometry();
}

}  // namespace ibot::ui
