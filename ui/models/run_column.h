// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/record_changes.h>

#include <QColor>
#include <QString>
#include <cstdint>
#include <optional>
#include <string>

namespace ibot::ui {

/// What a column of the table of runs shows.
struct RunColumn {
  enum class Kind : std::uint8_t {
    Name = 1,
    State,
    Progress,
    Created,
    Duration,
    Tags,
    Folder,
    Notes,
    Curve,       ///< a sparkline of metric `key`
    Parameter,   ///< of the plan, by its full key
    Metric,      ///< last value
    Evaluation,  ///< newest value, `key` is "knn/top1@teacher"
    Differing,   ///< stands for all parameters in which the runs differ
  };
  Kind kind = Kind::Name;
  QString key;

  /// "parameter:optimizer.lr"; what settings keep. from_id() gives nothing for what is no id.
  QString id() const;
  static std::optional<RunColumn> from_id(const QString& id);
  /// What stands in the header, and in lists of columns.
  QString title() const;
  QString description() const;
  /// Numbers of one kind stand right-aligned below each other.
  bool is_number() const;
  /// Runs may be gathered under its values.
  bool can_group() const;

  bool operator==(const RunColumn&) const = default;
};

/// What one run has in one column: as it is shown, and as it is compared.
struct RunCell {
  QString text;
  std::optional<double> number;  ///< numbers are compared as numbers
  bool missing = false;
};

/// `traits` may be nullptr: not read yet.
RunCell run_cell(const RunColumn& column, const RunView& view, const RunTraits* traits);
/// The same to compare alone: without a text where a number decides.
RunCell run_order(const RunColumn& column, const RunView& view, const RunTraits* traits);
/// A strict order: numbers, then texts; what is missing is in no order with anything.
bool less(const RunCell& a, const RunCell& b);

/// The last value of a metric; NaN if there is none.
double last_value(const RunView& view, const std::string& metric);

/// The name that people know a run by.
QString run_name(const record::Run& run);

/// "running", "queued", "died", ... in one word, and the token of its dot.
QString state_word(const RunView& view);
QColor state_colour(const RunView& view);

}  // namespace ibot::ui
