// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/runs/filter.h>
#include <ibot/runs/select.h>

#include <algorithm>
#include <functional>
#include <set>

namespace ibot::runs {
namespace {

using base::ErrorCode;
using base::str;

struct Facts {
  record::EffectiveStatus status;
  Parameters parameters;
  std::vector<EvaluationValue> evaluations;
  std::int64_t notes = 0;
};

base::Result<Facts> read_facts(record::Reader& reader, const record::Run& run, std::int64_t now) {
  Facts facts;
  facts.status = record::effective_status(run, now);
  IBOT_TRY(const auto segments, reader.plan(run.id));
  // A plan that cannot be read has no parameters; the other runs are looked at all the same.
  if (!segments.empty()) {
    if (auto flat = flatten_plan(segments.back().plan_json)) facts.parameters = std::move(*flat);
  }
  IBOT_TRY(const auto evaluations, reader.evaluations(run.id));
  facts.evaluations = newest_values(evaluations);
  IBOT_TRY(facts.notes, reader.note_count(run.id));
  return facts;
}

// No run of that name, tag or id begins or ends like this, and it says nothing that only a filter says.
bool is_filter(std::string_view word) {
  return word.find_first_of(":=<> ()") != std::string_view::npos || word.starts_with('-');
}

std::vector<record::Run> fitting(const std::vector<record::Run>& all,
                                 const std::function<bool(const record::Run&)>& fits) {
  std::vector<record::Run> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found), fits);
  return found;
}

base::Result<std::vector<record::Run>> meant_by(record::Reader& reader, const std::vector<record::Run>& all,
                                                const std::string& word) {
  const std::function<bool(const record::Run&)> ways[] = {
      [&](const record::Run& run) { return run.id == word; },
      [&](const record::Run& run) { return run.name == word; },
      [&](const record::Run& run) {
        return std::find(run.tags.begin(), run.tags.end(), word) != run.tags.end();
      },
      [&](const record::Run& run) { return run.folder == word; },
      [&](const record::Run& run) { return run.id.starts_with(word) || run.id.ends_with(word); }};
  if (!word.empty()) {
    for (const auto& way : ways) {
      auto found = fitting(all, way);
      if (!found.empty()) return found;
    }
  }
  if (is_filter(word)) {
    IBOT_TRY(auto found, filter_runs(reader, all, word));
    if (!found.empty()) return found;
    return base::Error{ErrorCode::NotFound, "no run fits " + base::quote_untrusted(word), "", ""};
  }
  std::vector<std::string> known;
  for (const record::Run& run : all) {
    known.insert(known.end(), {run.name, run.id, run.folder});
    known.insert(known.end(), run.tags.begin(), run.tags.end());
  }
  std::erase(known, "");
  const auto nearest = base::nearest_name(word, known);
  return base::Error{
      ErrorCode::NotFound, "no run has the id, name, tag or folder " + base::quote_untrusted(word), "",
      nearest ? "Did you mean " + base::quote_untrusted(*nearest) + "?" : "`ibot runs` lists them"};
}

}  // namespace

base::Result<std::vector<record::Run>> filter_runs(record::Reader& reader, std::vector<record::Run> all,
                                                   std::string_view filter) {
  if (base::trim(filter).empty()) return all;
  std::vector<Facts> facts;
  facts.reserve(all.size());
  const auto view = [&](std::size_t i) {
    return RunFacts{.run = &all[i],
                    .status = &facts[i].status,
                    .parameters = &facts[i].parameters,
                    .evaluations = &facts[i].evaluations,
                    .folder = all[i].folder,
                    .notes = facts[i].notes};
  };
  FilterNames names;
  const std::int64_t now = base::now_micros();
  for (std::size_t i = 0; i < all.size(); ++i) {
    IBOT_TRY(Facts read, read_facts(reader, all[i], now));
    facts.push_back(std::move(read));
    names.add(view(i));
  }
  const ParsedFilter parsed = parse_filter(filter, &names);
  if (parsed.mistake) {
    const auto& mistake = *parsed.mistake;
    const std::string here =
        mistake.position < filter.size() ? str(" at character ", mistake.position + 1) : " at its end";
    std::string_view text = mistake.text;  // a sentence; the hint stands behind a full stop of its own
    if (text.ends_with('.')) text.remove_suffix(1);
    return base::Error{ErrorCode::InvalidArgument,
                       str("the filter ", base::quote_untrusted(filter), here, ": ", text), "",
                       "`ibot runs --help` shows what can be asked"};
  }
  std::vector<record::Run> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (parsed.filter.matches(view(i))) found.push_back(all[i]);
  }
  return found;
}

base::Result<std::vector<record::Run>> select_runs(record::Reader& reader,
                                                   std::span<const std::string> words) {
  record::RunQuery query;
  query.trash = false;
  IBOT_TRY(auto all, reader.runs(query));
  // In the order in which they were made.
  std::reverse(all.begin(), all.end());
  std::vector<record::Run> chosen;
  std::set<std::string> seen;
  for (const std::string& word : words) {
    IBOT_TRY(const auto meant, meant_by(reader, all, word));
    for (const record::Run& run : meant) {
      if (seen.insert(run.id).second) chosen.push_back(run);
    }
  }
  return chosen;
}

}  // namespace ibot::runs
