// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/protocol/message.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the views of a network have in common. Grids are row-major; layers count from 1, 0 is the last.
namespace ibot::protocol {

/// Arrays of numbers, and their values. Preconditions: as many values as the shape needs; the array's type.
IBOT_API Array f32_array(std::string name, std::vector<std::int64_t> shape, std::span<const float> values);
IBOT_API Array i64_array(std::string name, std::vector<std::int64_t> shape,
                         std::span<const std::int64_t> values);
IBOT_API std::vector<float> f32_values(const Array& array);
IBOT_API std::vector<std::int64_t> i64_values(const Array& array);

/// Which network: one of a run at a moment that is kept, or one of a file of weights.
struct IBOT_API NetworkChoice {
  static constexpr std::int64_t kNewest = -1;

  std::string workspace = {};       ///< folder of the run's record
  std::string run = {};             ///< id, name or the beginning of an id; empty: `weights`
  std::int64_t step = kNewest;      ///< of a checkpoint or a compact teacher snapshot
  std::string network = "teacher";  ///< or "student", which full checkpoints alone hold
  bool untrained = false;           ///< the same network with its initial weights
  std::string weights = {};         ///< a safetensors file
  /// YAML file that says what network the weights are of; empty: a Vision Transformer whose sizes are read
  /// from the tensors, heads of 64.
  std::string recipe = {};
  double mean = 0, std = 0;  ///< of all channels of the pixels in [0, 1], for such weights; 0: ImageNet's

  bool operator==(const NetworkChoice&) const = default;
};

/// A picture, and how it is brought to a network.
struct IBOT_API PictureChoice {
  enum class Fit : std::uint8_t {
    Crop = 1,  ///< shorter side `size`, then the square in the middle, as in evaluations
    Whole,     ///< all of it, longer side at most `size`, both sides rounded to whole patches
  };
  std::string file = {};   ///< JPEG or PNG
  std::string probe = {};  ///< instead of a file: id of a probe picture of the first network's run
  std::int64_t size = 0;   ///< px, at most 4096; 0: twice the network's global crops
  Fit fit = Fit::Crop;

  bool operator==(const PictureChoice&) const = default;
};

/// Which tokens: of the patches after block `layer`, through the final norm; or what the head makes of those
/// before its prototypes, the space in which iBOT compares patches.
struct IBOT_API TokenChoice {
  std::int64_t layer = 0;   ///< from 1; 0: the last
  bool projection = false;  ///< of the last layer alone
  bool operator==(const TokenChoice&) const = default;
};

/// A patch of a grid; row -1: the CLS token.
struct IBOT_API PatchPlace {
  int row = -1, column = -1;
  bool operator==(const PatchPlace&) const = default;
};

/// A patch of one of several pictures, and what it was found by (a similarity, a probability, a distance).
struct IBOT_API PatchMatch {
  int picture = 0, row = 0, column = 0;
  double value = 0;
  bool operator==(const PatchMatch&) const = default;
};

/// The network that an answer is of: what a caption says.
struct IBOT_API SeenNetwork {
  std::string run = {};      ///< id; empty: of a file
  std::string name = {};     ///< of the run or the file
  std::string network = {};  ///< "teacher", "student"
  std::string source = {};   ///< "checkpoint", "snapshot", "weights", "untrained"
  std::int64_t step = 0;
  std::int64_t saved = 0;     ///< microseconds since 1970 UTC; 0: not known
  std::string backbone = {};  ///< plugin id
  std::int64_t depth = 0, heads = 0, dim = 0, patch = 0;
  std::int64_t prefix = 0;      ///< tokens before the patches: CLS, registers
  std::int64_t prototypes = 0;  ///< of patches; 0: there is no head

  /// "teacher · step 48,000" and the like, for captions.
  std::string moment() const;
  bool operator==(const SeenNetwork&) const = default;
};

/// A picture as the network saw it.
struct IBOT_API SeenPicture {
  std::string name = {};                  ///< file name, or what the record calls the probe picture
  int width = 0, height = 0;              ///< px, of the view
  int rows = 0, columns = 0;              ///< patch grid
  std::vector<std::uint8_t> pixels = {};  ///< [height, width, 3]; empty unless asked for

  bool operator==(const SeenPicture&) const = default;
};

/// A picture that an answer about several is made without, because it cannot be read. The answer's own
/// pictures are the others, in the order of the request.
struct IBOT_API LeftOut {
  std::int64_t picture = 0;  ///< place in the request; of a folder, among those that were chosen
  std::string name = {};
  std::string why = {};

  bool operator==(const LeftOut&) const = default;
};
/// "a.png", "a.png and b.png", "a.png, b.png and 3 more", for captions; empty: none.
IBOT_API std::string names_of(const std::vector<LeftOut>& left_out);

/// Loads a network, so that later views answer at once, and says what it is.
struct IBOT_API NetworkRequest {
  static constexpr std::string_view kMethod = "network";
  NetworkChoice network = {};

  Message to_message() const;
  static base::Result<NetworkRequest> from_message(const Message& message);
  bool operator==(const NetworkRequest&) const = default;
};

struct IBOT_API NetworkReply {
  SeenNetwork network = {};
  bool attention = true;     ///< the backbone can show attention
  bool intermediate = true;  ///< and tokens of layers before the last

  Message to_message() const;
  static base::Result<NetworkReply> from_message(const Message& message);
  bool operator==(const NetworkReply&) const = default;
};

}  // namespace ibot::protocol
