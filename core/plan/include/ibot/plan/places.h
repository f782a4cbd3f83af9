// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plan/plan.h>

#include <map>
#include <string>
#include <string_view>

// Parameters that say where pictures lie, and not what they are: the same pictures in another folder make
// the same run. Those of the sections `data` and `evaluators` that are a text and are called `path` or end in
// `_path`: `data.path`, `evaluators.knn.val_path`. The name says so and not the schema, since plans that
// others recorded are compared too, with plugins that need not be here.
namespace ibot::plan {

/// Whether the text of this full key is a place.
IBOT_API bool is_place(std::string_view key);

/// What the settings of an evaluation call the hash of the pictures that it found at such a place: "val" for
/// `val_path`, "data" for `path`.
IBOT_API std::string content_name(std::string_view key);

/// Pictures that an evaluator cannot read.
struct MissingPlace {
  base::Error error;   ///< why
  bool named = false;  ///< somebody named them; else they are those that the evaluator would take by itself
};
/// By the full key that names them, or would.
using MissingPlaces = std::map<std::string, MissingPlace, std::less<>>;

/// Looks on this machine for the pictures that evaluators of a plan name, or take from beside the run's own.
/// Opens folders as the evaluators do, which takes a while for large ones, but reads no picture. Nothing is
/// said of what lies beside pictures that are not there themselves, or are still to be drawn. Thread: any
/// that may wait.
IBOT_API MissingPlaces find_missing_places(const Plan& plan);

/// What is looked for: where two plans say the same the same is missing.
IBOT_API std::string asked_places(const Plan& plan);

/// A warning for each, at the line that names it.
IBOT_API params::Diagnostics place_warnings(const Plan& plan, const MissingPlaces& missing);

/// For those who start runs: an error (that of the pictures) if any that somebody named is missing. What an
/// evaluator would take by itself is no more than a warning: pictures without labels can be trained on.
IBOT_API base::Status require_places(const MissingPlaces& missing);

}  // namespace ibot::plan
