// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/data/parts_dataset.h>
#include <ibot/image/decode.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace ibot::data {
namespace {

using ::testing::HasSubstr;

PartsOptions small_set() {
  PartsOptions options;
  options.train = 24;
  options.val = 12;
  options.size = 32;
  return options;
}

// Relative path -> contents.
std::map<std::string, std::string> contents_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[std::filesystem::relative(entry.path(), folder).string()] =
          base::read_text_file(entry.path()).value();
    }
  }
  return files;
}

nlohmann::json manifest_in(const std::filesystem::path& folder) {
  return nlohmann::json::parse(base::read_text_file(folder / "parts.json").value());
}

TEST(PartsDataset, WritesPicturesMasksAndManifest) {
  const test::TempDir dir;
  const auto report = write_parts_dataset(dir / "set", small_set());
  ASSERT_TRUE(report.ok()) << report.error().to_text();
  EXPECT_EQ(report->drawn, 36);
  EXPECT_EQ(report->kept, 0);
  EXPECT_EQ(contents_of(dir / "set").size(), 2 * 36U + 1);

  // The first validation scene: a car.
  const PartsScene scene = PartsGenerator(1, 32).draw(kPartsValidationStart);
  const std::string& label = parts_class_names()[static_cast<std::size_t>(scene.label)];
  const auto bytes = base::read_file(dir / "set/masks/val" / label / "000000.png");
  ASSERT_TRUE(bytes.ok()) << bytes.error().to_text();
  image::Image mask;
  ASSERT_TRUE(image::decode(*bytes, mask).ok());
  ASSERT_EQ(mask.bounds(), scene.picture.bounds());
  for (std::size_t i = 0; i < scene.mask.size(); ++i) {
    ASSERT_EQ(mask.data()[3 * i], scene.mask[i]) << "pixel " << i;
  }

  const nlohmann::json manifest = manifest_in(dir / "set");
  EXPECT_EQ(manifest["generator_version"], kPartsGeneratorVersion);
  EXPECT_EQ(manifest["complete"], true);
  EXPECT_EQ(manifest["classes"].size(), 12U);
  EXPECT_EQ(manifest["parts"][0], "background");
}

TEST(PartsDataset, KeepsAFinishedFolder) {
  const test::TempDir dir;
  ASSERT_TRUE(write_parts_dataset(dir / "set", small_set()).ok());
  const auto before = std::filesystem::last_write_time(dir / "set/parts.json");
  const auto report = write_parts_dataset(dir / "set", small_set());
  ASSERT_TRUE(report.ok()) << report.error().to_text();
  EXPECT_EQ(report->drawn, 0);
  EXPECT_EQ(report->kept, 36);
  EXPECT_EQ(std::filesystem::last_write_time(dir / "set/parts.json"), before);
}

TEST(PartsDataset, CompletesAnInterruptedFolderToTheSameBytes) {
  const test::TempDir dir;
  ASSERT_TRUE(write_parts_dataset(dir / "whole", small_set(), {}, {}, 1).ok());

  // Stopped before the first scene; then some scenes of a first run are there, one cut off by a loss of
  // power, one without its mask, and one half written.
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = write_parts_dataset(dir / "set", small_set(), {}, stop.get_token());
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
  EXPECT_EQ(manifest_in(dir / "set")["complete"], false);
  const std::string car = "train/car/000000.jpg";
  const std::string bus = "train/bus/000001.jpg";
  for (const std::string& name : {car, bus, "masks/" + car.substr(0, car.size() - 3) + "png"}) {
    std::filesystem::copy_file(dir / "whole" / name, dir / "set" / name);
  }
  std::filesystem::resize_file(dir / "set" / car, 100);
  ASSERT_TRUE(base::write_file_atomically(dir / "set/train/dog/000008.jpg.partial-1", "half").ok());

  std::int64_t last = 0;
  const auto report = write_parts_dataset(
      dir / "set", small_set(), [&](std::int64_t done, std::int64_t) { last = done; }, {}, 2);
  ASSERT_TRUE(report.ok()) << report.error().to_text();
  EXPECT_EQ(report->drawn, 36);
  EXPECT_EQ(last, 36);
  EXPECT_EQ(contents_of(dir / "set"), contents_of(dir / "whole"));
}

TEST(PartsDataset, DrawsOnlyWhatIsMissing) {
  const test::TempDir dir;
  ASSERT_TRUE(write_parts_dataset(dir / "set", small_set()).ok());
  const auto before = contents_of(dir / "set");
  std::filesystem::remove(dir / "set/val/fish/000010.jpg");
  const auto report = write_parts_dataset(dir / "set", small_set());
  ASSERT_TRUE(report.ok()) << report.error().to_text();
  EXPECT_EQ(report->drawn, 1);
  EXPECT_EQ(contents_of(dir / "set"), before);
}

TEST(PartsDataset, TouchesNothingThatIsNotItsOwn) {
  const test::TempDir dir;
  ASSERT_TRUE(write_parts_dataset(dir / "set", small_set()).ok());
  PartsOptions other = small_set();
  other.seed = 2;
  const auto seed = write_parts_dataset(dir / "set", other);
  ASSERT_FALSE(seed.ok());
  EXPECT_EQ(seed.error().code, base::ErrorCode::AlreadyExists);
  EXPECT_THAT(seed.error().message, HasSubstr("its seed is 1, not 2"));

  ASSERT_TRUE(base::write_file_atomically(dir / "photos.jpg", "mine").ok());
  const auto occupied = write_parts_dataset(dir.path(), small_set());
  ASSERT_FALSE(occupied.ok());
  EXPECT_EQ(occupied.error().code, base::ErrorCode::AlreadyExists);
  EXPECT_FALSE(std::filesystem::exists(dir / "train"));

  const auto file = write_parts_dataset(dir / "photos.jpg", small_set());
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, base::ErrorCode::AlreadyExists);

  std::filesystem::create_directory(dir / "torn");
  ASSERT_TRUE(base::write_file_atomically(dir / "torn/parts.json", "{\"kind\": [[[").ok());
  const auto torn = write_parts_dataset(dir / "torn", small_set());
  ASSERT_FALSE(torn.ok());
  EXPECT_THAT(torn.error().message, HasSubstr("cannot be read"));
}

TEST(PartsDataset, NamesAFailureOfTheSystem) {
  const test::TempDir dir;
  // A folder is in the place of a picture.
  std::filesystem::create_directories(dir / "set/train/car/000000.jpg/x");
  std::filesystem::create_directories(dir / "empty");
  ASSERT_TRUE(write_parts_dataset(dir / "empty", small_set()).ok());
  std::filesystem::copy_file(dir / "empty/parts.json", dir / "set/parts.json");
  const auto report = write_parts_dataset(dir / "set", small_set());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, base::ErrorCode::Io);
  EXPECT_THAT(report.error().message, HasSubstr("000000.jpg"));
}

TEST(PartsDataset, ChecksItsOptions) {
  const test::TempDir dir;
  PartsOptions options = small_set();
  options.format = "gif";
  const auto report = write_parts_dataset(dir / "set", options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(dir / "set"));
}

TEST(PartsOptions, AreDescribedWithTheirDefaults) {
  const params::Schema schema = params::schema_of<PartsOptions>();
  ASSERT_NE(schema.find("train"), nullptr);
  EXPECT_EQ(std::get<std::int64_t>(schema.find("train")->default_value), PartsOptions{}.train);
  EXPECT_EQ(std::get<std::string>(schema.find("format")->default_value), "jpeg");
}

}  // namespace
}  // namespace ibot::data
