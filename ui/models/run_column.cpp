// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_column.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <ui/style/theme.h>

#include <QDateTime>
#include <QObject>
#include <QStringList>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace ibot::ui {
namespace {

using Kind = RunColumn::Kind;

constexpr std::array<std::pair<Kind, const char*>, 13> kIds = {{{Kind::Name, "name"},
                                                                {Kind::State, "state"},
                                                                {Kind::Progress, "steps"},
                                                                {Kind::Created, "made"},
                                                                {Kind::Duration, "duration"},
                                                                {Kind::Tags, "tags"},
                                                                {Kind::Folder, "folder"},
                                                                {Kind::Notes, "notes"},
                                                                {Kind::Curve, "curve"},
                                                                {Kind::Parameter, "parameter"},
                                                                {Kind::Metric, "metric"},
                                                                {Kind::Evaluation, "evaluation"},
                                                                {Kind::Differing, "differing"}}};

bool has_key(Kind kind) {
  return kind == Kind::Curve || kind == Kind::Parameter || kind == Kind::Metric || kind == Kind::Evaluation;
}

QString count(std::int64_t value) {
  return QString::fromStdString(base::format_count(value));
}

RunCell missing() {
  return {QStringLiteral("\u2013"), {}, true};
}

RunCell figure(std::optional<double> value) {
  if (!value || std::isnan(*value)) return missing();
  return {QString::number(*value, 'g', 5), *value, false};
}

// To be compared alone.
RunCell unwritten(std::optional<double> value) {
  if (!value || std::isnan(*value)) return {{}, {}, true};
  return {{}, *value, false};
}

RunCell progress(const record::Run& run) {
  const bool whole = run.planned_steps <= 0 || run.step >= run.planned_steps;
  const QString text =
      whole ? count(run.step) : QStringLiteral("%1 / %2").arg(count(run.step), count(run.planned_steps));
  return {text, static_cast<double>(run.step), false};
}

// From the first trainer's start to the end, or to now.
RunCell duration(const RunView& view) {
  const record::Run& run = view.run;
  if (!run.started) return missing();
  const bool active = record::is_active(view.status.state) && !view.status.died;
  const std::int64_t last = active ? base::now_micros() : run.ended.value_or(run.heartbeat);
  const double seconds = std::max(0.0, static_cast<double>(last - *run.started) / 1e6);
  return {QString::fromStdString(base::format_duration(seconds)), seconds, false};
}

RunCell tags(const record::Run& run) {
  if (run.tags.empty()) return {{}, {}, true};
  QStringList names;
  for (const std::string& tag : run.tags) names.push_back(QString::fromStdString(tag));
  return {names.join(QStringLiteral(", ")), {}, false};
}

RunCell parameter(const RunTraits* traits, const QString& key) {
  if (traits == nullptr) return missing();
  const runs::Parameter* found = runs::find(*traits->parameters, key.toStdString());
  if (found == nullptr) return missing();
  std::optional<double> number;
  if (!std::isnan(found->number)) number = found->number;
  return {QString::fromStdString(found->text), number, false};
}

std::optional<double> metric(const record::Run& run, const std::string& name) {
  for (const record::LastValue& last : run.last_values) {
    if (last.name == name) return last.value;
  }
  return std::nullopt;
}

std::optional<double> evaluation(const RunTraits* traits, const std::string& full_name) {
  if (traits == nullptr) return std::nullopt;
  for (const runs::EvaluationValue& value : traits->evaluations) {
    if (value.full_name() == full_name) return value.value;
  }
  return std::nullopt;
}

}  // namespace

QString RunColumn::id() const {
  for (const auto& [of, name] : kIds) {
    if (of != kind) continue;
    const QString id = QString::fromLatin1(name);
    return has_key(kind) ? id + QLatin1Char(':') + key : id;
  }
  return {};
}

std::optional<RunColumn> RunColumn::from_id(const QString& id) {
  const qsizetype colon = id.indexOf(QLatin1Char(':'));
  const QString name = colon < 0 ? id : id.left(colon);
  const QString key = colon < 0 ? QString() : id.mid(colon + 1);
  for (const auto& [kind, known] : kIds) {
    if (name != QLatin1String(known) || has_key(kind) == key.isEmpty()) continue;
    return RunColumn{kind, key};
  }
  return std::nullopt;
}

