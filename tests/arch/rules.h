// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source_tree.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::arch {

/// A rule looks at one file and says in words what is wrong with it; nullopt if nothing is.
using Complaint = std::optional<std::string>;

/// An include: `#include <ibot/base/text.h>` has the target "ibot/base/text.h".
struct Include {
  std::string target;
  bool quoted = false;
};
std::vector<Include> includes_of(std::string_view text);

/// The text without comments; strings stay.
std::string without_comments(std::string_view text);

/// Who may include whom: architecture in one table. Modules of core/, what plugins, program and window may
/// see.
Complaint include_graph(const SourceFile& file);
/// Qt in ui/ and app/workbench alone; LibTorch in modules of libibot_engine, plugins and the program alone.
Complaint foreign_libraries(const SourceFile& file);
/// Raw tensor memory is touched in files named *kernel* alone, so that the rest runs on any device.
Complaint raw_tensor_memory(const SourceFile& file);
/// First line (second after a shebang) names the licence.
Complaint licence_line(const SourceFile& file);
/// No folder of one particular machine.
Complaint machine_paths(const SourceFile& file);
/// At most 500 lines, header guards, no TODO, no tabs.
Complaint tidy(const SourceFile& file);

/// The types that a header defines in a namespace, with its name: "ibot::figure::Canvas". Nested ones and
/// those of unnamed namespaces are left out.
std::vector<std::string> types_of(std::string_view header);

/// The modules of a library, as core/CMakeLists.txt lists them: library is "BASE" or "ENGINE".
std::vector<std::string> modules_of(std::string_view core_cmake, std::string_view library);

}  // namespace ibot::arch
