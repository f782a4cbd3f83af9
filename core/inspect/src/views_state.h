// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "prototype_gallery.h"
#include "view_session.h"

namespace ibot::inspect {

struct Views::State {
  State(plugin::Loader& loader, ViewSources* sources, const ViewLimits& limits)
      : session(loader, sources, limits), galleries(kGalleries) {}

  ViewSession session;
  static constexpr std::size_t kGalleries = 4;
  LruCache<std::shared_ptr<PrototypeGallery>> galleries;
};

/// Patches within 60 % of the CLS attention of the last layer, mean of heads: bool [N].
at::Tensor attended_patches(ViewSession& session, OpenNetwork& network, const ViewPicture& picture);

/// The mean over heads of the last layer's CLS attention over the patches, [heads, N].
at::Tensor cls_attention(ViewSession& session, OpenNetwork& network, const ViewPicture& picture);

}  // namespace ibot::inspect
