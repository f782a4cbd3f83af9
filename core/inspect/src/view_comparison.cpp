// SPDX-License-Identifier: GPL-3.0-or-later
#include "components.h"
#include "views_state.h"

#include <ibot/analysis/outliers.h>
#include <ibot/base/text.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linalg_vector_norm.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace ibot::inspect {
namespace {

// A network, and the pictures as it sees them.
struct Side {
  NetworkPointer network;
  std::vector<PicturePointer> pictures;
  std::vector<protocol::LeftOut> left_out;
};

base::Result<Side> open_side(ViewSession& session, const protocol::CkaRequest::Side& asked, bool leave_out) {
  IBOT_TRY(NetworkPointer network, session.network(asked.network));
  std::vector<protocol::LeftOut> left_out;
  IBOT_TRY(auto pictures, session.readable(asked.pictures, *network, asked.network, leave_out, left_out));
  return Side{std::move(network), std::move(pictures), std::move(left_out)};
}

base::Error refuse(std::string what, std::string expected) {
  return {base::ErrorCode::Incompatible, "CKA: " + std::move(what), std::move(expected),
          "Compare both on the same pictures, at the same size"};
}

// Numbers of tokens that do not see the same say nothing.
base::Status require_same_pictures(const ViewSession& session, const Side& first, const Side& second,
                                   bool cls) {
  const auto place = [](const protocol::LeftOut& a, const protocol::LeftOut& b) {
    return a.picture == b.picture;
  };
  if (!std::equal(first.left_out.begin(), first.left_out.end(), second.left_out.begin(),
                  second.left_out.end(), place)) {
    const bool left = !first.left_out.empty();
    return refuse(base::str((left ? first : second).left_out.front().name, " can be read on one side alone"),
                  "the same pictures in the same order");
  }
  if (first.pictures.size() != second.pictures.size()) {
    return refuse(base::str(first.pictures.size(), " pictures and ", second.pictures.size()),
                  "the same pictures in the same order");
  }
  for (std::size_t i = 0; i < first.pictures.size(); ++i) {
    const image::Image &left = first.pictures[i]->image, &right = second.pictures[i]->image;
    if (left.width() != right.width() || left.height() != right.height()) {
      return base::Error{
          base::ErrorCode::Incompatible,
          base::str("CKA: picture ", i + 1, " is seen at ", left.width(), " x ", left.height(),
                    " px on one side and at ", right.width(), " x ", right.height(), " px on the other"),
          "one size for both networks",
          base::str("Where no size is asked for, each network has its own; ask for ",
                    std::max(left.width(), left.height()), " px (--size)")};
    }
    if (first.pictures[i]->key != second.pictures[i]->key) {
      return refuse(base::str("picture ", i + 1, " is ", base::quote_untrusted(first.pictures[i]->name, 100),
                              " on one side and ", base::quote_untrusted(second.pictures[i]->name, 100),
                              " on the other, with other pixels"),
                    "the same pictures in the same order");
    }
    const nn::TokenGrid a = session.grid(*first.network, *first.pictures[i]);
    const nn::TokenGrid b = session.grid(*second.network, *second.pictures[i]);
    if (!cls && (a.grid_rows != b.grid_rows || a.grid_cols != b.grid_cols)) {
      return refuse(base::str("patch grids of ", a.grid_rows, " x ", a.grid_cols, " and ", b.grid_rows, " x ",
                              b.grid_cols),
                    "one patch size, or CLS tokens");
    }
  }
  return {};
}

// Tokens of a layer, from 1, of all pictures: [samples, D].
at::Tensor layer_of(ViewSession& session, const Side& side, std::int64_t layer, bool cls) {
  std::vector<at::Tensor> rows;
  for (const PicturePointer& picture : side.pictures) {
    const nn::TokenGrid grid = session.grid(*side.network, *picture);
    const at::Tensor tokens = session.tokens(*side.network, *picture, layer);
    rows.push_back(cls ? tokens.narrow(0, 0, 1) : tokens.narrow(0, grid.prefix, grid.patches()));
  }
  return at::cat(rows);
}

std::int64_t longer_side_of(const Side& side) {
  std::int64_t longer = 0;
  for (const PicturePointer& picture : side.pictures)
    longer = std::max(longer,
                      static_cast<std::int64_t>(std::max(picture->image.width(), picture->image.height())));
  return longer;
}

base::Error too_few(std::int64_t samples) {
  return refuse(base::str(samples, " token a layer"), "two or more pictures, or patch tokens");
}

}  // namespace

