// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bundle_file.h"

#include <ibot/compare/ablation_table.h>
#include <ibot/compare/replicates.h>

#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ibot::ui {

/// How runs are judged, and the table in which that is said.
struct ComparisonChoice {
  std::string metric;                          ///< empty: the usual one, see compare::choose_metric()
  std::optional<compare::Direction> better;    ///< nothing: as usual for the metric
  compare::CheckpointRule rule;                ///< which moment counts
  std::optional<compare::Preset> preset = {};  ///< the table has a shape of the paper's
  std::string rows = {}, columns = {};         ///< or is a grid of these factors; empty: one row a variant
  bool operator==(const ComparisonChoice&) const = default;
};

struct ComparisonRequest {
  QString workspace;
  QStringList runs;  ///< in this order; those that are not in the record are left out
  QString baseline;  ///< one of them, or of a bundle's
  ComparisonChoice choice;
  std::vector<OpenedBundlePtr> bundles = {};  ///< whose runs stand behind those of the workspace
};

/// Runs beside each other: all that the module compare says of them. Shared, never changed after it was sent.
struct ComparisonView {
  QString problem;  ///< why the runs cannot be read, in words; then the rest is empty
  /// The baseline first, where it is compared. Those of a bundle say so as their source.
  std::vector<compare::RunData> runs;
  std::string study;     ///< that all of them belong to, by whose factors groups are called
  std::string baseline;  ///< id
  std::vector<compare::DifferenceRow> rows;  ///< also those that are the same in all runs
  std::optional<compare::Explanation> why;   ///< of two runs
  std::vector<compare::Replicates> groups;   ///< runs equal but for the seed
  std::vector<std::string> metrics;          ///< that could be chosen, ascending
  std::optional<compare::ComparisonResult> result;
  std::vector<std::string> summary;     ///< of the result, a sentence a variant
  QString why_no_result;                ///< in words, where there is none
  std::vector<std::string> factors;     ///< parameters in which the groups differ, ascending
  std::optional<compare::Table> table;  ///< of the result, as it was chosen
  QString why_no_table;
};
using ComparisonViewPtr = std::shared_ptr<const ComparisonView>;

/// Compares runs on a thread of the pool: reading and judging fifty of them takes tens of milliseconds. One
/// request is worked on at a time; of those that come meanwhile the newest alone is answered. Thread: the
/// window's.
class ComparisonFollower final : public QObject {
  Q_OBJECT

 public:
  explicit ComparisonFollower(QObject* parent = nullptr);

  void ask(const ComparisonRequest& request);
  /// Nobody wants the answers that are still to come.
  void forget();
  bool is_busy() const { return wanted_ || busy_; }

 Q_SIGNALS:
  void answered(ibot::ui::ComparisonViewPtr view);

 private:
  void start();
  void finish(int question, const ComparisonViewPtr& view);

  std::optional<ComparisonRequest> wanted_;
  bool busy_ = false;
  int question_ = 0;
};

/// The work itself, on any thread.
ComparisonView compare_runs(const ComparisonRequest& request);

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::ComparisonViewPtr)
