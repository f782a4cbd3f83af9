// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>

#include <cmath>

namespace ibot::drawing {

std::string rounded(double value, int decimals) {
  const double steps = std::pow(10.0, decimals);
  return base::format_number(std::round(value * steps) / steps);
}

std::string made_by(const protocol::SeenNetwork& network) {
  std::string text = network.backbone + (network.run.empty() ? " of " : " of run ") + network.name;
  if (network.source == "untrained") return text + ", untrained";
  if (network.run.empty()) return text + base::str(", ", network.depth, " layers");
  return text + base::str(", ", network.network, " at step ", base::format_count(network.step), ", from a ",
                          network.source);
}

std::string left_out_sentence(const std::vector<protocol::LeftOut>& left_out) {
  if (left_out.empty()) return {};
  return base::str(" Left out, because ", left_out.size() == 1 ? "it" : "they",
                   " cannot be read: ", protocol::names_of(left_out), ".");
}

std::string subtitle_of(const protocol::SeenNetwork& network, std::int64_t layer) {
  return base::str("layer ", layer, " of ", network.depth, " \u00b7 ", network.moment());
}

}  // namespace ibot::drawing
