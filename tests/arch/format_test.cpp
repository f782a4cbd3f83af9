// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "source_tree.h"

#include <gtest/gtest.h>

namespace ibot::arch {
namespace {

TEST(ArchFormat, SourcesAreFormatted) {
  const CommandResult version = run_command("clang-format --version");
  if (version.exit_status != 0) GTEST_SKIP() << "clang-format is not installed";
  // Every major version formats a little differently; one is the project's.
  if (version.output.find("version 14.") == std::string::npos) {
    GTEST_SKIP() << "clang-format 14 (Debian 12) is the formatter; here is " << version.output;
  }
  std::string files;
  for (const SourceFile& file : source_files()) {
    if (file.is_cpp()) files += " '" + file.path + "'";
  }
  const CommandResult check = run_command("clang-format --dry-run -Werror" + files);
  EXPECT_EQ(check.exit_status, 0) << "run clang-format -i on:\n" << check.output.substr(0, 4000);
}

TEST(ArchFormat, ScriptsPassShellcheck) {
  if (run_command("shellcheck --version").exit_status != 0) GTEST_SKIP() << "shellcheck is not installed";
  const CommandResult check = run_command("shellcheck workbench .ci/run");
  EXPECT_EQ(check.exit_status, 0) << check.output;
}

}  // namespace
}  // namespace ibot::arch
