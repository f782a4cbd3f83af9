// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::record {
namespace {

TEST(RecordNotes, AHugeOneIsReadInPartOrWhole) {
  RecordFixture f;
  f.store.create_run(small_run("r")).value();
  // Two bytes a character: parts are counted in characters, sizes in bytes.
  std::string text;
  for (int i = 0; i < 500'000; ++i) text += "ä";
  [[maybe_unused]] const auto added = f.store.add_note("r", text, 7);
  ASSERT_TRUE(added.ok());
  ASSERT_TRUE(f.store.add_note("r", "short").ok());
  Reader reader = f.reader();
  EXPECT_EQ(reader.note_count("r").value(), 2);
  const auto notes = reader.notes("r", 10).value();
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].text.size(), 20U);
  EXPECT_EQ(notes[0].size, 1'000'000);
  EXPECT_EQ(notes[1].text, "short");
  EXPECT_EQ(notes[1].size, 5);
  const Note whole = reader.note("r", notes[0].number).value();
  EXPECT_EQ(whole.text, text);
  EXPECT_EQ(whole.step, 7);
  EXPECT_EQ(reader.note("r", 99).error().code, base::ErrorCode::NotFound);
  EXPECT_EQ(reader.notes("r").value()[0].text.size(), text.size());
}

}  // namespace
}  // namespace ibot::record
