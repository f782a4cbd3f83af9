// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "unit/compare/study_fixture.h"

#include <ibot/base/file.h>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

namespace ibot::test {

struct Said {
  int code = -1;
  std::string text;  // standard output and error together
};

// The program `ibot`, run beside a small study.
class CompareProgram : public testing::Test, public compare::test::StudyFixture {
 protected:
  void SetUp() override { add_masks(); }

  Said run(const std::string& words, const std::string& where = {}) const {
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ibot").string();
    const std::string folder = where.empty() ? workspace.folder().string() : where;
    const std::string line = "cd '" + dir.path().string() + "' && IBOT_WORKSPACE='" + folder + "' '" +
                             program + "' " + words + " 2>&1";
    Said said;
    FILE* const pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) return said;
    std::array<char, 4096> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
      said.text.append(buffer.data(), count);
    const int status = ::pclose(pipe);
    if (WIFEXITED(status)) said.code = WEXITSTATUS(status);
    return said;
  }
  std::string read(const char* name) const { return base::read_text_file(dir / name).value(); }
};

}  // namespace ibot::test
