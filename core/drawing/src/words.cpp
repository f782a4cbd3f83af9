// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>

#include <algorithm>
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
  text += base::str(", ", network.network, " at step ", base::format_count(network.step), ", from a ",
                    network.source);
  // Of a run that goes on, how old what is seen is.
  return network.saved > 0 ? text + " saved " + base::format_time(network.saved) : text;
}

bool several_names(std::span<const protocol::SeenNetwork> networks) {
  return std::any_of(networks.begin(), networks.end(), [&](const protocol::SeenNetwork& each) {
    return each.run != networks.front().run || each.name != networks.front().name;
  });
}

std::string label_of(const protocol::SeenNetwork& network, bool named) {
  const std::string moment = network.moment();
  return named && moment != network.name ? network.name + " \u00b7 " + moment : moment;
}

std::string label_of_both(const protocol::SeenNetwork& first, const protocol::SeenNetwork& second) {
  const bool named = several_names(std::vector{first, second});
  return label_of(first, named) + " and " + label_of(second, named);
}

std::string counted(std::int64_t count, const std::string& what, const char* plural) {
  return base::format_count(count) + " " + what + (count == 1 ? "" : plural);
}

std::string place_text(const protocol::PatchPlace& place) {
  return place.row < 0 ? std::string("the CLS token")
                       : base::str("the patch in row ", place.row, ", column ", place.column);
}

std::string sizes_sentence(std::span<const protocol::SeenPicture> pictures) {
  if (pictures.empty()) return {};
  int width = 0, height = 0;
  bool equal = true;
  for (const protocol::SeenPicture& picture : pictures) {
    width = std::max(width, picture.width);
    height = std::max(height, picture.height);
    equal = equal && picture.width == pictures.front().width && picture.height == pictures.front().height;
  }
  return base::str(" Seen at ", equal ? "" : "up to ", width, " x ", height, " px.");
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
