// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>
#include <ibot/figure/curve_figure.h>
#include <ibot/figure/map_sheet.h>

#include <algorithm>

namespace ibot::drawing {

using base::str;

base::Result<figure::Figure> draw_norms(const protocol::NormsReply& reply, double factor, const Look& look) {
  figure::MapSheet sheet;
  sheet.title = "Lengths of patch tokens";
  sheet.subtitle = subtitle_of(reply.network, reply.layer);
  sheet.caption = {str("Before the final norm. ", reply.outliers, " of ", base::format_count(reply.patches),
                       " patches (", rounded(reply.rate() * 100, 2), " %) are longer than ",
                       rounded(reply.threshold, 2), ": the median ", rounded(reply.median, 2), " plus ",
                       base::format_number(factor),
                       " robust standard deviations (1.4826 median absolute deviations); they are "
                       "outlined. ",
                       made_by(reply.network), ".", left_out_sentence(reply.left_out))};
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

base::Result<figure::Figure> draw_cka(const protocol::CkaReply& reply, bool cls, const Look& look) {
  figure::MapSheet sheet;
  sheet.title = "Likeness of layers";
  sheet.subtitle = reply.first.moment() + " and " + reply.second.moment();
  sheet.caption = {str("Linear CKA of ", cls ? "CLS" : "patch", " tokens through the final norm, ",
                       base::format_count(reply.samples), " of each layer. Down: ", made_by(reply.first),
                       "; across: ", made_by(reply.second), "; from the first layer to the last.",
                       left_out_sentence(reply.left_out))};
  sheet.tiles.push_back({.caption = "layers",
                         .rows = static_cast<int>(reply.first.depth),
                         .columns = static_cast<int>(reply.second.depth),
                         .values = reply.values});
  sheet.side = 360;
  sheet.range = figure::Range{0, 1};
  sheet.unit = "CKA";
  sheet.cell = "pair of layers";
  sheet.theme = look.theme;
  return figure::draw_map_sheet(sheet);
}

base::Result<figure::Figure> draw_agreement(const protocol::AgreementReply& reply,
                                            const protocol::AgreementRequest& request, const Look& look) {
  auto networks = reply.networks;
  std::stable_sort(networks.begin(), networks.end(),
                   [](const auto& a, const auto& b) { return a.network.step < b.network.step; });
  figure::CurveFigure content;
  content.title = "Agreement with masks";
  content.subtitle = networks.back().network.name;
  content.x_label = "step";
  content.y_label = "share";
  content.caption = {
      str("Of ", base::format_count(reply.pictures), " pictures with ", base::format_count(reply.regions),
          " regions. Click IoU: similarity to the patch in the middle of a region, one threshold a "
          "picture, the best. Attention: Jaccard index of the best head's ",
          rounded(request.mass * 100, 1), " % mass of the CLS query. Purity and NMI: ", request.clusters,
          " clusters of the patches on regions.",
          reply.unreadable == 0 ? std::string()
                                : str(" Made without ", base::format_count(reply.unreadable),
                                      " of the pictures, which cannot be read."))};
  content.theme = look.theme;
  const auto add = [&](const char* name, const auto& value, bool reference) {
    figure::Series series{.name = name, .x = {}, .y = {}, .reference = reference};
    for (const auto& figures : networks) {
      series.x.push_back(static_cast<double>(figures.network.step));
      series.y.push_back(value(figures));
    }
    content.series.push_back(std::move(series));
  };
  add(
      "click IoU", [](const auto& f) { return f.click_iou; }, false);
  add(
      "attention Jaccard", [](const auto& f) { return f.attention_jaccard; }, false);
  add(
      "purity", [](const auto& f) { return f.purity; }, false);
  add(
      "NMI", [](const auto& f) { return f.nmi; }, false);
  add(
      "box in the middle", [&](const auto&) { return reply.box_iou; }, true);
  return figure::draw_curves(content);
}

}  // namespace ibot::drawing
