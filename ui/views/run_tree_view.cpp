// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_tree_view.h"

#include <ibot/base/text.h>

#include <ui/models/run_column.h>
#include <ui/models/run_tree_model.h>
#include <ui/style/theme.h>

#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr int kAxisHeight = 24;
constexpr double kLine = 2;
constexpr double kEnd = 4;      // radius of the dot at a line's end
constexpr double kBranch = 3;   // of that where another run left
constexpr int kNameRoom = 280;  // px behind the longest line
constexpr int kTicks = 6;

QPen line_pen(const Record& record, const QString& run) {
  const int index = record.colour_index(run);
  QPen pen(run_colour(index, Theme::instance().kind()), kLine, run_dash(index));
  pen.setCapStyle(Qt::FlatCap);
  return pen;
}

// How a line ends says how its run did, not by colour alone: full when it reached its plan's end, a cross
// when it failed or died, a ring when it was stopped, a ring with a core while it trains.
void paint_end(QPainter& painter, const QPointF& at, const RunView& view, const QColor& colour) {
  const QColor ground = Theme::instance().tokens().base;
  painter.setPen(QPen(colour, kLine));
  const record::State state = view.status.state;
  if (view.status.died || state == record::State::Failed) {
    painter.drawLine(at + QPointF(-kEnd, -kEnd), at + QPointF(kEnd, kEnd));
    painter.drawLine(at + QPointF(-kEnd, kEnd), at + QPointF(kEnd, -kEnd));
    return;
  }
  painter.setBrush(state == record::State::Completed ? colour : ground);
  painter.drawEllipse(at, kEnd, kEnd);
  if (!record::is_active(state)) return;
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawEllipse(at, kEnd / 2, kEnd / 2);
}

double nice_stride(double extent) {
  const double raw = std::max(extent / kTicks, 1.0);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw) return factor * power;
  }
  return 10 * power;
}

}  // namespace

/// Background, line and name of one row. What joins rows is painted by the view.
class RunTreeDelegate final : public QStyledItemDelegate {
 public:
  explicit RunTreeDelegate(RunTreeView& view) : QStyledItemDelegate(&view), view_(view) {}

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {200, metrics::kRow};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    ++view_.painted_;
    QStyleOptionViewItem dressed = option;
    initStyleOption(&dressed, index);
    const QString name = dressed.text;
    dressed.text.clear();
    dressed.widget->style()->drawControl(QStyle::CE_ItemViewItem, &dressed, painter, dressed.widget);
    const RunTreeModel& tree = view_.tree();
    const RunTreeRow& row = tree.rows()[static_cast<std::size_t>(index.row())];
    const RunView* view = tree.record().run(row.run);
    if (view == nullptr) return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const double y = option.rect.center().y() + 0.5;
    const QPointF begin(view_.x_of(tree.place(row, row.from)), y);
    const QPointF end(view_.x_of(tree.place(row, row.to)), y);
    const QPen pen = line_pen(tree.record(), row.run);
    painter->setPen(pen);
    painter->drawLine(begin, end);
    if (row.branched && row.parent < 0) {
      // It came from elsewhere.
      painter->setPen(QPen(pen.color(), kLine, Qt::DotLine));
      painter->drawLine(begin - QPointF(2 * kEnd, 0), begin);
    }
    paint_end(*painter, end, *view, pen.color());
    paint_name(*painter, dressed, end.x() + kEnd + metrics::kSmall, name, *view);
    painter->restore();
  }

 private:
  void paint_name(QPainter& painter, const QStyleOptionViewItem& option, double left, const QString& name,
                  const RunView& view) const {
    const Tokens& t = Theme::instance().tokens();
    const bool compared = view_.compared().contains(QString::fromStdString(view.run.id));
    QStringList words = {state_word(view)};
    if (compared) words << QObject::tr("compared");
    if (view.run.trashed) words << QObject::tr("in the trash");
    const QString said = words.join(QStringLiteral(", "));
    QRectF room(left, option.rect.top(), option.rect.right() - left - metrics::kSmall, option.rect.height());
    painter.setFont(text_font(compared ? TextStyle::Heading : TextStyle::Body));
    const QFontMetricsF size(painter.font());
    const QFontMetricsF small(text_font(TextStyle::Small));
    const double for_name = std::max(room.width() - small.horizontalAdvance(said) - metrics::kSmall, 40.0);
    const QString shown = size.elidedText(name, Qt::ElideMiddle, for_name);
    painter.setPen(view.run.trashed ? t.text3 : t.text);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, shown);
    room.setLeft(left + size.horizontalAdvance(shown) + metrics::kSmall);
    painter.setFont(text_font(TextStyle::Small));
    painter.setPen(t.text2);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                     small.elidedText(said, Qt::ElideRight, room.width()));
  }

  RunTreeView& view_;
};

