// SPDX-License-Identifier: GPL-3.0-or-later
#include "well_formed.h"

#include <ibot/drawing/wall_figure.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::drawing {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;

protocol::SeenNetwork network(const char* run, std::int64_t step, const char* source = "snapshot") {
  protocol::SeenNetwork seen;
  seen.run = seen.name = run;
  seen.network = "teacher";
  seen.source = source;
  seen.step = step;
  seen.backbone = "vit";
  seen.depth = 2;
  seen.heads = 2;
  return seen;
}

protocol::SeenPicture picture(const char* name) {
  return {.name = name,
          .width = 4,
          .height = 2,
          .rows = 1,
          .columns = 2,
          .pixels = std::vector<std::uint8_t>(4 * 2 * 3, 90)};
}

/// Maps of two patches: the network's number and the picture's.
protocol::WallReply wall_of(std::vector<protocol::SeenNetwork> networks, std::vector<const char*> pictures) {
  protocol::WallReply reply;
  reply.networks = std::move(networks);
  for (const char* name : pictures) reply.pictures.push_back(picture(name));
  for (std::size_t i = 0; i < reply.networks.size(); ++i) {
    for (std::size_t j = 0; j < pictures.size(); ++j)
      reply.maps.push_back({static_cast<float>(i), static_cast<float>(j)});
  }
  return reply;
}

std::vector<std::string> names_of(const WallCells& wall) {
  std::vector<std::string> names;
  for (const auto& column : wall.columns) names.push_back(column.group + "/" + column.name);
  return names;
}

TEST(Wall, RunsStandInRowsAndTheirMomentsUnderEachPicture) {
  const WallCells wall = arrange_wall(
      wall_of({network("a", 0), network("a", 8), network("b", 0), network("b", 8)}, {"x.png", "y.png"}),
      false);
  EXPECT_THAT(wall.rows, ElementsAre("a", "b"));
  EXPECT_THAT(names_of(wall), ElementsAre("x.png/step 0", "x.png/step 8", "y.png/step 0", "y.png/step 8"));
  ASSERT_EQ(wall.cells.size(), 8U);
  EXPECT_EQ(wall.cells[5].network, 3);
  EXPECT_EQ(wall.cells[5].picture, 0U);
  EXPECT_THAT(wall.cells[6].values, ElementsAre(2, 1));
  EXPECT_TRUE(wall.cells[5].moment.empty()) << "its column says it";
  EXPECT_EQ(wall.range.low, 0);
  EXPECT_EQ(wall.range.high, 3);
  EXPECT_EQ(wall.baseline, "");
}

TEST(Wall, MomentsThatDifferAreSaidInTheCells) {
  const WallCells wall = arrange_wall(
      wall_of({network("a", 0), network("a", 8), network("b", 0), network("b", 6), network("b", 12)},
              {"x.png"}),
      false);
  EXPECT_THAT(names_of(wall), ElementsAre("x.png/", "x.png/", "x.png/"))
      << "all are said in the cells, at one height";
  EXPECT_EQ(wall.cells[0].moment, "step 0");
  EXPECT_EQ(wall.cells[1].moment, "step 8");
  EXPECT_EQ(wall.cells[2].network, -1) << "the first run kept fewer";
  EXPECT_EQ(wall.cells[4].moment, "step 6");
  const WallCells one =
      arrange_wall(wall_of({network("a", 8), network("b", 9, "untrained")}, {"x.png"}), false);
  EXPECT_THAT(one.rows, ElementsAre("a \u00b7 step 8", "b \u00b7 untrained"));
  EXPECT_THAT(names_of(one), ElementsAre("/x.png"));
}

TEST(Wall, DifferencesAreToTheFirstRowOrOfOneRunToItsFirstMoment) {
  const protocol::WallReply runs = wall_of({network("a", 1), network("b", 1), network("c", 1)}, {"x", "y"});
  const WallCells apart = arrange_wall(runs, true);
  EXPECT_EQ(apart.baseline, "a");
  EXPECT_FALSE(apart.cells[0].difference);
  EXPECT_THAT(apart.cells[1].values, ElementsAre(0, 1));
  EXPECT_TRUE(apart.cells[5].difference);
  EXPECT_THAT(apart.cells[5].values, ElementsAre(FloatEq(2), FloatEq(0)));
  EXPECT_EQ(apart.difference_range.low, -2);
  EXPECT_EQ(apart.difference_range.high, 2);
  EXPECT_EQ(apart.range.high, 1) << "of the first row alone";
  const WallCells life = arrange_wall(wall_of({network("a", 1), network("a", 2)}, {"x"}), true);
  EXPECT_EQ(life.baseline, "step 1");
  EXPECT_TRUE(life.cells[1].difference);
  const WallCells alone = arrange_wall(wall_of({network("a", 1)}, {"x"}), true);
  EXPECT_EQ(alone.baseline, "") << "there is nothing to compare";
  EXPECT_FALSE(alone.cells[0].difference);
}

