// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/workspace.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A study: a named set of runs and what is asked of them. How they will be judged is kept with the moment at
// which it was settled, so that a reader can see whether that was before or after the runs had ended.

namespace ibot::record {

struct StudyRun {
  std::string run;
  std::map<std::string, std::string> levels;  ///< by factor: {"mask": "none"}; may be empty

  bool operator==(const StudyRun&) const = default;
};

struct Study {
  std::string name;  ///< unique in a record
  std::string question;
  std::string notes;
  std::string metric;          ///< "knn/top1@teacher"; empty: not settled yet
  std::string better;          ///< "higher", "lower", or empty: as usual for the metric
  std::string rule = "last";   ///< which moment counts: "last", "step:1000"
  std::string baseline;        ///< id of a run; empty: none
  std::vector<StudyRun> runs;  ///< in their order
  std::optional<std::int64_t>
      settled;  ///< when metric, direction, rule, baseline or runs were last changed; given by the record
  std::int64_t created = 0;  ///< given by the record
  std::int64_t changed = 0;  ///< given by the record
};

/// The writing side of the studies of a workspace, beside any number of Stores; thread and errors are the
/// Store's.
class IBOT_API Studies {
 public:
  /// Errors: as Store::open().
  static base::Result<Studies> open(const Workspace& workspace);
  Studies(Studies&&) noexcept;
  Studies& operator=(Studies&&) noexcept;
  ~Studies();

  /// Records a study, or replaces the whole of that of the same name. Errors: InvalidArgument (no name, an
  /// unknown direction, a run twice, a baseline that is none of the runs), NotFound (a run).
  base::Status put(const Study& study);
  /// The runs stay. Errors: NotFound.
  base::Status remove(std::string_view name);

 private:
  struct Impl;
  explicit Studies(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// All studies of a record by name, with their runs in the studies' order. Opens the record for the moment.
/// Errors: those of Reader.
IBOT_API base::Result<std::vector<Study>> read_studies(const Workspace& workspace);
/// Errors: also NotFound with the nearest name.
IBOT_API base::Result<Study> read_study(const Workspace& workspace, std::string_view name);

}  // namespace ibot::record
