// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_context.h"

#include <QCryptographicHash>
#include <QSettings>
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
      only_differences_(QSettings().value(kOnlyDifferences, true).toBool()) {
  news_.setSingleShot(true);
  news_.setInterval(kNewsMillis);
  connect(&news_, &QTimer::timeout, this, &ComparisonContext::ask);
  connect(&tray_, &ComparisonTray::changed, this, &ComparisonContext::ask);
  connect(&record_, &Record::opened, this, &ComparisonContext::load_choice);
  connect(&record_, &Record::closed, this, [this] {
    if (std::exchange(bundles_, {}).empty()) return;
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
  Q_EMIT bundles_changed();
  ask();
}

void ComparisonContext::remove_bundle(const OpenedBundlePtr& bundle) {
  if (std::erase(bundles_, bundle) == 0) return;
  Q_EMIT bundles_changed();
  ask();
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
  QSettings().setValue(kOnlyDifferences, only);
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
  const QByteArray hash =
      QCryptographicHash::hash(record_.folder().toUtf8(), QCryptographicHash::Sha1).toHex().left(16);
  return QStringLiteral("comparison/%1/%2").arg(QString::fromLatin1(hash), QLatin1String(key));
}

void ComparisonContext::load_choice() {
  const QSettings settings;
  ComparisonChoice kept;
  kept.metric = settings.value(setting("metric")).toString().toStdString();
  const QString better = settings.value(setting("better")).toString();
  if (better == QLatin1String("higher")) kept.better = compare::Direction::HigherIsBetter;
  if (better == QLatin1String("lower")) kept.better = compare::Direction::LowerIsBetter;
  const auto rule = compare::CheckpointRule::parse(settings.value(setting("rule")).toString().toStdString());
  if (rule) kept.rule = *rule;
  kept.preset = compare::parse_preset(settings.value(setting("preset")).toString().toStdString());
  kept.rows = settings.value(setting("rows")).toString().toStdString();
  kept.columns = settings.value(setting("columns")).toString().toStdString();
  choice_ = kept;
  Q_EMIT choice_changed();
  ask();
}

void ComparisonContext::save_choice() const {
  if (record_.folder().isEmpty()) return;
  QSettings settings;
  const auto put = [&](const char* key, const std::string& value) {
    settings.setValue(setting(key), QString::fromStdString(value));
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
