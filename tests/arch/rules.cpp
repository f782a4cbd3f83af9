// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace ibot::arch {
namespace {

using Names = std::set<std::string>;

/// What the public and private files of each core module may include, itself aside.
const std::map<std::string, Names>& core_graph() {
  static const std::map<std::string, Names> graph{
      {"base", {}},
      {"analysis", {"base"}},
      {"params", {"base"}},
      {"plugin", {"base", "params"}},
      {"weights", {"base"}},
      {"image", {"base"}},
      {"figure", {"base", "image"}},
      {"data", {"base", "params", "image"}},
      // The options of network and trainer are plain structs; the plan checks and prints them.
      {"plan", {"base", "params", "plugin", "weights", "data", "nn/options.h", "train/options.h"}},
      {"record", {"base"}},
      {"bundle", {"base", "record"}},
      {"runs", {"base", "record"}},
      {"compare", {"base", "params", "plugin", "image", "figure", "data", "plan", "record", "runs"}},
      {"protocol", {"base", "params", "image", "data", "record"}},
      {"drawing", {"base", "analysis", "params", "image", "figure", "data", "protocol"}},
      {"dist", {"base"}},
      {"nn", {"base", "params", "weights"}},
      {"train", {"base", "params", "plugin", "weights", "data", "plan", "dist", "nn"}},
      {"inspect",
       {"base", "analysis", "params", "plugin", "weights", "image", "figure", "data", "plan", "protocol",
        "nn", "train", "evaluate"}},
      {"evaluate", {"base", "params", "plugin", "weights", "image", "data", "nn"}},
  };
  return graph;
}

/// The same for folders outside core/, by the longest fitting prefix.
const std::map<std::string, Names>& outer_graph() {
  static const std::map<std::string, Names> graph{
      {"plugins/sdk", {"base", "params", "plugin", "data", "nn", "train", "evaluate", "sdk"}},
      {"plugins", {"base", "params", "plugin", "data", "nn", "train", "evaluate", "weights", "image", "sdk"}},
      {"ui",
       {"base", "analysis", "params", "plugin", "plan", "record", "bundle", "runs", "compare", "figure",
        "image", "data", "protocol", "drawing", "ui"}},
      {"app/workbench",
       {"base", "analysis", "params", "plugin", "plan", "record", "bundle", "runs", "compare", "figure",
        "image", "data", "protocol", "drawing", "ui"}},
  };
  return graph;
}

/// What each folder of the window may include of the others.
const std::map<std::string, Names>& window_graph() {
  static const std::map<std::string, Names> graph{
      {"style", {}},
      {"bridge", {}},
      {"plots", {"style"}},
      {"models", {"bridge", "style", "widgets"}},
      {"widgets", {"style"}},
      {"forms", {"style", "widgets"}},
      {"views", {"bridge", "forms", "models", "plots", "style", "widgets"}},
      {"shell", {"bridge", "forms", "models", "plots", "style", "views", "widgets"}},
  };
  return graph;
}

bool starts_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

std::string part_of_path(const std::string& path, int index) {
  std::istringstream parts(path);
  std::string part;
  for (int i = 0; i <= index; ++i) {
    if (!std::getline(parts, part, '/')) return "";
  }
  return part;
}

const Names* allowed_for(const SourceFile& file, std::string& who) {
  if (file.below("core")) {
    who = part_of_path(file.path, 1);
    const auto found = core_graph().find(who);
    return found == core_graph().end() ? nullptr : &found->second;
  }
  const Names* allowed = nullptr;
  for (const auto& [folder, names] : outer_graph()) {
    if (file.below(folder) && folder.size() >= who.size()) {
      who = folder;
      allowed = &names;
    }
  }
  return allowed;
}

bool is_torch(const std::string& target) {
  return starts_with(target, "torch/") || starts_with(target, "ATen/") || starts_with(target, "c10/");
}

bool is_qt(const std::string& target) {
  return starts_with(target, "Qt") ||
         (target.size() > 1 && target[0] == 'Q' && target[1] >= 'A' && target[1] <= 'Z');
}

}  // namespace

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> includes;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') continue;
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 7, "include") != 0) continue;
    const std::size_t open = line.find_first_of("<\"", at + 7);
    if (open == std::string::npos) continue;
    const std::size_t close = line.find(line[open] == '<' ? '>' : '"', open + 1);
    if (close == std::string::npos) continue;
    includes.push_back({line.substr(open + 1, close - open - 1), line[open] == '"'});
  }
  return includes;
}

