// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>
#include <ibot/figure/map_sheet.h>
#include <ibot/figure/matrix_figure.h>

#include <algorithm>

namespace ibot::drawing {

using base::str;

base::Result<figure::Figure> draw_norms(const protocol::NormsReply& reply, double factor, const Look& look) {
  figure::MapSheet sheet;
  sheet.title = "Lengths of patch tokens";
  sheet.subtitle = subtitle_of(reply.network, reply.layer);
  sheet.caption = {
      str("Before the final norm. ", reply.outliers, " of ", base::format_count(reply.patches), " patches (",
          rounded(reply.rate() * 100, 2), " %) are longer than ", rounded(reply.threshold, 2),
          ": the median ", rounded(reply.median, 2), " plus ", base::format_number(factor),
          " robust standard deviations (1.4826 median absolute deviations); they are "
          "outlined. ",
          made_by(reply.network), ".", sizes_sentence(reply.pictures), left_out_sentence(reply.left_out))};
  sheet.unit = "L2 norm";
  sheet.theme = look.theme;
  sheet.upsampling = look.upsampling;
  for (std::size_t i = 0; i < reply.pictures.size(); ++i) {
    const protocol::SeenPicture& picture = reply.pictures[i];
    sheet.tiles.push_back({.caption = picture.name, .picture = view_of(picture)});
    figure::MapTile tile{
        .caption = "lengths", .rows = picture.rows, .columns = picture.columns, .values = reply.norms[i]};
    for (const float value : reply.norms[i]) tile.inside.push_back(value > reply.threshold ? 1 : 0);
    sheet.tiles.push_back(std::move(tile));
  }
  sheet.columns = std::min(6, static_cast<int>(sheet.tiles.size()));
  return figure::draw_map_sheet(sheet);
}

static std::string few_tokens(std::int64_t samples, std::int64_t dim) {
  if (samples >= dim) return {};
  return str(
      "Fewer tokens than dimensions (", base::format_count(samples), " and ", base::format_count(dim),
      "): linear CKA of so few tends to 1 whatever the layers hold; take more pictures, or patch tokens");
}

static std::string seen_pictures(std::int64_t pictures, std::int64_t longer_side) {
  if (pictures == 0) return {};
  return str(", of ", counted(pictures, "picture"), " with a longer side of ", longer_side, " px");
}

std::string cka_warning(const protocol::CkaReply& reply) {
  return few_tokens(reply.samples, std::max(reply.first.dim, reply.second.dim));
}

std::string cka_matrix_warning(const protocol::CkaMatrixReply& reply) {
  std::int64_t dim = 0;
  for (const protocol::SeenNetwork& network : reply.networks) dim = std::max(dim, network.dim);
  return few_tokens(reply.samples, dim);
}

base::Result<figure::Figure> draw_cka_matrix(const protocol::CkaMatrixReply& reply, bool cls,
                                             const Look& look) {
  figure::MatrixFigure content;
  content.title = "Likeness of networks";
  content.subtitle = reply.layer == 0 ? std::string("last layer of each") : str("layer ", reply.layer);
  content.caption = {str(
      "Linear CKA of ", cls ? "CLS" : "patch", " tokens through the final norm, ",
      base::format_count(reply.samples), " of each network", seen_pictures(reply.pictures, reply.longer_side),
      ": 1 where they differ by a rotation and a scale alone.", left_out_sentence(reply.left_out))};
  if (const std::string warning = cka_matrix_warning(reply); !warning.empty())
    content.caption.push_back(warning + ".");
  // Names of runs are long, and need not differ.
  std::string names;
  for (std::size_t i = 0; i < reply.networks.size(); ++i) {
    const protocol::SeenNetwork& network = reply.networks[i];
    content.columns.push_back(str(i + 1));
    content.rows.push_back(str(network.name, "  ", i + 1));
    names += str(names.empty() ? "" : "; ", i + 1, ": ", label_of(network, true),
                 network.run.empty() ? "" : " (" + network.run + ")");
  }
  content.caption.push_back(names + ".");
  content.values = reply.values;
  content.range = {0, 1};
  content.unit = "CKA";
  content.cell = "pair of networks";
  if (reply.networks.size() <= 8) content.decimals = 3;
  content.theme = look.theme;
  return figure::draw_matrix(content);
}

base::Result<figure::Figure> draw_cka(const protocol::CkaReply& reply, bool cls, const Look& look) {
  figure::MatrixFigure content;
  content.title = "Likeness of layers";
  const bool itself = reply.first == reply.second;
  content.subtitle = itself ? label_of(reply.first, true) : label_of_both(reply.first, reply.second);
  const std::string seen = seen_pictures(reply.pictures, reply.longer_side);
  content.caption = {str("Linear CKA of ", cls ? "CLS" : "patch", " tokens through the final norm, ",
                         base::format_count(reply.samples), " of each layer", seen, ". ",
                         itself ? "" : "Down: ", made_by(reply.first),
                         itself ? " with itself" : "; across: " + made_by(reply.second), ".",
                         left_out_sentence(reply.left_out))};
  if (const std::string warning = cka_warning(reply); !warning.empty())
    content.caption.push_back(warning + ".");
  const bool named = several_names(std::vector{reply.first, reply.second});
  content.down = "layers of " + label_of(reply.first, named);
  content.across = "layers of " + label_of(reply.second, named);
  for (std::int64_t layer = 1; layer <= reply.first.depth; ++layer) content.rows.push_back(str(layer));
  for (std::int64_t layer = 1; layer <= reply.second.depth; ++layer) content.columns.push_back(str(layer));
  content.values = reply.values;
  content.range = {0, 1};
  content.unit = "CKA";
  content.cell = "pair of layers";
  if (std::max(reply.first.depth, reply.second.depth) <= 8) content.decimals = 3;
  content.theme = look.theme;
  return figure::draw_matrix(content);
}

}  // namespace ibot::drawing
