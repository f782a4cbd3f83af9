// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/figure/picture.h>

#include <algorithm>
#include <cmath>

namespace ibot::figure {
namespace {

constexpr int kMaxSide = 32767;

// The inputs that one output reads, and how much of each.
struct Tap {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Tap> triangle_taps(int in, int out) {
  const double scale = static_cast<double>(in) / out;
  const double support = std::max(scale, 1.0);
  std::vector<Tap> taps(static_cast<std::size_t>(out));
  for (int i = 0; i < out; ++i) {
    const double centre = (i + 0.5) * scale - 0.5;
    Tap& tap = taps[static_cast<std::size_t>(i)];
    tap.first = std::max(0, static_cast<int>(std::ceil(centre - support)));
    const int last = std::min(in - 1, static_cast<int>(std::floor(centre + support)));
    double total = 0;
    for (int k = tap.first; k <= last; ++k) {
      const double weight = std::max(0.0, 1 - std::abs(k - centre) / support);
      tap.weights.push_back(static_cast<float>(weight));
      total += weight;
    }
    for (float& weight : tap.weights) weight = static_cast<float>(weight / total);
  }
  return taps;
}

}  // namespace

bool PictureView::valid() const {
  return width > 0 && height > 0 && width <= kMaxSide && height <= kMaxSide &&
         rgb.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3;
}

Picture resample(const PictureView& picture, int width, int height) {
  const auto columns = triangle_taps(picture.width, width);
  const auto rows = triangle_taps(picture.height, height);
  const auto row_size = static_cast<std::size_t>(width) * 3;

  std::vector<float> narrowed(row_size * static_cast<std::size_t>(picture.height));
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* in =
        &picture.rgb[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) * 3];
    float* out = &narrowed[static_cast<std::size_t>(y) * row_size];
    for (const Tap& tap : columns) {
      const std::uint8_t* pixel = in + static_cast<std::ptrdiff_t>(tap.first) * 3;
      for (const float weight : tap.weights) {
        for (int c = 0; c < 3; ++c) out[c] += weight * pixel[c];
        pixel += 3;
      }
      out += 3;
    }
  }

  Picture result(width, height);
  std::vector<float> sum(row_size);
  for (int y = 0; y < height; ++y) {
    std::fill(sum.begin(), sum.end(), 0.0F);
    const Tap& tap = rows[static_cast<std::size_t>(y)];
    for (std::size_t k = 0; k < tap.weights.size(); ++k) {
      const float* in = &narrowed[(static_cast<std::size_t>(tap.first) + k) * row_size];
      for (std::size_t i = 0; i < row_size; ++i) sum[i] += tap.weights[k] * in[i];
    }
    std::uint8_t* out = &result.rgb[static_cast<std::size_t>(y) * row_size];
    for (std::size_t i = 0; i < row_size; ++i)
      out[i] = static_cast<std::uint8_t>(std::clamp(sum[i] + 0.5F, 0.0F, 255.0F));
  }
  return result;
}

Picture enlarge_flat(const PictureView& picture, int width, int height) {
  Picture result(width, height);
  for (int y = 0; y < height; ++y) {
    const auto row = static_cast<std::size_t>(static_cast<std::int64_t>(y) * picture.height / height);
    for (int x = 0; x < width; ++x) {
      const auto column = static_cast<std::size_t>(static_cast<std::int64_t>(x) * picture.width / width);
      const std::size_t at = (row * static_cast<std::size_t>(picture.width) + column) * 3;
      result.set(x, y, {picture.rgb[at], picture.rgb[at + 1], picture.rgb[at + 2]});
    }
  }
  return result;
}

Picture desaturate(Picture picture, double amount) {
  for (std::size_t i = 0; i + 2 < picture.rgb.size(); i += 3) {
    std::uint8_t* pixel = &picture.rgb[i];
    const double grey = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
    for (int c = 0; c < 3; ++c)
      pixel[c] = static_cast<std::uint8_t>((1 - amount) * pixel[c] + amount * grey + 0.5);
  }
  return picture;
}

}  // namespace ibot::figure
