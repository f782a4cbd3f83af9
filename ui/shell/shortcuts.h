// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>
#include <vector>

class QAction;
class QMenu;
class QMenuBar;

namespace ibot::ui {

/// The keys of every action in the menus: their standard, what a person made of them, and the settings that
/// keep it ("shortcuts/<name>", only where it differs). Each combination of keys starts one action at most.
/// Lives on the window's thread, shorter than the menus.
class Shortcuts final : public QObject {
  Q_OBJECT

 public:
  struct Entry {
    QString name;   ///< object name of the action
    QString group;  ///< title of its menu
    QAction* action = nullptr;
    QList<QKeySequence> standard;

    /// What it does, in a menu's words.
    QString what() const;
    /// "Ctrl+K", "F1, ?"; empty: none.
    QString keys() const;
    bool is_changed() const;
  };

  /// Takes up all named actions of the menus, as they are now, with what settings say of them.
  explicit Shortcuts(const QMenuBar* menus, QObject* parent = nullptr);

  /// In the order of the menus.
  const std::vector<Entry>& entries() const { return entries_; }
  /// nullptr if there is none of that name.
  const Entry* find(const QString& name) const;

  /// Why these keys can be nobody's, as a sentence; empty: they can.
  static QString refusal(const QKeySequence& keys);
  /// What has one of these keys and is not `name`; nullptr: nobody.
  const Entry* owner(const QList<QKeySequence>& keys, const QString& name) const;

  /// Gives keys to an action, and takes them from whatever had them. Kept at once. Precondition: no refusal.
  void change(const QString& name, const QList<QKeySequence>& keys);
  void reset_all();

 Q_SIGNALS:
  void changed();

 private:
  void collect(const QMenu* menu, const QString& group);
  void give(Entry& entry, const QList<QKeySequence>& keys);

  std::vector<Entry> entries_;
};

}  // namespace ibot::ui
