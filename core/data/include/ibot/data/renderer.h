// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/batch.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

namespace ibot::data {

/// One picture's place in a batch.
struct SampleJob {
  std::int64_t index = 0;    ///< in the data set
  std::uint64_t sample = 0;  ///< the picture's stable id: with `epoch` the key of every draw
  std::int64_t epoch = 0;
  int item = 0;  ///< b in [.., B, ..] of the batch's arrays
};

/// Turns pictures into crops and masks. One object for each worker thread, so that it can keep its scratch
/// memory; the result depends on the job alone.
class IBOT_API SampleRenderer {
 public:
  virtual ~SampleRenderer();

  /// Gives the arrays of `batch` their sizes for batch.images pictures. May be called while another thread is
  /// in render() with another batch.
  virtual void shape(Batch& batch) const = 0;

  /// Writes every element that belongs to job.item, and no other. An error means that this picture cannot be
  /// read (a substitute takes its place), or Cancelled; anything fatal is thrown and reaches the consumer of
  /// the batch. Long work looks at `stop` now and then.
  virtual base::Status render(const SampleJob& job, const std::stop_token& stop, Batch& batch) = 0;
};

/// Makes the renderer of one worker.
using RendererFactory = std::function<std::unique_ptr<SampleRenderer>()>;

}  // namespace ibot::data
