// SPDX-License-Identifier: GPL-3.0-or-later
#include "yaml_view.h"

#include <ui/style/theme.h>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QTextBlock>
#include <QTimer>
#include <QToolTip>

namespace ibot::ui {
namespace {

constexpr int kMargin = 44;
constexpr int kTypingMillis = 150;  // of rest before the text is checked

}  // namespace

YamlView::YamlView(Configuration& configuration, QWidget* parent)
    : QPlainTextEdit(parent),
      configuration_(configuration),
      margin_(new QWidget(this)),
      typing_(new QTimer(this)) {
  setFont(text_font(TextStyle::Mono));
  setLineWrapMode(NoWrap);
  setTabChangesFocus(true);
  setAccessibleName(tr("YAML of the recipe"));
  setViewportMargins(kMargin, 0, 0, 0);
  // The history is the configuration's: a step made in the form is undone here too.
  setUndoRedoEnabled(false);
  margin_->installEventFilter(this);
  typing_->setSingleShot(true);
  typing_->setInterval(kTypingMillis);
  connect(this, &QPlainTextEdit::textChanged, typing_, qOverload<>(&QTimer::start));
  connect(typing_, &QTimer::timeout, this, [this] { configuration_.set_text(toPlainText().toStdString()); });
  connect(this, &QPlainTextEdit::updateRequest, this, [this] { margin_->update(); });
  connect(&configuration, &Configuration::changed, this, &YamlView::refresh);
  connect(&Theme::instance(), &Theme::changed, this, [this] { setFont(text_font(TextStyle::Mono)); });
  refresh();
}

void YamlView::take_typing() {
  if (!typing_->isActive()) return;
  typing_->stop();
  configuration_.set_text(toPlainText().toStdString());
}

bool YamlView::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
      // An editor would take these keys for a history that it does not have: they are the menu's.
      take_typing();
      event->ignore();
      return true;
    }
  }
  return QPlainTextEdit::event(event);
}

void YamlView::focusOutEvent(QFocusEvent* event) {
  take_typing();
  QPlainTextEdit::focusOutEvent(event);
}

void YamlView::refresh() {
  const QString wanted = QString::fromStdString(configuration_.text());
  if (wanted != toPlainText()) {
    // Only what differs is replaced, so that cursor and place stay.
    const QString now = toPlainText();
    qsizetype same = 0;
    while (same < now.size() && same < wanted.size() && now[same] == wanted[same]) ++same;
    qsizetype end = 0;
    while (end < now.size() - same && end < wanted.size() - same &&
           now[now.size() - 1 - end] == wanted[wanted.size() - 1 - end])
      ++end;
    const QSignalBlocker quiet(this);
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(same));
    cursor.setPosition(static_cast<int>(now.size() - end), QTextCursor::KeepAnchor);
    cursor.insertText(wanted.mid(same, wanted.size() - same - end));
  }
  QList<QTextEdit::ExtraSelection> marks;
  const Tokens& t = Theme::instance().tokens();
  for (const params::Diagnostic& each : configuration_.result().diagnostics) {
    if (each.where.line < 1) continue;
    const QTextBlock block = document()->findBlockByNumber(each.where.line - 1);
    if (!block.isValid()) continue;
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(block);
    mark.cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor,
                             std::min(std::max(each.where.column - 1, 0), block.length() - 1));
    mark.cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(each.severity == params::Severity::Error ? t.bad : t.warn);
    marks.push_back(mark);
  }
  setExtraSelections(marks);
  margin_->update();
}

void YamlView::go_to(int line, int column) {
  const QTextBlock block = document()->findBlockByNumber(line - 1);
  if (!block.isValid()) return;
  QTextCursor cursor(block);
  cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor,
                      std::min(std::max(column - 1, 0), block.length() - 1));
  setTextCursor(cursor);
  centerCursor();
  setFocus();
}

QString YamlView::problem_at(int line) const {
  QStringList words;
  for (const params::Diagnostic& each : configuration_.result().diagnostics) {
    if (each.where.line == line) words << QString::fromStdString(params::to_text(each));
  }
  return words.join(QLatin1Char('\n'));
}

void YamlView::resizeEvent(QResizeEvent* event) {
  QPlainTextEdit::resizeEvent(event);
  const QRect inside = contentsRect();
  margin_->setGeometry(inside.left(), inside.top(), kMargin, inside.height());
}

bool YamlView::eventFilter(QObject* watched, QEvent* event) {
  if (watched == margin_ && event->type() == QEvent::Paint) {
    paint_margin();
    return true;
  }
  if (watched == margin_ && event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int line = cursorForPosition({0, help->pos().y()}).blockNumber() + 1;
    QToolTip::showText(help->globalPos(), problem_at(line), margin_);
    return true;
  }
  return QPlainTextEdit::eventFilter(watched, event);
}

void YamlView::paint_margin() {
  const Tokens& t = Theme::instance().tokens();
  QPainter painter(margin_);
  painter.setFont(text_font(TextStyle::Small));
  for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
    const QRectF place = blockBoundingGeometry(block).translated(contentOffset());
    if (place.top() > margin_->height()) break;
    QColor colour = t.text3;
    for (const params::Diagnostic& each : configuration_.result().diagnostics) {
      if (each.where.line == block.blockNumber() + 1)
        colour = each.severity == params::Severity::Error ? t.bad : t.warn;
    }
    painter.setPen(colour);
    painter.drawText(QRectF(0, place.top(), kMargin - metrics::kSmall, place.height()),
                     Qt::AlignRight | Qt::AlignVCenter, QString::number(block.blockNumber() + 1));
  }
}

}  // namespace ibot::ui
