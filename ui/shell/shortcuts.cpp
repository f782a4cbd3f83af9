// SPDX-License-Identifier: GPL-3.0-or-later
#include "shortcuts.h"

#include <ui/widgets/setting.h>

#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QStringList>
#include <algorithm>

namespace ibot::ui {
namespace {

QString plain(QString text) {
  return text.remove(QLatin1Char('&'));
}

QString setting_of(const QString& name) {
  return QStringLiteral("shortcuts/") + name;
}

// Settings take an empty list for none at all.
const QString kNone = QStringLiteral("none");

QStringList written(const QList<QKeySequence>& keys) {
  if (keys.isEmpty()) return {kNone};
  QStringList texts;
  for (const QKeySequence& each : keys) texts << each.toString(QKeySequence::PortableText);
  return texts;
}

// Keys that write, or that move about in what is written.
bool is_for_typing(int key) {
  switch (key) {
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Backspace:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
      return true;
    default:
      // Printable ones; the question mark asks for help, as everywhere.
      return key < Qt::Key_Escape && key != Qt::Key_Question;
  }
}

}  // namespace

QString Shortcuts::Entry::what() const {
  return plain(action->text());
}

QString Shortcuts::Entry::keys() const {
  QStringList texts;
  for (const QKeySequence& each : action->shortcuts()) texts << each.toString(QKeySequence::NativeText);
  return texts.join(QStringLiteral(", "));
}

bool Shortcuts::Entry::is_changed() const {
  return action->shortcuts() != standard;
}

Shortcuts::Shortcuts(const QMenuBar* menus, QObject* parent) : QObject(parent) {
  for (const QAction* top : menus->actions()) {
    if (top->menu() != nullptr) collect(top->menu(), plain(top->text()));
  }
  // Two actions may have changed places: none has its standard keys while they are given out.
  for (const Entry& entry : entries_) {
    if (has_setting(setting_of(entry.name))) entry.action->setShortcuts(QList<QKeySequence>());
  }
  for (const Entry& entry : entries_) {
    const QVariant kept = read_setting(setting_of(entry.name));
    if (!kept.isValid()) continue;
    QList<QKeySequence> keys;
    for (const QString& each : kept.toStringList()) {
      if (each == kNone) continue;
      const QKeySequence read = QKeySequence::fromString(each, QKeySequence::PortableText);
      // Settings may have been written by another version, or by hand.
      if (!read.isEmpty() && refusal(read).isEmpty() && owner({read}, entry.name) == nullptr)
        keys.push_back(read);
    }
    entry.action->setShortcuts(keys);
  }
}

void Shortcuts::collect(const QMenu* menu, const QString& group) {
  for (QAction* action : menu->actions()) {
    if (action->menu() != nullptr) {
      collect(action->menu(), group);
    } else if (!action->objectName().isEmpty()) {
      entries_.push_back({action->objectName(), group, action, action->shortcuts()});
    }
  }
}

const Shortcuts::Entry* Shortcuts::find(const QString& name) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

QString Shortcuts::refusal(const QKeySequence& keys) {
  if (keys.count() != 1) return tr("Press one combination of keys, as Ctrl+T.");
  const QKeyCombination pressed = keys[0];
  const bool chord =
      pressed.keyboardModifiers().testAnyFlags(Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
  const QString name = keys.toString(QKeySequence::NativeText);
  if (!chord && is_for_typing(pressed.key()))
    return tr("%1 alone is needed for typing and for moving about: add Ctrl or Alt.").arg(name);
  if (pressed.key() == Qt::Key_Tab || pressed.key() == Qt::Key_Backtab || pressed.key() == Qt::Key_Escape)
    return tr("%1 leads from field to field or leaves them: choose another key.").arg(name);
  return {};
}

const Shortcuts::Entry* Shortcuts::owner(const QList<QKeySequence>& keys, const QString& name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    const QList<QKeySequence> own = entry.action->shortcuts();
    return entry.name != name && std::any_of(keys.begin(), keys.end(),
                                             [&](const QKeySequence& each) { return own.contains(each); });
  });
  return found == entries_.end() ? nullptr : &*found;
}

void Shortcuts::give(Entry& entry, const QList<QKeySequence>& keys) {
  entry.action->setShortcuts(keys);
  if (entry.is_changed()) {
    write_setting(setting_of(entry.name), written(keys));
  } else {
    remove_setting(setting_of(entry.name));
  }
}

void Shortcuts::change(const QString& name, const QList<QKeySequence>& keys) {
  for (Entry& entry : entries_) {
    if (entry.name == name) {
      give(entry, keys);
      continue;
    }
    QList<QKeySequence> left = entry.action->shortcuts();
    if (left.removeIf([&](const QKeySequence& each) { return keys.contains(each); }) > 0) give(entry, left);
  }
  Q_EMIT changed();
}

void Shortcuts::reset_all() {
  for (Entry& entry : entries_) give(entry, entry.standard);
  Q_EMIT changed();
}

}  // namespace ibot::ui
