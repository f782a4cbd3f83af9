// SPDX-License-Identifier: GPL-3.0-or-later
#include "report.h"

#include <ibot/base/text.h>

#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>
#include <thread>

namespace ibot::bench {
namespace {

/// Three digits that matter: 0.53, 1.69, 37.2, 862.
std::string three_digits(double value) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  const double size = std::abs(value);
  const int decimals = size < 10 ? 2 : size < 100 ? 1 : 0;
  out << std::fixed << std::setprecision(size < 0.1 ? 4 : decimals) << value;
  return out.str();
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

constexpr std::size_t kNameWidth = 28;
constexpr std::size_t kValueWidth = 12;

std::string line(const std::string& name, const std::string& first, const std::string& rest = "") {
  return "  " + padded(name, kNameWidth) + (rest.empty() ? first : padded(first, kValueWidth) + rest) + "\n";
}

std::string spread_text(const Spread& spread) {
  return base::str("quartiles ", three_digits(spread.lower_quartile), " .. ",
                   three_digits(spread.upper_quartile), ", range ", three_digits(spread.minimum), " .. ",
                   three_digits(spread.maximum));
}

std::string milliseconds(const std::map<std::string, double>& stages, const std::string& name) {
  const auto found = stages.find(name);
  return found == stages.end() ? "-" : three_digits(found->second * 1e3) + " ms";
}

std::string stage_lines(const Comparison& comparison) {
  const auto ours = comparison.ours.stage_seconds_per_item();
  const auto theirs = comparison.reference.stage_seconds_per_item();
  std::set<std::string> names;
  for (const auto* stages : {&ours, &theirs}) {
    for (const auto& [name, seconds] : *stages) names.insert(name);
  }
  std::string text;
  for (const std::string& name : names) {
    text += line("  " + name, milliseconds(ours, name), theirs.empty() ? "" : milliseconds(theirs, name));
  }
  if (text.empty()) return text;
  return line("stages, time per item", "ours", theirs.empty() ? "" : "reference") + text;
}

/// "name, torch 2.11.0, threads 2", from whatever the reference told.
std::string about_text(const nlohmann::json& about) {
  std::string text;
  for (const auto& [key, value] : about.items()) {
    if (!value.is_primitive()) continue;
    const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    if (!text.empty()) text += ", ";
    text += key == "name" ? shown : key + " " + shown;
  }
  return base::quote_untrusted(text, 400);
}

nlohmann::json to_json(const Spread& spread) {
  return {{"min", spread.minimum},
          {"lower_quartile", spread.lower_quartile},
          {"median", spread.median},
          {"upper_quartile", spread.upper_quartile},
          {"max", spread.maximum}};
}

nlohmann::json to_json(const Series& series) {
  const std::vector<double> rates = series.rates();
  return {{"rates", rates},
          {"rate", to_json(spread_of(rates))},
          {"stage_seconds_per_item", series.stage_seconds_per_item()}};
}

nlohmann::json to_json(const MemoryUse& use) {
  return {{"before", use.before}, {"peak", use.peak}, {"added", use.added()}};
}

std::string processor_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string text; std::getline(info, text);) {
    if (text.rfind("model name", 0) != 0) continue;
    const std::size_t colon = text.find(':');
    return colon == std::string::npos ? "" : std::string(base::trim(text.substr(colon + 1)));
  }
  return "unknown";
}

}  // namespace

std::string Report::to_text() const {
  std::string text = base::str("bench ", bench, ": ", unit, "/s, ", rounds.rounds, " rounds of ",
                               rounds.iterations, rounds.iterations == 1 ? " iteration\n" : " iterations\n");
  const Spread ours = spread_of(comparison.ours.rates());
  text += line("ours", three_digits(ours.median), spread_text(ours));
  if (reference) {
    const Spread theirs = spread_of(comparison.reference.rates());
    text += line("reference", three_digits(theirs.median), spread_text(theirs));
    const Spread ratio = spread_of(comparison.ratios());
    text += line("ratio", three_digits(ratio.median), spread_text(ratio));
  }
  if (our_memory.added() > 0) {
    text += line("memory, ours", base::format_bytes(our_memory.added()),
                 base::str("peak ", base::format_bytes(our_memory.peak), ", before the model ",
                           base::format_bytes(our_memory.before)));
  }
  if (our_memory.added() > 0 && reference_memory && reference_memory->added() > 0) {
    text += line("memory, reference", base::format_bytes(reference_memory->added()),
                 base::str("peak ", base::format_bytes(reference_memory->peak), ", before the model ",
                           base::format_bytes(reference_memory->before)));
    text += line("memory, ratio", three_digits(static_cast<double>(our_memory.added()) /
                                               static_cast<double>(reference_memory->added())));
  }
  text += stage_lines(comparison);
  for (const Note& note : notes) {
    text += line(note.name,
                 note.unit.empty() ? three_digits(note.value) : three_digits(note.value) + " " + note.unit);
  }
  if (reference) text += line("reference program", about_text(*reference));
  return text;
}

nlohmann::json Report::to_json() const {
  nlohmann::json json = {
      {"bench", bench},
      {"unit", unit + "/s"},
      {"settings", settings},
      {"rounds", rounds.rounds},
      {"iterations", rounds.iterations},
      {"machine", {{"processor", processor_model()}, {"processors", std::thread::hardware_concurrency()}}},
      {"ours", bench::to_json(comparison.ours)}};
  if (our_memory.added() > 0) json["ours"]["memory"] = bench::to_json(our_memory);
  if (reference) {
    json["reference"] = bench::to_json(comparison.reference);
    json["reference"]["about"] = *reference;
    if (reference_memory) json["reference"]["memory"] = bench::to_json(*reference_memory);
    json["ratio"] = bench::to_json(spread_of(comparison.ratios()));
    json["ratios"] = comparison.ratios();
  }
  for (const Note& note : notes) json["notes"][note.name] = {{"value", note.value}, {"unit", note.unit}};
  return json;
}

}  // namespace ibot::bench
