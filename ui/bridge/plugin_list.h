// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "program.h"

#include <QObject>
#include <QString>
#include <optional>
#include <vector>

namespace ibot::ui {

/// A plugin as `ibot plugins --json` describes it.
struct PluginRow {
  QString name;  ///< "masking/block"
  QString kind;
  QString id;
  QString version;
  QString summary;
  QString built_for;  ///< compiler, LibTorch, SDK in a line
  QString state;      ///< of plugin::State
  QString off_by;     ///< of plugin::OffBy
  QString reason;
  QString hint;
  QString manifest;  ///< file
  bool shipped = false;
  double load_seconds = 0;  ///< 0: not loaded
};

struct Plugins {
  std::vector<PluginRow> rows;
  bool safe_mode = false;
};
/// nullopt: this is no answer of `ibot plugins --json`.
std::optional<Plugins> parse_plugins(const QByteArray& json);

/// The plugins of this program, tried out by a child: this process never loads a plugin's code. Lives on the
/// window's thread; nothing here waits.
class PluginList final : public QObject {
  Q_OBJECT

 public:
  explicit PluginList(QObject* parent = nullptr);

  /// Loads all of them in the child and lists them; listed() or failed() follows.
  void refresh() { ask({}); }
  /// The same after a change.
  void enable(const QString& name) { ask({QStringLiteral("--enable"), name}); }
  void disable(const QString& name) { ask({QStringLiteral("--disable"), name}); }
  void set_safe_mode(bool on) {
    ask({QStringLiteral("--safe-mode"), on ? QStringLiteral("on") : QStringLiteral("off")});
  }
  bool is_working() const { return program_.is_running(); }
  const Plugins& plugins() const { return plugins_; }

 Q_SIGNALS:
  void listed();
  void failed(const QString& why);

 private:
  void ask(const QStringList& change);

  Program program_;
  Plugins plugins_;
};

}  // namespace ibot::ui
