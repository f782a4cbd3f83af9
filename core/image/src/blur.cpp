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

}  // namespace

void GaussianBlur::apply(const Planes& planes, float sigma) {
  if (!(sigma >= 0 && sigma <= 1000)) {
    throw base::Exception(
        {base::ErrorCode::InvalidArgument, base::str("blur: a sigma of ", sigma), "0 to 1000 pixels", ""});
  }
  if (sigma == 0 || planes.size() == 0) return;
  const internal::Loops& loops = internal::loops(level_);
  const BoxFilter filter = box_of(sigma);
  const auto reach = static_cast<std::size_t>(filter.radius) + 1;
  const auto width = static_cast<std::size_t>(planes.width);
  const auto height = static_cast<std::size_t>(planes.height);
  const std::size_t padded = width + 2 * reach;
  // Two padded rows for the passes along rows, two planes for those along columns.
  work_.resize(std::max(2 * padded, 2 * planes.size()));
  rows_.resize(2 * reach + 1);

  for (std::uint8_t* plane : {planes.red(), planes.green(), planes.blue()}) {
    for (std::size_t y = 0; y < height; ++y) {
      std::uint8_t* const row = plane + y * width;
      std::uint8_t* in = work_.data();
      std::uint8_t* out = in + padded;
      std::memcpy(in + reach, row, width);
      for (int pass = 0; pass < kPasses; ++pass) {
        std::memset(in, in[reach], reach);
        std::memset(in + reach + width, in[reach + width - 1], reach);
        for (std::size_t d = 0; d < rows_.size(); ++d) rows_[d] = in + d;
        loops.box_rows(rows_.data(), filter, width, pass + 1 < kPasses ? out + reach : row);
        std::swap(in, out);
      }
    }

    const std::uint8_t* in = plane;
    for (int pass = 0; pass < kPasses; ++pass) {
      std::uint8_t* const out =
          pass + 1 < kPasses ? work_.data() + static_cast<std::size_t>(pass) * planes.size() : plane;
      for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t d = 0; d < rows_.size(); ++d) {
          const std::size_t below = std::max(y + d, reach) - reach;
          rows_[d] = in + std::min(below, height - 1) * width;
        }
        loops.box_rows(rows_.data(), filter, width, out + y * width);
      }
      in = out;
    }
  }
}

}  // namespace ibot::image
