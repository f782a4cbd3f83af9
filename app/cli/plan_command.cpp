// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "session.h"

#include <ibot/base/text.h>
#include <ibot/plan/diff.h>
#include <ibot/plan/explain.h>
#include <ibot/plan/reference.h>

#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

std::vector<plan::PluginInfo> all_plugins(const plugin::Loader& loader) {
  std::vector<plan::PluginInfo> infos;
  for (const plugin::PluginRecord& record : loader.plugins()) {
    if (record.manifest_readable) infos.push_back(plan::plugin_info(record.manifest));
  }
  return infos;
}

}  // namespace

void add_plan(CLI::App& app) {
  struct Arguments {
    std::string recipe, other;
    std::vector<std::string> overrides;
    bool json = false, yaml = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("plan", "Check a recipe and say what it would do; starts nothing");
  command->footer(
      "Examples:\n  ibot plan experiments/recipes/vit_small_imagenet.yaml\n"
      "  ibot plan recipe.yaml --set mask.plugin=random --diff recipe.yaml\n"
      "Every mistake is listed with file, line and column; exit code 2.");
  command->add_option("recipe", arguments->recipe, "YAML file")->required();
  command->add_option("--set", arguments->overrides, "key=value, over the recipe; may be repeated");
  command->add_option("--diff", arguments->other, "Show only what differs from this recipe");
  command->add_flag("--json", arguments->json, "As JSON");
  command->add_flag("--yaml", arguments->yaml, "The complete configuration, every value written out");
  on_run(command, [arguments]() -> base::Status {
    auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
    IBOT_TRY(const PreparedPlan prepared,
             prepare_plan(loader, {arguments->recipe, arguments->overrides}, false));
    if (!arguments->other.empty()) {
      IBOT_TRY(const PreparedPlan other, prepare_plan(loader, {arguments->other, {}}, false));
      const auto differences = plan::diff(other.plan, prepared.plan);
      if (arguments->json) {
        print_json(plan::to_json(differences));
      } else {
        std::cout << (differences.empty() ? "no difference\n" : plan::to_text(differences));
      }
    } else if (arguments->json) {
      print_json(prepared.plan.to_json());
    } else if (arguments->yaml) {
      std::cout << prepared.plan.to_yaml();
    } else {
      std::cout << plan::explain(prepared.plan);
    }
    return {};
  });
}

void add_schema(CLI::App& app) {
  struct Arguments {
    std::string filter;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("schema", "Every parameter: meaning, unit, default, range, source");
  command->footer("Examples:\n  ibot schema optimizer\n  ibot schema mask.block --json");
  command->add_option("filter", arguments->filter,
                      "Beginning of a key: optimizer, mask.block, backbone.vit.depth");
  command->add_flag("--json", arguments->json, "As JSON");
  on_run(command, [arguments]() -> base::Status {
    const auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
    const std::vector<plan::PluginInfo> plugins = all_plugins(loader);
    if (arguments->json) {
      print_json(plan::schema_json(plugins));
      return {};
    }
    const std::string text = plan::schema_text(plugins, arguments->filter);
    if (text.empty()) {
      return base::Error{base::ErrorCode::NotFound,
                         "no parameter begins with " + base::quote_untrusted(arguments->filter), "",
                         "`ibot schema` lists all"};
    }
    std::cout << text;
    return {};
  });
}

void add_plugins(CLI::App& app) {
  struct Arguments {
    bool json = false, load = false;
    std::string enable;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("plugins", "Plugins found, their state, and why one is off");
  command->footer("Examples:\n  ibot plugins --load\n  ibot plugins --enable masking/stripes");
  command->add_flag("--json", arguments->json, "As JSON");
  command->add_flag("--load", arguments->load, "Load every one of them, not only read the manifests");
  command->add_option("--enable", arguments->enable, "Enable a quarantined plugin again: kind/id");
  on_run(command, [arguments]() -> base::Status {
    auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
    if (!arguments->enable.empty()) IBOT_CHECK_OK(loader.clear_quarantine(arguments->enable));
    if (arguments->load) loader.load_all();
    nlohmann::json list = nlohmann::json::array();
    for (const plugin::PluginRecord& record : loader.plugins()) {
      list.push_back({{"kind", plugin::to_string(record.manifest.kind)},
                      {"id", record.manifest.id},
                      {"version", record.manifest.version},
                      {"summary", record.manifest.summary},
                      {"state", plugin::to_string(record.state)},
                      {"reason", record.reason},
                      {"hint", record.hint},
                      {"shipped", record.shipped},
                      {"load_seconds", record.load_seconds}});
      if (!arguments->json) {
        std::string line = record.name();
        line.resize(std::max<std::size_t>(line.size() + 1, 26), ' ');
        line += std::string(record.manifest.version) + "  " + std::string(plugin::to_string(record.state)) +
                "  " + record.manifest.summary;
        print(line);
        if (!record.reason.empty())
          print("    " + record.reason + (record.hint.empty() ? "" : ". " + record.hint));
      }
    }
    for (const base::Error& error : loader.folder_errors())
      std::cerr << "warning: " << error.to_text() << '\n';
    if (arguments->json) print_json(list);
    return {};
  });
}

}  // namespace ibot::cli
