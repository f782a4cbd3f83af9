// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"

#include <ibot/base/machine.h>
#include <ibot/base/text.h>
#include <ibot/plugin/loader.h>

#include <torch/version.h>

#include <dlfcn.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>

namespace ibot::cli {
namespace {

struct Finding {
  std::string name, value;
  bool good = true;
};

std::vector<Finding> examine() {
  std::vector<Finding> findings;
  findings.push_back({"program", std::string("ibot ") + IBOT_VERSION});
  findings.push_back({"LibTorch", TORCH_VERSION});
  const base::Machine& machine = base::this_machine();
  findings.push_back({"cores", std::to_string(machine.processors)});
  findings.push_back({"memory", base::format_bytes(machine.memory_bytes)});
  using Units = base::Machine::VectorUnits;
  findings.push_back({"vector units", machine.vector_units == Units::Avx512 ? "AVX-512"
                                      : machine.vector_units == Units::Avx2 ? "AVX2"
                                                                            : "none that is used"});
  findings.push_back(
      {"bf16 products", machine.bf16_products ? "in hardware" : "emulated: fp32 is faster here"});
  void* driver = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  findings.push_back({"NVIDIA driver", driver != nullptr ? "present" : "none: training runs on the CPU"});
  if (driver != nullptr) ::dlclose(driver);
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::current_path(), error);
  if (!error) {
    findings.push_back(
        {"free disk here", base::format_bytes(space.available), space.available > 2'000'000'000});
  }
  const auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  std::size_t usable = 0;
  for (const plugin::PluginRecord& record : loader.plugins()) {
    const bool good = record.state != plugin::State::Failed && record.state != plugin::State::Disabled;
    if (good) ++usable;
    if (!good) findings.push_back({"plugin " + record.name(), record.reason, false});
  }
  findings.push_back({"plugins", base::str(usable, " usable of ", loader.plugins().size()), usable > 0});
  return findings;
}

}  // namespace

void add_doctor(CLI::App& app) {
  auto as_json = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("doctor", "What this machine offers, and what is missing");
  command->footer("Example:\n  ibot doctor");
  command->add_flag("--json", *as_json, "As JSON");
  on_run(command, [as_json]() -> base::Status {
    nlohmann::json json = nlohmann::json::array();
    for (const Finding& finding : examine()) {
      json.push_back({{"name", finding.name}, {"value", finding.value}, {"good", finding.good}});
      if (*as_json) continue;
      std::string line = (finding.good ? "  " : "! ") + finding.name;
      line.resize(std::max<std::size_t>(line.size() + 1, 20), ' ');
      print(line + finding.value);
    }
    if (*as_json) print_json(json);
    return {};
  });
}

}  // namespace ibot::cli
