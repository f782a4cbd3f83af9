// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_palette.h"

#include <ui/style/theme.h>
#include <ui/widgets/popup.h>

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kWidth = 560;
constexpr int kMostRows = 12;

QString plain(QString text) {
  return text.remove(QLatin1Char('&')).remove(QStringLiteral("…"));
}

}  // namespace

int match_score(const QString& typed, const QString& text) {
  if (typed.isEmpty()) return 1;
  int score = 0;
  qsizetype at = 0;
  qsizetype last = -2;
  for (const QChar letter : typed) {
    if (letter.isSpace()) continue;
    at = text.indexOf(letter, last < 0 ? 0 : last + 1, Qt::CaseInsensitive);
    if (at < 0) return 0;
    const bool begins_word = at == 0 || !text.at(at - 1).isLetterOrNumber();
    score += at == last + 1 ? 8 : begins_word ? 6 : 1;
    last = at;
  }
  return score;
}

CommandPalette::CommandPalette(QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), typed_(new QLineEdit), list_(new QListWidget) {
  setObjectName(QStringLiteral("command_palette"));
  setFixedWidth(kWidth);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kSmall, metrics::kSmall, metrics::kSmall, metrics::kSmall);
  layout->setSpacing(metrics::kTiny);
  typed_->setPlaceholderText(tr("What do you want to do?"));
  typed_->setAccessibleName(tr("Command"));
  typed_->installEventFilter(this);
  give_keyboard_back(this);
  list_->setAccessibleName(tr("Commands that fit"));
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setUniformItemSizes(true);
  layout->addWidget(typed_);
  layout->addWidget(list_);
  connect(typed_, &QLineEdit::textChanged, this, &CommandPalette::refresh);
  connect(list_, &QListWidget::itemClicked, this, &CommandPalette::choose);
}

void CommandPalette::open_with(const QList<QAction*>& actions) {
  actions_.clear();
  for (QAction* action : actions) {
    if (!action->isSeparator() && action->menu() == nullptr && !action->text().isEmpty()) actions_ << action;
  }
  typed_->clear();
  refresh();
  const QWidget* over = parentWidget();
  move(over->mapToGlobal(QPoint((over->width() - width()) / 2, 72)));
  show();
  typed_->setFocus();
}

void CommandPalette::refresh() {
  std::vector<std::pair<int, QAction*>> fitting;
  for (QAction* action : std::as_const(actions_)) {
    if (const int score = match_score(typed_->text(), plain(action->text())))
      fitting.emplace_back(score, action);
  }
  std::stable_sort(fitting.begin(), fitting.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  list_->clear();
  for (const auto& [score, action] : fitting) {
    QString text = plain(action->text());
    if (action->isCheckable()) text += action->isChecked() ? tr(": on") : tr(": off");
    if (!action->isEnabled() && !action->toolTip().isEmpty()) {
      text += QStringLiteral("  \u00b7  ") + action->toolTip();
    } else if (!action->shortcut().isEmpty()) {
      text += QStringLiteral("    ") + action->shortcut().toString(QKeySequence::NativeText);
    }
    auto* item = new QListWidgetItem(text, list_);
    item->setData(Qt::UserRole, QVariant::fromValue(action));
    item->setSizeHint({0, metrics::kRow});
    if (!action->isEnabled()) item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
  }
  for (int row = 0; row < list_->count(); ++row) {
    if (list_->item(row)->flags() & Qt::ItemIsEnabled) {
      list_->setCurrentRow(row);
      break;
    }
  }
  list_->setFixedHeight(metrics::kRow * std::clamp(list_->count(), 1, kMostRows) + 2);
  adjustSize();
}

void CommandPalette::choose() {
  const QListWidgetItem* item = list_->currentItem();
  if (item == nullptr || !(item->flags() & Qt::ItemIsEnabled)) return;
  auto* action = item->data(Qt::UserRole).value<QAction*>();
  close();
  action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == typed_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Down || key->key() == Qt::Key_Up) {
      const int step = key->key() == Qt::Key_Down ? 1 : -1;
      for (int row = list_->currentRow() + step; row >= 0 && row < list_->count(); row += step) {
        if (!(list_->item(row)->flags() & Qt::ItemIsEnabled)) continue;
        list_->setCurrentRow(row);
        break;
      }
      return true;
    }
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
      choose();
      return true;
    }
  }
  return QDialog::eventFilter(watched, event);
}

}  // namespace ibot::ui
