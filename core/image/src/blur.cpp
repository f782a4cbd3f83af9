// SPDX-License-Identifier: GPL-3.0-or-later
#include "loops.h"

#include <ibot/base/error.h>
#include <ibot/base/text.h>
#include <ibot/image/blur.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace ibot::image {
namespace {

using internal::BoxFilter;

constexpr int kPasses = 3;

/// The box whose `kPasses`-fold application has the variance sigma^2: a whole radius plus a fraction that the
/// two outermost pixels take. Single precision, as in Pillow.
BoxFilter box_of(float sigma) {
  const float variance = sigma * sigma / kPasses;
  const auto length = static_cast<float>(std::sqrt(12.0 * variance + 1.0));
  const auto whole = static_cast<float>(std::floor((length - 1.0) / 2.0));
  float fraction = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
  fraction /= 6 * (variance - (whole + 1) * (whole + 1));
  const float radius = whole + fraction;

  BoxFilter filter;
  filter.radius = static_cast<int>(radius);
  constexpr std::uint32_t kOne = 1U << 24;
  filter.inner = static_cast<std::uint32_t>(kOne / (radius * 2 + 1));
  filter.outer = (kOne - (static_cast<std::uint32_t>(filter.radius) * 2 + 1) * filter.inner) / 2;
  return filter;
}

/// Repeats the outermost pixels of each padded row `reach` times on either side.
void pad_rows(std::uint8_t* rows, std::size_t width, std::size_t height, std::size_t reach) {
  for (std::size_t y = 0; y < height; ++y, rows += width + 2 * reach) {
    std::fill_n(rows, reach, rows[reach]);
    std::fill_n(rows + reach + width, reach, rows[reach + width - 1]);
  }
}

}  // namespace

void GaussianBlur::apply(const Planes& planes, float sigma) {
  if (!(sigma >= 0 && sigma <= 1000)) {
    throw base::Exception(
        {base::ErrorCode::InvalidArgument, base::str("blur: a sigma of ", sigma), "0 to 1000 pixels", ""});
  }
  if (sigma == 0 || planes.size() == 0) return;
  const BoxFilter filter = box_of(sigma);
  for (std::uint8_t* plane : {planes.red(), planes.green(), planes.blue()}) {
    along_rows(plane, planes.width, planes.height, filter);
    along_columns(plane, planes.width, planes.height, filter);
  }
}

void GaussianBlur::along_rows(std::uint8_t* plane, int columns, int rows, const BoxFilter& filter) {
  const auto width = static_cast<std::size_t>(columns);
  const auto height = static_cast<std::size_t>(rows);
  const auto reach = static_cast<std::size_t>(filter.radius) + 1;
  const std::size_t stride = width + 2 * reach;
  const std::size_t padded = stride * height;
  std::uint8_t* in = work_space(2 * padded);
  std::uint8_t* out = in + padded;
  for (std::size_t y = 0; y < height; ++y) std::memcpy(in + y * stride + reach, plane + y * width, width);
  taps_.resize(2 * reach + 1);
  for (int pass = 0; pass < kPasses; ++pass) {
    pad_rows(in, width, height, reach);
    // All rows in one go: what is computed for the padding is overwritten.
    for (std::size_t d = 0; d < taps_.size(); ++d) taps_[d] = in + d;
    internal::loops(level_).box(taps_.data(), filter, padded - 2 * reach, out + reach);
    std::swap(in, out);
  }
  for (std::size_t y = 0; y < height; ++y) std::memcpy(plane + y * width, in + y * stride + reach, width);
}

void GaussianBlur::along_columns(std::uint8_t* plane, int columns, int rows, const BoxFilter& filter) {
  const auto width = static_cast<std::size_t>(columns);
  const auto height = static_cast<std::size_t>(rows);
  const auto reach = static_cast<std::size_t>(filter.radius) + 1;
  std::uint8_t* const work = work_space(2 * width * height);
  taps_.resize(2 * reach + 1);
  const std::uint8_t* in = plane;
  for (int pass = 0; pass < kPasses; ++pass) {
    std::uint8_t* const out =
        pass + 1 < kPasses ? work + static_cast<std::size_t>(pass) * width * height : plane;
    for (std::size_t y = 0; y < height;) {
      for (std::size_t d = 0; d < taps_.size(); ++d) {
        const std::size_t below = std::max(y + d, reach) - reach;
        taps_[d] = in + std::min(below, height - 1) * width;
      }
      // Away from the borders the rows follow each other as the taps do, so that they are done in one go.
      const bool inside = y >= reach && y + reach < height;
      const std::size_t together = inside ? height - reach - y : 1;
      internal::loops(level_).box(taps_.data(), filter, together * width, out + y * width);
      y += together;
    }
    in = out;
  }
}

std::uint8_t* GaussianBlur::work_space(std::size_t bytes) {
  if (work_.size() < bytes) work_.resize(bytes);
  return work_.data();
}

}  // namespace ibot::image
