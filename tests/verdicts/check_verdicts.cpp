// SPDX-License-Identifier: GPL-3.0-or-later
#include "check_verdicts.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <istream>
#include <iterator>
#include <map>
#include <sstream>

namespace ibot::verdicts {
namespace {

using Row = std::map<std::string, std::string>;

constexpr double kPi = 3.14159265358979323846;
constexpr double kTolerance = 1e-8;

std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false, any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = any = true;
    } else if (c == ',') {
      row.push_back(field);
      field.clear();
      any = true;
    } else if (c == '\n') {
      if (any || !field.empty()) row.push_back(field);
      if (!row.empty()) rows.push_back(row);
      row.clear();
      field.clear();
      any = false;
    } else if (c != '\r') {
      field += c;
      any = true;
    }
  }
  return rows;
}

struct Variant {
  std::string name;
  std::map<std::string, double> values;  // by seed
  Row row;                               // the figures as exported
};

double number(const Row& row, const char* key) {
  const auto found = row.find(key);
  return found == row.end() || found->second.empty() ? NAN : std::strtod(found->second.c_str(), nullptr);
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
  const double middle = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

void count_signs(const std::vector<double>& differences, std::size_t at, double sum, double least,
                 double& as_far) {
  if (at == differences.size()) {
    if (std::abs(sum) >= least) ++as_far;
    return;
  }
  count_signs(differences, at + 1, sum + differences[at], least, as_far);
  count_signs(differences, at + 1, sum - differences[at], least, as_far);
}

class Checker {
 public:
  Report check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      Variant& variant = variant_of(row.at("variant"));
      if (variant.row.empty()) variant.row = row;
      if (!variant.values.emplace(row.at("seed"), number(row, "value")).second)
        mistake(variant, "has two values of seed " + row.at("seed"));
      if (row.at("baseline") == "yes") baseline_ = row.at("variant");
      lower_ = row.at("better") == "lower";
    }
    for (Variant& variant : variants_) look_at(variant);
    decide();
    return report_;
  }

 private:
  struct Tested {
    const Variant* variant;
    double p;
    double difference;
  };

  Variant& variant_of(const std::string& name) {
    for (Variant& variant : variants_) {
      if (variant.name == name) return variant;
    }
    variants_.push_back({name, {}, {}});
    return variants_.back();
  }

  void mistake(const Variant& variant, const std::string& text) {
    report_.mistakes.push_back(variant.name + " " + text);
  }

  void expect(const Variant& variant, const char* key, double computed) {
    const double exported = number(variant.row, key);
    const bool same = std::isnan(computed)
                          ? std::isnan(exported)
                          : std::abs(exported - computed) <= kTolerance * std::max(1.0, std::abs(computed));
    if (same) return;
    std::ostringstream text;
    text.precision(17);
    text << "has " << key << " " << exported << ", computed again " << computed;
    mistake(variant, text.str());
  }

  void expect_verdict(const Variant& variant, const std::string& computed) {
    ++report_.variants;
    const std::string& exported = variant.row.at("verdict");
    if (exported != computed)
      mistake(variant, "is called \"" + exported + "\", computed again \"" + computed + "\"");
  }

  void look_at(const Variant& variant) {
    std::vector<double> values;
    for (const auto& [seed, value] : variant.values) values.push_back(value);
    expect(variant, "n", static_cast<double>(values.size()));
    expect(variant, "mean", mean(values));
    expect(variant, "deviation", values.size() > 1 ? deviation(values) : NAN);
    if (values.size() > 1) {
      // The interval's ends are where the test of the mean against them gives 5 %.
      const double low = number(variant.row, "low");
      const double error = deviation(values) / std::sqrt(static_cast<double>(values.size()));
      if (error > 0) {
        const double p = two_sided_p((mean(values) - low) / error, static_cast<int>(values.size()) - 1);
        if (std::abs(p - 0.05) > 1e-7) mistake(variant, "has an interval that is not of 95 %");
      }
    }
    if (baseline_.empty()) return expect_verdict(variant, "not compared");
    if (variant.name == baseline_) return expect_verdict(variant, "baseline");
    const Variant& base = variant_of(baseline_);
    std::vector<double> differences;
    double largest = 0;
    for (const auto& [seed, value] : variant.values) {
      const auto partner = base.values.find(seed);
      if (partner == base.values.end()) continue;
      differences.push_back(value - partner->second);
      largest = std::max({largest, std::abs(value), std::abs(partner->second)});
    }
    const int n = static_cast<int>(differences.size());
    expect(variant, "pairs", n);
    // Other settings cannot be seen in the values: the export's word is taken for it.
    if (variant.row.at("verdict") == "not compared") return;
    if (values.size() < 2) return expect_verdict(variant, "single run");
    if (base.values.size() < 2 || n < 2) return expect_verdict(variant, "not compared");
    expect(variant, "difference", mean(differences));
    double sum = 0, size = 0, as_far = 0;
    for (const double difference : differences) {
      sum += difference;
      size += std::abs(difference);
    }
    if (n <= 20) {
      count_signs(differences, 0, 0, std::abs(sum) - 1e-12 * size, as_far);
      expect(variant, "sign_flip_p", as_far / std::pow(2.0, n));
    }
    expect(variant, "smallest_p", 2 / std::pow(2.0, n));
    const auto [low, high] = std::minmax_element(differences.begin(), differences.end());
    if (*high - *low <= 1e-14 * largest && size > 0) return expect_verdict(variant, "no difference shown");
    const double t = size > 0 ? mean(differences) / (deviation(differences) / std::sqrt(n)) : 0;
    const double p = size > 0 ? two_sided_p(t, n - 1) : 1;
    expect(variant, "t", t);
    expect(variant, "p", p);
    tested_.push_back({&variant, p, mean(differences)});
  }

  void decide() {
    for (const Tested& one : tested_) {
      // The definition: of all that are no larger, the largest p times how many are left from there on.
      double corrected = 0;
      for (const Tested& other : tested_) {
        if (other.p > one.p) continue;
        int left = 0;
        for (const Tested& third : tested_)
          left += third.p > other.p || (third.p == other.p && &third >= &other);
        corrected = std::max(corrected, std::min(1.0, left * other.p));
      }
      expect(*one.variant, "p_holm", corrected);
      const bool better = (one.difference > 0) != lower_;
      expect_verdict(*one.variant, corrected >= 0.05 ? "no difference shown" : better ? "better" : "worse");
    }
  }

  std::vector<Variant> variants_;
  std::vector<Tested> tested_;
  std::string baseline_;
  bool lower_ = false;
  Report report_;
};

}  // namespace

