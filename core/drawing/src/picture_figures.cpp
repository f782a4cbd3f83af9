// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/analysis/attention.h>
#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>
#include <ibot/figure/attention_figure.h>
#include <ibot/figure/map_sheet.h>
#include <ibot/figure/match_figure.h>

#include <algorithm>

namespace ibot::drawing {
namespace {

using base::str;

// So many of the most similar patches of the other pictures, as outlines: [pictures][rows * columns].
std::vector<std::vector<std::uint8_t>> outlines_of(const protocol::SimilarityReply& reply,
                                                   std::size_t network) {
  std::vector<std::vector<std::uint8_t>> outlines(reply.pictures.size());
  if (network >= reply.matches.size()) return outlines;
  for (const protocol::PatchMatch& match : reply.matches[network]) {
    const auto at = static_cast<std::size_t>(match.picture);
    const protocol::SeenPicture& picture = reply.pictures[at];
    std::vector<std::uint8_t>& outline = outlines[at];
    outline.resize(static_cast<std::size_t>(picture.rows) * static_cast<std::size_t>(picture.columns));
    outline[static_cast<std::size_t>(match.row * picture.columns + match.column)] = 1;
  }
  return outlines;
}

// What the outlines are, with their cosines.
std::string matches_text(const protocol::SimilarityReply& reply) {
  std::string text;
  for (std::size_t i = 0; i < reply.matches.size(); ++i) {
    const std::vector<protocol::PatchMatch>& matches = reply.matches[i];
    if (matches.empty()) continue;
    text += str(text.empty() ? "Outlined: of each network the patches of the other pictures that are most "
                               "similar, "
                             : "; ",
                matches.size(), reply.networks.size() > 1 ? " of " + label_of(reply.networks[i], true) : "",
                " with cosines from ", rounded(matches.front().value, 3), " to ",
                rounded(matches.back().value, 3));
  }
  return text.empty() ? text : text + ".";
}

std::vector<std::string> attention_caption(const protocol::AttentionReply& reply) {
  return {str("Softmax of the query of ", place_text(reply.queries.front()), " over ", reply.picture.rows,
              " x ", reply.picture.columns, " patches, by head. ", made_by(reply.network), "; ",
              reply.picture.name, " at ", reply.picture.width, " x ", reply.picture.height, " px.")};
}

base::Result<figure::Figure> draw_plain(const protocol::AttentionReply& reply, const Look& look) {
  figure::AttentionFigure content;
  content.title = "Attention of " + place_text(reply.queries.front());
  content.subtitle = subtitle_of(reply.network, reply.layer);
  content.caption = attention_caption(reply);
  content.picture = view_of(reply.picture);
  content.rows = reply.picture.rows;
  content.columns = reply.picture.columns;
  for (std::size_t head = 0; head < static_cast<std::size_t>(reply.heads); ++head)
    content.heads.push_back(reply.map(0, head));
  content.upsampling = look.upsampling;
  content.theme = look.theme;
  return figure::draw_attention(content);
}

// The mass as outlines over the picture, and all heads in one.
base::Result<figure::Figure> draw_masses(const protocol::AttentionReply& reply, const AttentionLook& how) {
  const Look& look = how.look;
  figure::MapSheet sheet;
  sheet.title = "Attention of " + place_text(reply.queries.front());
  sheet.subtitle = subtitle_of(reply.network, reply.layer);
  sheet.caption = attention_caption(reply);
  sheet.colours = figure::ColourMap::Inferno;
  sheet.unit = "attention";
  sheet.opacity = 0.7;
  sheet.upsampling = look.upsampling;
  sheet.theme = look.theme;
  if (how.mass > 0) {
    sheet.caption.push_back(str("Outlined: the fewest patches that together hold ",
                                rounded(how.mass * 100, 1), " % of a head's attention."));
  }
  const protocol::PatchPlace query = reply.queries.front();
  sheet.tiles.push_back({.caption = "picture",
                         .picture = view_of(reply.picture),
                         .rows = reply.picture.rows,
                         .columns = reply.picture.columns,
                         .mark_row = query.row,
                         .mark_column = query.column});
  std::vector<std::vector<float>> heads;
  for (std::size_t head = 0; head < static_cast<std::size_t>(reply.heads); ++head)
    heads.push_back(reply.map(0, head));
  // Attention is a share: its scale begins at nothing.
  sheet.range = figure::Range{0, *std::max_element(reply.attention.begin(), reply.attention.end())};
  figure::Picture composite;
  if (how.composite) {
    composite = figure::composite_of_heads(heads, reply.picture.rows, reply.picture.columns);
    sheet.tiles.push_back({.caption = "all heads, a colour each", .picture = composite.view(), .flat = true});
  }
  for (std::size_t head = 0; head < heads.size(); ++head) {
    figure::MapTile tile{.caption = str("head ", head + 1, ": ", rounded(reply.distance[head], 0), " px, ",
                                        rounded(reply.entropy[head], 1)),
                         .picture = view_of(reply.picture),
                         .rows = reply.picture.rows,
                         .columns = reply.picture.columns,
                         .values = heads[head]};
    if (how.mass > 0) tile.inside = analysis::attention_mass(heads[head], how.mass);
    sheet.tiles.push_back(std::move(tile));
  }
  sheet.caption.push_back(
      "Over each head: mean distance in px of what it attends to, from the query's patch or, for CLS, from "
      "its own centre; and the entropy of its attention in nats.");
  return figure::draw_map_sheet(sheet);
}

}  // namespace

base::Result<figure::Figure> draw_attention(const protocol::AttentionReply& reply, const AttentionLook& how) {
  return how.mass > 0 || how.composite ? draw_masses(reply, how) : draw_plain(reply, how.look);
}

base::Result<figure::Figure> draw_similarity(const protocol::SimilarityReply& reply, const Look& look) {
  figure::MapSheet sheet;
  sheet.title = "Patches like the clicked one";
  sheet.subtitle = subtitle_of(reply.networks.front(), reply.tokens.layer);
  sheet.caption = {str("Cosine similarity of ",
                       reply.tokens.projection ? "the head's projections of patch tokens" : "patch tokens",
                       " with that of ", place_text(reply.patch), " of ", reply.pictures.front().name, ".")};
  for (const protocol::SeenNetwork& network : reply.networks)
    sheet.caption.front() += " " + made_by(network) + ".";
  sheet.caption.front() += sizes_sentence(reply.pictures) + left_out_sentence(reply.left_out);
  if (const std::string outlined = matches_text(reply); !outlined.empty()) sheet.caption.push_back(outlined);
  sheet.unit = "cosine";
  sheet.upsampling = look.upsampling;
  sheet.theme = look.theme;
  const std::size_t pictures = reply.pictures.size();
  sheet.columns = static_cast<int>(std::min<std::size_t>(pictures, 6));
  if (pictures == 1) sheet.columns = static_cast<int>(reply.networks.size()) + 1;
  for (std::size_t i = 0; i < pictures; ++i) {
    const protocol::SeenPicture& picture = reply.pictures[i];
    sheet.tiles.push_back({.caption = picture.name,
                           .picture = view_of(picture),
                           .rows = picture.rows,
                           .columns = picture.columns,
                           .mark_row = i == 0 ? reply.patch.row : -1,
                           .mark_column = i == 0 ? reply.patch.column : -1});
  }
  const bool named = several_names(reply.networks);
  for (std::size_t network = 0; network < reply.networks.size(); ++network) {
    std::vector<std::vector<std::uint8_t>> outlines = outlines_of(reply, network);
    for (std::size_t i = 0; i < pictures; ++i) {
      sheet.tiles.push_back({.caption = i == 0 ? label_of(reply.networks[network], named) : "",
                             .rows = reply.pictures[i].rows,
                             .columns = reply.pictures[i].columns,
                             .values = reply.map(network, i),
                             .inside = std::move(outlines[i]),
                             .mark_row = i == 0 ? reply.patch.row : -1,
                             .mark_column = i == 0 ? reply.patch.column : -1});
    }
  }
  return figure::draw_map_sheet(sheet);
}

std::string views_sentence(const protocol::CorrespondenceReply& reply) {
  if (!reply.views) return "";
  const auto& views = *reply.views;
  if (views.shared == 0) return " No pair's first patch is in both views.";
  return str(" Of the ", views.shared, " pairs whose first patch is in both views, ", views.right,
             " are right, at most one patch off (", rounded(100.0 * views.right / views.shared, 1),
             " %; any patch: ", rounded(100 * views.chance, 1), " %); all other lines are dashed.");
}

base::Result<figure::Figure> draw_correspondence(const protocol::CorrespondenceReply& reply, bool foreground,
                                                 const Look& look) {
  figure::MatchFigure content;
  content.title = reply.views
                      ? str("Patches of two augmented views that choose each other, draw ", reply.views->draw)
                      : "Patches that choose each other";
  content.subtitle = subtitle_of(reply.network, reply.tokens.layer);
  std::string cosines;
  if (!reply.lines.empty()) {
    cosines = str(" Cosines of the lines: ", rounded(reply.lines.front().value, 3), " to ",
                  rounded(reply.lines.back().value, 3), ".");
  }
  content.caption = {str("The ", reply.lines.size(), " most similar of ", reply.mutual, " pairs of ",
                         reply.tokens.projection ? "patches' projections" : "patches",
                         " that are each other's nearest by cosine similarity",
                         foreground ? ", within 60 % of the CLS token's attention" : "", ".", cosines,
                         views_sentence(reply), " ", made_by(reply.network), ".",
                         sizes_sentence(reply.pictures))};
  for (std::size_t i = 0; i < 2; ++i) {
    const protocol::SeenPicture& picture = reply.pictures[i];
    content.sides[i] = {picture.name, view_of(picture), picture.rows, picture.columns};
  }
  for (const auto& line : reply.lines) {
    content.lines.push_back({line.first.row, line.first.column, line.second.row, line.second.column,
                             reply.views && !line.right()});
  }
  content.theme = look.theme;
  return figure::draw_matches(content);
}

}  // namespace ibot::drawing