std::string without_comments(std::string_view text) {
  std::string code;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (quote != 0) {
      code += text[i];
      if (text[i] == '\\' && i + 1 < text.size()) {
        code += text[++i];
      } else if (text[i] == quote) {
        quote = 0;
      }
    } else if (starts_with(rest, "//")) {
      const std::size_t end = text.find('\n', i);
      if (end == std::string_view::npos) break;
      i = end;
      code += '\n';
    } else if (starts_with(rest, "/*")) {
      const std::size_t end = text.find("*/", i + 2);
      if (end == std::string_view::npos) break;
      i = end + 1;
    } else {
      // An apostrophe after a digit separates thousands.
      const bool separator =
          text[i] == '\'' && i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0;
      if (text[i] == '"' || (text[i] == '\'' && !separator)) quote = text[i];
      code += text[i];
    }
  }
  return code;
}

namespace {

Complaint window_includes(const SourceFile& file) {
  if (file.below("tests") || file.below("app/workbench")) return {};
  for (const Include& include : includes_of(file.text)) {
    if (starts_with(include.target, "qcustomplot") && !file.below("ui/plots"))
      return "includes \"" + include.target + "\": QCustomPlot is for ui/plots";
    if (include.target == "QSettings" && file.path != "ui/widgets/setting.cpp")
      return std::string("includes <QSettings>, which waits for the disk: take ui/widgets/setting.h");
    if (!starts_with(include.target, "ui/")) continue;
    if (!file.below("ui"))
      return "includes <" + include.target + ">: nothing but app/workbench knows the window";
    const std::string who = part_of_path(file.path, 1);
    const std::string folder = part_of_path(include.target, 1);
    const auto found = window_graph().find(who);
    if (found == window_graph().end())
      return "ui/" + who + " has no place in the table of tests/arch/rules.cpp";
    if (folder != who && found->second.count(folder) == 0)
      return "ui/" + who + " may not include <" + include.target + ">";
  }
  return {};
}

}  // namespace

Complaint include_graph(const SourceFile& file) {
  if (!file.is_cpp()) return {};
  if (const Complaint complaint = window_includes(file)) return complaint;
  for (const Include& include : includes_of(file.text)) {
    if (!file.below("tests") && starts_with(include.target, "../")) {
      return "includes \"" + include.target + "\": a folder's private files are its own";
    }
  }
  std::string who;
  const Names* allowed = allowed_for(file, who);
  if (allowed == nullptr) {
    if (file.below("core")) return "core/" + who + " has no place in the table of tests/arch/rules.cpp";
    return {};
  }
  for (const Include& include : includes_of(file.text)) {
    if (!starts_with(include.target, "ibot/")) continue;
    const std::string header = include.target.substr(5);
    const std::string module = header.substr(0, header.find('/'));
    if (module != who && allowed->count(module) == 0 && allowed->count(header) == 0) {
      return who + " may not include <" + include.target + ">";
    }
  }
  return {};
}

Complaint foreign_libraries(const SourceFile& file) {
  if (!file.is_cpp() || file.below("tests")) return {};
  const bool window = file.below("ui") || file.below("app/workbench");
  static const std::vector<std::string> base_modules = [] {
    const auto& files = source_files();
    const auto found = std::find_if(files.begin(), files.end(),
                                    [](const auto& each) { return each.path == "core/CMakeLists.txt"; });
    return found == files.end() ? std::vector<std::string>{} : modules_of(found->text, "BASE");
  }();
  const bool base_library = file.below("core") && std::find(base_modules.begin(), base_modules.end(),
                                                            part_of_path(file.path, 1)) != base_modules.end();
  for (const Include& include : includes_of(file.text)) {
    if (!window && is_qt(include.target))
      return "includes <" + include.target + ">: Qt is for ui/ and app/workbench";
    if ((window || base_library) && is_torch(include.target)) {
      return "includes <" + include.target + ">: the window and libibot_base do not know LibTorch";
    }
  }
  return {};
}

