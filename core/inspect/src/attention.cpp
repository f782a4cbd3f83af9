// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/inspect/attention.h>
#include <ibot/nn/backbone.h>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>

namespace ibot::inspect {

base::Result<AttentionMaps> attention_maps(nn::Backbone& backbone, const nn::Normalisation& normalisation,
                                           const image::Image& picture, std::int64_t layer,
                                           std::int64_t query) {
  const at::NoGradGuard no_grad;
  try {
    const at::Tensor pixels = at::from_blob(const_cast<std::uint8_t*>(picture.data()),
                                            {picture.height(), picture.width(), 3}, at::kByte)
                                  .permute({2, 0, 1})
                                  .unsqueeze(0)
                                  .contiguous();
    const nn::TokenGrid grid = backbone.grid(picture.height(), picture.width());
    const at::Tensor attention = backbone.attention_row({pixels, {}}, normalisation, layer, query)
                                     .squeeze(0)
                                     .narrow(1, grid.prefix, grid.patches());
    AttentionMaps maps;
    maps.rows = static_cast<int>(grid.grid_rows);
    maps.columns = static_cast<int>(grid.grid_cols);
    for (std::int64_t head = 0; head < attention.size(0); ++head) {
      std::vector<float> values(static_cast<std::size_t>(grid.patches()));
      at::from_blob(values.data(), {grid.patches()}, at::kFloat).copy_(attention.select(0, head));
      maps.heads.push_back(std::move(values));
    }
    return maps;
  } catch (const base::Exception& e) {
    return e.error();
  }
}

}  // namespace ibot::inspect
