// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <ibot/base/text.h>
#include <ibot/drawing/view_figures.h>
#include <ibot/figure/bar_figure.h>
#include <ibot/figure/curve_figure.h>

#include <algorithm>
#include <array>

namespace ibot::drawing {
namespace {

using base::str;
using Figures = protocol::AgreementReply::Figures;

constexpr const char* kBox = "box in the middle";
constexpr std::size_t kMostNamed = 6;  // networks in a caption

struct Measure {
  const char* name;
  double (*value)(const Figures&);
  std::vector<double> dash;
};

std::array<Measure, 4> measures() {
  return {{{"click IoU", [](const Figures& f) { return f.click_iou; }, {}},
           {"attention Jaccard", [](const Figures& f) { return f.attention_jaccard; }, {7, 4}},
           {"purity", [](const Figures& f) { return f.purity; }, {2, 3}},
           {"NMI", [](const Figures& f) { return f.nmi; }, {9, 3, 2, 3}}}};
}

/// Networks of one run, by their steps.
struct Course {
  std::string name;
  std::vector<const Figures*> moments = {};
};

std::vector<Course> courses_of(const std::vector<Figures>& networks) {
  std::vector<Course> courses;
  const auto same = [](const protocol::SeenNetwork& a, const protocol::SeenNetwork& b) {
    return a.run == b.run && a.name == b.name && a.network == b.network;
  };
  for (const Figures& figures : networks) {
    auto course = std::find_if(courses.begin(), courses.end(), [&](const Course& each) {
      return same(each.moments.front()->network, figures.network);
    });
    if (course == courses.end()) {
      courses.push_back({figures.network.name});
      course = courses.end() - 1;
    }
    course->moments.push_back(&figures);
  }
  for (Course& course : courses) {
    std::stable_sort(course.moments.begin(), course.moments.end(),
                     [](const Figures* a, const Figures* b) { return a->network.step < b->network.step; });
    const auto twins = std::count_if(courses.begin(), courses.end(),
                                     [&](const Course& each) { return each.name == course.name; });
    if (twins > 1) course.name += " \u00b7 " + course.moments.front()->network.network;
  }
  return courses;
}

bool are_courses(const std::vector<Course>& courses) {
  const bool of_runs = std::none_of(courses.begin(), courses.end(), [](const Course& course) {
    return course.moments.front()->network.run.empty();
  });
  return of_runs && std::any_of(courses.begin(), courses.end(), [](const Course& course) {
           return course.moments.front()->network.step < course.moments.back()->network.step;
         });
}

std::vector<std::string> caption_of(const protocol::AgreementReply& reply,
                                    const protocol::AgreementRequest& request) {
  const auto [least, most] =
      std::minmax_element(reply.networks.begin(), reply.networks.end(),
                          [](const Figures& a, const Figures& b) { return a.longer_side < b.longer_side; });
  std::string seen;
  if (most->longer_side > 0) {
    seen =
        str(", seen with a longer side of ", least->longer_side,
            least->longer_side == most->longer_side ? std::string() : str(" to ", most->longer_side), " px");
  }
  const std::string layer =
      request.tokens.layer == 0 ? std::string("the last layer") : str("layer ", request.tokens.layer);
  std::vector<std::string> caption = {
      str("Of ", counted(reply.pictures, "picture"), " with ", counted(reply.regions, "region"), seen,
          ". Tokens of patches: ",
          request.tokens.projection ? "what the head makes of those of the last layer"
                                    : layer + ", through the final norm, before the head",
          ". Click IoU: similarity to the patch in the middle of a region, one threshold a "
          "picture, the best. Attention: Jaccard index of the best head's ",
          rounded(request.mass * 100, 1),
          " % mass of the CLS query, last layer. Purity and NMI: ", request.clusters,
          " clusters of the patches on regions. Box: IoU of a region with a box of its area "
          "in the middle.",
          reply.unreadable == 0 ? std::string()
                                : str(" Made without ", base::format_count(reply.unreadable),
                                      " of the pictures, which cannot be read."))};
  std::string who;
  for (std::size_t i = 0; i < std::min(reply.networks.size(), kMostNamed); ++i)
    who += (i == 0 ? "" : " ") + made_by(reply.networks[i].network) + ".";
  if (reply.networks.size() > kMostNamed) who += str(" And ", reply.networks.size() - kMostNamed, " more.");
  caption.push_back(who);
  return caption;
}

std::string names_of(const std::vector<Course>& courses) {
  if (courses.size() > 4) return counted(static_cast<std::int64_t>(courses.size()), "run");
  std::string names;
  for (std::size_t i = 0; i < courses.size(); ++i)
    names += (i == 0 ? "" : i + 1 == courses.size() ? " and " : ", ") + courses[i].name;
  return names;
}

// Half of the stroke that stands for a run of one moment: a dot has no dashes to tell measures apart.
double half_stroke(const std::vector<Course>& courses) {
  std::int64_t first = courses.front().moments.front()->network.step, last = first;
  for (const Course& course : courses) {
    first = std::min(first, course.moments.front()->network.step);
    last = std::max(last, course.moments.back()->network.step);
  }
  return 0.03 * static_cast<double>(last - first);
}

base::Result<figure::Figure> draw_courses(const std::vector<Course>& courses, double box_iou,
                                          std::vector<std::string> caption, const Look& look) {
  const bool many = courses.size() > 1;
  figure::CurveFigure content;
  content.title = "Agreement with masks";
  content.subtitle = names_of(courses);
  content.x_label = "step";
  content.y_label = "share";
  content.caption = std::move(caption);
  content.theme = look.theme;
  figure::Series box{.name = kBox, .x = {}, .y = {}, .reference = true};
  std::size_t place = 0;
  for (const Course& course : courses) {
    for (const Measure& measure : measures()) {
      figure::Series series{
          .name = many ? course.name + ": " + measure.name : measure.name, .x = {}, .y = {}};
      for (const Figures* figures : course.moments) {
        series.x.push_back(static_cast<double>(figures->network.step));
        series.y.push_back(measure.value(*figures));
      }
      if (many && course.moments.size() == 1) {
        const double middle = series.x.front(), half = half_stroke(courses);
        series.x = {middle - half, middle + half};
        series.y.push_back(series.y.front());
      }
      if (many) {
        series.colour = figure::series_colour(place, look.theme);
        series.dash = measure.dash;
      }
      content.series.push_back(std::move(series));
    }
    for (const Figures* figures : course.moments) box.x.push_back(static_cast<double>(figures->network.step));
    ++place;
  }
  std::sort(box.x.begin(), box.x.end());
  box.y.assign(box.x.size(), box_iou);
  content.series.push_back(std::move(box));
  if (!many) return figure::draw_curves(content);
  const figure::Colour grey = figure::style_of(look.theme).secondary;
  content.legend.push_back({"Run"});
  for (std::size_t i = 0; i < courses.size(); ++i)
    content.legend.push_back({courses[i].name, figure::series_colour(i, look.theme), {}});
  content.legend.push_back({"Measure"});
  for (const Measure& measure : measures()) content.legend.push_back({measure.name, grey, measure.dash});
  content.legend.push_back({kBox, figure::style_of(look.theme).tertiary, {}});
  if (std::any_of(courses.begin(), courses.end(),
                  [](const Course& each) { return each.moments.size() == 1; }))
    content.caption.push_back("A short stroke: a run at one moment, in its middle.");
  return figure::draw_curves(content);
}

}  // namespace

base::Result<figure::Figure> draw_agreement(const protocol::AgreementReply& reply,
                                            const protocol::AgreementRequest& request, const Look& look) {
  if (reply.networks.empty())
    return base::Error{base::ErrorCode::NotFound, "there are no figures to draw", "at least one network", ""};
  std::vector<std::string> caption = caption_of(reply, request);
  const std::vector<Course> courses = courses_of(reply.networks);
  // Each network has four measures; many short curves would be none.
  if (are_courses(courses) && courses.size() * measures().size() < figure::kMostSeries)
    return draw_courses(courses, reply.box_iou, std::move(caption), look);
  figure::BarFigure content;
  content.title = "Agreement with masks";
  content.value_label = "share";
  content.caption = std::move(caption);
  content.theme = look.theme;
  content.reference_name = kBox;
  std::vector<protocol::SeenNetwork> networks;
  for (const Figures& figures : reply.networks) networks.push_back(figures.network);
  const bool named = several_names(networks);
  for (const protocol::SeenNetwork& network : networks) content.names.push_back(label_of(network, named));
  content.subtitle = networks.size() == 1 ? label_of(networks.front(), true)
                                          : counted(static_cast<std::int64_t>(networks.size()), "network");
  for (const Measure& measure : measures()) {
    figure::BarFigure::Group& group = content.groups.emplace_back();
    group.name = measure.name;
    for (const Figures& figures : reply.networks) group.values.push_back(measure.value(figures));
  }
  // What a box reaches is an IoU.
  content.groups.front().reference = reply.box_iou;
  return figure::draw_bars(content);
}

}  // namespace ibot::drawing
