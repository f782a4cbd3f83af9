// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plan/places.h>
#include <ibot/plan/plan.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Ablations: one recipe, varied by factors and repeated with seeds. As a file:
//
//   name: masks                                   # also the folder of its runs
//   base: ../recipes/demo_parts.yaml              # relative to this file
//   set: {train.epochs: 50}                       # the same for all of them; may be left out
//   factors:
//     optimizer.lr: [0.003, 0.006]                # a key with its values ...
//     mask:                                       # ... or names, each for several keys at once
//       none: {mask.plugin: none}
//       random: {mask: {plugin: random, ratio: [0.0, 0.3]}}
//   seeds: [0, 1, 2]                              # shared by all, so that comparisons are paired
//   design: full                                  # or one_at_a_time: from the first value of each factor
//
// Everything here is pure: files apart from the recipe are not touched, nothing is started.
namespace ibot::plan {

inline constexpr std::size_t kMostMatrixCells = 1000;

/// One choice of a factor: what it sets, as overrides ("mask.plugin=random").
struct IBOT_API MatrixLevel {
  std::string name;
  std::vector<std::string> overrides;
};

struct IBOT_API MatrixFactor {
  std::string name;  ///< a key, or what people call it
  std::vector<MatrixLevel> levels;
};

enum class MatrixDesign : std::uint8_t {
  Full = 1,    ///< every combination
  OneAtATime,  ///< the first level of every factor, and each other level with the rest as they are there
};

struct IBOT_API Matrix {
  std::string name;
  std::filesystem::path base;
  std::vector<std::string> overrides;  ///< of every cell, below those of the factors
  std::vector<MatrixFactor> factors;
  std::vector<std::int64_t> seeds;  ///< empty: the recipe's own
  MatrixDesign design = MatrixDesign::Full;
};

/// One run of a matrix.
struct IBOT_API MatrixCell {
  std::string name;                 ///< "mask=random lr=0.003 s1"
  std::vector<std::size_t> levels;  ///< one a factor
  std::optional<std::int64_t> seed;
  std::vector<std::string> overrides;  ///< all of them, name and seed too
};

/// Reads a matrix; every mistake is a diagnostic, nullopt if there is an error. `text`: what the file would
/// say.
IBOT_API std::optional<Matrix> read_matrix(const std::filesystem::path& file,
                                           params::Diagnostics& diagnostics,
                                           std::optional<std::string_view> text = std::nullopt);
/// The file that says so; read again it is the same matrix. Its base is written as it is.
IBOT_API std::string write_matrix(const Matrix& matrix);
/// "mask.plugin=none,random,block"; commas within brackets, braces and quotes belong to a value.
IBOT_API std::optional<MatrixFactor> parse_factor(std::string_view text, params::Diagnostics& diagnostics);

/// In the order of the factors, seeds last and together. Errors: InvalidArgument (more than
/// kMostMatrixCells).
IBOT_API base::Result<std::vector<MatrixCell>> cells_of(const Matrix& matrix);

/// What is known of the data that a cell trains on.
struct IBOT_API MatrixDataset {
  DatasetFacts facts;
  std::string content_hash;
};

/// What a workspace has of a cell already: ids of runs, empty where there is none.
struct IBOT_API EarlierRuns {
  std::string same_run;     ///< need not be made again
  std::string other_build;  ///< the same, but for another build of a plugin of the same version
};

struct IBOT_API MatrixRequest {
  Matrix matrix;
  std::vector<PluginInfo> plugins;
  /// Asked for every cell, with the content hash of its data; empty: nothing is known of earlier runs.
  std::function<EarlierRuns(const Plan&, std::string_view)> earlier;
  /// Asked once for each different data section; nullopt or empty: unknown.
  std::function<std::optional<MatrixDataset>(const data::DataOptions&)> dataset;
  /// Asked once for each different set of evaluators and data; empty: nobody looks.
  std::function<MissingPlaces(const Plan&)> missing_places;
  std::optional<double> images_per_second;  ///< expected, of one run; for the duration
};

struct IBOT_API ReviewedCell {
  MatrixCell cell;
  std::optional<Plan> plan;  ///< nullopt: it has mistakes
  std::string content_hash;  ///< of its data
  std::string same_cell;     ///< name of an earlier cell that is the same; empty: none
  std::string same_run;      ///< id of an earlier run that is the same; empty: none
  std::string other_build;   ///< see EarlierRuns; the cell is new all the same

  bool is_new() const { return plan && same_cell.empty() && same_run.empty(); }
};

/// Of the cells that are new; nothing where one of them is unknown.
struct IBOT_API MatrixTotals {
  std::int64_t runs = 0;
  std::int64_t duplicates = 0;
  std::optional<std::int64_t> steps;
  std::optional<std::uint64_t> disk_bytes;
  std::optional<double> seconds;  ///< one run after the other
};

struct IBOT_API MatrixReview {
  std::vector<ReviewedCell> cells;
  params::Diagnostics diagnostics;  ///< of all cells, each said once
  MissingPlaces missing;            ///< of all cells that are new
  MatrixTotals totals;
};

/// Makes the plan of every cell. An error among the diagnostics: not all cells have a plan.
IBOT_API MatrixReview review_matrix(const MatrixRequest& request);

}  // namespace ibot::plan
