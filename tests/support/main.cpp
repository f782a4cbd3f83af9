// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

// Read by LeakSanitizer, if there is one: fontconfig keeps its patterns until the process ends.
extern "C" __attribute__((visibility("default"))) const char*
__lsan_default_suppressions() {  // NOLINT: its name
  return "leak:libfontconfig\n";
}

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
