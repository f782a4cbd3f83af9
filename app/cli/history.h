// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session.h"

#include <ibot/figure/figure.h>

namespace ibot::cli {

struct HistoryRequest {
  int moments = 4;   ///< at which attention is shown, spaced logarithmically, first and last among them
  int pictures = 6;  ///< of the run's probe pictures
  bool dark = false;
};

/// A run's probe pictures over its training: attention of CLS (mean of heads) at several moments, principal
/// components and clusters of the patch tokens at the last. Errors: NotFound (the run has no probe history),
/// Corrupt (an array that is not what it says).
base::Result<figure::Figure> draw_history(OpenedRun& opened, const HistoryRequest& request);

}  // namespace ibot::cli
