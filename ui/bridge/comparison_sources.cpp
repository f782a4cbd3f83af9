// SPDX-License-Identifier: GPL-3.0-or-later
#include "comparison_sources.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

namespace ibot::ui {

base::Result<std::vector<ComparisonSource>> open_comparison_sources(
    const QString& workspace, const QStringList& runs, const std::vector<OpenedBundlePtr>& bundles,
    const record::ReaderOptions& options) {
  std::vector<ComparisonSource> sources;
  std::set<std::string> known;
  std::set<std::int64_t> colours;
  IBOT_TRY(const record::Workspace own, record::Workspace::open(workspace.toStdString()));
  IBOT_TRY(record::Reader reader, record::Reader::open(own, options));
  std::vector<record::Run> rows;
  for (const QString& id : runs) {
    auto run = reader.run(id.toStdString());
    if (run) {
      known.insert(run->id);
      colours.insert(run->colour);
      rows.push_back(std::move(*run));
    } else if (run.error().code != base::ErrorCode::NotFound) {
      return run.error();
    }
  }
  sources.push_back({nullptr, std::move(reader), {}, std::move(rows)});
  for (const OpenedBundlePtr& bundle : bundles) {
    IBOT_TRY(record::Reader theirs, record::Reader::open(bundle->files.workspace(), options));
    IBOT_TRY(auto all, theirs.runs());
    std::reverse(all.begin(), all.end());
    std::erase_if(all, [&](const record::Run& run) { return !known.insert(run.id).second; });
    // They were given by another record, and may be taken here.
    for (record::Run& run : all) {
      while (!colours.insert(run.colour).second) ++run.colour;
    }
    sources.push_back({bundle, std::move(theirs), bundle->name().toStdString(), std::move(all)});
  }
  return sources;
}

}  // namespace ibot::ui
