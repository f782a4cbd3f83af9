// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plugin/loader.h>
#include <ibot/protocol/laboratory.h>

#include <functional>
#include <memory>

namespace ibot::inspect {

/// The crop and mask laboratory: for a recipe, a picture, a seed and an epoch the crops and masks that
/// training would draw, to the byte, made by the code that training runs (train/crop_settings.h,
/// data::MultiCropRenderer). The picture is one of the recipe's data set, or any file; a file that belongs to
/// the data set is drawn as that picture of it.
///
/// Keeps what it opened: plans with their masking strategies, the data set, the picture. A data set that
/// changes on disk is seen when the laboratory is made anew, as in training. One thread, as the loader.
///
///   inspect::Laboratory laboratory(loader);
///   IBOT_TRY(auto reply, laboratory.draw(request));
class IBOT_API Laboratory {
 public:
  /// `loader` outlives it.
  explicit Laboratory(plugin::Loader& loader);
  ~Laboratory();
  Laboratory(const Laboratory&) = delete;
  Laboratory& operator=(const Laboratory&) = delete;

  /// Errors: InvalidArgument (a recipe with mistakes, crops too many or too large to be shown), NotFound (a
  /// plugin or a picture that is not there), those of the data set, of the picture and of the plugin.
  base::Result<protocol::LaboratoryReply> draw(const protocol::LaboratoryRequest& request);

  /// The shares of masked patches in crops of the data set's pictures, evenly spread, or of made-up ones
  /// where it cannot be opened; no picture is read. Asks `unwanted` every few draws: true ends it with
  /// Cancelled. Errors: as draw().
  base::Result<protocol::HistogramReply> histogram(const protocol::HistogramRequest& request,
                                                   const std::function<bool()>& unwanted);

  /// Bytes of crops in one answer.
  static constexpr std::uint64_t kMostPixelBytes = std::uint64_t{64} << 20;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ibot::inspect
