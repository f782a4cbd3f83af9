// SPDX-License-Identifier: GPL-3.0-or-later
#include "view_session.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/data/crop_engine.h>
#include <ibot/data/listing.h>
#include <ibot/image/decode.h>
#include <ibot/image/planes.h>
#include <ibot/image/resize.h>
#include <ibot/nn/stream_backbone.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linalg_vector_norm.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

namespace ibot::inspect {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using base::Exception;

constexpr std::uint64_t kMostPictureFile = std::uint64_t{256} << 20;
// Of one picture: attention takes time with the square of them, a minute or two on two cores for so many.
constexpr std::int64_t kMostRow = 128;
constexpr std::int64_t kMostPatches = kMostRow * kMostRow;

std::int64_t size_for(const protocol::PictureChoice& choice, const OpenNetwork& network) {
  if (choice.size > 0) return choice.size;
  return 2 * network.plan.crops().global.size;
}

image::ResizeRequest whole(const image::Image& picture, std::int64_t size, std::int64_t patch) {
  const double scale = static_cast<double>(size) / std::max(picture.width(), picture.height());
  const auto side = [&](int length) {
    const auto cells = std::lround(length * scale / static_cast<double>(patch));
    return static_cast<int>(std::max<std::int64_t>(1, cells) * patch);
  };
  image::ResizeRequest request;
  request.box = picture.bounds();
  request.width = side(picture.width());
  request.height = side(picture.height());
  return request;
}

std::size_t bytes_of(const at::Tensor& tensor) {
  return static_cast<std::size_t>(tensor.nbytes());
}

nn::StreamBackbone& streaming(OpenNetwork& network) {
  auto* stream = dynamic_cast<nn::StreamBackbone*>(network.backbone.get());
  if (stream != nullptr) return *stream;
  throw Exception(
      {ErrorCode::Unsupported,
       base::str("the backbone ", network.seen.backbone, " does not hand out its residual stream"),
       "a backbone as the shipped vit", ""});
}

std::string key_of(const image::Image& picture) {
  base::Sha256 hash;
  hash.update(base::str(picture.width(), "x", picture.height(), ":"));
  hash.update(std::as_bytes(std::span(picture.data(), picture.bytes())));
  return hash.hex();
}

bool is_unsupported(const Exception& e) {
  return e.error().code == ErrorCode::Unsupported;
}

}  // namespace

at::Tensor pixels_of(const image::Image& picture) {
  return at::from_blob(const_cast<std::uint8_t*>(picture.data()), {picture.height(), picture.width(), 3},
                       at::kByte)
      .permute({2, 0, 1})
      .unsqueeze(0)
      .contiguous();
}

void require_finite(const at::Tensor& tensor) {
  if (tensor.isfinite().all().item<bool>()) return;
  throw Exception({ErrorCode::NonFinite, "the network gives tokens that are not finite", "numbers",
                   "Its weights may be damaged, or its training has diverged"});
}

at::Tensor unit_rows(const at::Tensor& rows) {
  require_finite(rows);
  return rows / at::linalg_vector_norm(rows, 2, {1}, true).clamp_min(1e-12);
}

std::vector<float> floats_of(const at::Tensor& tensor) {
  std::vector<float> values(static_cast<std::size_t>(tensor.numel()));
  at::from_blob(values.data(), tensor.sizes(), at::kFloat).copy_(tensor);
  return values;
}

std::vector<std::int64_t> integers_of(const at::Tensor& tensor) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(tensor.numel()));
  at::from_blob(values.data(), tensor.sizes(), at::kLong).copy_(tensor);
  return values;
}

at::Tensor projected(const OpenNetwork& network, const at::Tensor& rows) {
  if (network.head == nullptr) {
    throw Exception({ErrorCode::Unsupported, network.seen.name + " has no projection head",
                     "a network of a run", "Take the patch tokens themselves"});
  }
  return network.head->bottleneck(rows, false).to(at::kFloat);
}

Error cancelled_view() {
  return {ErrorCode::Cancelled, "the view was cancelled", "", ""};
}

ViewSession::ViewSession(plugin::Loader& loader, ViewSources* sources, const ViewLimits& limits)
    : loader_(loader),
      sources_(sources),
      networks_(limits.networks),
      pictures_(limits.picture_bytes),
      streams_(limits.feature_bytes / 2),
      features_(limits.feature_bytes / 2) {}

base::Result<NetworkPointer> ViewSession::network(const protocol::NetworkChoice& choice) {
  IBOT_TRY(const FoundNetwork found, find_network(sources_, choice));
  return network_at(found);
}

base::Result<NetworkPointer> ViewSession::network_at(const FoundNetwork& found, bool masked_modelling) {
  if (const NetworkPointer* kept = networks_.find(found.key)) return *kept;
  IBOT_TRY(NetworkPointer opened, open_network(loader_, found, masked_modelling));
  return networks_.put(found.key, std::move(opened), 1);
}

