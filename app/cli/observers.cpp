// SPDX-License-Identifier: GPL-3.0-or-later
#include "observers.h"

namespace ibot::cli {

base::Result<std::vector<std::unique_ptr<train::Observer>>> make_observers(const plan::Plan&,
                                                                           const plugin::Registry&,
                                                                           const data::Dataset&) {
  return std::vector<std::unique_ptr<train::Observer>>();
}

}  // namespace ibot::cli
