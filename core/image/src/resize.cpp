// SPDX-License-Identifier: GPL-3.0-or-later
#include "resample.h"

#include <ibot/base/error.h>
#include <ibot/base/text.h>
#include <ibot/image/resize.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ibot::image {
namespace {

using base::ErrorCode;
using base::Exception;
using internal::AlignedBuffer;
using internal::Axis;
using internal::AxisGeometry;
using internal::ResampleKernels;

const ResampleKernels& kernels_of(SimdLevel level) {
  switch (level) {
    case SimdLevel::Avx512:
      return internal::kAvx512Resample;
    case SimdLevel::Avx2:
      return internal::kAvx2Resample;
    case SimdLevel::Plain:
      break;
  }
  return internal::kPlainResample;
}

std::string to_text(const Box& box) {
  return base::str(box.width, " x ", box.height, " at (", box.left, ", ", box.top, ")");
}

/// Pillow 13 starts with the vertical pass where that shrinks the picture more (its pull request 9549; older
/// versions always start with the horizontal one). As each pass rounds to bytes, the order is part of the
/// result.
bool vertical_first(const ResizeRequest& request) {
  const int fewer_rows = request.box.height - request.height;
  const int fewer_columns = request.box.width - request.width;
  return fewer_rows > 0 && fewer_rows > 2 * fewer_columns;
}

// to_planes reads rows in steps of three vectors.
constexpr std::size_t kRowSlack = 3 * 64;

std::size_t bytes_of(std::ptrdiff_t stride, int rows) {
  return static_cast<std::size_t>(stride) * static_cast<std::size_t>(rows);
}

Box checked_window(const Image& source, const ResizeRequest& request) {
  if (!contains(source.width(), source.height(), request.box)) {
    throw Exception({ErrorCode::InvalidArgument, base::str("resize: the box ", to_text(request.box)),
                     base::str("a box in the picture of ", source.width(), " x ", source.height()), ""});
  }
  if (request.width <= 0 || request.height <= 0) {
    throw Exception({ErrorCode::InvalidArgument,
                     base::str("resize: to ", request.width, " x ", request.height), "at least 1 x 1", ""});
  }
  if (request.window == Box{}) return {0, 0, request.width, request.height};
  if (!contains(request.width, request.height, request.window)) {
    throw Exception({ErrorCode::InvalidArgument, base::str("resize: the window ", to_text(request.window)),
                     base::str("a box in the result of ", request.width, " x ", request.height), ""});
  }
  return request.window;
}

}  // namespace

struct Resizer::Workspace {
  explicit Workspace(SimdLevel level) : kernels(kernels_of(level)), loops(internal::loops(level)) {}

  /// Runs both passes; calls `emit(y, row)` with each finished row of the window, interleaved and with slack.
  template <class Emit>
  void run(const Image& source, const ResizeRequest& request, const Box& window, Emit emit) {
    const Box& box = request.box;
    columns.compute({box.width, request.width, window.left, window.width, request.filter}, loops);
    rows.compute({box.height, request.height, window.top, window.height, request.filter}, loops);
    if (vertical_first(request)) {
      run_vertical_first(source, box, window, emit);
    } else {
      run_horizontal_first(source, box, window, emit);
    }
  }

  template <class Emit>
  void run_horizontal_first(const Image& source, const Box& box, const Box& window, Emit emit) {
    const auto [top, height] = rows.trim();
    const std::ptrdiff_t stride = internal::intermediate_stride(window.width);
    std::uint8_t* const between = intermediate.ensure(bytes_of(stride, height));
    kernels.horizontal({.source = source.pixel(box.left, box.top + top),
                        .source_stride = source.stride(),
                        .rows = height,
                        .axis = &columns,
                        .out = between,
                        .out_stride = stride,
                        .tables = &tables});
    std::uint8_t* const row = finished.ensure(bytes_of(stride, 1) + kRowSlack);
    internal::grow(weights, rows.padded_taps());
    for (int y = 0; y < window.height; ++y) {
      kernels.vertical({.source = between,
                        .source_stride = stride,
                        .axis = &rows,
                        .y = y,
                        .weights = weights.data(),
                        .bytes = window.width * Image::kChannels,
                        .out = row});
      emit(y, row);
    }
  }