QString RunColumn::title() const {
  switch (kind) {
    case Kind::Name:
      return QObject::tr("Run");
    case Kind::State:
      return QObject::tr("State");
    case Kind::Progress:
      return QObject::tr("Steps");
    case Kind::Created:
      return QObject::tr("Made");
    case Kind::Duration:
      return QObject::tr("Duration");
    case Kind::Tags:
      return QObject::tr("Tags");
    case Kind::Folder:
      return QObject::tr("Folder");
    case Kind::Notes:
      return QObject::tr("Notes");
    case Kind::Curve:
      return QObject::tr("Curve of %1").arg(key);
    case Kind::Differing:
      return QObject::tr("Parameters that differ");
    default:
      return key;
  }
}

QString RunColumn::description() const {
  switch (kind) {
    case Kind::Duration:
      return QObject::tr("From the start of the first trainer to the end, or to now");
    case Kind::Curve:
      return QObject::tr("The whole curve of %1, each run to its own scale").arg(key);
    case Kind::Parameter:
      return QObject::tr("Parameter %1").arg(key);
    case Kind::Metric:
      return QObject::tr("Last value of %1").arg(key);
    case Kind::Evaluation:
      return QObject::tr("Newest value of %1").arg(key);
    default:
      return title();
  }
}

bool RunColumn::is_number() const {
  return kind == Kind::Metric || kind == Kind::Evaluation || kind == Kind::Progress || kind == Kind::Notes ||
         kind == Kind::Duration;
}

bool RunColumn::can_group() const {
  return kind == Kind::State || kind == Kind::Folder || kind == Kind::Tags || kind == Kind::Parameter;
}

RunCell run_cell(const RunColumn& column, const RunView& view, const RunTraits* traits) {
  const record::Run& run = view.run;
  switch (column.kind) {
    case Kind::Name:
      return {run_name(run), {}, false};
    case Kind::State:
      return {state_word(view), {}, false};
    case Kind::Progress:
      return progress(run);
    case Kind::Created:
      return {QDateTime::fromMSecsSinceEpoch(run.created / 1000).toString(QStringLiteral("yyyy-MM-dd HH:mm")),
              static_cast<double>(run.created), false};
    case Kind::Duration:
      return duration(view);
    case Kind::Tags:
      return tags(run);
    case Kind::Folder:
      if (run.folder.empty()) return {{}, {}, true};
      return {QString::fromStdString(run.folder), {}, false};
    case Kind::Notes:
      if (traits == nullptr || traits->notes == 0) return {{}, {}, true};
      return {count(traits->notes), static_cast<double>(traits->notes), false};
    case Kind::Parameter:
      return parameter(traits, column.key);
    case Kind::Curve:
    case Kind::Metric:
      return figure(metric(run, column.key.toStdString()));
    case Kind::Evaluation:
      return figure(evaluation(traits, column.key.toStdString()));
    case Kind::Differing:
      break;
  }
  return missing();
}

RunCell run_order(const RunColumn& column, const RunView& view, const RunTraits* traits) {
  // A thousand dates or figures would have to be written out.
  switch (column.kind) {
    case Kind::Created:
      return unwritten(static_cast<double>(view.run.created));
    case Kind::Progress:
      return unwritten(static_cast<double>(view.run.step));
    case Kind::Curve:
    case Kind::Metric:
      return unwritten(metric(view.run, column.key.toStdString()));
    case Kind::Evaluation:
      return unwritten(evaluation(traits, column.key.toStdString()));
    default:
      return run_cell(column, view, traits);
  }
}

bool less(const RunCell& a, const RunCell& b) {
  if (a.number && b.number) return *a.number < *b.number;
  if (a.number.has_value() != b.number.has_value()) return a.number.has_value();
  return QString::compare(a.text, b.text, Qt::CaseInsensitive) < 0;
}

double last_value(const RunView& view, const std::string& name) {
  return metric(view.run, name).value_or(std::numeric_limits<double>::quiet_NaN());
}

QString run_name(const record::Run& run) {
  return QString::fromStdString(run.name.empty() ? run.id : run.name);
}

QString state_word(const RunView& view) {
  if (view.status.died) return QObject::tr("died");
  if (view.status.silent) return QObject::tr("silent");
  if (view.queued && view.status.state == record::State::Created) return QObject::tr("queued");
  const std::string_view name = record::to_string(view.status.state);
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QColor state_colour(const RunView& view) {
  const Tokens& t = Theme::instance().tokens();
  if (view.status.died || view.status.state == record::State::Failed) return t.bad;
  if (view.status.silent) return t.warn;
  switch (view.status.state) {
    case record::State::Completed:
      return t.good;
    case record::State::Running:
    case record::State::Preparing:
    case record::State::Finishing:
      return t.accent;
    case record::State::Paused:
      return t.warn;
    default:
      return t.text3;
  }
}

}  // namespace ibot::ui
