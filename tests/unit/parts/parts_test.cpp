// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/hash.h>
#include <ibot/base/result.h>
#include <ibot/data/parts.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <vector>

namespace ibot::data {
namespace {

constexpr int kClasses = 12;
constexpr int kSmall = 48;

std::string hash_of(const PartsScene& scene) {
  base::Sha256 hash;
  hash.update(std::as_bytes(std::span(scene.picture.data(), scene.picture.bytes())));
  hash.update(std::as_bytes(std::span(scene.mask)));
  return hash.hex();
}

// Scenes that the statistics below share; drawn once.
const std::vector<PartsScene>& some_scenes() {
  static const std::vector<PartsScene> scenes = [] {
    const PartsGenerator generator(3, kSmall);
    std::vector<PartsScene> drawn;
    for (std::uint64_t i = 0; i < 15 * kClasses; ++i) drawn.push_back(generator.draw(i));
    return drawn;
  }();
  return scenes;
}

// Pixels of each part.
std::map<int, int> parts_in(const PartsScene& scene) {
  std::map<int, int> pixels;
  for (const std::uint8_t id : scene.mask) ++pixels[id];
  return pixels;
}

TEST(Parts, AreTheSameOnAnyThreadInAnyOrder) {
  const PartsGenerator generator(7, kSmall);
  constexpr int kScenes = 24;
  std::vector<PartsScene> forwards(kScenes);
  for (int i = 0; i < kScenes; ++i)
    forwards[static_cast<std::size_t>(i)] = generator.draw(static_cast<std::uint64_t>(i));

  std::vector<PartsScene> backwards(kScenes);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&, t] {
        for (int i = kScenes - 1 - t; i >= 0; i -= 3) {
          backwards[static_cast<std::size_t>(i)] =
              PartsGenerator(7, kSmall).draw(static_cast<std::uint64_t>(i));
        }
      });
    }
  }
  for (std::size_t i = 0; i < kScenes; ++i) {
    EXPECT_EQ(forwards[i].picture, backwards[i].picture) << "scene " << i;
    EXPECT_EQ(forwards[i].mask, backwards[i].mask) << "scene " << i;
  }
}

// The drawing uses only arithmetic that IEEE 754 rounds alike everywhere, so these hold on every machine and
// with every compiler. If a change of the drawing was meant: raise kPartsGeneratorVersion and pin anew.
TEST(Parts, AreThisVersionsPictures) {
  const PartsGenerator generator(1, 96);
  EXPECT_EQ(kPartsGeneratorVersion, 2);
  EXPECT_EQ(hash_of(generator.draw(0)), "f9feb0ea47e1df6eb9d34d3832ffe007e60dca03224f91a34419be14a4f15352");
  EXPECT_EQ(hash_of(generator.draw(1)), "fbf78ce117b2b75839c7a78e1fc053ffba684af5343598991a2be7a31fea1485");
  EXPECT_EQ(hash_of(generator.draw(2)), "007721003461553a1650378e3aaaff45f7226e3cbc023e223e12d789dbde0ef4");
  EXPECT_EQ(hash_of(generator.draw(kPartsValidationStart + 3)),
            "078090029e074cd870a36e181e78eaad666f5b00f75469f1bb84c4e5b47416d7");
}

TEST(Parts, DifferBySeedAndIndex) {
  std::set<std::string> hashes;
  for (const std::uint64_t seed : {1, 2}) {
    const PartsGenerator generator(seed, kSmall);
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{12}, kPartsValidationStart}) {
      hashes.insert(hash_of(generator.draw(index)));
    }
  }
  EXPECT_EQ(hashes.size(), 6U);
}

