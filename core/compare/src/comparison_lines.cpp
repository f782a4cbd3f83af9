// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/compare/comparison_lines.h>
#include <ibot/compare/training_warnings.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace ibot::compare {
namespace {

using base::str;

constexpr std::size_t kMostLevels = 16;  // beyond that many, colours and dashes tell nothing

template <class Value>
bool contains(const std::vector<Value>& values, const Value& wanted) {
  return std::find(values.begin(), values.end(), wanted) != values.end();
}

std::string level_of(const RunData& data, const std::string& key) {
  const runs::Parameter* found = runs::find(data.parameters, key);
  return found == nullptr ? "\u2013" : found->text;
}

// Full keys in which the runs differ: those by which groups of replicates are called first.
std::vector<std::string> differing_keys(const ComparedCurves& curves) {
  std::vector<std::string> keys;
  std::map<std::string, std::set<std::string>> levels;
  std::map<std::string, std::size_t> having;
  for (const RunData& data : curves.data) {
    for (const runs::Parameter& parameter : data.parameters) {
      levels[parameter.key].insert(parameter.text);
      ++having[parameter.key];
    }
  }
  for (const Replicates& group : curves.replicates) {
    for (const auto& [key, level] : group.levels) {
      // A study may call its factors otherwise than the plan does.
      if (levels.count(key) > 0 && !contains(keys, key)) keys.push_back(key);
    }
  }
  for (const auto& [key, values] : levels) {
    const std::size_t count = values.size() + (having[key] < curves.data.size() ? 1 : 0);
    const bool about_people = key == "name" || key == "notes";
    if (count > 1 && count <= kMostLevels && !about_people && !contains(keys, key)) keys.push_back(key);
  }
  return keys;
}

struct Gathered {
  std::string name;
  std::vector<std::size_t> runs;
  std::optional<std::size_t> colour = {};  // instead of its first run's
};

std::string counted(const std::string& name, std::size_t n) {
  return n == 1 ? name + " (single run)" : str(name, " (n = ", n, ")");
}

// Each run by itself, called by its group and its seed.
std::vector<Gathered> one_by_one(const ComparedCurves& curves) {
  std::vector<Gathered> lines(curves.data.size());
  const bool one_group = curves.replicates.size() == 1;
  std::map<std::string, int> uses;
  for (const Replicates& group : curves.replicates) {
    for (const std::size_t run : group.runs) {
      const std::string seed = curves.data[run].seed();
      std::string name = one_group ? std::string() : group.name;
      if (group.runs.size() > 1 && !seed.empty()) name += (name.empty() ? "" : " ") + ("seed=" + seed);
      if (name.empty()) name = curves.data[run].run.name;
      lines[run] = {name, {run}};
      ++uses[name];
    }
  }
  for (Gathered& line : lines) {
    if (!line.runs.empty() && uses[line.name] > 1)
      line.name += " (" + curves.data[line.runs.front()].run.id + ")";
  }
  return lines;
}

std::vector<Gathered> gather(const ComparedCurves& curves, const std::string& by) {
  if (by.empty()) return one_by_one(curves);
  std::vector<Gathered> lines;
  if (by == kByReplicates) {
    const auto colours = group_colours(curves.replicates, curves.data);
    for (std::size_t i = 0; i < colours.size(); ++i)
      lines.push_back({curves.replicates[i].name, curves.replicates[i].runs, colours[i]});
    return lines;
  }
  for (std::size_t i = 0; i < curves.data.size(); ++i) {
    const std::string name = by + "=" + level_of(curves.data[i], by);
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
void sort_levels(std::vector<std::string>& levels) {
  std::sort(levels.begin(), levels.end(), [](const std::string& a, const std::string& b) {
    const auto x = base::parse_double(a);
    const auto y = base::parse_double(b);
    if (x && y && *x != *y) return *x < *y;
    return x.has_value() != y.has_value() ? x.has_value() : a < b;
  });
}

bool has_one_level(const ComparedCurves& curves, const Gathered& line, const std::string& key) {
  return std::all_of(line.runs.begin(), line.runs.end(), [&](std::size_t run) {
    return level_of(curves.data[run], key) == level_of(curves.data[line.runs.front()], key);
  });
}

const RunData* data_of(const ComparedCurves& curves, const std::string& id) {
  const auto found = std::find_if(curves.data.begin(), curves.data.end(),
                                  [&](const RunData& data) { return data.run.id == id; });
  return found == curves.data.end() ? nullptr : &*found;
}

void place_levels(const ComparedCurves& curves, const std::string& key, std::vector<ComparisonLine>& lines,
                  std::vector<std::string>& levels, std::string ComparisonLine::*level,
                  int ComparisonLine::*place) {
  if (key.empty()) return;
  for (ComparisonLine& line : lines) {
    if (const RunData* data = data_of(curves, line.id)) line.*level = level_of(*data, key);
    if (!contains(levels, line.*level)) levels.push_back(line.*level);
  }
  sort_levels(levels);
  for (ComparisonLine& line : lines)
    line.*place = static_cast<int>(std::find(levels.begin(), levels.end(), line.*level) - levels.begin());
}

void add_band(const EarlierCurves& earlier, const LineOptions& options, ComparisonLines& result) {
  std::vector<AlignedCurve> curves;
  for (const RunCurve& curve : earlier.curves) {
    curves.push_back(align(curve, options.align));
    result.points_of = std::max(result.points_of, curve.points_of);
  }
  result.band = curve_band(curves, options.smoothing);
  result.band_name = earlier.name;
  result.band_compared = earlier.compared;
}

// Where the first of a run's branches left it; 0: it has none here, or is a branch itself.
std::int64_t first_branch_of(const ComparedCurves& curves, std::size_t run) {
  const RunData& parent = curves.data[run];
  std::int64_t first = 0;
  if (parent.run.parent) return first;
  for (const RunData& data : curves.data) {
    if (!data.run.parent || data.run.parent->run != parent.run.id || data.source != parent.source) continue;
    if (first == 0 || data.run.parent->step < first) first = data.run.parent->step;
  }
  return first;
}

// All of a line's runs are equal but for the seed to the baseline: a line that mixes variants is none.
bool is_baseline(const ComparedCurves& curves, const Gathered& line, const std::string& baseline) {
  const auto is_it = [&](std::size_t run) { return curves.data[run].run.id == baseline; };
  if (std::none_of(line.runs.begin(), line.runs.end(), is_it)) return false;
  return std::any_of(curves.replicates.begin(), curves.replicates.end(), [&](const Replicates& group) {
    return std::all_of(line.runs.begin(), line.runs.end(),
                       [&](std::size_t run) { return contains(group.runs, run); });
  });
}

std::int64_t colour_of(const Gathered& line, const record::Run& run) {
  return line.colour ? static_cast<std::int64_t>(*line.colour) : run.colour;
}

}  // namespace

ComparisonLines make_comparison_lines(const ComparedCurves& curves, const LineOptions& options) {
  ComparisonLines result;
  result.gather_keys = differing_keys(curves);
  std::string by = options.gather;
  if (by != kByReplicates && !contains(result.gather_keys, by)) by.clear();
  const std::vector<Gathered> gathered = gather(curves, by);
  std::vector<AlignedCurve> aligned;
  for (std::size_t i = 0; i < curves.curves.size(); ++i) {
    const RunCurve& curve = curves.curves[i];
    aligned.push_back(align(curve, options.align));
    if (options.align == Alignment::Branch) {
      const auto branch = static_cast<double>(first_branch_of(curves, i));
      for (double& x : aligned.back().x) x -= branch;
    }
    result.points_of = std::max(result.points_of, curve.points_of);
    if (curve.points.empty()) ++result.without;
  }
  for (const Gathered& each : gathered) {
    ComparisonLine line;
    std::vector<AlignedCurve> members;
    for (const std::size_t run : each.runs) {
      if (aligned[run].x.empty()) continue;
      if (members.empty()) line.run_colour = colour_of(each, curves.data[run].run);
      members.push_back(aligned[run]);
      line.runs.push_back(curves.data[run].run.id);
    }
    if (members.empty()) continue;
    MeanCurve mean = mean_curve(members, options.smoothing);
    line.id = line.runs.front();
    line.label = by.empty() ? each.name : counted(each.name, mean.n);
    if (!options.baseline.empty() && is_baseline(curves, each, options.baseline)) line.label += ", baseline";
    line.x = std::move(mean.x);
    line.y = std::move(mean.mean);
    line.low = std::move(mean.low);
    line.high = std::move(mean.high);
    result.lines.push_back(std::move(line));
  }
  for (const std::string& key : result.gather_keys) {
    if (std::all_of(gathered.begin(), gathered.end(),
                    [&](const Gathered& line) { return has_one_level(curves, line, key); }))
      result.level_keys.push_back(key);
  }
  const auto usable = [&](const std::string& key) {
    return contains(result.level_keys, key) ? key : std::string();
  };
  place_levels(curves, usable(options.colour), result.lines, result.colour_levels,
               &ComparisonLine::colour_level, &ComparisonLine::colour_place);
  place_levels(curves, usable(options.dash), result.lines, result.dash_levels, &ComparisonLine::dash_level,
               &ComparisonLine::dash_place);
  result.warnings = training_warnings(curves.metric, curves.replicates, curves.data);
  if (curves.earlier) add_band(*curves.earlier, options, result);
  return result;
}

}  // namespace ibot::compare
