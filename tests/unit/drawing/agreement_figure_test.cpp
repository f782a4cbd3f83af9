// SPDX-License-Identifier: GPL-3.0-or-later
#include "well_formed.h"

#include <ibot/drawing/view_figures.h>

#include <gtest/gtest.h>

namespace ibot::drawing {
namespace {

using Figures = protocol::AgreementReply::Figures;

Figures figures(const char* run, std::int64_t step, double click) {
  Figures each{.click_iou = click, .attention_jaccard = 0.4, .purity = 0.3, .nmi = 0.2, .longer_side = 192};
  each.network.run = each.network.name = run;
  each.network.network = "teacher";
  each.network.source = "snapshot";
  each.network.step = step;
  each.network.backbone = "vit";
  each.network.depth = 4;
  return each;
}

Figures of_file(const char* name, const char* source) {
  Figures each = figures("", 0, 0.5);
  each.network.name = name;
  each.network.source = source;
  return each;
}

std::string svg_of(std::vector<Figures> networks, const protocol::AgreementRequest& request = {}) {
  const protocol::AgreementReply reply{10, 20, 300, 0.2, std::move(networks)};
  const auto figure = draw_agreement(reply, request, {});
  EXPECT_TRUE(figure) << (figure ? std::string() : figure.error().to_text());
  const std::string svg = figure ? figure->to_svg().value() : std::string();
  EXPECT_TRUE(figure::well_formed(svg));
  return svg;
}

int height_of(std::vector<Figures> networks) {
  const protocol::AgreementReply reply{10, 20, 300, 0.2, std::move(networks)};
  return draw_agreement(reply, {}, {}).value().height();
}

TEST(AgreementFigure, EachRunHasACourseOfItsOwn) {
  const std::string two = svg_of({figures("a", 0, .1), figures("a", 9, .2), figures("b", 12, .3)});
  const std::string one = svg_of({figures("a", 0, .1), figures("a", 9, .2), figures("a", 12, .3)});
  EXPECT_NE(two, one);
  // In whatever order they were asked for, a course goes forward.
  EXPECT_NE(svg_of({figures("a", 12, .3), figures("a", 0, .1), figures("a", 9, .2)}), "");
}

TEST(AgreementFigure, WhatHasNoCourseIsDrawnAsBars) {
  const int curves = height_of({figures("a", 0, .1), figures("a", 9, .2)});
  const int bars = height_of({of_file("w.safetensors", "weights"), of_file("w.safetensors", "untrained")});
  EXPECT_NE(bars, curves);
  // A network more is a bar more in each of the four groups.
  EXPECT_GE(height_of({of_file("w.safetensors", "weights"), of_file("w.safetensors", "untrained"),
                       of_file("v.safetensors", "weights")}),
            bars + 4 * 10);
  // A file has no step: beside a run with a course, too.
  svg_of({figures("a", 0, .1), figures("a", 9, .2), of_file("w.safetensors", "weights")});
  EXPECT_FALSE(draw_agreement({}, {}, {}));
}

TEST(AgreementFigure, SaysWhichTokensWereCompared) {
  protocol::AgreementRequest request;
  const std::string last = svg_of({figures("a", 1, .1)}, request);
  request.tokens.layer = 2;
  const std::string second = svg_of({figures("a", 1, .1)}, request);
  EXPECT_NE(second, last);
  request.tokens = {0, true};
  EXPECT_NE(svg_of({figures("a", 1, .1)}, request), last);
  Figures larger = figures("a", 1, .1);
  larger.longer_side = 448;
  EXPECT_NE(svg_of({larger}), svg_of({figures("a", 1, .1)}));
}

}  // namespace
}  // namespace ibot::drawing
