// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loops.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ibot::image::internal {

/// Memory on a 64-byte boundary that only grows; contents are lost when it does.
class AlignedBuffer {
 public:
  std::uint8_t* ensure(std::size_t bytes);

 private:
  struct Free {
    void operator()(std::uint8_t* memory) const;
  };
  std::unique_ptr<std::uint8_t, Free> memory_;
  std::size_t capacity_ = 0;
};

/// Makes room for `size` values and keeps it: shrinking and growing again would clear memory each time.
template <class T>
void grow(std::vector<T>& values, std::size_t size) {
  if (values.size() < size) values.resize(size);
}

/// Which source pixels make each output along one axis, and with what weights.
struct Axis {
  int source = 0;  ///< pixels of the source
  int outputs = 0;
  int taps = 0;            ///< the most that one output has
  std::size_t stride = 0;  ///< of `weights`; a multiple of 16, at least 16 more than outputs
  std::vector<int> first;  ///< [>= stride] first source pixel; the last one is repeated behind outputs
  /// [>= padded_taps(), stride], fixed point, zero behind an output's own taps and behind outputs: tap t of
  /// output x is at t * stride + x. Below 2 in absolute value, that is 2^23.
  std::vector<std::int32_t> weights;

  void compute(const AxisGeometry& geometry, const Loops& loops);

  /// Part of the source that any output reads.
  struct Range {
    int begin = 0;
    int count = 0;
  };
  /// Cuts the source down to what is read: afterwards pixel 0 is the first one that any output reads.
  Range trim();

  std::size_t padded_taps() const { return (static_cast<std::size_t>(taps) + 3) / 4 * 4; }

 private:
  std::vector<int> count_;
  std::vector<double> centre_, work_;
};

/// The horizontal pass over `rows` rows: out[r, x, c] = clip(round(sum_t weight[t, x] * in[r, first[x] + t,
/// c])).
struct HorizontalPass {
  const std::uint8_t* source = nullptr;  ///< the box's first pixel; Image::kSlack bytes follow the last row
  std::ptrdiff_t source_stride = 0;
  int rows = 0;
  const Axis* axis = nullptr;
  std::uint8_t* out = nullptr;
  std::ptrdiff_t out_stride = 0;  ///< from intermediate_stride()
  AlignedBuffer* tables = nullptr;
};

/// Bytes of an intermediate row, with room for whole vectors behind the pixels.
std::ptrdiff_t intermediate_stride(int outputs);

/// One row of the vertical pass: out[j] = clip(round(sum_t weight[t, y] * in[first[y] + t, j])), j < bytes.
/// Reads and writes whole vectors of 64 bytes.
struct VerticalRow {
  const std::uint8_t* source = nullptr;  ///< row 0 of the intermediate picture
  std::ptrdiff_t source_stride = 0;
  const Axis* axis = nullptr;
  int y = 0;
  std::int32_t* weights = nullptr;  ///< work space for axis->padded_taps() numbers
  int bytes = 0;
  std::uint8_t* out = nullptr;
};

/// Spreads `width` interleaved pixels over three planes, mirrored if asked.
struct PlaneRow {
  const std::uint8_t* pixels = nullptr;  ///< 192 readable bytes follow
  int width = 0;
  bool flip = false;
  std::uint8_t* plane[3] = {};
};

struct ResampleKernels {
  void (*horizontal)(const HorizontalPass& pass);
  void (*vertical)(const VerticalRow& row);
  void (*to_planes)(const PlaneRow& row);
};

/// Each level has its file: resample_plain.cpp is the definition, the others compute the same bytes.
extern const ResampleKernels kPlainResample;
extern const ResampleKernels kAvx2Resample;
extern const ResampleKernels kAvx512Resample;

}  // namespace ibot::image::internal