base::Result<EncodedPicture> ViewSession::encoded(const protocol::PictureChoice& choice,
                                                  const protocol::NetworkChoice& run) {
  if (!choice.probe.empty()) {
    if (sources_ == nullptr || run.run.empty()) {
      return Error{ErrorCode::InvalidArgument, "probe pictures belong to a run", "a run, or a file", ""};
    }
    return sources_->probe(run, choice.probe);
  }
  if (choice.file.empty()) return Error{ErrorCode::InvalidArgument, "no picture was named", "a file", ""};
  IBOT_TRY(auto bytes, base::read_file(choice.file, kMostPictureFile));
  return EncodedPicture{fs::path(choice.file).filename().string(), std::move(bytes)};
}

base::Result<image::Image> ViewSession::decode_whole(const EncodedPicture& file, const OpenNetwork& network,
                                                     std::int64_t size) const {
  image::Image decoded;
  const std::int64_t patch = network.backbone->patch_size();
  if (const base::Status status = image::decode(file.bytes, decoded); !status)
    return status.error().with_context(base::quote_untrusted(file.name, 200));
  if (size < patch) {
    return Error{ErrorCode::InvalidArgument, base::str("a picture of ", size, " px is smaller than a patch"),
                 base::str("at least ", patch, " px"), "A larger size"};
  }
  if (std::min(decoded.width(), decoded.height()) < patch) {
    return Error{ErrorCode::InvalidArgument,
                 base::str(base::quote_untrusted(file.name, 200), " has ", decoded.width(), " x ",
                           decoded.height(), " px, less than one patch"),
                 base::str("at least ", patch, " px either way"),
                 "Enlarged it would show nothing of its own"};
  }
  if (const std::int64_t row = size / patch; row * row > kMostPatches) {
    return Error{ErrorCode::InvalidArgument,
                 base::str(size, " px seen in patches of ", patch, " px are ", base::format_count(row * row),
                           " tokens, each of which attends to all of them"),
                 base::str("at most ", base::format_count(kMostPatches), ": ", kMostRow * patch, " px"),
                 "A smaller size"};
  }
  return decoded;
}

base::Result<PicturePointer> ViewSession::picture(const protocol::PictureChoice& choice,
                                                  const OpenNetwork& network,
                                                  const protocol::NetworkChoice& run) {
  const std::int64_t size = size_for(choice, network);
  const std::int64_t patch = network.backbone->patch_size();
  const bool all = choice.fit == protocol::PictureChoice::Fit::Whole;
  std::error_code ignored;
  const auto time =
      choice.file.empty() ? 0 : fs::last_write_time(choice.file, ignored).time_since_epoch().count();
  const std::string name =
      base::str(choice.file.empty() ? run.workspace + "|" + run.run + "|" + choice.probe : choice.file, "|",
                time, "|", size, "|", all ? patch : 0);
  if (const PicturePointer* kept = pictures_.find(name)) return *kept;
  IBOT_TRY(const EncodedPicture file, encoded(choice, run));
  IBOT_TRY(const image::Image decoded, decode_whole(file, network, size));
  auto made = std::make_shared<ViewPicture>();
  made->name = file.name;
  // Probe pictures are kept as the squares that were seen.
  made->file = choice.file.empty() ? file.name : choice.file;
  made->square = !all || choice.file.empty();
  made->width = decoded.width();
  made->height = decoded.height();
  const int side = static_cast<int>(size);
  return guarded([&]() -> base::Result<PicturePointer> {
    image::Resizer().resize(decoded,
                            all ? whole(decoded, size, patch)
                                : image::evaluation_request(decoded.width(), decoded.height(), side, side),
                            made->image);
    made->key = key_of(made->image);
    return pictures_.put(name, std::move(made), static_cast<std::size_t>(size * size * 3));
  });
}

base::Result<CropPair> ViewSession::two_crops(const protocol::PictureChoice& choice,
                                              const OpenNetwork& network, const protocol::NetworkChoice& run,
                                              std::int64_t draw) {
  data::CropOptions options = network.plan.crops();
  options.global.count = std::max<std::int64_t>(2, options.global.count);
  if (choice.size > 0) options.global.size = choice.size;
  IBOT_TRY(const EncodedPicture file, encoded(choice, run));
  IBOT_TRY(const image::Image picture, decode_whole(file, network, options.global.size));
  const int side = static_cast<int>(options.global.size);
  return guarded([&]() -> base::Result<CropPair> {
    CropPair pair;
    std::vector<std::uint8_t> planes(static_cast<std::size_t>(3 * side * side));
    data::CropEngine engine;
    for (int crop = 0; crop < 2; ++crop) {
      const data::CropKey key{static_cast<std::uint64_t>(network.plan.run().seed),
                              static_cast<std::uint64_t>(draw), data::sample_id(file.name), crop};
      const auto i = static_cast<std::size_t>(crop);
      pair.recipes[i] = data::draw_crop(options, key, picture.width(), picture.height());
      const image::Planes pixels{planes.data(), side, side};
      engine.render(picture, pair.recipes[i], pixels);
      auto made = std::make_shared<ViewPicture>();
      made->name = base::str(file.name, ", view ", crop + 1);
      made->file = choice.file.empty() ? file.name : choice.file;
      made->width = picture.width();
      made->height = picture.height();
      image::interleave(pixels, made->image);
      made->key = key_of(made->image);
      pair.pictures[i] = std::move(made);
    }
    return pair;
  });
}

