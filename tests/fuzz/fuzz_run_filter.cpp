// SPDX-License-Identifier: GPL-3.0-or-later
// The filter over runs: any bytes give a filter, which is the same after it was written out in full, or one
// mistake inside the text.

#include <ibot/runs/filter.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace ibot;

struct Known {
  Known() {
    run.id = "20261127-101500-aaaaaa";
    run.name = "block seed 0";
    run.tags = {"keep"};
    run.last_values = {{"knn/top1", 10, 0, 45.0}, {"loss", 10, 0, 5.0}};
    run.planned_steps = 100;
    parameters = {{"mask.plugin", "block", 0, true}, {"optimizer.lr", "0.001", 0.001, true}};
    evaluations = {{"knn/top1", "teacher", 10, 45.0}};
    names.add(facts());
  }
  runs::RunFacts facts() const {
    return {.run = &run,
            .status = &status,
            .parameters = &parameters,
            .evaluations = &evaluations,
            .folder = "study",
            .notes = 1};
  }
  record::Run run;
  record::EffectiveStatus status;
  runs::Parameters parameters;
  std::vector<runs::EvaluationValue> evaluations;
  runs::FilterNames names;
};

void check(std::string_view text, const runs::FilterNames* names, const Known& known) {
  const runs::ParsedFilter parsed = runs::parse_filter(text, names);
  if (parsed.mistake) {
    const auto& mistake = *parsed.mistake;
    if (mistake.text.empty() || mistake.position + mistake.length > text.size() + 2) std::abort();
    if (!parsed.filter.empty()) std::abort();
    return;
  }
  const std::string full = parsed.filter.to_text();
  if (full.size() > 4096) return;  // longer in full than a filter may be
  const runs::ParsedFilter again = runs::parse_filter(full, names);
  if (again.mistake || again.filter.to_text() != full) std::abort();
  if (again.filter.matches(known.facts()) != parsed.filter.matches(known.facts())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Known known;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  check(text, nullptr, known);
  check(text, &known.names, known);
  return 0;
}
