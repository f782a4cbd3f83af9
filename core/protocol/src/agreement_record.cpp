// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_body.h"

#include <ibot/protocol/agreement_record.h>

#include <array>

namespace ibot::protocol {
namespace {

using Figures = AgreementReply::Figures;

struct Name {
  std::string_view metric;
  double Figures::*value;
  bool may_lack;  ///< below 0 where there is none
};

constexpr std::array<Name, 6> kNames{{{"click_iou", &Figures::click_iou, false},
                                      {"attention_jaccard", &Figures::attention_jaccard, false},
                                      {"purity", &Figures::purity, false},
                                      {"nmi", &Figures::nmi, false},
                                      {"matches", &Figures::matches, true},
                                      {"matches_chance", &Figures::matches_chance, true}}};

nlohmann::json settings_of(const AgreementRequest& request) {
  nlohmann::json settings = request.to_message().body;
  settings.erase("networks");
  return settings;
}

}  // namespace

std::vector<NamedFigure> named_figures(const AgreementReply& reply, std::size_t network) {
  const Figures& figures = reply.networks[network];
  const SeenNetwork& seen = figures.network;
  const bool untrained = seen.source == "untrained";
  const std::int64_t step = untrained ? 0 : seen.step;
  std::vector<NamedFigure> named;
  for (const Name& name : kNames) {
    const double value = figures.*name.value;
    if (name.may_lack && value < 0) continue;
    named.push_back({untrained ? "untrained" : seen.network, std::string(name.metric), step, value});
  }
  named.push_back({"centred_box", "click_iou", step, reply.box_iou});
  return named;
}

bool set_figure(Figures& figures, std::string_view metric, double value) {
  for (const Name& name : kNames) {
    if (name.metric != metric) continue;
    figures.*name.value = value;
    return true;
  }
  return false;
}

std::string agreement_settings(const AgreementRequest& request, const AgreementReply& seen) {
  nlohmann::json settings = settings_of(request);
  settings["seen"] = {{"pictures", seen.pictures},
                      {"regions", seen.regions},
                      {"patches", seen.patches},
                      {"unreadable", seen.unreadable}};
  return settings.dump();
}

std::vector<record::Evaluation> agreement_rows(const AgreementRequest& request, const AgreementReply& reply,
                                               std::size_t network, std::int64_t time) {
  const std::string settings = agreement_settings(request, reply);
  std::vector<record::Evaluation> rows;
  for (const NamedFigure& figure : named_figures(reply, network)) {
    rows.push_back({.step = figure.step,
                    .protocol = std::string(kAgreementProtocol),
                    .network = figure.network,
                    .metric = figure.metric,
                    .value = figure.value,
                    .settings_json = settings,
                    .time = time});
  }
  return rows;
}

std::optional<AgreementReply> seen_under(std::string_view settings_json, const AgreementRequest& request) {
  nlohmann::json settings = nlohmann::json::parse(settings_json, nullptr, false);
  if (!settings.is_object() || !settings.contains("seen")) return std::nullopt;
  const nlohmann::json told = settings["seen"];
  settings.erase("seen");
  // As text: a number that was written as 1 and read as 1.0 is another kind of number.
  if (settings.dump() != settings_of(request).dump()) return std::nullopt;
  BodyReader body(told, "settings");
  AgreementReply seen;
  seen.pictures = body.integer("pictures");
  seen.regions = body.integer("regions");
  seen.patches = body.integer("patches");
  seen.unreadable = body.integer("unreadable");
  if (!body.status()) return std::nullopt;
  return seen;
}

}  // namespace ibot::protocol
