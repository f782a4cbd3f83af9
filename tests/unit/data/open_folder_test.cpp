// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/test/ordinary_user.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ibot::data::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(OpenFolder, OrdersAsImageFolderDoes) {
  const ibot::test::TempDir dir;
  for (const char* name :
       {"b/1.jpg", "a/x/1.jpg", "a-b/1.jpg", "a/2.jpeg", "a/10.JPG", "a/x-y/1.jpg", "a/x/y/1.png"}) {
    put_file(dir / name);
  }
  const auto data = open(dir.path(), "folder");
  ASSERT_TRUE(data) << data.error().to_text();
  EXPECT_THAT(data.value()->class_names(), ElementsAre("a", "a-b", "b"));
  // sorted(os.walk("a")) compares whole roots: "a/x-y" comes before "a/x/y".
  EXPECT_THAT(paths_of(**data), ElementsAre("a/10.JPG", "a/2.jpeg", "a/x/1.jpg", "a/x-y/1.jpg", "a/x/y/1.png",
                                            "a-b/1.jpg", "b/1.jpg"));
  EXPECT_THAT(labels_of(**data), ElementsAre(0, 0, 0, 0, 0, 1, 2));
}

TEST(OpenFolder, DecidesByLookingAndSaysSo) {
  const ibot::test::TempDir classes, flat, single;
  put_file(classes / "cat/1.jpg");
  put_file(classes / "dog/1.jpg");
  put_file(flat / "1.jpg");
  put_file(flat / "more/2.jpg");
  put_file(flat / "others/3.jpg");
  put_file(single / "holiday/1.jpg");

  const auto labelled = open(classes.path());
  ASSERT_TRUE(labelled);
  EXPECT_EQ(labelled.value()->class_names().size(), 2u);
  EXPECT_THAT(labelled.value()->notes(),
              ElementsAre("read as one folder per class: 2 folders hold pictures"));
  EXPECT_THAT(labelled.value()->description(), HasSubstr("folder per class: 2 pictures, 2 classes"));

  const auto unlabelled = open(flat.path());
  ASSERT_TRUE(unlabelled);
  EXPECT_THAT(labels_of(**unlabelled), ElementsAre(-1, -1, -1));
  EXPECT_THAT(unlabelled.value()->notes(), Contains(HasSubstr("pictures directly in the folder")));
  EXPECT_THAT(open(single.path()).value()->notes(), Contains(HasSubstr("only one folder holds pictures")));
}

TEST(OpenFolder, TakesSplitsForWhatTheyAre) {
  const ibot::test::TempDir dir;
  put_file(dir / "train/cat/1.jpg");
  put_file(dir / "train/dog/1.jpg");
  put_file(dir / "val/cat/2.jpg");
  put_file(dir / "val/dog/2.jpg");
  const auto whole = open(dir.path());
  ASSERT_FALSE(whole);
  EXPECT_THAT(whole.error().message, HasSubstr("are splits, not classes: train or val"));

  const auto val = open(dir.path(), "auto", "val");
  ASSERT_TRUE(val) << val.error().to_text();
  EXPECT_THAT(paths_of(**val), ElementsAre("cat/2.jpg", "dog/2.jpg"));
  EXPECT_EQ(val.value()->sample(0).split, "val");

  const auto misspelt = open(dir.path(), "folder", "vall");
  ASSERT_FALSE(misspelt);
  EXPECT_EQ(misspelt.error().expected, "one of train or val");
  EXPECT_EQ(misspelt.error().hint, "Did you mean val?");
  EXPECT_EQ(open(dir.path(), "pictures").value()->size(), 4);
}

TEST(OpenFolder, NotesWhatItLeavesOut) {
  const ibot::test::TempDir dir;
  put_file(dir / "cat/1.jpg");
  put_file(dir / "dog/1.jpg");
  put_file(dir / "dog/.hidden.jpg");
  put_file(dir / "dog/notes.txt");
  put_file(dir / "dog/more.txt");
  put_file(dir / "stray.png");
  std::filesystem::create_directories(dir / "empty");
  std::filesystem::create_symlink("nowhere.jpg", dir / "dog/2.jpg");
  ASSERT_EQ(::mkfifo((dir / "dog/pipe.jpg").c_str(), 0600), 0);
  const auto data = open(dir.path(), "folder");
  ASSERT_TRUE(data) << data.error().to_text();
  EXPECT_THAT(paths_of(**data), ElementsAre("cat/1.jpg", "dog/1.jpg"));
  EXPECT_THAT(data.value()->class_names(), ElementsAre("cat", "dog", "empty"));
  EXPECT_THAT(data.value()->notes(),
              ElementsAre("2 files of other types left out: 2 .txt", "1 hidden entry left out",
                          "1 link leads nowhere: \"dog/2.jpg\"",
                          "1 entry is named like a picture but is no regular file: \"dog/pipe.jpg\"",
                          "1 picture directly in the folder left out: no class",
                          "the class \"empty\" has no picture"));
}

