// SPDX-License-Identifier: GPL-3.0-or-later
// For discover.cmake: which program runs which case folder.
//
//   golden_list            one line a case: name, name of its gtest parameter, "base", "engine" or "none",
//   kind;
//                          separated by tabs
//   golden_list <kind>     says that the kind is not supported and exits with 77, which ctest shows as
//   skipped
#include <ibot/base/text.h>
#include <ibot/test/golden.h>

#include <algorithm>
#include <iostream>

namespace {

constexpr const char* kUnreadable = "(unreadable)";
constexpr const char* kNoCases = "(no cases)";

bool lists(const char* kinds, const std::string& kind) {
  const auto names = ibot::base::split(kinds, ',');
  return std::find(names.begin(), names.end(), kind) != names.end();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ibot::test;
  if (argc > 1) {
    const std::string kind = argv[1];
    if (kind == kNoCases) {
      std::cout << "no case folder below " << golden_root() << '\n';
      return 1;
    }
    if (kind == kUnreadable) {
      std::cout << "case.json cannot be read or names no kind\n";
      return 1;
    }
    std::cout << "kind " << kind << " is not yet supported\n";
    return 77;
  }
  for (const std::string& name : golden_names()) {
    std::string kind = golden_kind_of(name);
    if (kind.empty()) kind = kUnreadable;
    const char* program = lists(IBOT_GOLDEN_KINDS_BASE, kind)     ? "base"
                          : lists(IBOT_GOLDEN_KINDS_ENGINE, kind) ? "engine"
                                                                  : "none";
    std::cout << name << '\t' << golden_test_name({name, 0}) << '\t' << program << '\t' << kind << '\n';
  }
}
