// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/compare/ablation_table.h>
#include <ibot/figure/curve_figure.h>
#include <ibot/figure/interval_figure.h>
#include <ibot/record/study.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

// A study as one HTML file: question, verdicts, figures, what differs, where it came from. The file needs
// nothing beside it and asks nothing of a network.
namespace ibot::compare {

/// The curves of one metric, one a group: the mean over its runs at the steps that all of them have, with its
/// 95 % t-interval; the run itself where there is one. Warnings of losses that are not the same number stand
/// in the caption. Errors: those of the reader and of draw_curves().
IBOT_API base::Result<figure::CurveFigure> group_curves(record::Reader& reader, std::span<const RunData> runs,
                                                        std::span<const Replicates> groups,
                                                        const std::string& metric);

/// Means and intervals of a result, the verdict at the end of each line. `runs`: those that were compared,
/// whose colours it takes as curves do.
IBOT_API figure::IntervalFigure interval_figure(const ComparisonResult& result,
                                                std::span<const RunData> runs);

struct ReportFigure {
  std::string title;  ///< also what is read where pictures are not shown
  std::string svg;
};

struct Report {
  std::string title;
  std::string question;
  std::string notes;
  std::vector<std::string> summary;  ///< sentences
  std::vector<Table> tables;
  std::vector<ReportFigure> figures;
  std::vector<Table> appendix;  ///< what differs, every value
  std::string made;             ///< by what and when
};

/// The file. Every text is escaped; figures are data URLs, so that the ids in one do not meet those in
/// another.
IBOT_API std::string to_html(const Report& report);

/// What a report says of a result, in sentences: its warnings, then a line a variant.
IBOT_API std::vector<std::string> summary_of(const ComparisonResult& result);

/// The report of a comparison: tables, figures of the metric and of the loss, appendix. `study`: its question
/// and notes; may be missing. Errors: those of the reader and of drawing.
IBOT_API base::Result<Report> make_report(record::Reader& reader, std::span<const RunData> runs,
                                          std::span<const Replicates> groups,
                                          const std::optional<ComparisonResult>& result,
                                          const std::optional<record::Study>& study);

}  // namespace ibot::compare
