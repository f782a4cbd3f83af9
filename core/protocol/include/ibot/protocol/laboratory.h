// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/crop_recipe.h>
#include <ibot/protocol/message.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::protocol {

/// A recipe as it is being edited: text, where it lies or would lie (what it refers to is found from there),
/// and changes to it.
struct IBOT_API RecipeText {
  std::string text;
  std::string file;
  std::vector<std::string> overrides;  ///< "crops.flip=0"
  bool operator==(const RecipeText&) const = default;
};

/// What training would draw of one picture.
struct IBOT_API LaboratoryRequest {
  static constexpr std::string_view kMethod = "laboratory";

  RecipeText recipe;
  std::string picture;               ///< a JPEG or PNG file; empty: number `index` of the recipe's data set
  std::int64_t index = 0;            ///< taken modulo the data set's size
  std::optional<std::int64_t> seed;  ///< the recipe's if it is left out
  std::int64_t epoch = 0;
  std::string beside;        ///< a second masking plugin to draw beside the recipe's; may be empty
  std::int64_t preview = 0;  ///< px, longer side of the picture itself in the answer; 0: it is not wanted

  Message to_message() const;
  static base::Result<LaboratoryRequest> from_message(const Message& message);
  bool operator==(const LaboratoryRequest&) const = default;
};

/// Shares of masked patches from `low` to `high`, one entry for each of the plugin's ratios: what was asked
/// of it. A strategy that declares no ratios has none.
struct ShareRange {
  double low = 0;
  double high = 0;
  bool operator==(const ShareRange&) const = default;
};

/// The masks that one plugin draws for the global crops.
struct DrawnMasks {
  std::string plugin;
  std::vector<ShareRange> asked;
  std::vector<std::uint8_t> cells;  ///< [V_g, rows, cols], 1 = masked

  /// Share of masked patches in one crop.
  IBOT_API double reached(int crop, int rows, int cols) const;
  bool operator==(const DrawnMasks&) const = default;
};

/// Crops of one kind: how each was drawn, and its pixels.
struct DrawnCrops {
  int size = 0;                           ///< px
  std::vector<data::CropRecipe> recipes;  ///< [V]
  std::vector<std::uint8_t> pixels;       ///< [V, 3, size, size], planes of RGB, as the network reads them
  bool operator==(const DrawnCrops&) const = default;
};

struct IBOT_API LaboratoryReply {
  std::string picture;        ///< path, relative to the data set where it is of one
  std::int64_t index = -1;    ///< in the recipe's data set; -1: a picture of its own
  std::int64_t pictures = 0;  ///< in the data set; 0: it cannot be opened
  std::string data_problem;   ///< why, in words
  std::uint64_t sample = 0;   ///< stable id: with seed and epoch the key of every draw
  int width = 0, height = 0;  ///< px, of the picture
  std::int64_t seed = 0, epoch = 0;
  DrawnCrops global, local;
  DrawnCrops teacher;             ///< the global crops in the teacher's own colours; empty: they are `global`
  int rows = 0, cols = 0;         ///< patch grid of a global crop
  std::vector<DrawnMasks> masks;  ///< of the recipe's plugin, then of the one beside
  int preview_width = 0, preview_height = 0;
  std::vector<std::uint8_t> preview;  ///< [height, width, 3]

  Message to_message() const;
  /// Errors: Corrupt (arrays that do not fit each other).
  static base::Result<LaboratoryReply> from_message(const Message& message);
  bool operator==(const LaboratoryReply&) const = default;
};

/// How large the masked shares are over many crops.
struct IBOT_API HistogramRequest {
  static constexpr std::string_view kMethod = "mask_histogram";
  static constexpr std::int64_t kMostDraws = 65'536;

  RecipeText recipe;
  std::optional<std::int64_t> seed;
  std::int64_t epoch = 0;
  std::string beside;
  std::int64_t draws = 512;  ///< crops for each plugin

  Message to_message() const;
  static base::Result<HistogramRequest> from_message(const Message& message);
  bool operator==(const HistogramRequest&) const = default;
};

struct IBOT_API RatioHistogram {
  static constexpr std::size_t kBins = 50;

  std::string plugin;
  std::vector<ShareRange> asked;
  std::array<std::int64_t, kBins> counts{};  ///< crops by share: bin i is [i, i + 1) / kBins, the last closed
  std::int64_t draws = 0;
  std::int64_t whole = 0;  ///< crops without a masked patch, which are also in the first bin
  double mean = 0;         ///< of the shares

  void add(double share);
  bool operator==(const RatioHistogram&) const = default;
};

struct IBOT_API HistogramReply {
  std::vector<RatioHistogram> plugins;  ///< the recipe's, then the one beside

  Message to_message() const;
  static base::Result<HistogramReply> from_message(const Message& message);
  bool operator==(const HistogramReply&) const = default;
};

}  // namespace ibot::protocol
