// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/params/layers.h>
#include <ibot/plan/matrix.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace ibot::plan {
namespace {

using base::str;

// What a factor is called in names: the end of its key, or the section whose plugin it chooses.
std::string short_name(const std::string& key) {
  const std::vector<std::string> parts = base::split(key, '.');
  if (parts.size() > 1 && parts.back() == params::kPluginKey) return parts[parts.size() - 2];
  return parts.back();
}

std::vector<std::string> labels_of(const std::vector<MatrixFactor>& factors) {
  std::map<std::string, int> uses;
  for (const MatrixFactor& factor : factors) ++uses[short_name(factor.name)];
  std::vector<std::string> labels;
  for (const MatrixFactor& factor : factors) {
    const std::string label = short_name(factor.name);
    labels.push_back(uses[label] > 1 ? factor.name : label);
  }
  return labels;
}

using Levels = std::vector<std::size_t>;

// The last factor changes fastest.
std::vector<Levels> full_grid(const Matrix& matrix) {
  std::vector<Levels> grid = {{}};
  for (const MatrixFactor& factor : matrix.factors) {
    std::vector<Levels> longer;
    for (const Levels& levels : grid) {
      for (std::size_t level = 0; level < factor.levels.size(); ++level) {
        longer.push_back(levels);
        longer.back().push_back(level);
      }
    }
    grid = std::move(longer);
  }
  return grid;
}

std::vector<Levels> one_at_a_time(const Matrix& matrix) {
  const Levels reference(matrix.factors.size(), 0);
  std::vector<Levels> designs = {reference};
  for (std::size_t factor = 0; factor < matrix.factors.size(); ++factor) {
    for (std::size_t level = 1; level < matrix.factors[factor].levels.size(); ++level) {
      designs.push_back(reference);
      designs.back()[factor] = level;
    }
  }
  return designs;
}

// Saturates, so that a grid of astronomic size is one message.
std::size_t count_cells(const Matrix& matrix) {
  constexpr std::size_t kMany = 1'000'000'000;
  const std::size_t seeds = std::max<std::size_t>(1, matrix.seeds.size());
  std::size_t count = 1;
  for (const MatrixFactor& factor : matrix.factors) {
    const std::size_t levels = factor.levels.size();
    count = matrix.design == MatrixDesign::Full ? count * levels
                                                : count + levels - std::min<std::size_t>(1, levels);
    count = std::min(count, kMany);
  }
  return std::min(count * std::min(seeds, kMany), kMany);
}

MatrixCell make_cell(const Matrix& matrix, const std::vector<std::string>& labels, const Levels& levels,
                     std::optional<std::int64_t> seed) {
  MatrixCell cell{{}, levels, seed, matrix.overrides};
  for (std::size_t factor = 0; factor < levels.size(); ++factor) {
    const MatrixLevel& level = matrix.factors[factor].levels[levels[factor]];
    cell.name += (cell.name.empty() ? "" : " ") + labels[factor] + "=" + level.name;
    cell.overrides.insert(cell.overrides.end(), level.overrides.begin(), level.overrides.end());
  }
  if (cell.name.empty()) cell.name = matrix.name;
  if (seed) {
    cell.name += str(" s", *seed);
    cell.overrides.push_back(str("seed=", *seed));
  }
  cell.overrides.push_back("name=" + nlohmann::json(cell.name).dump());
  return cell;
}

void add_once(params::Diagnostics& all, const params::Diagnostics& more) {
  for (const params::Diagnostic& diagnostic : more) {
    if (std::find(all.begin(), all.end(), diagnostic) == all.end()) all.push_back(diagnostic);
  }
}

class Reviewer {
 public:
  explicit Reviewer(const MatrixRequest& request) : request_(request) {}

  MatrixReview review() {
    MatrixReview review;
    auto cells = cells_of(request_.matrix);
    if (!cells) {
      const params::Origin where{params::Origin::Kind::File, request_.matrix.name, 0, 0};
      review.diagnostics.push_back({params::Severity::Error, where, "factors", cells.error().message,
                                    cells.error().expected, cells.error().hint});
      return review;
    }
    for (MatrixCell& cell : *cells) {
      review.cells.push_back(plan_cell(std::move(cell), review.diagnostics));
      find_twins(review.cells);
      if (review.cells.back().is_new()) find_places(*review.cells.back().plan, review);
    }
    // Mistakes before what is only advice.
    std::stable_partition(review.diagnostics.begin(), review.diagnostics.end(), [](const auto& diagnostic) {
      return diagnostic.severity == params::Severity::Error;
    });
    review.totals = total(review.cells);
    return review;
  }

