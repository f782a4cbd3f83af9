// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/random.h>

#include <cstdint>
#include <span>

namespace ibot::data {

/// What a masking strategy is told about the crop that it masks.
struct MaskRequest {
  int rows = 0;              ///< patch grid of the crop, H = crop height / cell
  int cols = 0;              ///< W = crop width / cell
  std::int64_t epoch = 0;    ///< counted from 0
  std::uint64_t sample = 0;  ///< stable id of the picture
  int crop = 0;              ///< index of the crop, globals first
  /// Teacher attention of the CLS query over the patches, [H*W], summing to 1; empty unless the strategy asks
  /// for it (wants_attention) and the trainer has one.
  std::span<const float> attention;
};

/// A masking strategy (spec 1.6): fills a boolean patch mask, 1 = masked. Implementations are immutable after
/// construction and are called from several worker threads at once; every draw comes from `random`, which is
/// keyed by (seed, Purpose::Mask, epoch, sample, crop).
class IBOT_API MaskStrategy {
 public:
  virtual ~MaskStrategy();
  virtual bool wants_attention() const { return false; }
  /// `mask` has rows * cols elements in row-major order and is all 0 on entry.
  virtual void fill(const MaskRequest& request, base::RandomStream& random,
                    std::span<std::uint8_t> mask) const = 0;
};

}  // namespace ibot::data
