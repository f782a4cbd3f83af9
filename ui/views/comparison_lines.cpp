// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_lines.h"

#include <ibot/base/text.h>
#include <ibot/compare/mean_curve.h>

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace ibot::ui {
namespace {

constexpr std::size_t kMostLevels = 16;  // beyond that many, colours and dashes tell nothing

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Comparison)
};

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString level_of(const compare::RunData& data, const QString& key) {
  const runs::Parameter* found = runs::find(data.parameters, key.toStdString());
  return found == nullptr ? QStringLiteral("\u2013") : text(found->text);
}

// Full keys in which the runs differ: those by which groups of replicates are called first.
QStringList differing_keys(const ComparedCurves& curves) {
  QStringList keys;
  for (const compare::Replicates& group : curves.replicates) {
    for (const auto& [key, level] : group.levels) {
      if (!keys.contains(text(key))) keys << text(key);
    }
  }
  std::map<std::string, std::set<std::string>> levels;
  std::map<std::string, std::size_t> having;
  for (const compare::RunData& data : curves.data) {
    for (const runs::Parameter& parameter : data.parameters) {
      levels[parameter.key].insert(parameter.text);
      ++having[parameter.key];
    }
  }
  for (const auto& [key, values] : levels) {
    const std::size_t count = values.size() + (having[key] < curves.data.size() ? 1 : 0);
    const bool about_people = key == "name" || key == "notes";
    if (count > 1 && count <= kMostLevels && !about_people && !keys.contains(text(key))) keys << text(key);
  }
  return keys;
}

// What lies along the axis, ascending strictly.
compare::AlignedCurve align(const ComparedCurve& curve, XUnit unit) {
  compare::AlignedCurve aligned;
  if (curve.points.empty()) return aligned;
  const std::int64_t begin = curve.points.front().time;
  for (const record::CurvePoint& point : curve.points) {
    auto x = static_cast<double>(point.step);
    if (unit == XUnit::Images) x *= curve.images_per_step;
    if (unit == XUnit::Branch) x -= static_cast<double>(curve.branch_step);
    if (unit == XUnit::Time) x = static_cast<double>(point.time - begin) / 1e6;
    if (!aligned.x.empty() && x <= aligned.x.back()) continue;
    aligned.x.push_back(x);
    aligned.y.push_back(std::isfinite(point.value) ? point.value : std::nan(""));
  }
  return aligned;
}

struct Gathered {
  QString name;
  std::vector<std::size_t> runs;
};

QString counted(const QString& name, std::size_t n) {
  return n == 1 ? Words::tr("%1 (single run)").arg(name) : Words::tr("%1 (n = %2)").arg(name).arg(n);
}

// Each run by itself, called by its group and its seed.
std::vector<Gathered> one_by_one(const ComparedCurves& curves) {
  std::vector<Gathered> lines(curves.data.size());
  const bool one_group = curves.replicates.size() == 1;
  std::map<QString, int> uses;
  for (const compare::Replicates& group : curves.replicates) {
    for (const std::size_t run : group.runs) {
      const std::string seed = curves.data[run].seed();
      QString name = one_group ? QString() : text(group.name);
      if (group.runs.size() > 1 && !seed.empty())
        name += (name.isEmpty() ? QString() : QStringLiteral(" ")) + QStringLiteral("seed=") + text(seed);
      if (name.isEmpty()) name = text(curves.data[run].run.name);
      lines[run] = {name, {run}};
      ++uses[name];
    }
  }
  for (Gathered& line : lines) {
    if (!line.runs.empty() && uses[line.name] > 1)
      line.name += QStringLiteral(" (%1)").arg(text(curves.data[line.runs.front()].run.id));
  }
  return lines;
}

std::vector<Gathered> gather(const ComparedCurves& curves, const QString& by) {
  if (by.isEmpty()) return one_by_one(curves);
  std::vector<Gathered> lines;
  if (by == QLatin1String(kByReplicates)) {
    for (const compare::Replicates& group : curves.replicates)
      lines.push_back({text(group.name), group.runs});
    return lines;
  }
  for (std::size_t i = 0; i < curves.data.size(); ++i) {
    const QString name = by + QLatin1Char('=') + level_of(curves.data[i], by);
    const auto known =
        std::find_if(lines.begin(), lines.end(), [&](const Gathered& line) { return line.name == name; });
    if (known != lines.end()) {
      known->runs.push_back(i);
    } else {
      lines.push_back({name, {i}});
    }
  }
  return lines;
}

// Numbers as numbers.
void sort_levels(QStringList& levels) {
  std::sort(levels.begin(), levels.end(), [](const QString& a, const QString& b) {
    bool first = false, second = false;
    const double x = a.toDouble(&first);
    const double y = b.toDouble(&second);
    if (first && second && x != y) return x < y;
    return first != second ? first : a < b;
  });
}

bool has_one_level(const ComparedCurves& curves, const Gathered& line, const QString& key) {
  return std::all_of(line.runs.begin(), line.runs.end(), [&](std::size_t run) {
    return level_of(curves.data[run], key) == level_of(curves.data[line.runs.front()], key);
  });
}

void place_levels(const ComparedCurves& curves, const QString& key, std::vector<ComparisonLine>& lines,
                  QStringList& levels, QString ComparisonLine::*level, int ComparisonLine::*place) {
  if (key.isEmpty()) return;
  for (ComparisonLine& line : lines) {
    line.*level =
        level_of(curves.data[static_cast<std::size_t>(curves.runs.indexOf(line.runs.front()))], key);
    if (!levels.contains(line.*level)) levels << line.*level;
  }
  sort_levels(levels);
  for (ComparisonLine& line : lines) line.*place = static_cast<int>(levels.indexOf(line.*level));
}

