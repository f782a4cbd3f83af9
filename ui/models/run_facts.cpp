// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_facts.h"

#include "run_table_model.h"

#include <ibot/base/text.h>

#include <QObject>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

const record::Event* newest(const RunDetails& details, bool (*wanted)(const record::Event&)) {
  const auto found = std::find_if(details.events.rbegin(), details.events.rend(), wanted);
  return found == details.events.rend() ? nullptr : &*found;
}

QString text_of(const record::Event& event) {
  return QObject::tr("Step %1: %2")
      .arg(QString::fromStdString(base::format_count(event.step)), QString::fromStdString(event.text));
}

QString figures(const RunView& view, const RunDetails* details) {
  const double used = last_value(view, "health/prototypes_used");
  const double entropy = last_value(view, "health/target_entropy");
  const double rank = last_value(view, "health/feature_rank");
  QStringList parts;
  if (!std::isnan(used)) parts << QObject::tr("%1 % of the prototypes in use").arg(100 * used, 0, 'f', 0);
  if (!std::isnan(entropy)) {
    const double largest = details != nullptr ? std::log(static_cast<double>(details->prototypes)) : 0;
    parts << (largest > 0 && std::isfinite(largest)
                  ? QObject::tr("entropy %1 of %2 nats")
                        .arg(entropy * largest, 0, 'f', 1)
                        .arg(largest, 0, 'f', 1)
                  : QObject::tr("entropy %1 % of the largest").arg(100 * entropy, 0, 'f', 0));
  }
  if (!std::isnan(rank)) parts << QObject::tr("features of effective rank %1").arg(rank, 0, 'f', 1);
  return parts.join(QStringLiteral(", "));
}

bool is_health(const record::Event& event) {
  return event.kind == "collapse" || event.kind == "non_finite";
}

bool is_trouble(const record::Event& event) {
  return event.level != record::EventLevel::Info;
}

}  // namespace

RunHealth health_of(const RunView& view, const RunDetails* details) {
  if (details != nullptr && details->run.toStdString() != view.run.id) details = nullptr;
  const QString measured = figures(view, details);
  // Why it failed is said beside it (failure_of).
  if (view.status.died || view.status.state == record::State::Failed)
    return {measured.isEmpty() ? QString() : QObject::tr("When it ended: %1.").arg(measured)};
  if (details != nullptr) {
    if (const record::Event* event = newest(*details, is_health); event != nullptr) {
      const bool bad = event->level == record::EventLevel::Error;
      return {
          measured.isEmpty() ? text_of(*event) : QObject::tr("%1 Now: %2.").arg(text_of(*event), measured),
          bad ? "bad" : "warn"};
    }
    if (const record::Event* event = newest(*details, is_trouble); event != nullptr) {
      const QString sentence = text_of(*event);
      return {measured.isEmpty() ? sentence : QObject::tr("%1 Measured: %2.").arg(sentence, measured),
              "warn"};
    }
  }
  if (!measured.isEmpty()) return {QObject::tr("Healthy: %1.").arg(measured)};
  if (view.run.step == 0) return {QObject::tr("No step has been made yet.")};
  return {QObject::tr("Its health was not measured: the plan's probes.every_steps says how often it is.")};
}

std::optional<Failure> failure_of(const RunView& view, const RunDetails* details) {
  if (!view.status.died && view.status.state != record::State::Failed) return std::nullopt;
  if (details != nullptr && details->run.toStdString() != view.run.id) details = nullptr;
  Failure failure;
  const record::Run& run = view.run;
  QString said = view.status.died || run.error.empty() ? QString::fromStdString(view.status.text)
                                                       : QString::fromStdString(run.error);
  // An error's text is "what (expected: ...). Hint" (base::Error::to_text).
  const qsizetype expected = said.indexOf(QStringLiteral(" (expected: "));
  const qsizetype hint = expected < 0 ? -1 : said.indexOf(QStringLiteral("). "), expected);
  if (hint >= 0) failure.advice = said.mid(hint + 3);
  if (expected > 0) said.truncate(expected);
  if (!said.isEmpty()) said[0] = said[0].toUpper();
  failure.title = said;
  if (!failure.advice.isEmpty() && !failure.advice.endsWith(QLatin1Char('.')))
    failure.advice += QLatin1Char('.');
  if (!failure.advice.isEmpty()) failure.advice += QLatin1Char(' ');
  const record::Checkpoint* last = nullptr;
  if (details != nullptr) {
    for (const record::Checkpoint& file : details->checkpoints) {
      if (file.kind == record::CheckpointKind::Full && file.state == record::CheckpointState::Present)
        last = &file;
    }
  }
  failure.can_resume = last != nullptr;
  failure.advice +=
      last != nullptr
          ? QObject::tr("It can go on from step %1, the last that was saved.")
                .arg(QString::fromStdString(base::format_count(last->step)))
          : QObject::tr("Nothing was saved that it could go on from: mend the cause and start it again.");
  return failure;
}

std::optional<double> seconds_left(const RunView& view, const RunDetails* details) {
  const record::Run& run = view.run;
  if (!record::is_active(view.status.state) || view.status.died || !run.started) return std::nullopt;
  if (run.step <= 0 || run.planned_steps <= run.step) return std::nullopt;
  const auto rest = static_cast<double>(run.planned_steps - run.step);
  if (details != nullptr && details->run.toStdString() == run.id && details->seconds_per_step > 0)
    return details->seconds_per_step * rest;
  const double elapsed = static_cast<double>(run.heartbeat - *run.started) / 1e6;
  return elapsed / static_cast<double>(run.step) * rest;
}

QString time_left(const RunView& view, const RunDetails* details) {
  const auto seconds = seconds_left(view, details);
  return seconds ? QObject::tr("%1 left").arg(rough_duration(*seconds)) : QString();
}

std::optional<std::int64_t> last_saved(const RunDetails& details) {
  std::optional<std::int64_t> when;
  for (const record::Checkpoint& file : details.checkpoints) {
    if (file.kind != record::CheckpointKind::Full || file.state != record::CheckpointState::Present) continue;
    when = std::max(when.value_or(0), file.created);
  }
  return when;
}

QString rough_duration(double seconds) {
  constexpr double kHour = 3600;
  constexpr double kDay = 24 * kHour;
  seconds = std::max(0.0, seconds);
  if (seconds < 99.5) return QObject::tr("%1 s").arg(seconds, 0, 'f', 0);
  if (seconds < kHour) return QObject::tr("%1 min").arg(seconds / 60, 0, 'f', 0);
  if (seconds < 2 * kDay) {
    const auto minutes = static_cast<int>(seconds / 60);
    return QObject::tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60, 2, 10, QLatin1Char('0'));
  }
  return QObject::tr("%1 days").arg(seconds / kDay, 0, 'f', 0);
}

}  // namespace ibot::ui
