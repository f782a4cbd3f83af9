// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles that mean ill. Each is refused in words, and leaves nothing behind.
#include "../compare/study_fixture.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/bundle/bundle.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zip.h>

#include <functional>
#include <map>

namespace ibot::bundle {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;

struct RawEntry {
  std::string path;
  std::string bytes;
  zip_uint32_t mode = S_IFREG | 0644U;
};

class HostileBundle : public testing::Test, public compare::test::StudyFixture {
 protected:
  void SetUp() override {
    add({.id = "one", .evaluations = {{"knn/top1", 40}}});
    create_bundle(workspace, {"Title", "", {"one"}, {}}, dir / "good.ibot").value();
    open_bundle(dir / "good.ibot", dir / "good").value();
    record = base::read_text_file(dir / "good/record.sqlite").value();
  }

  static nlohmann::json manifest_of(const std::vector<RawEntry>& entries) {
    nlohmann::json files = nlohmann::json::array();
    for (const RawEntry& entry : entries)
      files.push_back(
          {{"path", entry.path}, {"size", entry.bytes.size()}, {"sha256", base::sha256_hex(entry.bytes)}});
    return {{"format", "ibot-bundle"}, {"version", 1}, {"title", "T"}, {"runs", {"one"}}, {"files", files}};
  }

