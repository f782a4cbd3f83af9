// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_files.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/data/index_file.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibot::data::test {
namespace {

using testing::HasSubstr;

// A settled folder of three pictures and a cache that takes folders of any size.
class IndexFile : public testing::Test {
 protected:
  void SetUp() override {
    put_file(root / "a/1.jpg", "123");
    put_file(root / "a/2.jpg", "12345");
    put_file(root / "b/1.png");
    put_file(root / "b/notes.txt");
    settle_folders(root.path());
    cache.folder = dir / "cache";
    cache.minimum_files = 0;
  }

  static std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text));
  }
  std::string index() const { return serialise_index(*scan_folder(root.path()), root.path()); }
  // With a checksum that is right, so that the contents are judged.
  static std::string sealed(std::string text) {
    text.resize(text.size() - 64);
    return text + base::sha256_hex(text);
  }
  std::string parse_failure(const std::string& text) const {
    const auto scan = parse_index(bytes_of(text), root.path());
    return scan ? "" : scan.error().message;
  }

  ibot::test::TempDir root, dir;
  IndexCache cache;
};

TEST_F(IndexFile, ReadsBackWhatItWrote) {
  const auto scan = scan_folder(root.path());
  ASSERT_TRUE(scan);
  EXPECT_EQ(scan->files.size(), 3u);
  const auto read = parse_index(bytes_of(index()), root.path());
  ASSERT_TRUE(read) << read.error().to_text();
  EXPECT_EQ(read->notes, scan->notes);
  ASSERT_EQ(read->folders.size(), 3u);
  EXPECT_EQ(read->folders[1].path, "a");
  EXPECT_EQ(read->folders[1].changed_ns, scan->folders[1].changed_ns);
  EXPECT_EQ(read->name(read->files[1]), "2.jpg");
  EXPECT_EQ(read->files[1].size, 5u);
  EXPECT_TRUE(is_current(*read, root.path()));
}

TEST_F(IndexFile, ServesTheNextScanUntilAFolderChanges) {
  ASSERT_TRUE(scan_folder_cached(root.path(), cache));
  const auto file = cache.file_of(root.path());
  ASSERT_TRUE(std::filesystem::exists(file));

  // A cached scan that differs from the disk where folders do not show it: proof that it was used.
  FolderScan altered = *parse_index(*base::read_file(file), root.path());
  altered.files[0].size = 777;
  ASSERT_TRUE(base::write_file_atomically(file, serialise_index(altered, root.path())));
  EXPECT_EQ(scan_folder_cached(root.path(), cache)->files[0].size, 777u);

  IndexCache rebuild = cache;
  rebuild.rebuild = true;
  EXPECT_EQ(scan_folder_cached(root.path(), rebuild)->files[0].size, 3u);

  put_file(root / "b/2.png");
  EXPECT_EQ(scan_folder_cached(root.path(), cache)->files.size(), 4u);
}

TEST_F(IndexFile, DoesNotKeepAFolderThatChangesNow) {
  put_file(root / "b/2.png");
  ASSERT_TRUE(scan_folder_cached(root.path(), cache));
  EXPECT_FALSE(std::filesystem::exists(cache.file_of(root.path())));
}

TEST_F(IndexFile, IsRebuiltWhateverItsBytesAre) {
  ASSERT_TRUE(scan_folder_cached(root.path(), cache));
  const auto file = cache.file_of(root.path());
  const std::string good = *base::read_text_file(file);
  for (const std::string& bad : {std::string(), std::string("IBOTINDX"), good.substr(0, good.size() / 2),
                                 good + "x", std::string(1000, '\xff')}) {
    ASSERT_TRUE(base::write_file_atomically(file, bad));
    const auto scan = scan_folder_cached(root.path(), cache);
    ASSERT_TRUE(scan);
    EXPECT_EQ(scan->files.size(), 3u);
    EXPECT_EQ(*base::read_text_file(file), good);
  }
}

TEST_F(IndexFile, NoticesEveryFlippedByte) {
  const std::string good = index();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(parse_index(bytes_of(bad), root.path())) << "byte " << i;
  }
}

TEST_F(IndexFile, RefusesContentsThatLie) {
  const std::string good = index();
  const std::size_t folders_at = 8 + 4 + 4 + std::filesystem::canonical(root.path()).string().size();
  std::string many = good;
  many[folders_at + 6] = '\x7f';
  EXPECT_THAT(parse_failure(sealed(many)), HasSubstr("cut off"));

  std::string version = good;
  version[8] = 9;
  EXPECT_THAT(parse_failure(sealed(version)), HasSubstr("version 9"));

  const auto refused = [&](auto change) {
    FolderScan scan = *scan_folder(root.path());
    change(scan);
    return parse_failure(serialise_index(scan, root.path()));
  };
  EXPECT_THAT(refused([](FolderScan& scan) { scan.folders[1].path = "../a"; }), HasSubstr("impossible name"));
  EXPECT_THAT(refused([](FolderScan& scan) { scan.folders[1].path = "/etc"; }), HasSubstr("impossible name"));
  EXPECT_THAT(refused([](FolderScan& scan) { scan.folders[2].path = "a"; }), HasSubstr("out of order"));
  EXPECT_THAT(refused([](FolderScan& scan) { scan.folders[0].path = "x"; }), HasSubstr("root folder"));
  EXPECT_THAT(refused([](FolderScan& scan) { scan.names[0] = '/'; }), HasSubstr("impossible name"));
  EXPECT_THAT(refused([](FolderScan& scan) { scan.names[scan.files[0].name_begin] = '9'; }),
              HasSubstr("out of order"));

  EXPECT_EQ(parse_index(bytes_of(good), dir.path()).error().code, base::ErrorCode::Incompatible);
}

TEST_F(IndexFile, SurvivesAFolderThatCannotBeWritten) {
  put_file(dir / "cache", "a file where the folder should be");
  const auto scan = scan_folder_cached(root.path(), cache);
  ASSERT_TRUE(scan);
  EXPECT_EQ(scan->files.size(), 3u);
}

}  // namespace
}  // namespace ibot::data::test