RunTreeView::RunTreeView(RunTreeModel& model, QWidget* parent) : QListView(parent), tree_(model) {
  setObjectName(QStringLiteral("run_tree"));
  setAccessibleName(tr("Tree of runs"));
  setModel(&model);
  setItemDelegate(new RunTreeDelegate(*this));
  setUniformItemSizes(true);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setFrameShape(QFrame::NoFrame);
  setMouseTracking(true);
  setDragDropMode(QAbstractItemView::DragOnly);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
  connect(this, &QListView::doubleClicked, this, [this](const QModelIndex& index) {
    Q_EMIT show_wanted(index.data(RunTreeModel::kRunRole).toString());
  });
  connect(&model, &RunTreeModel::scale_changed, viewport(), qOverload<>(&QWidget::update));
  connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void RunTreeView::set_compared(const QSet<QString>& runs) {
  compared_ = runs;
  viewport()->update();
}

double RunTreeView::x_of(double place) const {
  const double left = metrics::kLarge;
  const double names = std::min<double>(kNameRoom, viewport()->width() / 2.0);
  return left + place / tree_.extent() * std::max(40.0, viewport()->width() - left - names);
}

void RunTreeView::paintEvent(QPaintEvent* event) {
  QListView::paintEvent(event);
  QPainter painter(viewport());
  painter.setRenderHint(QPainter::Antialiasing);
  paint_branches(painter);
}

void RunTreeView::paint_branches(QPainter& painter) const {
  const std::vector<RunTreeRow>& rows = tree_.rows();
  if (rows.empty()) return;
  // All rows are of one height.
  const QRect first = visualRect(tree_.index(0));
  const auto y_of = [&](int row) {
    return first.center().y() + 0.5 + static_cast<double>(row) * first.height();
  };
  const double top = -metrics::kRow;
  const double bottom = viewport()->height() + metrics::kRow;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RunTreeRow& row = rows[i];
    if (row.parent < 0) continue;
    const double from = y_of(row.parent);
    const double to = y_of(static_cast<int>(i));
    if (to < top || from > bottom) continue;
    const double x = x_of(tree_.place(row, row.from));
    const QPen pen = line_pen(tree_.record(), row.run);
    painter.setPen(pen);
    painter.drawLine(QPointF(x, std::max(from, top)), QPointF(x, std::min(to, bottom)));
    painter.setPen(QPen(pen.color(), 1.5));
    painter.setBrush(Theme::instance().tokens().base);
    painter.drawEllipse(QPointF(x, from), kBranch, kBranch);
  }
}

void RunTreeView::keyPressEvent(QKeyEvent* event) {
  const QModelIndex current = currentIndex();
  if (!current.isValid()) return QListView::keyPressEvent(event);
  const RunTreeRow& row = tree_.rows()[static_cast<std::size_t>(current.row())];
  const auto go = [this](int to) {
    selectionModel()->setCurrentIndex(tree_.index(to), QItemSelectionModel::ClearAndSelect);
  };
  switch (event->key()) {
    case Qt::Key_Left:
      if (row.parent >= 0) go(row.parent);
      return;
    case Qt::Key_Right:
      if (row.branches > 0) go(current.row() + 1);
      return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      Q_EMIT show_wanted(row.run);
      return;
    case Qt::Key_Insert:
      Q_EMIT add_wanted();
      return;
    default:
      return QListView::keyPressEvent(event);
  }
}

RunTreeAxis::RunTreeAxis(const RunTreeView& view, QWidget* parent) : QWidget(parent), view_(view) {
  setFixedHeight(kAxisHeight);
  connect(&view.tree(), &RunTreeModel::scale_changed, this, qOverload<>(&QWidget::update));
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RunTreeAxis::paintEvent(QPaintEvent*) {
  const Tokens& t = Theme::instance().tokens();
  const RunTreeModel& tree = view_.tree();
  if (tree.rows().empty()) return;
  QPainter painter(this);
  painter.setFont(text_font(TextStyle::Small));
  const QFontMetricsF size(painter.font());
  const double extent = tree.extent();
  const double stride = nice_stride(extent);
  const QString unit = tree.by_epoch() ? tr("epoch") : tr("step");
  for (double at = 0; at <= extent * 1.0001; at += stride) {
    const double x = view_.x_of(at);
    painter.fillRect(QRectF(std::round(x), kAxisHeight - 5, 1, 5), t.line);
    QString words = QString::fromStdString(base::format_count(static_cast<std::int64_t>(std::llround(at))));
    if (at == 0) words = unit + QLatin1Char(' ') + words;
    const double width = size.horizontalAdvance(words);
    painter.setPen(t.text2);
    painter.drawText(QRectF(std::max(metrics::kSmall * 1.0, x - width / 2), 0, width + 1, kAxisHeight - 6),
                     Qt::AlignLeft | Qt::AlignVCenter, words);
  }
  painter.fillRect(QRectF(0, kAxisHeight - 1, width(), 1), t.line);
}

}  // namespace ibot::ui
