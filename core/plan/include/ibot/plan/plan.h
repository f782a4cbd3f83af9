// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/machine.h>
#include <ibot/data/crop_options.h>
#include <ibot/data/options.h>
#include <ibot/nn/options.h>
#include <ibot/params/diagnostic.h>
#include <ibot/params/section.h>
#include <ibot/plan/derived.h>
#include <ibot/plan/options.h>
#include <ibot/plan/plugin_info.h>
#include <ibot/train/options.h>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::plan {

/// A value of a plan by its full key ("optimizer.lr", "losses.ibot_patch.weight"), and who wrote it.
struct PlanValue {
  params::Value value;
  params::Origin origin;
};
using PlanValues = std::map<std::string, PlanValue, std::less<>>;

/// One section with every value in place.
struct IBOT_API ResolvedSection {
  std::string name;  ///< "train", "losses"
  std::string path;  ///< prefix of its keys: "train", "losses.ibot_cls"; empty for the top
  params::Schema schema;
  params::Section content;
  std::optional<PluginInfo> plugin;  ///< of plugin sections
  params::Origin plugin_origin;
};

/// SHA-256, in hexadecimal digits, of what decides a run. The record adds a fifth, of the environment. Two
/// runs that should agree and do not: the first hash that differs says where to look.
struct IBOT_API Hashes {
  std::string plan;     ///< all values, and ids and versions of the plugins; not name and notes
  std::string config;   ///< the same without data and seed
  std::string plugins;  ///< ids, versions and the bytes of the libraries
  std::string data;  ///< the section data (not what the files hold: the data set's own fingerprint says that)
  std::string seed;

  bool operator==(const Hashes&) const = default;
};

/// A configuration that was found sound: every value in place, plugins resolved, numbers derived. Immutable,
/// cheap to copy, any number of threads may read it.
class IBOT_API Plan {
 public:
  RunOptions run() const;
  data::DataOptions data() const;
  data::CropOptions crops() const;
  nn::HeadOptions head() const;
  train::OptimizerOptions optimizer() const;
  train::TrainOptions train() const;
  train::CheckpointOptions checkpoints() const;
  train::ProbeOptions probes() const;

  const ResolvedSection& backbone() const;
  const ResolvedSection& mask() const;
  std::vector<ResolvedSection> losses() const;
  std::vector<ResolvedSection> evaluators() const;

  const std::vector<ResolvedSection>& sections() const;
  const PlanValues& values() const;
  const Derived& derived() const;
  const Hashes& hashes() const;
  int ranks() const;
  const std::optional<DatasetFacts>& dataset() const;
  /// The files that were read, lowest layer first.
  const std::vector<std::filesystem::path>& files() const;

  /// A complete configuration file: every value, defaults too. Planned again, it gives the same plan with the
  /// same hashes, whatever the defaults are by then. This is what the record keeps.
  std::string to_yaml() const;
  /// {format, hashes, plugins, values, origins, derived}; for scripts and the window.
  nlohmann::json to_json() const;

 private:
  friend class PlanBuilder;
  struct State;
  explicit Plan(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// What a plan is made from.
struct IBOT_API PlanRequest {
  std::filesystem::path file;  ///< a recipe; empty: `text`, or defaults alone
  /// A configuration in place of a file, as the record keeps it; with `file` what that file would say, as an
  /// editor holds it before it is saved.
  std::optional<std::string> text;
  std::vector<std::string> overrides;       ///< "train.epochs=10", later ones win
  std::vector<PluginInfo> plugins;          ///< that could be chosen
  std::optional<DatasetFacts> dataset;      ///< when known
  int ranks = 1;                            ///< processes that train together
  std::optional<base::Machine> machine;     ///< that will train, when known
  std::optional<std::uint64_t> free_bytes;  ///< on the disk where the run would be kept, when known
};

/// Either a plan, with warnings at most, or every mistake there is.
struct IBOT_API PlanResult {
  std::optional<Plan> plan;
  params::Diagnostics diagnostics;  ///< sorted by file and line
  /// What could be read of every section, mistakes or not: for forms. A refused value is the default here.
  std::vector<ResolvedSection> sections;
};

IBOT_API PlanResult make_plan(const PlanRequest& request);

}  // namespace ibot::plan
