// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/colour.h>
#include <ibot/figure/figure.h>
#include <ibot/figure/grid.h>
#include <ibot/protocol/attention.h>
#include <ibot/protocol/cka_matrix.h>
#include <ibot/protocol/clusters.h>
#include <ibot/protocol/comparison.h>
#include <ibot/protocol/prototypes.h>
#include <ibot/protocol/similarity.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ibot::drawing {

/// How every figure looks.
struct Look {
  figure::Theme theme = figure::Theme::Light;
  figure::Upsampling upsampling = figure::Upsampling::Nearest;
};

// Answers must hold the pixels of their pictures (the request's `pixels`) where pictures are drawn. Errors of
// all: InvalidArgument (an answer without them, too many pictures), those of core/figure.

/// The first query's maps. With a mass or a composite: over the picture, the mass outlined (analysis/
/// attention.h); otherwise mean and heads.
struct AttentionLook {
  Look look;
  double mass = 0;         ///< share; 0: no outline
  bool composite = false;  ///< all heads in one picture, a colour each
};
IBOT_API base::Result<figure::Figure> draw_attention(const protocol::AttentionReply& reply,
                                                     const AttentionLook& how);

/// A row for the pictures and one for each network.
IBOT_API base::Result<figure::Figure> draw_similarity(const protocol::SimilarityReply& reply,
                                                      const Look& look);

/// `foreground`: as it was asked for.
/// What is known of two augmented views of a picture, for captions; empty: two pictures.
IBOT_API std::string views_sentence(const protocol::CorrespondenceReply& reply);
IBOT_API base::Result<figure::Figure> draw_correspondence(const protocol::CorrespondenceReply& reply,
                                                          bool foreground, const Look& look);

/// What was asked for, which the answer does not repeat.
struct ClustersLook {
  Look look;
  std::int64_t seed = 0;
  bool joint = true;
  protocol::Foreground foreground = protocol::Foreground::All;
};
IBOT_API base::Result<figure::Figure> draw_clusters(const protocol::ClustersReply& reply,
                                                    const ClustersLook& how);
/// The same answer's principal components as red, green and blue.
IBOT_API base::Result<figure::Figure> draw_components(const protocol::ClustersReply& reply,
                                                      const ClustersLook& how);

/// The patches as points in the colours of their clusters; `perplexity`: of the request.
IBOT_API base::Result<figure::Figure> draw_embedding(const protocol::EmbeddingReply& reply, double perplexity,
                                                     const Look& look);

/// A row of crops for each card; with a network beside, the crops of its partner there stand beside them.
IBOT_API base::Result<figure::Figure> draw_prototypes(const protocol::PrototypesReply& reply,
                                                      const Look& look);

/// Curves over the moments that are ready. `prototype`: of the request. Errors: NotFound (none is ready).
IBOT_API base::Result<figure::Figure> draw_prototype_drift(const protocol::PrototypeDriftReply& reply,
                                                           std::int64_t prototype, const Look& look);

/// The prototypes of both networks' choices, those of most of the teacher's patches first: the one at place i
/// has the colour figure::cluster_colour(i), so that the frequent ones are told apart.
IBOT_API std::vector<std::int64_t> prototype_order(const protocol::PredictionReply& reply);
IBOT_API base::Result<figure::Figure> draw_prediction(const protocol::PredictionReply& reply,
                                                      const Look& look);

/// `factor`: of the request.
IBOT_API base::Result<figure::Figure> draw_norms(const protocol::NormsReply& reply, double factor,
                                                 const Look& look);

/// Why the numbers may mislead: fewer tokens than dimensions, of which linear CKA is biased towards 1; empty:
/// nothing is known against them.
IBOT_API std::string cka_warning(const protocol::CkaReply& reply);
/// `cls`: of the request.
IBOT_API base::Result<figure::Figure> draw_cka(const protocol::CkaReply& reply, bool cls, const Look& look);

/// As cka_warning().
IBOT_API std::string cka_matrix_warning(const protocol::CkaMatrixReply& reply);
/// Networks are named at both sides. `cls`: of the request.
IBOT_API base::Result<figure::Figure> draw_cka_matrix(const protocol::CkaMatrixReply& reply, bool cls,
                                                      const Look& look);

/// The figures over the steps of the networks, a course a run; an untrained one stands at 0. Where no run has
/// two steps, or some network is of a file and has none, bars instead.
IBOT_API base::Result<figure::Figure> draw_agreement(const protocol::AgreementReply& reply,
                                                     const protocol::AgreementRequest& request,
                                                     const Look& look);

/// "vit of run demo, teacher at step 48,000, from a checkpoint": who made what is seen.
IBOT_API std::string made_by(const protocol::SeenNetwork& network);
/// " Left out, because they cannot be read: a.png and b.png."; empty where nothing is missing.
IBOT_API std::string left_out_sentence(const std::vector<protocol::LeftOut>& left_out);
/// "layer 12 of 12 · teacher · step 48,000".
IBOT_API std::string subtitle_of(const protocol::SeenNetwork& network, std::int64_t layer);

}  // namespace ibot::drawing
