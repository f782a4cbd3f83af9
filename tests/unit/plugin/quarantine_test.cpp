// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin_folder.h"

#include <ibot/base/file.h>
#include <ibot/base/log.h>
#include <ibot/plugin/quarantine.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace ibot::plugin {
namespace {

using ::testing::HasSubstr;

/// Runs `body` in a process of its own, without core file and sanitizer report, and gives its wait status.
template <class Body>
int in_other_process(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (const int number : {SIGSEGV, SIGABRT}) std::signal(number, SIG_DFL);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    body();
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

TEST(Quarantine, NoMarkerOutlivesAQuietLoad) {
  const test::TempDir folder;
  Quarantine quarantine(folder.path());
  { const auto marker = quarantine.mark_loading("masking/sound"); }
  quarantine.refresh();
  EXPECT_FALSE(quarantine.reason("masking/sound").has_value());
  EXPECT_FALSE(quarantine.is_suspect("masking/sound"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Quarantine, AMarkerOfALivingProcessIsNoVerdict) {
  const test::TempDir folder;
  Quarantine quarantine(folder.path());
  const auto marker = quarantine.mark_loading("masking/slow");
  in_other_process([&] {
    Quarantine other(folder.path());
    other.refresh();
    if (other.is_suspect("masking/slow") || other.reason("masking/slow")) ::_exit(1);
  });
  EXPECT_FALSE(quarantine.reason("masking/slow").has_value());
  quarantine.refresh();
  EXPECT_FALSE(quarantine.is_suspect("masking/slow"));
}

TEST(Quarantine, AFatalSignalIsRememberedAndTakesItsCourse) {
  const test::TempDir folder;
  const int status = in_other_process([&] {
    Quarantine quarantine(folder.path());
    const auto marker = quarantine.mark_loading("masking/crasher");
    ::raise(SIGSEGV);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);

  Quarantine next(folder.path());
  next.refresh();
  EXPECT_EQ(next.reason("masking/crasher"),
            "it brought the program down while it was loaded: signal 11 (Segmentation fault)");
  EXPECT_FALSE(next.is_suspect("masking/crasher"));

  Quarantine later(folder.path());
  later.refresh();
  EXPECT_TRUE(later.reason("masking/crasher").has_value()) << "the verdict lasts";
  EXPECT_TRUE(later.clear("masking/crasher").ok());
  later.refresh();
  EXPECT_FALSE(later.reason("masking/crasher").has_value());
  EXPECT_EQ(later.clear("masking/crasher").error().code, base::ErrorCode::NotFound);
}

TEST(Quarantine, AProcessThatWasKilledMakesASuspectOnly) {
  const test::TempDir folder;
  in_other_process([&] {
    Quarantine quarantine(folder.path());
    const auto marker = quarantine.mark_loading("masking/unlucky");
    ::raise(SIGKILL);
  });
  Quarantine next(folder.path());
  next.refresh();
  EXPECT_FALSE(next.reason("masking/unlucky").has_value());
  EXPECT_TRUE(next.is_suspect("masking/unlucky"));

  Quarantine later(folder.path());
  later.refresh();
  EXPECT_TRUE(later.is_suspect("masking/unlucky")) << "until somebody tries it";
  later.clear_suspicion("masking/unlucky");
  later.refresh();
  EXPECT_FALSE(later.is_suspect("masking/unlucky"));
}

TEST(Quarantine, HandlersAreGoneAfterTheLoad) {
  const test::TempDir folder;
  Quarantine quarantine(folder.path());
  struct sigaction before {};
  ::sigaction(SIGSEGV, nullptr, &before);
  { const auto marker = quarantine.mark_loading("masking/sound"); }
  struct sigaction after {};
  ::sigaction(SIGSEGV, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST(Quarantine, AFolderThatCannotBeWrittenIsSaidOnce) {
  const test::TempDir folder;
  ASSERT_TRUE(base::write_file_atomically(folder / "file", "").ok());
  std::string said;
  base::set_log_sink([&said](base::LogLevel, std::string_view line) { said += line; });
  Quarantine quarantine(folder / "file" / "below");
  { const auto marker = quarantine.mark_loading("masking/sound"); }
  base::set_log_sink(nullptr);
  EXPECT_THAT(said, HasSubstr("crashes of plugins cannot be remembered: cannot write in "));
}

}  // namespace
}  // namespace ibot::plugin
