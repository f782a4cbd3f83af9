// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace_fixture.h"

#include <ibot/protocol/laboratory.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ui/bridge/inspector.h>

#include <QFile>
#include <csignal>
#include <fstream>
#include <optional>

namespace ibot::ui {
namespace {

using gui_test::wait_until;
using testing::HasSubstr;

using Result = std::optional<base::Result<protocol::Message>>;

class GuiInspector : public testing::Test {
 protected:
  // A histogram of the default recipe.
  static protocol::Message histogram(std::int64_t draws, const char* recipe = "") {
    protocol::HistogramRequest request;
    request.recipe.text = recipe;
    request.draws = draws;
    protocol::Message message = request.to_message();
    message.tag = "histogram";
    return message;
  }
  void ask(Inspector& inspector, protocol::Message message, Result& result) {
    inspector.ask(std::move(message), &context, [&result](const auto& answer) { result = answer; });
  }
  // A program that a shell runs in place of ibot.
  QString script(const char* text) {
    const std::string file = (dir / "program").string();
    std::ofstream(file) << "#!/bin/sh\n" << text;
    QFile::setPermissions(QString::fromStdString(file),
                          QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return QString::fromStdString(file);
  }

  QObject context;
  test::TempDir dir;
};

TEST_F(GuiInspector, StartsWithTheFirstRequestAndAnswers) {
  Inspector inspector;
  EXPECT_EQ(inspector.state(), Inspector::State::Stopped);
  EXPECT_EQ(inspector.process_id(), 0);
  Result result;
  ask(inspector, histogram(32), result);
  EXPECT_EQ(inspector.state(), Inspector::State::Starting);
  ASSERT_TRUE(wait_until([&] { return result.has_value(); }));
  ASSERT_TRUE(*result) << result->error().to_text();
  EXPECT_EQ(protocol::HistogramReply::from_message(**result).value().plugins[0].draws, 32);
  EXPECT_EQ(inspector.state(), Inspector::State::Ready);
  EXPECT_THAT(inspector.hello().plugins,
              testing::Contains(testing::Field(&protocol::Hello::Plugin::id, "block")));
}

TEST_F(GuiInspector, ABadRequestIsAnErrorInWordsAndNoMore) {
  Inspector inspector;
  Result bad, good;
  ask(inspector, histogram(32, "mask: {plugin: blok}"), bad);
  ASSERT_TRUE(wait_until([&] { return bad.has_value(); }));
  ASSERT_FALSE(*bad);
  EXPECT_THAT(bad->error().to_text(), HasSubstr("blok"));
  const qint64 child = inspector.process_id();
  ask(inspector, histogram(32), good);
  ASSERT_TRUE(wait_until([&] { return good.has_value(); }));
  EXPECT_TRUE(*good);
  EXPECT_EQ(inspector.process_id(), child);
}

TEST_F(GuiInspector, OnlyTheNewestRequestOfATagIsAnswered) {
  Inspector inspector;
  Result first, second, other;
  ask(inspector, histogram(4096), first);
  protocol::Message untagged = histogram(16);
  untagged.tag.clear();
  ask(inspector, untagged, other);
  ask(inspector, histogram(48), second);
  ASSERT_TRUE(wait_until([&] { return second && other; }));
  EXPECT_EQ(protocol::HistogramReply::from_message(**second).value().plugins[0].draws, 48);
  EXPECT_TRUE(*other);
  EXPECT_FALSE(first.has_value());
}

TEST_F(GuiInspector, NoAnswerForAViewThatHasGone) {
  Inspector inspector;
  bool told = false;
  Result other;
  {
    QObject view;
    protocol::Message message = histogram(16);
    message.tag = "view";
    inspector.ask(std::move(message), &view, [&told](const auto&) { told = true; });
  }
  ask(inspector, histogram(16), other);
  ASSERT_TRUE(wait_until([&] { return other.has_value(); }));
  EXPECT_FALSE(told);
}

TEST_F(GuiInspector, SaysThatItWasKilledAndWorksWithTheNextRequest) {
  Inspector inspector;
  Result ready, killed, next;
  ask(inspector, histogram(16), ready);
  ASSERT_TRUE(wait_until([&] { return ready.has_value(); }));
  // Long enough to be killed in the middle.
  ask(inspector, histogram(65'536, "crops: {global: {size: 2048}}"), killed);
  const auto child = static_cast<pid_t>(inspector.process_id());
  ASSERT_GT(child, 0);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_TRUE(wait_until([&] { return killed.has_value(); }));
  ASSERT_FALSE(*killed);
  EXPECT_THAT(killed->error().to_text(), HasSubstr("signal 9"));
  EXPECT_EQ(inspector.state(), Inspector::State::Stopped);
  EXPECT_THAT(inspector.problem().toStdString(), HasSubstr("signal 9"));
  ask(inspector, histogram(16), next);
  ASSERT_TRUE(wait_until([&] { return next.has_value(); }));
  EXPECT_TRUE(*next) << next->error().to_text();
  EXPECT_NE(inspector.process_id(), child);
  EXPECT_TRUE(inspector.problem().isEmpty());
}

TEST_F(GuiInspector, SaysWhyAProgramCannotBeUsed) {
  {
    Inspector inspector(QStringLiteral("/nowhere/ibot"));
    Result result;
    ask(inspector, histogram(16), result);
    ASSERT_TRUE(wait_until([&] { return result.has_value(); }));
    EXPECT_THAT(result->error().to_text(), HasSubstr("/nowhere/ibot"));
  }
  {
    Inspector inspector(script("echo 'a library is missing' >&2\nexit 3\n"));
    Result result;
    ask(inspector, histogram(16), result);
    ASSERT_TRUE(wait_until([&] { return result.has_value(); }));
    EXPECT_THAT(result->error().to_text(), HasSubstr("code 3. It said: a library is missing"));
  }
  {
    Inspector inspector(script("echo 'Hello, I am another program.'\ncat > /dev/null\n"));
    Result result;
    ask(inspector, histogram(16), result);
    ASSERT_TRUE(wait_until([&] { return result.has_value(); }));
    EXPECT_THAT(result->error().to_text(), HasSubstr("cannot be read"));
    EXPECT_EQ(inspector.process_id(), 0);
  }
}

TEST_F(GuiInspector, WaitsLongerAfterEachEarlyDeath) {
  EXPECT_EQ(restart_delay_millis(0), 0);
  EXPECT_EQ(restart_delay_millis(1), 0);
  EXPECT_EQ(restart_delay_millis(2), 500);
  EXPECT_EQ(restart_delay_millis(4), 2000);
  EXPECT_EQ(restart_delay_millis(1000), 30'000);
  Inspector inspector(script("exit 1\n"));
  for (int i = 0; i < 2; ++i) {
    Result result;
    ask(inspector, histogram(16), result);
    ASSERT_TRUE(wait_until([&] { return result.has_value(); }));
  }
  Result third;
  ask(inspector, histogram(16), third);
  EXPECT_EQ(inspector.state(), Inspector::State::Waiting);
  ASSERT_TRUE(wait_until([&] { return third.has_value(); }));
  EXPECT_FALSE(*third);
}

}  // namespace
}  // namespace ibot::ui
