// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_tray.h"

#include "run_column.h"

#include <ui/widgets/setting.h>

#include <QUndoCommand>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kSaveMillis = 500;

}  // namespace

class TrayEdit final : public QUndoCommand {
 public:
  TrayEdit(ComparisonTray& tray, ComparisonTray::Contents wanted, const QString& done)
      : QUndoCommand(done), tray_(tray), before_(tray.contents_), after_(std::move(wanted)) {}
  void undo() override { tray_.put(before_); }
  void redo() override { tray_.put(after_); }

 private:
  ComparisonTray& tray_;
  ComparisonTray::Contents before_, after_;
};

ComparisonTray::ComparisonTray(Record& record, QObject* parent) : QObject(parent), record_(record) {
  // Settings are written through to the disk: not while somebody waits for what was added to be shown.
  saving_.setSingleShot(true);
  saving_.setInterval(kSaveMillis);
  connect(&saving_, &QTimer::timeout, this, &ComparisonTray::save);
  connect(&record_, &Record::opened, this, &ComparisonTray::load);
  connect(&record_, &Record::closed, this, [this] {
    save();
    settings_group_.clear();
    stack_.clear();
    put({});
  });
  connect(&record_, &Record::runs_removed, this, &ComparisonTray::forget);
  connect(&record_, &Record::runs_changed, this, [this] {
    if (!std::exchange(checked_, true)) forget_unknown();
  });
}

ComparisonTray::~ComparisonTray() {
  save();
}

QString ComparisonTray::baseline() const {
  if (can_be_baseline(contents_.baseline)) return contents_.baseline;
  return contents_.runs.isEmpty() ? QString() : contents_.runs.front();
}

QStringList ComparisonTray::ordered() const {
  QStringList all = contents_.runs;
  if (const qsizetype at = all.indexOf(baseline()); at > 0) all.move(at, 0);
  return all;
}

void ComparisonTray::set_others(const QStringList& runs) {
  const QString before = baseline();
  others_ = runs;
  if (baseline() != before) Q_EMIT changed();
}

int ComparisonTray::add(const QStringList& runs) {
  Contents wanted = contents_;
  for (const QString& run : runs) {
    if (!wanted.runs.contains(run)) wanted.runs.push_back(run);
  }
  const int added = static_cast<int>(wanted.runs.size() - contents_.runs.size());
  edit(std::move(wanted), tr("add %n runs to the comparison", nullptr, added));
  return added;
}

void ComparisonTray::remove(const QStringList& runs) {
  Contents wanted = contents_;
  wanted.runs.removeIf([&](const QString& run) { return runs.contains(run); });
  if (runs.contains(wanted.baseline)) wanted.baseline.clear();
  const int removed = static_cast<int>(contents_.runs.size() - wanted.runs.size());
  edit(std::move(wanted), tr("take %n runs out of the comparison", nullptr, removed));
}

void ComparisonTray::clear() {
  edit({}, tr("clear the comparison"));
}

void ComparisonTray::set_baseline(const QString& run, const QString& name) {
  if (!can_be_baseline(run)) return;
  const RunView* view = record_.run(run);
  const QString known = view == nullptr ? run : run_name(view->run);
  edit({contents_.runs, run}, tr("baseline %1").arg(name.isEmpty() ? known : name));
}

void ComparisonTray::edit(Contents wanted, const QString& done) {
  if (wanted == contents_) return;
  stack_.push(new TrayEdit(*this, std::move(wanted), done));
}

void ComparisonTray::put(const Contents& contents) {
  if (contents == contents_) return;
  contents_ = contents;
  if (!settings_group_.isEmpty()) {
    unsaved_ = true;
    saving_.start();
  }
  Q_EMIT changed();
}

void ComparisonTray::save() {
  if (!std::exchange(unsaved_, false)) return;
  saving_.stop();
  write_setting(settings_group_ + QStringLiteral("/runs"), contents_.runs);
  write_setting(settings_group_ + QStringLiteral("/baseline"), contents_.baseline);
}

void ComparisonTray::load(const QString& folder) {
  save();
  settings_group_ = workspace_setting(QStringLiteral("comparison"), folder);
  stack_.clear();
  checked_ = false;
  Contents kept{read_setting(settings_group_ + QStringLiteral("/runs")).toStringList(),
                read_setting(settings_group_ + QStringLiteral("/baseline")).toString()};
  // Settings may have been written by hand.
  kept.runs.removeDuplicates();
  put(kept);
}

void ComparisonTray::forget(const QStringList& runs) {
  Contents left = contents_;
  left.runs.removeIf([&](const QString& run) { return runs.contains(run); });
  if (left.runs.size() == contents_.runs.size()) return;
  if (runs.contains(left.baseline)) left.baseline.clear();
  // Undoing would bring back what is no more.
  stack_.clear();
  put(left);
}

void ComparisonTray::forget_unknown() {
  QStringList unknown;
  for (const QString& run : std::as_const(contents_.runs)) {
    if (record_.run(run) == nullptr) unknown.push_back(run);
  }
  forget(unknown);
}

}  // namespace ibot::ui
