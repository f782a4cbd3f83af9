// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bundle_file.h"

#include <ibot/base/result.h>
#include <ibot/record/reader.h>

#include <QString>
#include <QStringList>
#include <string>
#include <vector>

namespace ibot::ui {

/// A record that compared runs are read from. Its reader is gone before the bundle that it reads.
struct ComparisonSource {
  OpenedBundlePtr bundle;  ///< nullptr: the workspace at hand
  record::Reader reader;
  std::string name;  ///< of the bundle's file; empty: the workspace at hand
  std::vector<record::Run> runs;
};

/// The runs of the workspace that are asked for, in that order, then all runs of each bundle, oldest first.
/// What is in the record no more, or in a record before, is left out. Runs of bundles have colours that none
/// of the others has. Thread: any that may wait. Errors:
/// those of the readers.
base::Result<std::vector<ComparisonSource>> open_comparison_sources(
    const QString& workspace, const QStringList& runs, const std::vector<OpenedBundlePtr>& bundles,
    const record::ReaderOptions& options = {});

}  // namespace ibot::ui
