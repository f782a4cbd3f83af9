// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace ibot::dist {

/// What ranks do together. Every rank must make the same calls in the same order; a call returns when all
/// ranks have made it. One object belongs to one rank and is used by one thread at a time.
class IBOT_API Collectives {
 public:
  virtual ~Collectives();
  /// 0 and 1 for the null backend.
  virtual int rank() const = 0;
  virtual int world_size() const = 0;
  /// In place: each element becomes its sum over ranks, added in rank order (so that every rank gets the same
  /// bits). Shapes and dtypes must agree on all ranks.
  virtual void all_reduce_sum(at::Tensor& tensor) = 0;
  /// Shards of equal shape, concatenated along dimension 0 in rank order.
  virtual at::Tensor all_gather(const at::Tensor& tensor) = 0;
  virtual void barrier() = 0;
};

/// A world of one rank: nothing to do. Always there, so that callers need no special case.
IBOT_API std::unique_ptr<Collectives> null_collectives();

/// `world_size` ranks in one process, one thread each: for tests and for the two-rank golden case. The
/// objects share a meeting point that lives as long as any of them.
IBOT_API std::vector<std::unique_ptr<Collectives>> in_process_collectives(int world_size);

}  // namespace ibot::dist
