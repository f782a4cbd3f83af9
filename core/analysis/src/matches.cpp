// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/analysis/matches.h>

#include <algorithm>

namespace ibot::analysis {

std::vector<Match> mutual_nearest(std::span<const float> similarity, std::size_t rows, std::size_t columns) {
  if (rows == 0 || columns == 0) return {};
  std::vector<std::size_t> of_row(rows, 0), of_column(columns, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const float value = similarity[i * columns + j];
      if (value > similarity[i * columns + of_row[i]]) of_row[i] = j;
      if (value > similarity[of_column[j] * columns + j]) of_column[j] = i;
    }
  }
  std::vector<Match> matches;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t j = of_row[i];
    if (of_column[j] == i)
      matches.push_back({static_cast<int>(i), static_cast<int>(j), similarity[i * columns + j]});
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& a, const Match& b) { return a.value > b.value; });
  return matches;
}

}  // namespace ibot::analysis