TEST(Parts, ASizeChangesTheResolutionAndNotTheScene) {
  for (std::uint64_t index = 0; index < kClasses; ++index) {
    const PartsScene small = PartsGenerator(1, 64).draw(index);
    const PartsScene large = PartsGenerator(1, 128).draw(index);
    int equal = 0;
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        const auto at = [&](const PartsScene& scene, int row, int column, int width) {
          return scene.mask[static_cast<std::size_t>(row * width + column)];
        };
        equal += at(small, y, x, 64) == at(large, 2 * y, 2 * x, 128) ? 1 : 0;
      }
    }
    EXPECT_GT(equal, 64 * 64 * 9 / 10) << "scene " << index;
  }
}

TEST(Parts, MasksHoldKnownPartsAndNames) {
  EXPECT_EQ(parts_class_names().size(), 12U);
  EXPECT_EQ(parts_part_names().size(), 26U);
  EXPECT_EQ(parts_part_names()[0], "background");
  EXPECT_EQ(std::set<std::string>(parts_part_names().begin(), parts_part_names().end()).size(), 26U);
  for (const PartsScene& scene : some_scenes()) {
    ASSERT_EQ(scene.picture.bounds(), (image::Box{0, 0, kSmall, kSmall}));
    ASSERT_EQ(scene.mask.size(), static_cast<std::size_t>(kSmall * kSmall));
    EXPECT_LT(*std::max_element(scene.mask.begin(), scene.mask.end()), parts_part_names().size());
  }
}

TEST(Parts, ClassesAreBalancedInAnyRun) {
  std::map<int, int> counts;
  for (std::uint64_t i = 5; i < 5 + 10 * kClasses; ++i) ++counts[PartsGenerator::label(i)];
  EXPECT_EQ(counts.size(), 12U);
  for (const auto& [label, count] : counts) EXPECT_EQ(count, 10) << "class " << label;
  EXPECT_EQ(PartsGenerator::label(kPartsValidationStart + 3),
            some_scenes()[(kPartsValidationStart + 3) % kClasses].label);
}

TEST(Parts, MostScenesShowThreePartsOrMore) {
  std::map<int, int> scenes;
  for (const PartsScene& scene : some_scenes()) {
    const std::map<int, int> pixels = parts_in(scene);
    const auto visible = std::count_if(pixels.begin(), pixels.end(), [](const auto& entry) {
      return entry.first != 0 && entry.second >= 4;
    });
    if (visible >= 3) ++scenes[scene.label];
  }
  for (int label = 0; label < kClasses; ++label)
    EXPECT_GE(scenes[label], 11) << "class " << label << " of 15 scenes";
}

TEST(Parts, TheVocabularyIsShared) {
  std::map<int, std::map<int, int>> scenes;  // part -> class -> scenes that show it
  for (const PartsScene& scene : some_scenes()) {
    for (const auto& [part, pixels] : parts_in(scene)) {
      if (part != 0 && pixels >= 3) ++scenes[part][scene.label];
    }
  }
  EXPECT_EQ(scenes.size(), parts_part_names().size() - 1) << "a part is never seen";
  int shared = 0;
  for (const auto& [part, classes] : scenes) {
    const auto common =
        std::count_if(classes.begin(), classes.end(), [](const auto& entry) { return entry.second >= 5; });
    if (common >= 2) ++shared;
  }
  EXPECT_GE(shared, 10);
}

TEST(Parts, ObjectsAreNeitherLostNorTheWholePicture) {
  double sum = 0;
  int usual = 0;
  for (const PartsScene& scene : some_scenes()) {
    const double share =
        1.0 - static_cast<double>(parts_in(scene)[0]) / static_cast<double>(scene.mask.size());
    sum += share;
    if (share > 0.12 && share < 0.75) ++usual;
  }
  const auto scenes = static_cast<double>(some_scenes().size());
  EXPECT_GT(sum / scenes, 0.22);
  EXPECT_LT(sum / scenes, 0.5);
  EXPECT_GT(usual, 0.9 * scenes);
}

TEST(Parts, RefuseSizesThatCannotBeDrawn) {
  EXPECT_THROW(PartsGenerator(1, 31), base::Exception);
  EXPECT_THROW(PartsGenerator(1, 1025), base::Exception);
}

}  // namespace
}  // namespace ibot::data