base::Result<protocol::NormsReply> Views::norms(const protocol::NormsRequest& request, protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::NormsReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    IBOT_TRY(const NetworkPointer network, session.network(request.network));
    protocol::NormsReply reply;
    IBOT_TRY(const auto pictures, session.readable(request.pictures, *network, request.network,
                                                   request.leave_out, reply.left_out));
    reply.network = network->seen;
    reply.layer = ViewSession::layer_of(*network, request.layer);
    std::vector<float> all;
    for (const PicturePointer& picture : pictures) {
      if (job.unwanted()) return cancelled_view();
      const nn::TokenGrid grid = session.grid(*network, *picture);
      const at::Tensor stream = session.stream(*network, *picture).at(static_cast<std::size_t>(reply.layer));
      reply.pictures.push_back(session.seen(*network, *picture, request.pixels));
      reply.norms.push_back(
          floats_of(at::linalg_vector_norm(stream.narrow(0, grid.prefix, grid.patches()), 2, {1})));
      all.insert(all.end(), reply.norms.back().begin(), reply.norms.back().end());
    }
    const analysis::Outliers outliers = analysis::find_outliers(all, request.factor);
    reply.median = outliers.median;
    reply.threshold = outliers.threshold;
    reply.outliers = outliers.count;
    reply.patches = static_cast<std::int64_t>(all.size());
    return reply;
  });
}

base::Result<protocol::CkaReply> Views::cka(const protocol::CkaRequest& request, protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::CkaReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    IBOT_TRY(const Side first, open_side(session, request.first, request.leave_out));
    IBOT_TRY(const Side second, open_side(session, request.second, request.leave_out));
    IBOT_CHECK_OK(require_same_pictures(session, first, second, request.cls));
    protocol::CkaReply reply;
    reply.first = first.network->seen;
    reply.second = second.network->seen;
    reply.left_out = first.left_out;
    reply.pictures = static_cast<std::int64_t>(first.pictures.size());
    reply.longer_side = longer_side_of(first);
    std::vector<at::Tensor> columns;
    for (std::int64_t layer = 1; layer <= reply.second.depth; ++layer)
      columns.push_back(layer_of(session, second, layer, request.cls));
    reply.samples = columns.front().size(0);
    if (reply.samples < 2) return too_few(reply.samples);
    for (std::int64_t layer = 1; layer <= reply.first.depth; ++layer) {
      const at::Tensor row = layer_of(session, first, layer, request.cls);
      for (const at::Tensor& column : columns) {
        if (job.unwanted()) return cancelled_view();
        reply.values.push_back(static_cast<float>(linear_cka(row, column)));
      }
      job.progress("layers", layer, reply.first.depth);
    }
    return reply;
  });
}

base::Result<protocol::CkaMatrixReply> Views::cka_matrix(const protocol::CkaMatrixRequest& request,
                                                         protocol::Job& job) {
  return guarded([&]() -> base::Result<protocol::CkaMatrixReply> {
    const at::NoGradGuard no_grad;
    ViewSession& session = state_->session;
    const std::size_t count = request.networks.size();
    if (count < 2 || count > protocol::CkaMatrixRequest::kMostNetworks) {
      return base::Error{base::ErrorCode::InvalidArgument, base::str("CKA of ", count, " networks"),
                         base::str("2 to ", protocol::CkaMatrixRequest::kMostNetworks, " networks"), ""};
    }
    protocol::CkaMatrixReply reply;
    reply.layer = request.layer;
    std::vector<at::Tensor> tokens;  // of each network, [samples, D]
    std::optional<Side> first;
    for (const protocol::NetworkChoice& choice : request.networks) {
      if (job.unwanted()) return cancelled_view();
      IBOT_TRY(Side side, open_side(session, {choice, request.pictures}, request.leave_out));
      if (first) IBOT_CHECK_OK(require_same_pictures(session, *first, side, request.cls));
      const std::int64_t depth = side.network->seen.depth;
      if (request.layer > depth) {
        return base::Error{base::ErrorCode::InvalidArgument,
                           base::str("CKA: ", base::quote_untrusted(side.network->seen.name), " has ", depth,
                                     " layers, and layer ", request.layer, " was asked for"),
                           "a layer that all networks have, or none for the last of each", ""};
      }
      tokens.push_back(layer_of(session, side, request.layer == 0 ? depth : request.layer, request.cls));
      reply.networks.push_back(side.network->seen);
      if (!first) first = std::move(side);
      job.progress("networks", static_cast<std::int64_t>(tokens.size()), static_cast<std::int64_t>(count));
    }
    reply.left_out = first->left_out;
    reply.pictures = static_cast<std::int64_t>(first->pictures.size());
    reply.longer_side = longer_side_of(*first);
    reply.samples = tokens.front().size(0);
    if (reply.samples < 2) return too_few(reply.samples);
    reply.values.assign(count * count, 1);
    std::int64_t done = 0;
    const auto pairs = static_cast<std::int64_t>(count * (count - 1) / 2);
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = a + 1; b < count; ++b) {
        if (job.unwanted()) return cancelled_view();
        const auto value = static_cast<float>(linear_cka(tokens[a], tokens[b]));
        reply.values[a * count + b] = reply.values[b * count + a] = value;
        job.progress("pairs", ++done, pairs);
      }
    }
    return reply;
  });
}

}  // namespace ibot::inspect