  // Written by libzip directly, whatever is in it.
  void write(const std::vector<RawEntry>& entries) {
    fs::remove(file());
    int code = 0;
    zip_t* archive = zip_open(file().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    ASSERT_NE(archive, nullptr);
    for (const RawEntry& entry : entries) {
      zip_source_t* source = zip_source_buffer(archive, entry.bytes.data(), entry.bytes.size(), 0);
      const zip_int64_t index = zip_file_add(archive, entry.path.c_str(), source, ZIP_FL_ENC_GUESS);
      ASSERT_GE(index, 0) << entry.path;
      zip_file_set_external_attributes(archive, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                       entry.mode << 16);
    }
    ASSERT_EQ(zip_close(archive), 0);
  }
  void write_with(std::vector<RawEntry> entries) {
    std::vector<RawEntry> all = {{"record.sqlite", record}};
    all.insert(all.end(), entries.begin(), entries.end());
    entries = all;
    entries.insert(entries.begin(), {"bundle.json", manifest_of(all).dump()});
    write(entries);
  }
  void expect_refused(const std::string& words, const Limits& limits = {}) {
    const auto opened = open_bundle(file(), dir / "opened", limits);
    ASSERT_FALSE(opened) << words;
    EXPECT_THAT(opened.error().to_text(), HasSubstr(words));
    EXPECT_FALSE(fs::exists(dir / "opened")) << "something was left behind";
    EXPECT_FALSE(fs::exists(dir / "escaped"));
  }
  // Other bytes of the same length, wherever they stand.
  void replace_everywhere(const std::string& from, const std::string& to) {
    ASSERT_EQ(from.size(), to.size());
    std::string bytes = base::read_text_file(file()).value();
    std::size_t count = 0;
    for (std::size_t at = bytes.find(from); at != std::string::npos;
         at = bytes.find(from, at + to.size()), ++count)
      bytes.replace(at, from.size(), to);
    ASSERT_GE(count, 1U);
    base::write_file_atomically(file(), std::string_view(bytes)).value();
  }
  fs::path file() const { return dir / "hostile.ibot"; }

  std::string record;
};

TEST_F(HostileBundle, TheSoundOneOfThisKindOpens) {
  write_with({});
  EXPECT_TRUE(open_bundle(file(), dir / "opened"));
}

TEST_F(HostileBundle, PathsOutsideAreRefused) {
  for (const char* path : {"../escaped", "plans/../../escaped", "/tmp/escaped", "..\\escaped", "C:\\escaped",
                           "plans/..%2f.yaml/../x"}) {
    write_with({{path, "x"}});
    expect_refused("names a path outside of itself");
  }
  for (const char* path : {"runs/one/../../../escaped.safetensors", "plans/./x.yaml", "plans//x.yaml",
                           ".ssh/x.yaml", "run.sh", "plans/x.yaml/"}) {
    write_with({{path, "x"}});
    expect_refused("refused");
  }
}

TEST_F(HostileBundle, LinksAndFoldersAreRefused) {
  write_with({{"plans/x.yaml", "/etc/passwd", S_IFLNK | 0777U}});
  expect_refused("is a symbolic link");
  write_with({{"plans/x.yaml", "", S_IFDIR | 0755U}});
  expect_refused("is a folder");
  write_with({{"plans/x.yaml", "", S_IFIFO | 0644U}});
  expect_refused("is no plain file");
}

TEST_F(HostileBundle, DoublesAreRefused) {
  write_with({{"plans/x.yaml", "a"}, {"plans/X.yaml", "b"}});
  expect_refused("twice");
  write_with({{"plans/a.yaml", "a"}, {"plans/b.yaml", "b"}});
  // In every place that names it: the same name twice, as other unpackers would overwrite the first with the
  // second.
  replace_everywhere("plans/b.yaml", "plans/a.yaml");
  const auto opened = open_bundle(file(), dir / "opened");
  EXPECT_FALSE(opened);
}

TEST_F(HostileBundle, BombsAreRefused) {
  write_with({{"report.html", std::string(50 << 20, '\0')}});
  ASSERT_LT(fs::file_size(file()), 200U << 10);
  expect_refused("would unpack to");
  expect_refused("more than the limit", {.total_bytes = 10 << 20});
  std::vector<RawEntry> many;
  for (int i = 0; i < 50; ++i) many.push_back({"plans/" + std::to_string(i) + ".yaml", ""});
  write_with(many);
  expect_refused("entries", {.entries = 20});
}

TEST_F(HostileBundle, WrongHashesAndSizesAreRefused) {
  std::vector<RawEntry> entries = {{"record.sqlite", record}, {"plans/x.yaml", "name: x\n"}};
  nlohmann::json manifest = manifest_of(entries);
  manifest["files"][1]["sha256"] = std::string(64, 'a');
  write({{"bundle.json", manifest.dump()}, entries[0], entries[1]});
  expect_refused("its hash is another one");
  manifest = manifest_of(entries);
  manifest["files"][1]["size"] = 9;
  write({{"bundle.json", manifest.dump()}, entries[0], entries[1]});
  expect_refused("another size");
  write({{"bundle.json", manifest_of(entries).dump()}, entries[0]});
  expect_refused("is missing");
  write({{"bundle.json", manifest_of({entries[0]}).dump()}, entries[0], entries[1]});
  expect_refused("is not listed");
}

TEST_F(HostileBundle, DamageIsRefusedWhereverItIs) {
  write_with({});
  const std::string sound = base::read_text_file(file()).value();
  for (std::size_t cut : {std::size_t{0}, std::size_t{10}, sound.size() / 2, sound.size() - 1}) {
    base::write_file_atomically(file(), std::string_view(sound).substr(0, cut)).value();
    EXPECT_FALSE(open_bundle(file(), dir / "opened")) << cut;
    EXPECT_FALSE(fs::exists(dir / "opened"));
  }
  for (std::size_t at = 60; at < sound.size(); at += sound.size() / 40) {
    std::string changed = sound;
    changed[at] = static_cast<char>(changed[at] ^ 0x41);
    base::write_file_atomically(file(), std::string_view(changed)).value();
    const auto opened = open_bundle(file(), dir / "opened");
    if (opened) {
      // Times and the like carry nothing.
      EXPECT_EQ(base::read_text_file(dir / "opened/record.sqlite").value(), record) << at;
      fs::remove_all(dir / "opened");
    }
    EXPECT_FALSE(fs::exists(dir / "opened"));
  }
}

TEST_F(HostileBundle, ManifestsThatLieAreRefused) {
  const std::vector<RawEntry> entries = {{"record.sqlite", record}};
  const nlohmann::json sound = manifest_of(entries);
  const auto refused = [&](const std::function<void(nlohmann::json&)>& change, const std::string& words) {
    nlohmann::json manifest = sound;
    change(manifest);
    write({{"bundle.json", manifest.dump()}, entries[0]});
    expect_refused(words);
  };
  refused([](auto& json) { json["format"] = "other"; }, "not a bundle of this program");
  refused([](auto& json) { json["version"] = 2; }, "newer program");
  refused([](auto& json) { json["version"] = "one"; }, "version");
  refused([](auto& json) { json["runs"] = nlohmann::json::array(); }, "lists no runs");
  refused([](auto& json) { json["runs"] = {"../one"}; }, "no id of a run");
  refused([](auto& json) { json["runs"] = {"two"}; }, "other runs than it says");
  refused([](auto& json) { json["files"] = 3; }, "lists no files");
  refused([](auto& json) { json["files"].push_back(json["files"][0]); }, "twice");
  refused([](auto& json) { json["files"][0]["path"] = "../record.sqlite"; }, "may not hold");
  refused([](auto& json) { json["files"][0]["sha256"] = "short"; }, "no SHA-256");
  refused([](auto& json) { json["files"][0]["size"] = -1; }, "has no size");
  write({{"bundle.json", "[[["}, entries[0]});
  expect_refused("no JSON");
  write({entries[0]});
  expect_refused("no bundle.json");
}

TEST_F(HostileBundle, RecordsOfOthersAreRefused) {
  record = "not a database at all";
  write_with({});
  expect_refused("refused");
  EXPECT_TRUE(check_bundle(file())) << "the hashes are right";
  base::write_file_atomically(file(), std::string_view("PK")).value();
  EXPECT_THAT(open_bundle(file(), dir / "opened").error().to_text(), HasSubstr("open the bundle"));
}

TEST_F(HostileBundle, WeightsThatTheRecordNamesMustBeThere) {
  store
      .add_checkpoint("one", {.step = 1,
                              .kind = record::CheckpointKind::TeacherSnapshot,
                              .path = "snapshots/gone.safetensors",
                              .size = 1,
                              .sha256 = "s",
                              .reason = "r",
                              .state = record::CheckpointState::Present,
                              .created = 1})
      .value();
  store.checkpoint_log().value();
  record = base::read_text_file(workspace.record_file()).value();
  write_with({});
  const auto opened = open_bundle(file(), dir / "opened");
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().to_text(),
              AnyOf(HasSubstr("weights that it does not hold"), HasSubstr("refused")));
}

}  // namespace
}  // namespace ibot::bundle