QString unit_word(XUnit unit) {
  switch (unit) {
    case XUnit::Step:
      return QStringLiteral("step");
    case XUnit::Images:
      return QStringLiteral("images");
    case XUnit::Time:
      return QStringLiteral("seconds");
    case XUnit::Branch:
      return QStringLiteral("steps_since_branch");
  }
  return {};
}

// RFC 4180; a spreadsheet takes no text for a formula.
QString quoted(QString value) {
  if (!value.isEmpty() && QStringLiteral("=+-@\t\r").contains(value[0])) value.prepend(QLatin1Char('\''));
  return QLatin1Char('"') + value.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

}  // namespace

ComparisonLines make_comparison_lines(const ComparedCurves& curves, const LineOptions& options) {
  ComparisonLines result;
  result.gather_keys = differing_keys(curves);
  QString by = options.gather;
  if (by != QLatin1String(kByReplicates) && !result.gather_keys.contains(by)) by.clear();
  std::vector<Gathered> gathered = gather(curves, by);
  std::vector<compare::AlignedCurve> aligned;
  for (const ComparedCurve& curve : curves.curves) {
    aligned.push_back(align(curve, options.align));
    result.points_of = std::max(result.points_of, curve.points_of);
    if (curve.points.empty()) ++result.without;
  }
  for (const Gathered& each : gathered) {
    ComparisonLine line;
    std::vector<compare::AlignedCurve> members;
    for (const std::size_t run : each.runs) {
      if (aligned[run].x.empty()) continue;
      members.push_back(aligned[run]);
      line.runs << curves.runs[static_cast<qsizetype>(run)];
    }
    if (members.empty()) continue;
    compare::MeanCurve mean = compare::mean_curve(members, options.smoothing);
    line.id = line.runs.front();
    line.label = by.isEmpty() ? each.name : counted(each.name, mean.n);
    line.x = std::move(mean.x);
    line.y = std::move(mean.mean);
    line.low = std::move(mean.low);
    line.high = std::move(mean.high);
    result.lines.push_back(std::move(line));
  }
  for (const QString& key : result.gather_keys) {
    if (std::all_of(gathered.begin(), gathered.end(),
                    [&](const Gathered& line) { return has_one_level(curves, line, key); }))
      result.level_keys << key;
  }
  const auto usable = [&](const QString& key) { return result.level_keys.contains(key) ? key : QString(); };
  place_levels(curves, usable(options.colour), result.lines, result.colour_levels,
               &ComparisonLine::colour_level, &ComparisonLine::colour_place);
  place_levels(curves, usable(options.dash), result.lines, result.dash_levels, &ComparisonLine::dash_level,
               &ComparisonLine::dash_place);
  return result;
}

QString comparison_caption(const ComparisonLines& lines, const LineOptions& options, double smoothing) {
  QStringList parts;
  const bool means = std::any_of(lines.lines.begin(), lines.lines.end(),
                                 [](const ComparisonLine& line) { return !line.low.empty(); });
  if (means) {
    parts << (options.gather == QLatin1String(kByReplicates)
                  ? Words::tr(
                        "Lines with n are means over runs that are equal but for the seed, at the steps "
                        "that all of them have; shaded: 95 % t-interval of the mean.")
                  : Words::tr("Lines with n are means over all runs with that value of %1, whatever else "
                              "differs between them; shaded: 95 % t-interval of the mean.")
                        .arg(options.gather));
    const bool single = std::any_of(lines.lines.begin(), lines.lines.end(),
                                    [](const ComparisonLine& line) { return line.low.empty(); });
    if (single) parts << Words::tr("A single run has no interval.");
  }
  if (smoothing > 0) {
    parts << Words::tr("Bold: moving average m = %1 m + %2 x, corrected for its start; faint: the values.")
                 .arg(smoothing)
                 .arg(1 - smoothing, 0, 'g', 2);
  } else {
    parts << Words::tr("Not smoothed.");
  }
  if (options.align == XUnit::Time)
    parts << Words::tr("Time counts from each run's first value, pauses included.");
  if (options.align == XUnit::Branch)
    parts << Words::tr("Steps count from where a run left its parent; of runs without one from the start.");
  if (lines.points_of > 1)
    parts << Words::tr("Of long curves each point is the mean of %1 steps.").arg(lines.points_of);
  if (lines.without > 0)
    parts << (lines.without == 1 ? Words::tr("One run has no value of this metric.")
                                 : Words::tr("%1 runs have no value of this metric.").arg(lines.without));
  return parts.join(QLatin1Char(' '));
}

QString comparison_csv(const ComparisonLines& lines, const LineOptions& options) {
  QString csv = unit_word(options.align) + QStringLiteral(",line,runs,n,value,low95,high95\n");
  const auto number = [](double value) {
    return std::isfinite(value) ? QString::number(value, 'g', 17) : QString();
  };
  for (const ComparisonLine& line : lines.lines) {
    const QString head = QLatin1Char(',') + quoted(line.label) + QLatin1Char(',') +
                         quoted(line.runs.join(QLatin1Char(' '))) + QLatin1Char(',') +
                         QString::number(line.runs.size()) + QLatin1Char(',');
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      csv += number(line.x[i]) + head + number(line.y[i]) + QLatin1Char(',');
      if (!line.low.empty()) csv += number(line.low[i]);
      csv += QLatin1Char(',');
      if (!line.high.empty()) csv += number(line.high[i]);
      csv += QLatin1Char('\n');
    }
  }
  return csv;
}

}  // namespace ibot::ui