  template <class Emit>
  void run_vertical_first(const Image& source, const Box& box, const Box& window, Emit emit) {
    const auto [left, width] = columns.trim();
    const std::ptrdiff_t stride = internal::intermediate_stride(width);
    std::uint8_t* const between = intermediate.ensure(bytes_of(stride, window.height) + Image::kSlack);
    internal::grow(weights, rows.padded_taps());
    for (int y = 0; y < window.height; ++y) {
      kernels.vertical({.source = source.pixel(box.left + left, box.top),
                        .source_stride = source.stride(),
                        .axis = &rows,
                        .y = y,
                        .weights = weights.data(),
                        .bytes = width * Image::kChannels,
                        .out = between + y * stride});
    }
    const std::ptrdiff_t out_stride = internal::intermediate_stride(window.width);
    std::uint8_t* const result = finished.ensure(bytes_of(out_stride, window.height) + kRowSlack);
    kernels.horizontal({.source = between,
                        .source_stride = stride,
                        .rows = window.height,
                        .axis = &columns,
                        .out = result,
                        .out_stride = out_stride,
                        .tables = &tables});
    for (int y = 0; y < window.height; ++y) emit(y, result + y * out_stride);
  }

  const ResampleKernels& kernels;
  const internal::Loops& loops;
  Axis columns, rows;
  std::vector<std::int32_t> weights;
  AlignedBuffer tables, intermediate, finished;
};

Resizer::Resizer(SimdLevel level) : workspace_(std::make_unique<Workspace>(level)) {}
Resizer::~Resizer() = default;
Resizer::Resizer(Resizer&&) noexcept = default;
Resizer& Resizer::operator=(Resizer&&) noexcept = default;

void Resizer::resize(const Image& source, const ResizeRequest& request, Image& out) {
  const Box window = checked_window(source, request);
  out.reshape(window.width, window.height);
  workspace_->run(source, request, window, [&](int y, const std::uint8_t* row) {
    std::memcpy(out.row(y), row, static_cast<std::size_t>(out.stride()));
    if (!request.flip) return;
    for (int left = 0, right = window.width - 1; left < right; ++left, --right) {
      std::swap_ranges(out.pixel(left, y), out.pixel(left, y) + Image::kChannels, out.pixel(right, y));
    }
  });
}

void Resizer::resize(const Image& source, const ResizeRequest& request, const Planes& out) {
  const Box window = checked_window(source, request);
  if (out.width != window.width || out.height != window.height) {
    throw Exception({ErrorCode::InvalidArgument,
                     base::str("resize: planes of ", out.width, " x ", out.height),
                     base::str(window.width, " x ", window.height), ""});
  }
  workspace_->run(source, request, window, [&](int y, const std::uint8_t* row) {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(y) * window.width;
    workspace_->kernels.to_planes({.pixels = row,
                                   .width = window.width,
                                   .flip = request.flip,
                                   .plane = {out.red() + at, out.green() + at, out.blue() + at}});
  });
}

ResizeRequest evaluation_request(int width, int height, int shorter_side, int crop, Filter filter) {
  if (width <= 0 || height <= 0 || crop <= 0 || crop > shorter_side) {
    throw Exception({ErrorCode::InvalidArgument,
                     base::str("centre crop of ", crop, " from a shorter side of ", shorter_side, " of a ",
                               width, " x ", height, " picture"),
                     "0 < crop <= shorter side", ""});
  }
  // As torchvision: the longer side is truncated, the offset rounded to even.
  const double shorter = std::min(width, height);
  const auto scaled = [&](int side) {
    return static_cast<int>(static_cast<double>(shorter_side) * side / shorter);
  };
  const auto offset = [&](int side) { return static_cast<int>(std::nearbyint((side - crop) / 2.0)); };
  ResizeRequest request{
      .box = {0, 0, width, height}, .width = scaled(width), .height = scaled(height), .filter = filter};
  request.window = {offset(request.width), offset(request.height), crop, crop};
  return request;
}

}  // namespace ibot::image