TEST(OpenFolder, FollowsLinksOnceAndSurvivesLoops) {
  const ibot::test::TempDir dir, elsewhere;
  put_file(dir / "cat/1.jpg");
  put_file(elsewhere / "d/2.jpg");
  std::filesystem::create_directory_symlink("..", dir / "cat/up");
  std::filesystem::create_directory_symlink(".", dir / "cat/self");
  std::filesystem::create_directory_symlink(elsewhere / "d", dir / "dog");
  std::filesystem::create_directory_symlink(elsewhere / "d", dir / "dog-again");
  std::filesystem::create_symlink("1.jpg", dir / "cat/linked.jpg");
  const auto data = open(dir.path(), "folder");
  ASSERT_TRUE(data) << data.error().to_text();
  EXPECT_THAT(paths_of(**data), ElementsAre("cat/1.jpg", "cat/linked.jpg", "dog/2.jpg"));
  EXPECT_THAT(data.value()->notes(), Contains(HasSubstr("3 links lead to folders that are listed already")));
}

TEST(OpenFolder, AnswersInWordsWhereThereIsNothingToRead) {
  const ibot::test::TempDir dir;
  put_file(dir / "only/1.webp");
  const auto none = open(dir.path());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(none.error().message, HasSubstr("there is no picture in"));
  EXPECT_THAT(none.error().message, HasSubstr("1 .webp"));

  EXPECT_EQ(open(dir / "absent").error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(open(dir / "only/1.webp", "folder").error().message, HasSubstr("is not a folder"));
  EXPECT_THAT(open("").error().hint, HasSubstr("Set data.path"));
  put_file(dir / "flat/1.jpg");
  EXPECT_THAT(open(dir / "flat", "folder").error().hint, HasSubstr("data.kind: pictures"));
}

TEST(OpenFolder, RefusesAFolderThatItCannotList) {
  const ibot::test::TempDir dir;
  put_file(dir / "cat/1.jpg");
  put_file(dir / "dog/1.jpg");
  ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod((dir / "dog").c_str(), 0), 0);
  const auto data = [&] {
    const ibot::test::AsOrdinaryUser user;
    return open(dir.path());
  }();
  ::chmod((dir / "dog").c_str(), 0700);
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code, base::ErrorCode::PermissionDenied);
  EXPECT_THAT(data.error().hint, HasSubstr("Make the folder readable"));
}

TEST(Dataset, IdsAndHashDoNotDependOnThePlace) {
  const ibot::test::TempDir one, other;
  for (const auto* dir : {&one, &other}) {
    put_file(*dir / "cat/1.jpg", "abc");
    put_file(*dir / "dog/1.jpg", "defg");
  }
  const auto a = open(one.path()), b = open(other.path());
  ASSERT_TRUE(a);
  ASSERT_TRUE(b);
  EXPECT_EQ(a.value()->sample(1).id, b.value()->sample(1).id);
  EXPECT_NE(a.value()->sample(0).id, a.value()->sample(1).id);
  EXPECT_EQ(a.value()->content_hash(), b.value()->content_hash());
  put_file(other / "dog/1.jpg", "longer than before");
  EXPECT_NE(a.value()->content_hash(), open(other.path()).value()->content_hash());
}

TEST(Dataset, IdsArePartOfTheRecordsFormat) {
  // FNV-1a, finalised by SplitMix64: computed independently.
  EXPECT_EQ(sample_id(""), 0xc3817c016ba4ff30u);
  EXPECT_EQ(sample_id("cat/1.jpg"), 0x2f897699e3851958u);
}

TEST(Dataset, RefusesTwoPicturesWithOneId) {
  // A collision of 64-bit FNV-1a, found by cycle search.
  const ibot::test::TempDir dir;
  put_file(dir / "BcWugYjVchJ.png");
  put_file(dir / "uAmGjGvd_lN.png");
  const auto data = open(dir.path());
  ASSERT_FALSE(data);
  EXPECT_THAT(data.error().message, HasSubstr("have the same sample id"));
  EXPECT_EQ(data.error().hint, "Rename one of them");
}

TEST(Dataset, MatchesLabelsByName) {
  const ibot::test::TempDir dir;
  put_file(dir / "bird/1.jpg");
  put_file(dir / "cat/1.jpg");
  put_file(dir / "dog/1.jpg");
  const auto data = open(dir.path());
  ASSERT_TRUE(data);
  EXPECT_THAT(labels_by_name(**data, {"ant", "cat", "bird"}), ElementsAre(2, 1, -1));
}

}  // namespace
}  // namespace ibot::data::test