 private:
  ReviewedCell plan_cell(MatrixCell cell, params::Diagnostics& diagnostics) {
    PlanRequest request;
    request.file = request_.matrix.base;
    request.overrides = cell.overrides;
    request.plugins = request_.plugins;
    PlanResult result = make_plan(request);
    ReviewedCell reviewed{std::move(cell), {}, {}, {}, {}, {}};
    if (result.plan) {
      if (const auto& data = dataset_of(*result.plan)) {
        request.dataset = data->facts;
        result = make_plan(request);
        reviewed.content_hash = data->content_hash;
      }
    }
    add_once(diagnostics, result.diagnostics);
    reviewed.plan = std::move(result.plan);
    return reviewed;
  }

  const std::optional<MatrixDataset>& dataset_of(const Plan& plan) {
    const auto known = datasets_.find(plan.hashes().data);
    if (known != datasets_.end()) return known->second;
    auto found = request_.dataset ? request_.dataset(plan.data()) : std::nullopt;
    return datasets_.emplace(plan.hashes().data, std::move(found)).first->second;
  }

  void find_places(const Plan& plan, MatrixReview& review) {
    if (!request_.missing_places) return;
    if (!asked_places_.insert(asked_places(plan)).second) return;
    const MissingPlaces missing = request_.missing_places(plan);
    add_once(review.diagnostics, place_warnings(plan, missing));
    review.missing.insert(missing.begin(), missing.end());
  }

  // Of the last cell.
  void find_twins(std::vector<ReviewedCell>& cells) const {
    ReviewedCell& cell = cells.back();
    if (!cell.plan) return;
    const auto twin = std::find_if(cells.begin(), cells.end() - 1, [&](const ReviewedCell& other) {
      return other.plan && other.plan->hashes().plan == cell.plan->hashes().plan;
    });
    if (twin != cells.end() - 1) cell.same_cell = twin->cell.name;
    if (!request_.earlier) return;
    EarlierRuns earlier = request_.earlier(*cell.plan, cell.content_hash);
    cell.same_run = std::move(earlier.same_run);
    cell.other_build = std::move(earlier.other_build);
  }

  MatrixTotals total(const std::vector<ReviewedCell>& cells) const {
    MatrixTotals totals;
    std::uint64_t passing = 0;  // what a run needs besides while it is made, one after the other
    totals.steps = 0;
    totals.disk_bytes = 0;
    if (request_.images_per_second.value_or(0) > 0) totals.seconds = 0;
    for (const ReviewedCell& cell : cells) {
      if (!cell.plan) continue;
      if (!cell.is_new()) {
        ++totals.duplicates;
        continue;
      }
      ++totals.runs;
      const Derived& derived = cell.plan->derived();
      if (totals.seconds && derived.total_steps && derived.effective_batch) {
        *totals.seconds += static_cast<double>(*derived.total_steps) *
                           static_cast<double>(*derived.effective_batch) / *request_.images_per_second;
      } else {
        totals.seconds.reset();
      }
      add(totals.steps, derived.total_steps);
      add(totals.disk_bytes, kept_bytes(derived));
      passing = std::max(passing, derived.disk_bytes.value_or(0) - kept_bytes(derived).value_or(0));
    }
    if (totals.disk_bytes) *totals.disk_bytes += passing;
    return totals;
  }

  static std::optional<std::uint64_t> kept_bytes(const Derived& derived) {
    std::optional<std::uint64_t> kept = derived.disk_bytes;
    for (const CostPart& part : derived.disk) {
      if (kept && (part.name == "writing" || part.name == "journal")) *kept -= part.bytes;
    }
    return kept;
  }

  // What is unknown once stays so.
  template <class T>
  static void add(std::optional<T>& sum, const std::optional<T>& value) {
    if (!value) sum.reset();
    if (sum) *sum += *value;
  }

  const MatrixRequest& request_;
  std::map<std::string, std::optional<MatrixDataset>> datasets_;
  std::set<std::string> asked_places_;
};

}  // namespace

base::Result<std::vector<MatrixCell>> cells_of(const Matrix& matrix) {
  const std::size_t count = count_cells(matrix);
  if (count > kMostMatrixCells) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       str("the matrix has ", base::format_count(static_cast<std::int64_t>(count)), " runs"),
                       str("at most ", base::format_count(static_cast<std::int64_t>(kMostMatrixCells))),
                       "Fewer values, or design: one_at_a_time"};
  }
  const std::vector<std::string> labels = labels_of(matrix.factors);
  std::vector<std::optional<std::int64_t>> seeds(matrix.seeds.begin(), matrix.seeds.end());
  if (seeds.empty()) seeds.emplace_back();
  std::vector<MatrixCell> cells;
  for (const Levels& levels :
       matrix.design == MatrixDesign::Full ? full_grid(matrix) : one_at_a_time(matrix)) {
    for (const auto& seed : seeds) cells.push_back(make_cell(matrix, labels, levels, seed));
  }
  return cells;
}

MatrixReview review_matrix(const MatrixRequest& request) {
  return Reviewer(request).review();
}

}  // namespace ibot::plan
