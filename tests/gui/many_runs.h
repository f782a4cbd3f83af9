// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>

#include <filesystem>
#include <string>

namespace ibot::gui_test {

/// The plan of one of many runs, as the record keeps it: some 110 values, of which mask, learning rate, seed
/// and a few more differ with `number`.
std::string plan_of(int number);

/// A workspace with `runs` finished runs of `points` steps each of the metric "loss", and values of
/// "knn/top1". Written by SQL in one transaction, which is a hundred times faster than what trainers do, into
/// the tables that a Store has made. The folder must be empty or missing.
base::Status make_many_runs(const std::filesystem::path& folder, int runs, int points);

}  // namespace ibot::gui_test
