// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

namespace ibot::protocol {

/// Networks beside each other over pictures: one map in each cell. Networks of another patch size are
/// refused; all see the pictures at the size that the first one with weights asks for.
struct IBOT_API WallRequest {
  static constexpr std::string_view kMethod = "wall";
  static constexpr std::size_t kMostNetworks = 64, kMostPictures = 64, kMostCells = 400;

  enum class Map : std::uint8_t {
    Attention = 1,  ///< of the CLS query
    Similarity,     ///< cosine with the token at `patch` of the `clicked` picture, each network's own
  };
  std::vector<NetworkChoice> networks = {};  ///< at least one
  std::vector<PictureChoice> pictures =
      {};  ///< at least one; probe pictures are those of the first network's run
  Map map = Map::Attention;
  std::int64_t layer = 0;    ///< from 1; 0: the last, of each network
  std::int64_t head = 0;     ///< from 1; 0: the mean of all
  PatchPlace patch = {};     ///< of similarity
  std::int64_t clicked = 0;  ///< which of the pictures it is a patch of
  bool pixels = false;
  /// Pictures that cannot be read are left out of the answer and named, rather than its end.
  bool leave_out = false;

  Message to_message() const;
  static base::Result<WallRequest> from_message(const Message& message);
  bool operator==(const WallRequest&) const = default;
};
IBOT_API std::string_view to_string(WallRequest::Map map);

/// A network of a run that keeps no weights of that moment: its cells stay empty. Where no network of a wall
/// has any, there is no answer.
struct IBOT_API WallGap {
  std::int64_t place = 0;  ///< among the networks that were asked for
  std::string run = {}, name = {}, network = {};
  std::int64_t step = NetworkChoice::kNewest;  ///< as it was asked for
  std::string why = {};                        ///< in a few words: a cell has no room for more
  bool operator==(const WallGap&) const = default;
};

struct IBOT_API WallReply {
  std::vector<SeenNetwork> networks = {};  ///< those with weights, in the order of the request
  std::vector<SeenPicture> pictures = {};
  WallRequest::Map map = WallRequest::Map::Attention;
  std::int64_t layer = 0, head = 0;  ///< as they were asked for
  PatchPlace patch = {};
  std::int64_t clicked = 0;                   ///< place in `pictures`
  std::vector<std::vector<float>> maps = {};  ///< [networks * pictures][rows * columns]
  std::vector<LeftOut> left_out = {};         ///< never the clicked one: without it is no answer
  std::vector<WallGap> gaps = {};             ///< by place

  const std::vector<float>& cell(std::size_t network, std::size_t picture) const {
    return maps[network * pictures.size() + picture];
  }
  Message to_message() const;
  static base::Result<WallReply> from_message(const Message& message);
  bool operator==(const WallReply&) const = default;
};

/// Of the steps that a run keeps those nearest to `count` even shares of the last one, from the first to the
/// last, each once: fewer where fewer are kept.
IBOT_API std::vector<std::int64_t> even_moments(std::vector<std::int64_t> kept, int count);

}  // namespace ibot::protocol
