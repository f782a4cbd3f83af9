// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/weights/key_map.h>
#include <ibot/weights/tensor_file.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ibot::weights {

/// A tensor that a model needs.
struct ExpectedTensor {
  std::string name;  ///< with or without "backbone.", as the model calls it
  std::vector<std::int64_t> shape;
  /// The model has a good value of its own: the mask token, which starts at zero and which no teacher's file
  /// holds.
  bool optional = false;
  /// A counter, such as batch norm's: integers in the file; floating-point numbers otherwise.
  bool integer = false;
};

struct MatchOptions {
  /// Accept a `pos_embed` for another square grid; it is marked, and the caller interpolates.
  bool interpolate_positions = false;
  /// Needed for a file that holds a student and a teacher; ignored by one that names neither.
  std::optional<Network> network = std::nullopt;
};

/// What became of every tensor of the model and of the file. Names are sorted within each list, `matched`
/// follows the model's order. Views point into the file.
struct MatchReport {
  struct Matched {
    std::string name;  ///< the model's
    TensorView tensor;
    bool interpolate = false;  ///< position embedding of another grid
  };
  struct Mismatch {
    std::string name;  ///< the model's
    std::string file_name;
    std::string expected;  ///< "[1, 37, 192]"
    std::string found;     ///< "[1, 197, 192]", or an element type that is not floating
  };
  struct LeftOut {
    std::string file_name;
    std::string part;  ///< "classifier", "projection head", "mask token", "student", "teacher", "loss state",
                       ///< or "copy of head.last_layer.weight_v" (a shared layer under its second name)
  };

  std::vector<Matched> matched;
  std::vector<std::string> missing;     ///< the model's names; must be empty to load
  std::vector<std::string> kept;        ///< optional and absent: keep the model's own value
  std::vector<Mismatch> mismatched;     ///< must be empty to load
  std::vector<std::string> unexpected;  ///< the file's names; must be empty to load
  std::vector<LeftOut> left_out;        ///< known parts that this model does not have

  /// Nothing missing, mismatched or unexpected: the load is whole.
  bool complete() const { return missing.empty() && mismatched.empty() && unexpected.empty(); }
  /// The first reason why not, with a hint; precondition: !complete().
  IBOT_API base::Error error() const;
  /// For people: one line a list, long lists shortened.
  IBOT_API std::string to_text() const;
  /// For scripts: every name.
  IBOT_API nlohmann::json to_json() const;
};

/// Compares what a model needs with what a file holds, by canonical names. Strict: a caller loads only if
/// complete(), so that there is no silent partial load.
///
/// Errors: Incompatible if two tensors of the file have one canonical name, or if the file holds both
/// networks and none was chosen.
IBOT_API base::Result<MatchReport> match(std::span<const ExpectedTensor> expected, const TensorFile& file,
                                         const MatchOptions& options = {});

}  // namespace ibot::weights
