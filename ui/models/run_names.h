// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <vector>

namespace ibot::ui {

class Record;

/// What a list can call a run by.
struct NamedRun {
  QString id, name, seed;    ///< the seed may be empty: not known
  std::int64_t created = 0;  ///< microseconds since 1970 UTC
};

/// What a list of these runs calls them, in their order: by their names, and those that share one by what
/// tells them apart: the seed, where that is not enough the minute in which they were made, and else the last
/// digits of the id. `seeds_beside`: the list shows seeds in a column of their own.
QStringList names_in_list(const std::vector<NamedRun>& runs, bool seeds_beside = false);

/// The same for runs of the record, by id; one that it does not know is called by its id.
NamedRun named_run(const Record& record, const QString& run);
QStringList names_in_list(const Record& record, const QStringList& runs);

}  // namespace ibot::ui