double two_sided_p(double t, int degrees) {
  // Gamma((d + 1) / 2) / (sqrt(pi) Gamma(d / 2)), from d = 1 or 2 upwards.
  double constant = degrees % 2 == 1 ? 1 / kPi : 0.5;
  for (int d = degrees % 2 == 1 ? 1 : 2; d < degrees; d += 2) constant *= (d + 1.0) / d;
  const double begin = std::atan(std::abs(t) / std::sqrt(degrees));
  constexpr int kPanels = 2000;
  const double width = (kPi / 2 - begin) / kPanels;
  double sum = 0;
  for (int i = 0; i <= kPanels; ++i) {
    const double cosine = std::max(0.0, std::cos(begin + i * width));
    const double height = degrees == 1 ? 1.0 : std::pow(cosine, degrees - 1);
    sum += height * (i == 0 || i == kPanels ? 1 : i % 2 == 1 ? 4 : 2);
  }
  return std::min(1.0, 2 * constant * sum * width / 3);
}

Report check(std::istream& csv) {
  const std::string text{std::istreambuf_iterator<char>(csv), std::istreambuf_iterator<char>()};
  const auto lines = parse_csv(text);
  if (lines.size() < 2) return {0, {"the file has no rows"}};
  // Several metrics may stand one below the other.
  std::map<std::string, std::vector<Row>> by_metric;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].size() != lines[0].size())
      return {0, {"line " + std::to_string(i + 1) + " has another number of fields"}};
    Row row;
    for (std::size_t c = 0; c < lines[0].size(); ++c) row[lines[0][c]] = lines[i][c];
    for (const char* key : {"metric", "better", "variant", "baseline", "seed", "value", "verdict"}) {
      if (!row.contains(key)) return {0, {std::string("there is no column ") + key}};
    }
    by_metric[row.at("metric")].push_back(row);
  }
  Report all;
  for (const auto& [metric, rows] : by_metric) {
    const Report one = Checker().check(rows);
    all.variants += one.variants;
    all.mistakes.insert(all.mistakes.end(), one.mistakes.begin(), one.mistakes.end());
  }
  return all;
}

}  // namespace ibot::verdicts
