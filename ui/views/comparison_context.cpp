// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_context.h"

#include <ui/widgets/setting.h>

#include <QFileInfo>
#include <algorithm>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kNewsMillis = 1000;  // a run that trains changes all the while
constexpr QLatin1String kOnlyDifferences("comparison/only_differences");

}  // namespace

ComparisonContext::ComparisonContext(Record& record, QObject* parent)
    : QObject(parent),
      record_(record),
      tray_(record),
      files_(new BundleFiles(this)),
      only_differences_(read_setting(kOnlyDifferences, true).toBool()) {
  news_.setSingleShot(true);
  news_.setInterval(kNewsMillis);
  connect(&news_, &QTimer::timeout, this, &ComparisonContext::ask);
  connect(&tray_, &ComparisonTray::changed, this, &ComparisonContext::ask);
  connect(&record_, &Record::opened, this, &ComparisonContext::load_choice);
  connect(&record_, &Record::opened, this, [this] {
    awaited_ = read_setting(setting("bundles")).toStringList();
    awaited_.removeDuplicates();
    open_next();
  });
  connect(files_, &BundleFiles::opened, this, [this](const OpenedBundlePtr& bundle) {
    awaited_.removeOne(bundle->file);
    add_bundle(bundle);
    open_next();
  });
  connect(files_, &BundleFiles::refused, this, [this](const QString& file, const QString& why) {
    awaited_.removeOne(file);
    save_bundles();
    Q_EMIT missed(tr("%1 is compared no more. %2").arg(QFileInfo(file).fileName(), why));
    open_next();
  });
  connect(&record_, &Record::closed, this, [this] {
    files_->cancel();
    awaited_.clear();
    if (std::exchange(bundles_, {}).empty()) return;
    bundles_are_others();
    Q_EMIT bundles_changed();
    ask();
  });
  connect(&record_, &Record::runs_changed, this, [this](const QStringList& runs) {
    const bool compared =
        std::any_of(runs.begin(), runs.end(), [&](const QString& run) { return tray_.contains(run); });
    if (compared && !news_.isActive()) news_.start();
  });
  connect(&follower_, &ComparisonFollower::answered, this, [this](const ComparisonViewPtr& view) {
    view_ = view;
    Q_EMIT view_changed();
  });
}

void ComparisonContext::add_bundle(const OpenedBundlePtr& bundle) {
  const bool known = std::any_of(bundles_.begin(), bundles_.end(),
                                 [&](const OpenedBundlePtr& each) { return each->file == bundle->file; });
  if (known) return;
  bundles_.push_back(bundle);
  save_bundles();
  bundles_are_others();
  Q_EMIT bundles_changed();
  ask();
}

void ComparisonContext::remove_bundle(const OpenedBundlePtr& bundle) {
  if (std::erase(bundles_, bundle) == 0) return;
  save_bundles();
  bundles_are_others();
  Q_EMIT bundles_changed();
  ask();
}

void ComparisonContext::bundles_are_others() {
  QStringList runs;
  for (const OpenedBundlePtr& bundle : bundles_) {
    for (const std::string& run : bundle->files.manifest().runs) runs << QString::fromStdString(run);
  }
  tray_.set_others(runs);
}

void ComparisonContext::open_next() {
  while (!awaited_.isEmpty()) {
    // Where a file was moved to nobody knows; all that were are said at once.
    QStringList gone;
    for (const QString& file : std::as_const(awaited_)) {
      if (!QFileInfo::exists(file)) gone << file;
    }
    if (gone.isEmpty()) return files_->open(awaited_.front());
    awaited_.removeIf([&](const QString& file) { return gone.contains(file); });
    save_bundles();
    Q_EMIT missed(
        gone.size() == 1
            ? tr("The bundle %1 was compared here; it is not where it was any more.").arg(gone.front())
            : tr("Bundles were compared here that are not where they were any more: %1.")
                  .arg(gone.join(QStringLiteral(", "))));
  }
}

void ComparisonContext::save_bundles() {
  if (record_.folder().isEmpty()) return;
  QStringList files;
  for (const OpenedBundlePtr& bundle : bundles_) files << bundle->file;
  files << awaited_;
  files.removeDuplicates();
  write_setting(setting("bundles"), files);
}

void ComparisonContext::choose(const ComparisonChoice& choice) {
  if (choice == choice_) return;
  choice_ = choice;
  save_choice();
  Q_EMIT choice_changed();
  ask();
}

void ComparisonContext::set_only_differences(bool only) {
  if (only == only_differences_) return;
  only_differences_ = only;
  write_setting(kOnlyDifferences, only);
  Q_EMIT only_differences_changed(only);
}

void ComparisonContext::set_watching(bool watching) {
  watching_ = watching;
  if (watching && stale_) ask();
}

void ComparisonContext::ask() {
  stale_ = !watching_;
  if (is_empty()) {
    follower_.forget();
    if (view_->runs.empty() && view_->problem.isEmpty()) return;
    view_ = std::make_shared<const ComparisonView>();
    Q_EMIT view_changed();
    return;
  }
  if (watching_) follower_.ask({record_.folder(), tray_.ordered(), tray_.baseline(), choice_, bundles_});
}

QString ComparisonContext::setting(const char* key) const {
  return workspace_setting(QStringLiteral("comparison"), record_.folder()) + QLatin1Char('/') +
         QLatin1String(key);
}

void ComparisonContext::load_choice() {
  ComparisonChoice kept;
  kept.metric = read_setting(setting("metric")).toString().toStdString();
  const QString better = read_setting(setting("better")).toString();
  if (better == QLatin1String("higher")) kept.better = compare::Direction::HigherIsBetter;
  if (better == QLatin1String("lower")) kept.better = compare::Direction::LowerIsBetter;
  const auto rule = compare::CheckpointRule::parse(read_setting(setting("rule")).toString().toStdString());
  if (rule) kept.rule = *rule;
  kept.preset = compare::parse_preset(read_setting(setting("preset")).toString().toStdString());
  kept.rows = read_setting(setting("rows")).toString().toStdString();
  kept.columns = read_setting(setting("columns")).toString().toStdString();
  choice_ = kept;
  Q_EMIT choice_changed();
  ask();
}

void ComparisonContext::save_choice() const {
  if (record_.folder().isEmpty()) return;
  const auto put = [&](const char* key, const std::string& value) {
    write_setting(setting(key), QString::fromStdString(value));
  };
  put("metric", choice_.metric);
  put("better", !choice_.better                                         ? ""
                : *choice_.better == compare::Direction::HigherIsBetter ? "higher"
                                                                        : "lower");
  put("rule", choice_.rule.to_text());
  const char* preset = "";
  for (const char* name : {"pretext", "masking", "head"}) {
    if (choice_.preset && compare::parse_preset(name) == choice_.preset) preset = name;
  }
  put("preset", preset);
  put("rows", choice_.rows);
  put("columns", choice_.columns);
}

}  // namespace ibot::ui