Complaint raw_tensor_memory(const SourceFile& file) {
  if (!file.is_cpp() || file.below("tests") || file.name().find("kernel") != std::string::npos) return {};
  const std::string code = without_comments(file.text);
  for (const std::string_view access : {"data_ptr", "->data<", ".data<"}) {
    if (code.find(access) != std::string::npos) {
      return "uses " + std::string(access) + ": only files named *kernel* touch the memory of a tensor";
    }
  }
  return {};
}

Complaint licence_line(const SourceFile& file) {
  const std::string name = file.name();
  const bool cpp = file.is_cpp();
  const auto ends_with = [&name](std::string_view ending) {
    return name.size() >= ending.size() && name.substr(name.size() - ending.size()) == ending;
  };
  const bool hash = name == "CMakeLists.txt" || name == "workbench" || file.path == ".ci/run" ||
                    ends_with(".cmake") || ends_with(".sh") || ends_with(".py") ||
                    // A broken YAML file under test is what it is, byte by byte.
                    (!file.below("tests") && (ends_with(".yaml") || ends_with(".yml")));
  if (!cpp && !hash) return {};
  std::istringstream lines(file.text);
  std::string line;
  std::getline(lines, line);
  if (starts_with(line, "#!")) std::getline(lines, line);
  const std::string licence = "SPDX-License-Identifier: GPL-3.0-or-later";
  const std::string expected = (cpp ? "// " : "# ") + licence;
  // A header that C programs include has C's comments.
  const bool plain_c = file.is_header() && line == "/* " + licence + " */";
  if (line != expected && !plain_c) return "does not begin with `" + expected + "`";
  return {};
}

Complaint machine_paths(const SourceFile& file) {
  if (file.below("tests/arch")) return {};
  for (const std::string_view path : {"/work/", "/root/", "/home/"}) {
    if (file.text.find(path) != std::string::npos)
      return "names " + std::string(path) + ", a folder of one machine";
  }
  if (!file.below("tests") && file.text.find("/tmp/") != std::string::npos)
    return "names /tmp/, a folder of one machine";
  return {};
}

Complaint tidy(const SourceFile& file) {
  if (!file.is_cpp() && file.name() != "CMakeLists.txt") return {};
  const auto lines = std::count(file.text.begin(), file.text.end(), '\n');
  if (lines > 500) return "has " + std::to_string(lines) + " lines; split it by job at 500";
  const bool guarded =
      file.text.find("#pragma once") != std::string::npos || file.text.find("#ifndef ") != std::string::npos;
  if (file.is_header() && !guarded) return "has no #pragma once";
  if (file.text.find('\t') != std::string::npos) return "has a tab";
  if (!file.below("tests/arch") && file.text.find("TODO") != std::string::npos) return "has a TODO";
  if (file.text.empty() || file.text.back() != '\n') return "does not end with a line end";
  return {};
}

std::vector<std::string> types_of(std::string_view header) {
  static const std::regex kNamespace("namespace ([A-Za-z_:0-9]*) ?\\{");
  static const std::regex kType(
      "(?:struct|class) (?:IBOT_[A-Z]+ )?([A-Za-z_0-9]+)(?: final)?(?: :[^:].*)? \\{.*");
  std::vector<std::string> found;
  std::string place;
  std::istringstream lines(without_comments(header));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kNamespace)) {
      place = match[1];
    } else if (!place.empty() && std::regex_match(line, match, kType)) {
      found.push_back(place + "::" + match[1].str());
    }
  }
  return found;
}

std::vector<std::string> modules_of(std::string_view core_cmake, std::string_view library) {
  const std::string beginning = "set(IBOT_CORE_" + std::string(library) + "_MODULES ";
  const std::size_t open = core_cmake.find(beginning);
  if (open == std::string_view::npos) return {};
  const std::size_t close = core_cmake.find(')', open);
  std::istringstream names(
      std::string(core_cmake.substr(open + beginning.size(), close - open - beginning.size())));
  std::vector<std::string> modules;
  for (std::string name; names >> name;) modules.push_back(name);
  return modules;
}

}  // namespace ibot::arch
