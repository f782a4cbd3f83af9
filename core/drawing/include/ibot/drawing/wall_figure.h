// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/drawing/view_figures.h>
#include <ibot/figure/picture_wall.h>
#include <ibot/protocol/wall.h>

#include <string>
#include <vector>

namespace ibot::drawing {

/// The answer of a wall as rows and columns, for figures and for the window alike. Networks of one run that
/// follow each other stand in one row, as its moments; across stand the pictures, each with all moments.
struct WallCells {
  struct Cell {
    int network = -1;  ///< of the answer; -1: an empty place
    std::size_t picture = 0;
    /// Why it is empty; nothing: this run has fewer moments.
    std::string note = {};
    /// Where the rows' moments differ, so that no column can say it; "step 94 \u2212 93" where its values are
    /// less those of another step.
    std::string moment = {};
    std::vector<float> values = {};  ///< [rows * columns] of the patch grid
    bool difference = false;         ///< `values` are less those of the baseline
  };
  std::vector<std::string> rows = {};
  std::vector<figure::PictureWall::Column> columns = {};
  std::vector<Cell> cells = {};  ///< [rows * columns]
  /// Of all values, nothing included; of all differences, as far below nothing as above.
  figure::Range range = {}, difference_range = {};
  std::string baseline = {};  ///< what differences are to; empty: none are shown
  bool by_step = false;       ///< they are to several moments of it, found by their steps
};

/// "b, c at step 400": the networks of an answer whose weights are not kept, a run's steps together; empty:
/// there are none.
IBOT_API std::string names_of_gaps(const protocol::WallReply& reply);

/// `difference`: the other rows less the first one that has weights, each moment less the first row's of the
/// same step, or of the nearest one before; of one row the other moments less the first one. Where there is
/// nothing to compare, values stay as they are. Precondition: an answer that from_message() gave.
IBOT_API WallCells arrange_wall(const protocol::WallReply& reply, bool difference);

/// "Attention of the CLS token, last layer, mean of the heads": what the numbers of a wall are.
IBOT_API std::string wall_method(const protocol::WallReply& reply);

struct WallLook {
  Look look = {};
  bool difference = false;
};
/// Errors: those of draw_map_wall().
IBOT_API base::Result<figure::Figure> draw_wall(const protocol::WallReply& reply, const WallLook& how);

}  // namespace ibot::drawing
