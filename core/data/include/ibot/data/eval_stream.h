// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/bad_pictures.h>
#include <ibot/data/lease.h>
#include <ibot/data/picture_source.h>
#include <ibot/image/resize.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ibot::data {

/// The evaluation's view of a picture: the shorter side scaled to `resize` (bicubic), then the central square
/// of `crop`: torchvision's Resize and CenterCrop (spec 2). 1 <= crop <= resize.
struct EvalTransform {
  int resize = 256;
  int crop = 224;
};

/// What resize and crop mean for one picture: Resize's long side is truncated, CenterCrop's corner rounded
/// half to even.
IBOT_API image::ResizeRequest eval_request(const EvalTransform& transform, int width, int height);

/// Pictures in the order asked for. Unreadable ones are left out, so that a batch may hold fewer than its
/// share.
struct EvalBatch {
  std::int64_t step = 0;
  int images = 0;                     ///< B' <= B
  int size = 0;                       ///< side of the crop
  std::vector<std::int64_t> indices;  ///< [B'] in the data set
  std::vector<std::int64_t> labels;   ///< [B'] -1 where unknown
  std::vector<std::uint8_t> pixels;   ///< uint8 [B', 3, size, size]; not normalised
};

struct EvalOptions {
  EvalTransform transform;
  int batch = 64;
  int workers = 2;
  int slots = 3;
  int niceness = 0;
};

/// Every picture of a data set once, by worker threads: for features, probes and statistics of pixels.
///
///   PictureSource source(dataset, 0);
///   EvalStream stream(source, options);
///   while (const auto batch = stream.next()) extract(*batch);
///
/// `source` outlives the stream, and the stream outlives its leases.
class IBOT_API EvalStream {
 public:
  /// All pictures, or those of `indices` in that order. Throws Exception (InvalidArgument) where options are
  /// out of range.
  EvalStream(PictureSource& source, const EvalOptions& options,
             std::optional<std::vector<std::int64_t>> indices = std::nullopt);
  ~EvalStream();
  EvalStream(const EvalStream&) = delete;
  EvalStream& operator=(const EvalStream&) = delete;

  /// The next batch, which may be empty of pictures; an empty lease at the end. Throws Exception (Cancelled)
  /// after cancel(). One consumer thread.
  Lease<EvalBatch> next();
  std::int64_t batches() const;
  /// Any thread.
  void cancel();
  const BadPictures& bad_pictures() const;

 private:
  class Filler;
  std::unique_ptr<Filler> filler_;
};

}  // namespace ibot::data
