// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/plugin/boundary.h>

#include <gtest/gtest.h>

#include <array>
#include <new>
#include <stdexcept>

namespace ibot::plugin {
namespace {

TEST(Boundary, PassesValuesThrough) {
  const auto result = stop_exceptions("asking", [] { return 7; });
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, 7);
  EXPECT_TRUE(stop_exceptions("asking", [] {}).ok());
}

TEST(Boundary, KeepsTheErrorOfOurOwnException) {
  const auto result = stop_exceptions("masking plugin block", []() -> int {
    throw base::Exception({base::ErrorCode::InvalidArgument, "ratio is 2", "at most 1", "Use 0.3"});
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(result.error().message, "masking plugin block: ratio is 2");
  EXPECT_EQ(result.error().expected, "at most 1");
  EXPECT_EQ(result.error().hint, "Use 0.3");
}

TEST(Boundary, QuotesForeignExceptions) {
  const auto runtime = stop_exceptions("it", []() -> int { throw std::runtime_error("no\ntables"); });
  EXPECT_EQ(runtime.error().message, "it: an exception was thrown: \"no?tables\"");
  const auto number = stop_exceptions("it", []() -> int { throw 42; });
  EXPECT_EQ(number.error().message, "it: an exception of unknown type was thrown");
  const auto memory = stop_exceptions("it", []() -> int { throw std::bad_alloc(); });
  EXPECT_EQ(memory.error().code, base::ErrorCode::OutOfMemory);
}

TEST(Boundary, WritesTheReasonIntoTheBufferOfTheCSide) {
  std::array<char, 8> reason{};
  const auto code = stop_exceptions_c(reason.data(), reason.size(), []() -> int {
    throw base::Exception({base::ErrorCode::Io, "0123456789", "", ""});
  });
  EXPECT_EQ(code, 1);
  EXPECT_STREQ(reason.data(), "0123456");
}

TEST(Boundary, CopiesNothingIntoNoBuffer) {
  copy_text("text", nullptr, 10);
  char untouched = 'x';
  copy_text("text", &untouched, 0);
  EXPECT_EQ(untouched, 'x');
}

}  // namespace
}  // namespace ibot::plugin
