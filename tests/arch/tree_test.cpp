// SPDX-License-Identifier: GPL-3.0-or-later
// The project's own files, under the rules.
#include "rules.h"

#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace ibot::arch {
namespace {

std::vector<std::string> complaints(Complaint (*rule)(const SourceFile&)) {
  std::vector<std::string> found;
  for (const SourceFile& file : source_files()) {
    if (const Complaint complaint = rule(file)) found.push_back(file.path + " " + *complaint);
  }
  return found;
}

std::string text_of(const std::string& path) {
  for (const SourceFile& file : source_files()) {
    if (file.path == path) return file.text;
  }
  ADD_FAILURE() << path << " is missing";
  return "";
}

std::vector<std::string> words_after(const std::string& text, const std::string& keyword) {
  const std::size_t at = text.find(keyword);
  if (at == std::string::npos) return {};
  std::vector<std::string> words;
  std::istringstream rest(text.substr(at + keyword.size()));
  for (std::string word; rest >> word;) {
    const bool last = word.back() == ')';
    if (last) word.pop_back();
    // The next keyword of the function ends the list.
    if (std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isupper(c) != 0; })) break;
    words.push_back(word);
    if (last) break;
  }
  return words;
}

TEST(ArchTree, IsFound) {
  EXPECT_GT(source_files().size(), 50U);
  EXPECT_THAT(folders_at_depth(2), ::testing::Contains("core/base"));
}

TEST(ArchTree, IncludesFollowTheArrows) {
  EXPECT_THAT(complaints(include_graph), ::testing::IsEmpty());
}
TEST(ArchTree, QtAndLibTorchKeepToTheirPlaces) {
  EXPECT_THAT(complaints(foreign_libraries), ::testing::IsEmpty());
}
TEST(ArchTree, TensorMemoryIsForKernels) {
  EXPECT_THAT(complaints(raw_tensor_memory), ::testing::IsEmpty());
}
TEST(ArchTree, EveryFileNamesItsLicence) {
  EXPECT_THAT(complaints(licence_line), ::testing::IsEmpty());
}
TEST(ArchTree, NoFileNamesAMachine) {
  EXPECT_THAT(complaints(machine_paths), ::testing::IsEmpty());
}
TEST(ArchTree, FilesAreTidy) {
  EXPECT_THAT(complaints(tidy), ::testing::IsEmpty());
}

// Two types of one name are one to the linker, which keeps the functions of either for both.
TEST(ArchTree, NoTwoHeadersDefineOneType) {
  std::map<std::string, std::string> first;
  for (const SourceFile& file : source_files()) {
    if (!file.is_header()) continue;
    for (const std::string& type : types_of(file.text)) {
      const auto [at, is_new] = first.emplace(type, file.path);
      EXPECT_TRUE(is_new) << type << " is defined in " << at->second << " and in " << file.path;
    }
  }
  EXPECT_GT(first.size(), 300U);
}

TEST(ArchTree, ModulesUseInCMakeWhatTheyMayInclude) {
  const std::string core = text_of("core/CMakeLists.txt");
  for (const std::string library : {"BASE", "ENGINE"}) {
    for (const std::string& module : modules_of(core, library)) {
      const std::string lists = "core/" + module + "/CMakeLists.txt";
      const auto& files = source_files();
      const auto found =
          std::find_if(files.begin(), files.end(), [&](const auto& each) { return each.path == lists; });
      if (found == files.end()) continue;
      EXPECT_NE(found->text.find("LIBRARY " + std::string(library == "BASE" ? "base" : "engine")),
                std::string::npos)
          << lists << " puts the module into another library than core/CMakeLists.txt";
      for (const std::string& used : words_after(found->text, "USES")) {
        const SourceFile probe{"core/" + module + "/src/probe.cpp",
                               "#include <ibot/" + used + "/options.h>\n"};
        EXPECT_EQ(include_graph(probe), std::nullopt) << lists << " uses " << used;
      }
    }
  }
}

TEST(ArchTree, FoldersOfTheFirstTwoLevelsExplainThemselves) {
  std::set<std::string> explained;
  for (const SourceFile& file : source_files()) {
    if (file.name() == "README.md") explained.insert(file.path.substr(0, file.path.rfind('/')));
  }
  std::vector<std::string> silent;
  for (const int depth : {1, 2}) {
    for (const std::string& folder : folders_at_depth(depth)) {
      if (folder[0] != '.' && explained.count(folder) == 0) silent.push_back(folder);
    }
  }
  EXPECT_THAT(silent, ::testing::IsEmpty()) << "each needs a short README.md";
}

TEST(ArchTree, EngineNeedsNoQt) {
  std::istringstream lines(text_of("CMakeLists.txt"));
  for (std::string line; std::getline(lines, line);) {
    const bool requires_qt =
        line.find("Qt") != std::string::npos && line.find("REQUIRED") != std::string::npos;
    EXPECT_FALSE(requires_qt) << line;
  }
}

}  // namespace
}  // namespace ibot::arch