TEST(Wall, DifferencesOfRunsArePairedByStep) {
  // Maps are the network's number: 0, 1, 2 of "a", 3, 4, 5 of "b".
  const protocol::WallReply reply =
      wall_of({network("a", 0), network("a", 63), network("a", 93), network("b", 63), network("b", 94),
               network("b", 0, "untrained")},
              {"x"});
  const WallCells wall = arrange_wall(reply, true);
  EXPECT_TRUE(wall.by_step);
  EXPECT_EQ(wall.baseline, "a");
  ASSERT_EQ(wall.cells.size(), 6U);
  EXPECT_EQ(wall.cells[1].moment, "step 63");
  EXPECT_FALSE(wall.cells[1].difference);
  EXPECT_EQ(wall.cells[3].moment, "step 63");
  EXPECT_THAT(wall.cells[3].values, ElementsAre(FloatEq(3 - 1), FloatEq(0)));
  EXPECT_EQ(wall.cells[4].moment, "step 94 \u2212 93") << "the nearest before it";
  EXPECT_THAT(wall.cells[4].values, ElementsAre(FloatEq(4 - 2), FloatEq(0)));
  EXPECT_EQ(wall.cells[5].moment, "untrained \u2212 step 0");
  EXPECT_THAT(wall.cells[5].values, ElementsAre(FloatEq(5 - 0), FloatEq(0)));
  // Nothing before: the earliest there is.
  const WallCells later = arrange_wall(
      wall_of({network("a", 9), network("a", 12), network("b", 4), network("b", 12)}, {"x"}), true);
  EXPECT_EQ(later.cells[2].moment, "step 4 \u2212 9");
  EXPECT_EQ(later.cells[3].moment, "step 12");
  EXPECT_FALSE(arrange_wall(reply, false).by_step);
  EXPECT_TRUE(draw_wall(reply, {.look = {}, .difference = true}));
}

TEST(Wall, RunsWithoutWeightsKeepTheirPlaceAndSayWhy) {
  protocol::WallReply reply =
      wall_of({network("a", 0), network("a", 8), network("c", 0), network("c", 8)}, {"x", "y"});
  reply.gaps = {{2, "b", "b", "teacher", -1, "no weights kept"}};
  const WallCells wall = arrange_wall(reply, true);
  EXPECT_THAT(wall.rows, ElementsAre("a", "b", "c"));
  EXPECT_THAT(names_of(wall), ElementsAre("x/step 0", "x/step 8", "y/step 0", "y/step 8"));
  ASSERT_EQ(wall.cells.size(), 12U);
  for (std::size_t i = 4; i < 8; ++i) {
    EXPECT_EQ(wall.cells[i].network, -1);
    EXPECT_EQ(wall.cells[i].note, "no weights kept");
    EXPECT_TRUE(wall.cells[i].values.empty());
  }
  EXPECT_EQ(wall.cells[8].network, 2);
  EXPECT_TRUE(wall.cells[8].difference);
  EXPECT_EQ(names_of_gaps(reply), "b");
  EXPECT_TRUE(draw_wall(reply, {}));
}

TEST(Wall, OneMomentWithoutWeightsIsAnEmptyPlaceInItsRow) {
  protocol::WallReply reply = wall_of({network("a", 8), network("a", 12)}, {"x"});
  reply.gaps = {{0, "a", "a", "teacher", 4, "no weights kept"},
                {3, "a", "a", "teacher", 16, "no weights kept"}};
  const WallCells wall = arrange_wall(reply, true);
  EXPECT_THAT(wall.rows, ElementsAre("a"));
  EXPECT_THAT(names_of(wall), ElementsAre("x/step 4", "x/step 8", "x/step 12", "x/step 16"));
  EXPECT_EQ(wall.cells[0].network, -1);
  EXPECT_EQ(wall.baseline, "step 8") << "the first moment that has weights";
  EXPECT_FALSE(wall.cells[1].difference);
  EXPECT_TRUE(wall.cells[2].difference);
  EXPECT_EQ(names_of_gaps(reply), "a at step 4 and 16");
  // Where the first row has nothing, differences are to the first that has.
  protocol::WallReply rows = wall_of({network("b", 1), network("c", 1)}, {"x"});
  rows.gaps = {{0, "a", "a", "teacher", -1, "no weights kept"}};
  const WallCells apart = arrange_wall(rows, true);
  EXPECT_THAT(apart.rows, ElementsAre("a", "b \u00b7 step 1", "c \u00b7 step 1"));
  EXPECT_EQ(apart.baseline, "b");
  EXPECT_TRUE(apart.cells[2].difference);
}

TEST(Wall, IsDrawnWithItsMethodAndWhatIsLeftOut) {
  protocol::WallReply reply = wall_of({network("a", 1), network("b", 1)}, {"x.png", "y.png"});
  EXPECT_EQ(wall_method(reply), "Attention of the CLS token, last layer, mean of the heads");
  reply.layer = 2;
  reply.head = 1;
  EXPECT_EQ(wall_method(reply), "Attention of the CLS token, layer 2, head 1");
  const auto svg = [](const protocol::WallReply& of, bool difference) {
    const auto figure = draw_wall(of, {.look = {}, .difference = difference});
    EXPECT_TRUE(figure) << figure.error().to_text();
    std::string text = figure->to_svg().value();
    EXPECT_TRUE(figure::well_formed(text));
    return text;
  };
  const std::string plain = svg(reply, false);
  EXPECT_EQ(svg(reply, false), plain);
  EXPECT_NE(svg(reply, true), plain);
  protocol::WallReply with_gap = reply;
  with_gap.gaps = {{2, "c", "c", "teacher", -1, "no weights kept"}};
  EXPECT_NE(svg(with_gap, false), plain);
  reply.left_out = {{2, "broken.png", "cut off"}};
  EXPECT_NE(svg(reply, false), plain);
  reply.map = protocol::WallRequest::Map::Similarity;
  reply.patch = {0, 1};
  reply.clicked = 1;
  reply.pictures[1].name = "photos/y.png";
  EXPECT_THAT(wall_method(reply), HasSubstr("row 0, column 1 of y.png"));
  EXPECT_NE(svg(reply, false), plain);
  reply.pictures[0].pixels.pop_back();
  EXPECT_FALSE(draw_wall(reply, {}));
}

}  // namespace
}  // namespace ibot::drawing