base::Result<std::vector<PicturePointer>> ViewSession::pictures(
    const std::vector<protocol::PictureChoice>& choices, const OpenNetwork& network,
    const protocol::NetworkChoice& run) {
  std::vector<PicturePointer> found;
  for (const protocol::PictureChoice& choice : choices) {
    IBOT_TRY(found.emplace_back(), picture(choice, network, run));
  }
  return found;
}

base::Result<std::vector<PicturePointer>> ViewSession::readable(
    const std::vector<protocol::PictureChoice>& choices, const OpenNetwork& network,
    const protocol::NetworkChoice& run, bool leave_out, std::vector<protocol::LeftOut>& left_out) {
  std::vector<PicturePointer> found;
  std::optional<Error> first;
  std::vector<fs::path> files;
  for (const protocol::PictureChoice& choice : choices) files.emplace_back(choice.file);
  left_out.clear();
  for (std::size_t i = 0; i < choices.size(); ++i) {
    auto read = picture(choices[i], network, run);
    if (read) {
      found.push_back(std::move(*read));
      continue;
    }
    if (!leave_out) return read.error();
    const std::string name = choices[i].file.empty() ? choices[i].probe : told_apart(choices[i].file, files);
    left_out.push_back({static_cast<std::int64_t>(i), name, read.error().to_text()});
    if (!first) first = read.error();
  }
  if (found.empty() && first) return *first;
  return found;
}

std::vector<protocol::PictureChoice> ViewSession::sized_for(const OpenNetwork& network,
                                                            std::vector<protocol::PictureChoice> choices) {
  for (protocol::PictureChoice& choice : choices) choice.size = size_for(choice, network);
  return choices;
}

nn::TokenGrid ViewSession::grid(const OpenNetwork& network, const ViewPicture& picture) const {
  return network.backbone->grid(picture.image.height(), picture.image.width());
}

protocol::SeenPicture ViewSession::seen(const OpenNetwork& network, const ViewPicture& picture,
                                        bool pixels) const {
  const nn::TokenGrid where = grid(network, picture);
  protocol::SeenPicture seen{.name = picture.name,
                             .width = picture.image.width(),
                             .height = picture.image.height(),
                             .rows = static_cast<int>(where.grid_rows),
                             .columns = static_cast<int>(where.grid_cols),
                             .pixels = {}};
  if (pixels) seen.pixels.assign(picture.image.data(), picture.image.data() + picture.image.bytes());
  return seen;
}

std::vector<at::Tensor> ViewSession::stream(OpenNetwork& network, const ViewPicture& picture) {
  const std::string name = network.key + "#" + picture.key;
  if (const auto* kept = streams_.find(name)) return *kept;
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> made =
      streaming(network).residual_stream({pixels_of(picture.image), {}}, network.normalisation);
  std::size_t bytes = 0;
  for (at::Tensor& each : made) {
    each = each.squeeze(0).to(at::kFloat);
    bytes += bytes_of(each);
  }
  require_finite(made.back());
  return streams_.put(name, std::move(made), bytes);
}

at::Tensor ViewSession::tokens(OpenNetwork& network, const ViewPicture& picture, std::int64_t layer) {
  const at::NoGradGuard no_grad;
  try {
    const std::vector<at::Tensor> all = stream(network, picture);
    return streaming(network).final_tokens(all.at(static_cast<std::size_t>(layer)).unsqueeze(0)).squeeze(0);
  } catch (const Exception& e) {
    if (!is_unsupported(e)) throw;
  }
  // A backbone that offers less: its last tokens, or those of a layer anew.
  const std::string name = base::str(network.key, "#", picture.key, "#all", layer);
  if (const at::Tensor* kept = features_.find(name)) return *kept;
  at::Tensor found;
  if (layer == network.backbone->depth()) {
    found = fresh_tokens(network, picture);
  } else {
    const nn::ImageGroup group{pixels_of(picture.image), {}};
    found =
        network.backbone->intermediate(group, network.normalisation, network.backbone->depth() - layer + 1)
            .front()
            .squeeze(0)
            .to(at::kFloat);
  }
  require_finite(found);
  return features_.put(name, found, bytes_of(found));
}

