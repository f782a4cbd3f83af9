// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>
#include <ibot/figure/curve_figure.h>
#include <ibot/figure/map_sheet.h>

#include <algorithm>

namespace ibot::drawing {
namespace {

using base::str;

constexpr std::size_t kMostTiles = 400;  // of a sheet

// The crops of one card, the first one with its words. `there`: how many it has, the rest stays blank.
void add_crops(figure::MapSheet& sheet, const protocol::PrototypesReply& reply,
               std::span<const std::uint8_t> crops, std::size_t card, const std::string& caption,
               std::int64_t there) {
  const std::size_t bytes = static_cast<std::size_t>(reply.side) * static_cast<std::size_t>(reply.side) * 3;
  for (std::size_t i = 0; i < static_cast<std::size_t>(reply.most); ++i) {
    const std::size_t from = (card * static_cast<std::size_t>(reply.most) + i) * bytes;
    figure::MapTile& tile = sheet.tiles.emplace_back();
    if (i == 0) tile.caption = caption;
    tile.blank = static_cast<std::int64_t>(i) >= there;
    if (!tile.blank) tile.picture = {reply.side, reply.side, crops.subspan(from, bytes)};
  }
}

std::string patches_text(std::int64_t count) {
  return count == 1 ? std::string("1 patch") : base::format_count(count) + " patches";
}

std::string partner_text(const protocol::PrototypesReply::Partner& partner) {
  if (partner.prototype < 0) return "no partner";
  return str("its partner ", partner.prototype, ": ", patches_text(partner.count), ", ",
             base::format_count(partner.together), " of them the same");
}

}  // namespace

base::Result<figure::Figure> draw_prototypes(const protocol::PrototypesReply& reply, const Look& look) {
  const bool paired = reply.beside && reply.partners.size() == reply.cards.size();
  figure::MapSheet sheet;
  sheet.title = paired ? "Prototypes of two networks, paired" : "What prototypes answer to";
  sheet.subtitle =
      paired ? label_of_both(reply.network, *reply.beside) : subtitle_of(reply.network, reply.network.depth);
  sheet.caption = {str("For each prototype of the patch head the patches with its largest logits, of ",
                       base::format_count(reply.seen), " pictures with ", base::format_count(reply.patches),
                       " patches, seen as squares of ", reply.size,
                       " px; the patch is the middle third of each crop. ",
                       base::format_count(reply.network.prototypes - reply.dead), " of ",
                       base::format_count(reply.network.prototypes), " prototypes are chosen by some patch. ",
                       made_by(reply.network), ".")};
  if (paired) {
    sheet.caption.push_back(
        str("At the right the prototype of the other network with which it shares most "
            "patches, each used once (Hungarian assignment). ",
            made_by(*reply.beside), "."));
  }
  if (reply.overlap >= 0) {
    sheet.caption.push_back(str(
        "Overlap with the other network's assignments, prototypes paired: ", rounded(reply.overlap * 100, 1),
        " % of the patches; by chance ", rounded(reply.overlap_chance * 100, 1), " %."));
  }
  sheet.theme = look.theme;
  sheet.side = 72;
  const std::size_t row = static_cast<std::size_t>(reply.most) * (paired ? 2 : 1);
  const int groups = paired || reply.most > 8 ? 1 : 2;
  sheet.columns = static_cast<int>(row) * groups;
  sheet.group = static_cast<int>(reply.most);
  const std::size_t cards = std::min(reply.cards.size(), kMostTiles / std::max<std::size_t>(1, row));
  for (std::size_t card = 0; card < cards; ++card) {
    add_crops(sheet, reply, reply.crops, card,
              str("prototype ", reply.cards[card].prototype, ": ", patches_text(reply.cards[card].count)),
              static_cast<std::int64_t>(reply.cards[card].strongest.size()));
    if (paired) {
      const auto& partner = reply.partners[card];
      add_crops(sheet, reply, reply.partner_crops, card, partner_text(partner), partner.count);
    }
  }
  if (sheet.tiles.empty())
    return base::Error{base::ErrorCode::NotFound, "no picture could be read", "pictures", ""};
  return figure::draw_map_sheet(sheet);
}

base::Result<figure::Figure> draw_prototype_drift(const protocol::PrototypeDriftReply& reply,
                                                  std::int64_t prototype, const Look& look) {
  if (reply.moments.empty())
    return base::Error{base::ErrorCode::NotFound, "no moment was looked at yet", "kept moments of a run", ""};
  figure::CurveFigure content;
  content.title = prototype < 0 ? std::string("Drift of prototypes") : str("Drift of prototype ", prototype);
  content.subtitle = str(reply.last.name, " \u00b7 ", reply.moments.size(), " moments, the last at step ",
                         base::format_count(reply.last.step));
  content.x_label = "step";
  content.y_label = "share, cosine";
  content.theme = look.theme;
  const bool own = prototype >= 0 && !reply.own_share.empty();
  content.caption = {str(
      own ? "Of the patches that had this prototype at the moment before, the share that still has it; of "
            "all "
            "patches the share that has it"
          : "Share of patches whose prototype (largest logit) is that of the moment before, and that of the "
            "last moment",
      "; cosine of ", own ? "its" : "a prototype's", " weight vector with itself",
      own ? " at the last moment" : " at the moment before and at the last one, mean over prototypes", ". ",
      base::format_count(reply.patches), " patches of the same pictures at every moment. ",
      made_by(reply.last), ".")};
  const std::size_t ready = reply.moments.size();
  const auto add = [&](const char* name, const std::vector<double>& values, bool reference = false) {
    figure::Series series{.name = name, .x = {}, .y = values, .reference = reference};
    for (std::size_t i = ready - values.size(); i < ready; ++i)
      series.x.push_back(static_cast<double>(reply.moments[i].step));
    content.series.push_back(std::move(series));
  };
  if (own) {
    add("patches that stay", reply.own_stays);
    add("patches that have it", reply.own_share);
    add("cosine with the last", reply.own_cosine_last);
    return figure::draw_curves(content);
  }
  add("same as before", reply.stays);
  add("same as at the end", reply.as_last);
  add("cosine with before", reply.cosine);
  add("cosine with the end", reply.cosine_last);
  add("in use", reply.used);
  add("same by chance", reply.stays_chance, true);
  return figure::draw_curves(content);
}

}  // namespace ibot::drawing
