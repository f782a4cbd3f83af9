// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/loader.h>
#include <ibot/protocol/attention.h>
#include <ibot/protocol/cka_matrix.h>
#include <ibot/protocol/clusters.h>
#include <ibot/protocol/comparison.h>
#include <ibot/protocol/prototypes.h>
#include <ibot/protocol/server.h>
#include <ibot/protocol/similarity.h>
#include <ibot/protocol/wall.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ibot::inspect {

/// A network of a run at one of its moments: the plan says what it is, the file holds its weights.
struct NetworkSource {
  plan::Plan plan;
  std::filesystem::path file;  ///< full checkpoint or compact snapshot
  bool full = true;            ///< a full checkpoint: both networks and the losses' buffers
  protocol::SeenNetwork seen;  ///< run, name, step, saved and source
};

/// An encoded picture and what it is called.
struct EncodedPicture {
  std::string name;
  std::vector<std::byte> bytes;
};

/// Where runs are found: the engine knows no record.
class IBOT_API ViewSources {
 public:
  virtual ~ViewSources();
  /// Errors: NotFound, naming the steps that are there; those of the record.
  virtual base::Result<NetworkSource> network(const protocol::NetworkChoice& choice) = 0;
  /// A probe picture of a run. Errors: NotFound.
  virtual base::Result<EncodedPicture> probe(const protocol::NetworkChoice& run,
                                             const std::string& image) = 0;
};

struct ViewLimits {
  std::size_t feature_bytes = std::size_t{1} << 30;    ///< of kept features
  std::size_t picture_bytes = std::size_t{512} << 20;  ///< of kept pictures
  std::size_t networks = 6;                            ///< that stay loaded
};

/// The views of networks: each takes a request of core/protocol and gives its answer.
///
/// Owns the networks and keeps features by weights, picture and layer, so that a second question about the
/// same picture costs milliseconds. A function of weights, pictures and request alone; nothing is written.
/// One thread, as the loader.
///
/// Errors of every view: NotFound (weights, a picture or a plugin that is not there), Corrupt, Incompatible
/// (weights whose shapes do not fit, networks that cannot be compared), InvalidArgument (a layer or a patch
/// out of range, a picture smaller than a patch), Unsupported (a backbone without what the view needs, no
/// head), NonFinite, Cancelled.
class IBOT_API Views {
 public:
  /// `loader` and `sources` outlive it; `sources` may be null: files of weights alone.
  Views(plugin::Loader& loader, ViewSources* sources, const ViewLimits& limits = {});
  ~Views();
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;

  base::Result<protocol::NetworkReply> network(const protocol::NetworkRequest& request);
  base::Result<protocol::AttentionReply> attention(const protocol::AttentionRequest& request);
  base::Result<protocol::SimilarityReply> similarity(const protocol::SimilarityRequest& request,
                                                     protocol::Job& job);
  base::Result<protocol::CorrespondenceReply> correspondence(const protocol::CorrespondenceRequest& request);
  base::Result<protocol::ClustersReply> clusters(const protocol::ClustersRequest& request,
                                                 protocol::Job& job);
  base::Result<protocol::EmbeddingReply> embedding(const protocol::EmbeddingRequest& request,
                                                   protocol::Job& job);
  base::Result<protocol::PrototypesReply> prototypes(const protocol::PrototypesRequest& request,
                                                     protocol::Job& job);
  base::Result<protocol::PrototypeDriftReply> prototype_drift(const protocol::PrototypeDriftRequest& request,
                                                              protocol::Job& job);
  base::Result<protocol::PredictionReply> prediction(const protocol::PredictionRequest& request);
  base::Result<protocol::NormsReply> norms(const protocol::NormsRequest& request, protocol::Job& job);
  base::Result<protocol::CkaReply> cka(const protocol::CkaRequest& request, protocol::Job& job);
  base::Result<protocol::CkaMatrixReply> cka_matrix(const protocol::CkaMatrixRequest& request,
                                                    protocol::Job& job);
  base::Result<protocol::AgreementReply> agreement(const protocol::AgreementRequest& request,
                                                   protocol::Job& job);
  base::Result<protocol::WallReply> wall(const protocol::WallRequest& request, protocol::Job& job);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ibot::inspect
