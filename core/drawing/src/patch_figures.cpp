// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>
#include <ibot/figure/contact_sheet.h>
#include <ibot/figure/map_sheet.h>
#include <ibot/figure/scatter_figure.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>

namespace ibot::drawing {

using base::str;

namespace {

constexpr std::size_t kMostKeys = 16;  // prototypes in a legend

}  // namespace

base::Result<figure::Figure> draw_clusters(const protocol::ClustersReply& reply, const ClustersLook& how) {
  figure::ContactSheet sheet;
  sheet.title = "Clusters of patch tokens";
  sheet.subtitle = subtitle_of(reply.network, reply.tokens.layer);
  sheet.caption = {str(reply.clusters, " clusters by k-means (k-means++, seed ", how.seed, ") of ",
                       reply.tokens.projection ? "the head's projections" : "patch tokens",
                       " of unit length, ", !how.joint ? "of each picture alone" : "of all pictures together",
                       "; foreground: ", to_string(how.foreground), ". ", made_by(reply.network), ".",
                       sizes_sentence(reply.pictures), left_out_sentence(reply.left_out))};
  if (reply.clusters > static_cast<int>(figure::kClusterColours))
    sheet.caption.front() += str(" Colours repeat after ", figure::kClusterColours, " clusters.");
  if (reply.masked_pictures > 0) {
    sheet.caption.push_back(
        str("Pure: of a cluster's patches on regions of masks the share on the commonest "
            "kind of region; ",
            base::format_count(reply.masked_pictures), " of the pictures have masks."));
  }
  sheet.theme = how.look.theme;
  for (std::size_t i = 0; i < reply.pictures.size(); ++i) {
    const protocol::SeenPicture& picture = reply.pictures[i];
    figure::SheetTile tile{picture.name, view_of(picture), picture.rows, picture.columns, {}};
    for (const std::uint8_t label : reply.labels[i])
      tile.labels.push_back(label == protocol::ClustersReply::kBackground ? -1 : label);
    sheet.tiles.push_back(std::move(tile));
  }
  for (int cluster = 0; cluster < reply.clusters; ++cluster) {
    const auto at = static_cast<std::size_t>(cluster);
    const bool known = at < reply.purity.size() && reply.purity[at] >= 0;
    sheet.legend.push_back(
        {cluster, str("cluster ", cluster + 1, ": ", base::format_count(reply.sizes[at]),
                      known ? str(", ", rounded(reply.purity[at] * 100, 0), " % pure") : std::string())});
  }
  return figure::draw_contact_sheet(sheet);
}

base::Result<figure::Figure> draw_components(const protocol::ClustersReply& reply, const ClustersLook& how) {
  figure::MapSheet sheet;
  sheet.title = "Principal components of patch tokens";
  sheet.subtitle = subtitle_of(reply.network, reply.tokens.layer);
  std::string shares;
  for (const double share : reply.explained) shares += (shares.empty() ? "" : ", ") + rounded(share * 100, 1);
  sheet.caption = {
      str("The first three components as red, green and blue, 2.5 standard deviations to either "
          "side, ",
          !how.joint ? "of each picture alone" : "of all pictures together", "; they hold ", shares,
          " % of the variance. Foreground: ", to_string(how.foreground), ". ", made_by(reply.network), ".",
          sizes_sentence(reply.pictures), left_out_sentence(reply.left_out))};
  sheet.theme = how.look.theme;
  std::deque<figure::Picture> maps;  // addresses stay
  for (std::size_t i = 0; i < reply.pictures.size(); ++i) {
    const protocol::SeenPicture& picture = reply.pictures[i];
    sheet.tiles.push_back({.caption = picture.name, .picture = view_of(picture)});
    figure::Picture& map = maps.emplace_back(picture.columns, picture.rows);
    map.rgb = reply.components[i];
    sheet.tiles.push_back({.caption = "components", .picture = map.view(), .flat = true});
  }
  sheet.columns = std::min(6, static_cast<int>(sheet.tiles.size()));
  return figure::draw_map_sheet(sheet);
}

base::Result<figure::Figure> draw_embedding(const protocol::EmbeddingReply& reply, double perplexity,
                                            const Look& look) {
  figure::ScatterFigure content;
  content.title = "Patches as points of a plane";
  content.subtitle = subtitle_of(reply.network, reply.tokens.layer);
  const std::string how = reply.tsne
                              ? str("Exact t-SNE, perplexity ", base::format_number(perplexity),
                                    ", Kullback-Leibler divergence ", rounded(reply.objective, 3), " nats,")
                              : std::string("The first two principal components");
  const int clusters =
      reply.labels.empty() ? 0 : *std::max_element(reply.labels.begin(), reply.labels.end()) + 1;
  content.caption = {str(how, " of ", base::format_count(static_cast<std::int64_t>(reply.labels.size())),
                         " of ", base::format_count(reply.patches), " ",
                         reply.tokens.projection ? "head's projections of patch tokens" : "patch tokens",
                         " of unit length, of ", reply.pictures.size(),
                         reply.pictures.size() == 1 ? " picture" : " pictures", "; colours: ", clusters,
                         " clusters by k-means. ", made_by(reply.network), ".",
                         sizes_sentence(reply.pictures), left_out_sentence(reply.left_out))};
  content.points = reply.points;
  content.labels = reply.labels;
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(clusters));
  for (const std::uint8_t label : reply.labels) ++sizes[label];
  for (int cluster = 0; cluster < clusters; ++cluster) {
    content.legend.push_back(
        str("cluster ", cluster + 1, ": ", base::format_count(sizes[static_cast<std::size_t>(cluster)])));
  }
  content.theme = look.theme;
  return figure::draw_scatter(content);
}

