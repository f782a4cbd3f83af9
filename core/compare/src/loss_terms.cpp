// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/compare/loss_terms.h>

#include <algorithm>
#include <set>

namespace ibot::compare {
namespace {

using base::str;

constexpr std::string_view kSection = "losses.";
// Read by no other term: the vocabulary of what terms read is the plugins', and plans do not hold it.
constexpr std::string_view kOfMaskedPatches = "ibot_patch";

std::string text_of(const RunData& run, std::string_view key) {
  const runs::Parameter* found = runs::find(run.parameters, key);
  return found == nullptr ? std::string() : found->text;
}

// "0", "0.0", "[0.0, 0.0]".
bool is_zero(std::string_view text) {
  return !text.empty() && text.find('0') != std::string_view::npos &&
         text.find_first_not_of("0., []") == std::string_view::npos;
}

}  // namespace

bool masks_patches(const RunData& run) {
  return text_of(run, "mask.plugin") != "none" && !is_zero(text_of(run, "mask.ratio"));
}

std::vector<LossTerm> loss_terms(const RunData& run) {
  std::map<std::string, LossTerm> terms;
  for (const runs::Parameter& parameter : run.parameters) {
    if (!parameter.key.starts_with(kSection)) continue;
    const std::string rest = parameter.key.substr(kSection.size());
    const std::size_t dot = rest.find('.');
    if (dot == std::string::npos) continue;
    const std::string name = rest.substr(0, dot), key = rest.substr(dot + 1);
    LossTerm& term = terms.try_emplace(name, LossTerm{name, name, "1.0", {}}).first->second;
    if (key == "plugin") {
      term.plugin = parameter.text;
    } else if (key == "weight") {
      term.weight = parameter.text;
    } else if (key != "version") {
      term.settings.emplace(parameter.key, parameter.text);
    }
  }
  const bool masked = masks_patches(run);
  std::vector<LossTerm> counting;
  for (auto& [name, term] : terms) {
    if (is_zero(term.weight) || (!masked && term.plugin == kOfMaskedPatches)) continue;
    counting.push_back(std::move(term));
  }
  return counting;
}

std::string to_text(std::span<const LossTerm> terms) {
  std::string text;
  for (const LossTerm& term : terms) {
    const auto weight = base::parse_double(term.weight);
    const bool whole = weight && *weight == 1;
    text += str(text.empty() ? "" : " + ", whole ? "" : term.weight + " ", term.name,
                term.plugin == term.name ? "" : " by " + term.plugin);
  }
  return text.empty() ? "no term" : text;
}

bool is_sum_of_terms(std::string_view metric) {
  return metric == "loss";
}

bool is_value_of(std::string_view metric, const LossTerm& term) {
  return !metric.empty() && (term.plugin == metric || term.plugin.ends_with(str('_', metric)));
}

bool same_terms(std::span<const LossTerm> a, std::span<const LossTerm> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const LossTerm& one, const LossTerm& other) {
    return one.name == other.name && one.plugin == other.plugin && one.weight == other.weight;
  });
}

bool is_of_training(std::string_view metric) {
  return metric.find_first_of("@/") == std::string_view::npos && metric != "images_per_second" &&
         metric != "data_wait";
}

std::optional<bool> same_pictures(const RunData& a, const RunData& b) {
  constexpr const char* kFiles = "files";
  const auto one = RunData::lines_of(a.texts.data), other = RunData::lines_of(b.texts.data);
  if (one.count(kFiles) > 0 && other.count(kFiles) > 0) return one.at(kFiles) == other.at(kFiles);
  if (a.run.hashes.data == b.run.hashes.data) return true;
  return std::nullopt;
}

std::vector<std::string> other_batches(const RunData& a, const RunData& b) {
  std::set<std::string> keys;
  for (const RunData* run : {&a, &b}) {
    for (const runs::Parameter& parameter : run->parameters) {
      const std::string& key = parameter.key;
      const bool counts = key.starts_with("crops.") || key.starts_with("mask.") || key == "train.batch";
      if (counts && !key.ends_with(".version")) keys.insert(key);
    }
  }
  std::erase_if(keys, [&](const std::string& key) { return text_of(a, key) == text_of(b, key); });
  return {keys.begin(), keys.end()};
}

std::vector<std::string> other_scale(const RunData& a, const RunData& b) {
  std::set<std::string> keys = {"head.out_dim", "head.patch_out_dim", "head.shared"};
  for (const RunData* run : {&a, &b}) {
    for (const LossTerm& term : loss_terms(*run)) {
      for (const auto& [key, ignored] : term.settings) keys.insert(key);
    }
  }
  std::vector<std::string> differing;
  for (const std::string& key : keys) {
    if (text_of(a, key) != text_of(b, key)) differing.push_back(key);
  }
  return differing;
}

}  // namespace ibot::compare
