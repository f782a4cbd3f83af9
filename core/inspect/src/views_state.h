// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "prototype_gallery.h"
#include "view_session.h"

namespace ibot::inspect {

/// One moment of a training, for the drift of its prototypes.
struct PrototypeMoment {
  protocol::SeenNetwork seen;
  GalleryPointer gallery;
  at::Tensor vectors;  ///< prototype_vectors(), [K, D]
};

struct Views::State {
  State(plugin::Loader& loader, ViewSources* sources, const ViewLimits& limits)
      : session(loader, sources, limits), galleries(kGalleries), courses(kGalleries) {}

  base::Result<GalleryPointer> gallery(const GalleryChoice& choice, const OpenNetwork& owner,
                                       const OpenNetwork& network);

  ViewSession session;
  static constexpr std::size_t kGalleries = 24;  // the moments of a drift and some more
  LruCache<GalleryPointer> galleries;
  LruCache<std::shared_ptr<PrototypeMoment>> courses;
};

/// Patches within 60 % of the CLS attention of the last layer, mean of heads: bool [N].
at::Tensor attended_patches(ViewSession& session, OpenNetwork& network, const ViewPicture& picture);

/// The mean over heads of the last layer's CLS attention over the patches, [heads, N].
at::Tensor cls_attention(ViewSession& session, OpenNetwork& network, const ViewPicture& picture);

}  // namespace ibot::inspect
