// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_tree.h"

#include <ibot/test/temp_dir.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>

namespace ibot::arch {
namespace {

namespace fs = std::filesystem;

// Other folders at the root (build, runs, what a person keeps beside it) are not the project's.
constexpr std::array<std::string_view, 10> kFolders{
    ".ci", "app", "core", "docs", "experiments", "plugins", "resources", "screenshots", "tests", "ui"};

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

bool is_text(const std::string& path) {
  static constexpr std::array<std::string_view, 15> kEndings{".h",     ".cpp", ".c",  ".inc",  ".in",
                                                             ".cmake", ".txt", ".md", ".json", ".yaml",
                                                             ".yml",   ".sql", ".sh", ".py",   ".svg"};
  if (path == "workbench" || path == ".ci/run") return true;
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&path](std::string_view ending) { return ends_with(path, ending); });
}

std::vector<SourceFile> read_all() {
  std::vector<SourceFile> files;
  const auto add = [&files](const fs::path& file) {
    const std::string path = fs::relative(file, test::source_dir()).generic_string();
    if (!is_text(path)) return;
    std::ifstream in(file, std::ios::binary);
    files.push_back({path, std::string(std::istreambuf_iterator<char>(in), {})});
  };
  for (const auto& entry : fs::directory_iterator(test::source_dir())) {
    if (entry.is_regular_file()) add(entry.path());
  }
  for (const std::string_view folder : kFolders) {
    if (!fs::exists(test::source_dir() / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(test::source_dir() / folder)) {
      if (entry.is_regular_file()) add(entry.path());
    }
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

}  // namespace

bool SourceFile::is_cpp() const {
  return is_header() || ends_with(path, ".cpp") || ends_with(path, ".c");
}
bool SourceFile::is_header() const {
  return ends_with(path, ".h");
}

const std::vector<SourceFile>& source_files() {
  static const std::vector<SourceFile> files = read_all();
  return files;
}

std::vector<std::string> folders_at_depth(int depth) {
  // From the files, so that an empty folder that git does not know is none.
  std::vector<std::string> folders;
  for (const SourceFile& file : source_files()) {
    std::size_t end = 0;
    for (int level = 0; level < depth && end != std::string::npos; ++level) {
      end = file.path.find('/', level == 0 ? 0 : end + 1);
    }
    if (end != std::string::npos) folders.push_back(file.path.substr(0, end));
  }
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  return folders;
}

}  // namespace ibot::arch
