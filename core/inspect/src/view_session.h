// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lru_cache.h"
#include "open_network.h"

#include <ibot/data/crop_recipe.h>
#include <ibot/image/image.h>
#include <ibot/inspect/views.h>

#include <ATen/core/Tensor.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ibot::inspect {

/// A picture as a network sees it. `key` tells its pixels from all others.
struct ViewPicture {
  std::string key, name;
  image::Image image;
  int width = 0, height = 0;        ///< px, of the file
  std::filesystem::path file = {};  ///< where it was found; of a probe picture, where it once was
  bool square = true;               ///< the square in the middle of that file, not the whole
};
using PicturePointer = std::shared_ptr<const ViewPicture>;
using NetworkPointer = std::shared_ptr<OpenNetwork>;

/// Two augmented views of a picture, and what was drawn for each.
struct CropPair {
  std::array<PicturePointer, 2> pictures;
  std::array<data::CropRecipe, 2> recipes;
};

/// Networks, pictures and features that the views share, each kept while there is room.
///
/// Tensors are on the CPU, fp32. Functions that return tensors throw base::Exception; see guarded().
class ViewSession {
 public:
  ViewSession(plugin::Loader& loader, ViewSources* sources, const ViewLimits& limits);

  base::Result<NetworkPointer> network(const protocol::NetworkChoice& choice);
  /// One that was found before.
  base::Result<NetworkPointer> network_at(const FoundNetwork& found, bool masked_modelling = false);
  /// Brought to the size that the choice asks for, of a network's crops and patches.
  base::Result<PicturePointer> picture(const protocol::PictureChoice& choice, const OpenNetwork& network,
                                       const protocol::NetworkChoice& run);
  /// Two large crops of a picture, drawn by the network's recipe for training (spec 1.7): the picture's key
  /// of draws is its file name, the epoch is `draw`. Their size is the choice's; 0: that of the recipe's
  /// crops.
  base::Result<CropPair> two_crops(const protocol::PictureChoice& choice, const OpenNetwork& network,
                                   const protocol::NetworkChoice& run, std::int64_t draw);
  base::Result<std::vector<PicturePointer>> pictures(const std::vector<protocol::PictureChoice>& choices,
                                                     const OpenNetwork& network,
                                                     const protocol::NetworkChoice& run);
  /// Those that can be read; where `leave_out` the others are named in `left_out`, which is emptied before.
  /// Errors: the first picture's that cannot be read, where none can be or none may be left out.
  base::Result<std::vector<PicturePointer>> readable(const std::vector<protocol::PictureChoice>& choices,
                                                     const OpenNetwork& network,
                                                     const protocol::NetworkChoice& run, bool leave_out,
                                                     std::vector<protocol::LeftOut>& left_out);

  /// The same choices, at the size that they mean to this network: for networks that are to see one picture.
  static std::vector<protocol::PictureChoice> sized_for(const OpenNetwork& network,
                                                        std::vector<protocol::PictureChoice> choices);

  nn::TokenGrid grid(const OpenNetwork& network, const ViewPicture& picture) const;
  protocol::SeenPicture seen(const OpenNetwork& network, const ViewPicture& picture, bool pixels) const;

  /// Input of every block and output of the last, [depth + 1] of [tokens, D].
  std::vector<at::Tensor> stream(OpenNetwork& network, const ViewPicture& picture);
  /// All tokens of a layer (from 1) through the final norm, [tokens, D].
  at::Tensor tokens(OpenNetwork& network, const ViewPicture& picture, std::int64_t layer);
  /// Patch tokens as chosen, [N, D]; of unit length, kept.
  at::Tensor patches(OpenNetwork& network, const ViewPicture& picture, const protocol::TokenChoice& choice);
  at::Tensor unit_patches(OpenNetwork& network, const ViewPicture& picture,
                          const protocol::TokenChoice& choice);
  /// Attention of query tokens, [heads, queries, tokens]. `layer` from 1.
  at::Tensor attention(OpenNetwork& network, const ViewPicture& picture, std::int64_t layer,
                       const std::vector<std::int64_t>& queries);
  /// The final tokens of a picture that nobody will ask for soon again: not kept.
  at::Tensor fresh_tokens(OpenNetwork& network, const ViewPicture& picture);

  /// 1 .. depth for 0 .. depth. Throws InvalidArgument.
  static std::int64_t layer_of(const OpenNetwork& network, std::int64_t layer);
  static protocol::TokenChoice resolved(const OpenNetwork& network, const protocol::TokenChoice& choice);
  /// The token of a place. Throws InvalidArgument.
  static std::int64_t token_of(const nn::TokenGrid& grid, const protocol::PatchPlace& place);

  plugin::Loader& loader() { return loader_; }
  ViewSources* sources() { return sources_; }

 private:
  base::Result<EncodedPicture> encoded(const protocol::PictureChoice& choice,
                                       const protocol::NetworkChoice& run);
  // The whole picture; an error if it, or a square of `size` of it, cannot be seen in patches.
  base::Result<image::Image> decode_whole(const EncodedPicture& file, const OpenNetwork& network,
                                          std::int64_t size) const;

  plugin::Loader& loader_;
  ViewSources* sources_;
  LruCache<NetworkPointer> networks_;
  LruCache<PicturePointer> pictures_;
  LruCache<std::vector<at::Tensor>> streams_;
  LruCache<at::Tensor> features_;
};

/// [3, H, W] bytes of a picture as a batch of one.
at::Tensor pixels_of(const image::Image& picture);
/// Rows of length 1. Throws NonFinite.
at::Tensor unit_rows(const at::Tensor& rows);
void require_finite(const at::Tensor& tensor);
std::vector<float> floats_of(const at::Tensor& tensor);
std::vector<std::int64_t> integers_of(const at::Tensor& tensor);
/// The projection head's space, [R, D] -> [R, bottleneck]. Throws Unsupported without a head.
at::Tensor projected(const OpenNetwork& network, const at::Tensor& rows);

/// Runs a view's body: what it throws becomes its error.
template <class Body>
auto guarded(const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const base::Exception& e) {
    return e.error();
  } catch (const std::bad_alloc&) {
    return base::Error{base::ErrorCode::OutOfMemory, "the machine has not enough memory for this view", "",
                       "Fewer or smaller pictures"};
  } catch (const std::exception& e) {
    const std::string text = e.what();
    return base::Error{base::ErrorCode::Internal, text.substr(0, text.find('\n')), "", ""};
  }
}

base::Error cancelled_view();

/// The place of a patch, row * columns + column.
protocol::PatchPlace place_of(std::int64_t patch, const protocol::SeenPicture& picture);

/// A file's name; where another of the files has the same one, with the folders that tell them apart.
std::string told_apart(const std::filesystem::path& file, const std::vector<std::filesystem::path>& files);

}  // namespace ibot::inspect
