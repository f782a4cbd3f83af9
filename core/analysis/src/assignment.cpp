// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/analysis/assignment.h>

#include <limits>

namespace ibot::analysis {
namespace {

// For rows <= columns. Rows and columns count from 1, column 0 is where a path begins.
std::vector<int> assign_wide(std::span<const double> cost, std::size_t rows, std::size_t columns) {
  constexpr double kFar = std::numeric_limits<double>::infinity();
  std::vector<double> of_row(rows + 1, 0), of_column(columns + 1, 0);  // potentials
  std::vector<std::size_t> row_of(columns + 1, 0), before(columns + 1, 0);
  std::vector<double> shortest(columns + 1);
  std::vector<char> done(columns + 1);
  for (std::size_t row = 1; row <= rows; ++row) {
    row_of[0] = row;
    std::size_t column = 0;
    shortest.assign(columns + 1, kFar);
    done.assign(columns + 1, 0);
    while (row_of[column] != 0) {
      done[column] = 1;
      const std::size_t from = row_of[column];
      const double* costs = cost.data() + (from - 1) * columns;
      double least = kFar;
      std::size_t next = 0;
      for (std::size_t j = 1; j <= columns; ++j) {
        if (done[j] != 0) continue;
        const double reduced = costs[j - 1] - of_row[from] - of_column[j];
        if (reduced < shortest[j]) {
          shortest[j] = reduced;
          before[j] = column;
        }
        if (shortest[j] < least) {
          least = shortest[j];
          next = j;
        }
      }
      for (std::size_t j = 0; j <= columns; ++j) {
        if (done[j] != 0) {
          of_row[row_of[j]] += least;
          of_column[j] -= least;
        } else {
          shortest[j] -= least;
        }
      }
      column = next;
    }
    while (column != 0) {
      row_of[column] = row_of[before[column]];
      column = before[column];
    }
  }
  std::vector<int> result(rows, -1);
  for (std::size_t j = 1; j <= columns; ++j) {
    if (row_of[j] != 0) result[row_of[j] - 1] = static_cast<int>(j - 1);
  }
  return result;
}

}  // namespace

std::vector<int> assign(std::span<const double> cost, std::size_t rows, std::size_t columns) {
  if (rows == 0 || columns == 0) return std::vector<int>(rows, -1);
  if (rows <= columns) return assign_wide(cost, rows, columns);
  std::vector<double> turned(cost.size());
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) turned[j * rows + i] = cost[i * columns + j];
  }
  const std::vector<int> row_of = assign_wide(turned, columns, rows);
  std::vector<int> result(rows, -1);
  for (std::size_t j = 0; j < columns; ++j) result[static_cast<std::size_t>(row_of[j])] = static_cast<int>(j);
  return result;
}

}  // namespace ibot::analysis