std::vector<std::int64_t> prototype_order(const protocol::PredictionReply& reply) {
  std::map<std::int64_t, std::int64_t> counts;
  for (const std::int64_t prototype : reply.teacher) ++counts[prototype];
  for (const std::int64_t prototype : reply.student) counts[prototype] += 0;
  counts.erase(-1);
  std::vector<std::int64_t> known;
  for (const auto& [prototype, count] : counts) known.push_back(prototype);
  std::stable_sort(known.begin(), known.end(),
                   [&](std::int64_t a, std::int64_t b) { return counts.at(a) > counts.at(b); });
  return known;
}

base::Result<figure::Figure> draw_prediction(const protocol::PredictionReply& reply, const Look& look) {
  figure::MapSheet sheet;
  sheet.title = "What the student says of patches that it does not see";
  sheet.subtitle = base::str("step ", base::format_count(reply.network.step));
  sheet.caption = {str(made_by(reply.network), ". Same prototype as the teacher's at ",
                       rounded(reply.agreement * 100, 1), " % of the masked patches; cross-entropy ",
                       rounded(reply.cross_entropy, 3), " nats, ", rounded(reply.uniform, 3),
                       " if it knew nothing; the teacher's most similar patch lies ",
                       rounded(reply.distance, 1), " patches away on average.")};
  if (reply.stand_in) {
    sheet.title = "What the teacher says of patches that it does not see";
    sheet.caption.push_back(
        "No student is kept of this step: the teacher's network, with the student's mask token, stands in "
        "for "
        "it and is compared with itself, seeing all.");
  }
  sheet.theme = look.theme;
  sheet.unit = reply.stand_in ? "cosine of both projections of the teacher"
                              : "cosine of the student's and the teacher's projection";
  sheet.opacity = 0.75;
  const protocol::SeenPicture& picture = reply.picture;
  if (!view_of(picture).valid()) {
    return base::Error{base::ErrorCode::InvalidArgument, "cannot draw a prediction without its picture",
                       "an answer with pixels", ""};
  }
  figure::Picture hidden(picture.width, picture.height);
  hidden.rgb = picture.pixels;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const int row = y * picture.rows / picture.height, column = x * picture.columns / picture.width;
      if (reply.mask[static_cast<std::size_t>(row * picture.columns + column)] != 0)
        hidden.set(x, y, figure::colour_from_hex(0x6b7480));
    }
  }
  const std::vector<std::int64_t> known = prototype_order(reply);
  const auto colour_of = [&](std::int64_t prototype) {
    const auto place = std::find(known.begin(), known.end(), prototype) - known.begin();
    return figure::cluster_colour(static_cast<std::size_t>(place));
  };
  // Prototypes as colours; what the student was not asked is left out.
  const auto coloured = [&](const std::vector<std::int64_t>& chosen) {
    figure::Picture map(picture.columns, picture.rows);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto at = static_cast<int>(i);
      const figure::Colour colour = chosen[i] < 0 ? figure::colour_from_hex(0x3a4048) : colour_of(chosen[i]);
      map.set(at % picture.columns, at / picture.columns, colour);
    }
    return map;
  };
  const figure::Picture student = coloured(reply.student), teacher = coloured(reply.teacher);
  std::vector<float> cosine = reply.cosine;
  for (std::size_t i = 0; i < cosine.size(); ++i) {
    if (reply.mask[i] == 0) cosine[i] = NAN;
  }
  sheet.tiles = {
      {.caption = "picture", .picture = view_of(picture)},
      {.caption = reply.stand_in ? "what it sees masked" : "what the student sees", .picture = hidden.view()},
      {.caption = reply.stand_in ? "its prototypes" : "student's prototypes",
       .picture = student.view(),
       .flat = true},
      {.caption = "teacher's prototypes", .picture = teacher.view(), .flat = true},
      {.caption = "agreement",
       .picture = view_of(picture),
       .rows = picture.rows,
       .columns = picture.columns,
       .values = cosine,
       .inside = reply.mask}};
  sheet.columns = 5;
  for (std::size_t i = 0; i < std::min(known.size(), kMostKeys); ++i) {
    const auto count = std::count(reply.teacher.begin(), reply.teacher.end(), known[i]);
    sheet.keys.push_back(
        {figure::cluster_colour(i), str("prototype ", known[i], ": ", counted(count, "patch", "es"))});
  }
  sheet.caption.push_back(
      str("A colour is a prototype, the same one in both maps; counted are the teacher's patches",
          known.size() > kMostKeys
              ? str(", of the ", kMostKeys, " most frequent of ", known.size(), " prototypes")
              : std::string(),
          known.size() > figure::kClusterColours
              ? str("; those after the ", figure::kClusterColours, "th share colours with others")
              : std::string(),
          ". Dark: patches that were not masked, so that the student was not asked for them.",
          sizes_sentence(std::span(&picture, 1))));
  return figure::draw_map_sheet(sheet);
}

}  // namespace ibot::drawing
