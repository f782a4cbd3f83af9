// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ibot::arch {

/// A text file of the project.
struct SourceFile {
  std::string path;  ///< relative to the root, with '/': "core/base/src/text.cpp"
  std::string text;

  std::string name() const { return path.substr(path.rfind('/') + 1); }
  /// True if the file lies below the folder: below("core/base").
  bool below(const std::string& folder) const { return path.rfind(folder + "/", 0) == 0; }
  bool is_cpp() const;
  bool is_header() const;
};

/// Every text file that a person writes: the root's own files and the project's folders, without build
/// outputs, pictures and binary fixtures. Sorted by path; read once.
const std::vector<SourceFile>& source_files();

/// Folders of the project at the given depth: 1 is "core", 2 is "core/base". Sorted.
std::vector<std::string> folders_at_depth(int depth);

}  // namespace ibot::arch