at::Tensor ViewSession::fresh_tokens(OpenNetwork& network, const ViewPicture& picture) {
  const at::NoGradGuard no_grad;
  nn::BackboneInput input;
  input.groups.push_back({pixels_of(picture.image), {}});
  input.normalisation = network.normalisation;
  return network.backbone->forward(input).to(at::kFloat);
}

at::Tensor ViewSession::patches(OpenNetwork& network, const ViewPicture& picture,
                                const protocol::TokenChoice& choice) {
  const at::NoGradGuard no_grad;
  const protocol::TokenChoice wanted = resolved(network, choice);
  const nn::TokenGrid where = grid(network, picture);
  const at::Tensor rows = tokens(network, picture, wanted.layer).narrow(0, where.prefix, where.patches());
  return wanted.projection ? projected(network, rows) : rows;
}

at::Tensor ViewSession::unit_patches(OpenNetwork& network, const ViewPicture& picture,
                                     const protocol::TokenChoice& choice) {
  const protocol::TokenChoice wanted = resolved(network, choice);
  const std::string name =
      base::str(network.key, "#", picture.key, "#unit", wanted.layer, wanted.projection ? "p" : "");
  if (const at::Tensor* kept = features_.find(name)) return *kept;
  const at::Tensor made = unit_rows(patches(network, picture, wanted));
  return features_.put(name, made, bytes_of(made));
}

at::Tensor ViewSession::attention(OpenNetwork& network, const ViewPicture& picture, std::int64_t layer,
                                  const std::vector<std::int64_t>& queries) {
  const at::NoGradGuard no_grad;
  at::Tensor rows;
  try {
    const std::vector<at::Tensor> all = stream(network, picture);
    rows = streaming(network)
               .attention_rows(all.at(static_cast<std::size_t>(layer - 1)).unsqueeze(0), layer - 1, queries)
               .squeeze(0);
  } catch (const Exception& e) {
    if (!is_unsupported(e)) throw;
    std::vector<at::Tensor> each;
    const nn::ImageGroup group{pixels_of(picture.image), {}};
    for (const std::int64_t query : queries) {
      each.push_back(
          network.backbone->attention_row(group, network.normalisation, layer - 1, query).permute({1, 0, 2}));
    }
    rows = at::cat(each, 1);
  }
  require_finite(rows);
  return rows.to(at::kFloat);
}

std::int64_t ViewSession::layer_of(const OpenNetwork& network, std::int64_t layer) {
  const std::int64_t depth = network.backbone->depth();
  if (layer < 0 || layer > depth) {
    throw Exception({ErrorCode::InvalidArgument, base::str("layer ", layer), base::str("1 to ", depth), ""});
  }
  return layer == 0 ? depth : layer;
}

protocol::TokenChoice ViewSession::resolved(const OpenNetwork& network, const protocol::TokenChoice& choice) {
  const protocol::TokenChoice wanted{layer_of(network, choice.layer), choice.projection};
  if (wanted.projection && wanted.layer != network.backbone->depth()) {
    throw Exception({ErrorCode::InvalidArgument, base::str("the head's projection of layer ", wanted.layer),
                     "the last layer, which the head reads", ""});
  }
  return wanted;
}

std::int64_t ViewSession::token_of(const nn::TokenGrid& grid, const protocol::PatchPlace& place) {
  if (place.row < 0) return 0;
  if (place.row >= grid.grid_rows || place.column < 0 || place.column >= grid.grid_cols) {
    throw Exception({ErrorCode::InvalidArgument,
                     base::str("the patch in row ", place.row, ", column ", place.column),
                     base::str("a grid of ", grid.grid_rows, " x ", grid.grid_cols), ""});
  }
  return grid.prefix + place.row * grid.grid_cols + place.column;
}

protocol::PatchPlace place_of(std::int64_t patch, const protocol::SeenPicture& picture) {
  return {static_cast<int>(patch / picture.columns), static_cast<int>(patch % picture.columns)};
}

std::string told_apart(const fs::path& file, const std::vector<fs::path>& files) {
  fs::path tail = file.filename();
  const auto another = [&](const fs::path& each) {
    if (each == file) return false;
    auto from = each.end();
    for (auto part = tail.end(); part != tail.begin();) {
      if (from == each.begin() || *--from != *--part) return false;
    }
    return true;
  };
  for (fs::path folder = file.parent_path(); !folder.filename().empty(); folder = folder.parent_path()) {
    if (std::none_of(files.begin(), files.end(), another)) break;
    tail = folder.filename() / tail;
  }
  return tail.string();
}

}  // namespace ibot::inspect
