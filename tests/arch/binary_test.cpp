// SPDX-License-Identifier: GPL-3.0-or-later
// What the built files ask the dynamic linker for.
#include "command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace ibot::arch {
namespace {

namespace fs = std::filesystem;

/// The build folder: this program lies in its bin/.
fs::path build_dir() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path();
}

/// Names of the libraries that a built file needs.
std::vector<std::string> needed(const fs::path& file) {
  const CommandResult result = run_command("readelf --dynamic --wide '" + file.string() + "'");
  EXPECT_EQ(result.exit_status, 0) << result.output;
  std::vector<std::string> names;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t open = line.find('[');
    if (line.find("(NEEDED)") == std::string::npos || open == std::string::npos) continue;
    names.push_back(line.substr(open + 1, line.find(']') - open - 1));
  }
  EXPECT_FALSE(names.empty()) << file << " needs no library at all";
  return names;
}

bool mentions(const std::string& name, std::initializer_list<const char*> parts) {
  for (const char* part : parts) {
    if (name.find(part) != std::string::npos) return true;
  }
  return false;
}

TEST(ArchBinary, BaseLibraryKnowsNeitherLibTorchNorQt) {
  for (const std::string& name : needed(build_dir() / "lib/libibot_base.so")) {
    EXPECT_FALSE(mentions(name, {"torch", "c10", "cuda", "Qt"})) << name;
  }
}

TEST(ArchBinary, EngineProgramAndPluginsKnowNeitherQtNorCuda) {
  std::vector<fs::path> built;
  for (const char* file : {"lib/libibot_engine.so", "bin/ibot"}) {
    if (fs::exists(build_dir() / file)) built.push_back(build_dir() / file);
  }
  if (fs::exists(build_dir() / "lib/plugins")) {
    for (const auto& entry : fs::recursive_directory_iterator(build_dir() / "lib/plugins")) {
      if (entry.path().extension() == ".so") built.push_back(entry.path());
    }
  }
  if (built.empty()) GTEST_SKIP() << "neither engine nor program nor plugin is built here";
  for (const fs::path& path : built) {
    for (const std::string& name : needed(path)) {
      EXPECT_FALSE(mentions(name, {"Qt", "torch_cuda", "c10_cuda", "cudart"})) << path << " needs " << name;
    }
  }
}

TEST(ArchBinary, WindowLinksNoLibTorch) {
  const fs::path window = build_dir() / "bin/ibot-workbench";
  if (!fs::exists(window)) GTEST_SKIP() << "the window is not built here";
  for (const std::string& name : needed(window)) {
    EXPECT_FALSE(mentions(name, {"torch", "c10", "cuda", "ibot_engine"})) << name;
  }
}

TEST(ArchBinary, WindowIsCompiledWithoutLibTorch) {
  std::ifstream file(build_dir() / "compile_commands.json");
  const nlohmann::json commands = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(commands.is_array()) << "no compile_commands.json in the build folder";
  int looked_at = 0;
  for (const nlohmann::json& command : commands) {
    const std::string source = command.at("file");
    if (!mentions(source, {"/ui/", "/app/workbench/"})) continue;
    ++looked_at;
    EXPECT_FALSE(mentions(command.at("command").get<std::string>(), {"torch/include", "libtorch"})) << source;
  }
  if (looked_at == 0) GTEST_SKIP() << "the window is not built here";
}

}  // namespace
}  // namespace ibot::arch
