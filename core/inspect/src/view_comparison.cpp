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

namespace ibot::inspect {

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
    struct Side {
      NetworkPointer network;
      std::vector<PicturePointer> pictures;
      std::vector<protocol::LeftOut> left_out;
    };
    const auto open = [&](const protocol::CkaRequest::Side& asked) -> base::Result<Side> {
      IBOT_TRY(NetworkPointer network, session.network(asked.network));
      std::vector<protocol::LeftOut> left_out;
      IBOT_TRY(auto pictures,
               session.readable(asked.pictures, *network, asked.network, request.leave_out, left_out));
      return Side{std::move(network), std::move(pictures), std::move(left_out)};
    };
    IBOT_TRY(const Side first, open(request.first));
    IBOT_TRY(const Side second, open(request.second));
    const auto refuse = [](std::string what, std::string expected) {
      return base::Error{base::ErrorCode::Incompatible, "CKA: " + std::move(what), std::move(expected),
                         "Compare both on the same pictures, at the same size"};
    };
    const auto place = [](const protocol::LeftOut& a, const protocol::LeftOut& b) {
      return a.picture == b.picture;
    };
    if (!std::equal(first.left_out.begin(), first.left_out.end(), second.left_out.begin(),
                    second.left_out.end(), place)) {
      const bool left = !first.left_out.empty();
      return refuse(
          base::str((left ? first : second).left_out.front().name, " can be read on one side alone"),
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
        return refuse(
            base::str("picture ", i + 1, " is ", base::quote_untrusted(first.pictures[i]->name, 100),
                      " on one side and ", base::quote_untrusted(second.pictures[i]->name, 100),
                      " on the other, with other pixels"),
            "the same pictures in the same order");
      }
      const nn::TokenGrid a = session.grid(*first.network, *first.pictures[i]);
      const nn::TokenGrid b = session.grid(*second.network, *second.pictures[i]);
      if (!request.cls && (a.grid_rows != b.grid_rows || a.grid_cols != b.grid_cols)) {
        return refuse(base::str("patch grids of ", a.grid_rows, " x ", a.grid_cols, " and ", b.grid_rows,
                                " x ", b.grid_cols),
                      "one patch size, or CLS tokens");
      }
    }
    const auto layer_of = [&](const Side& side, std::int64_t layer) {
      std::vector<at::Tensor> rows;
      for (const PicturePointer& picture : side.pictures) {
        const nn::TokenGrid grid = session.grid(*side.network, *picture);
        const at::Tensor tokens = session.tokens(*side.network, *picture, layer);
        rows.push_back(request.cls ? tokens.narrow(0, 0, 1) : tokens.narrow(0, grid.prefix, grid.patches()));
      }
      return at::cat(rows);
    };
    protocol::CkaReply reply;
    reply.first = first.network->seen;
    reply.second = second.network->seen;
    reply.left_out = first.left_out;
    reply.pictures = static_cast<std::int64_t>(first.pictures.size());
    for (const PicturePointer& picture : first.pictures) {
      const auto longer =
          static_cast<std::int64_t>(std::max(picture->image.width(), picture->image.height()));
      reply.longer_side = std::max(reply.longer_side, longer);
    }
    std::vector<at::Tensor> columns;
    for (std::int64_t layer = 1; layer <= reply.second.depth; ++layer)
      columns.push_back(layer_of(second, layer));
    reply.samples = columns.front().size(0);
    if (reply.samples < 2)
      return refuse(base::str(reply.samples, " token a layer"), "two or more pictures, or patch tokens");
    for (std::int64_t layer = 1; layer <= reply.first.depth; ++layer) {
      const at::Tensor row = layer_of(first, layer);
      for (const at::Tensor& column : columns) {
        if (job.unwanted()) return cancelled_view();
        reply.values.push_back(static_cast<float>(linear_cka(row, column)));
      }
      job.progress("layers", layer, reply.first.depth);
    }
    return reply;
  });
}

}  // namespace ibot::inspect
