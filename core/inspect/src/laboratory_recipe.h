// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/data/dataset.h>
#include <ibot/data/multi_crop_renderer.h>
#include <ibot/plan/plan.h>
#include <ibot/plugin/loader.h>
#include <ibot/protocol/laboratory.h>

#include <list>
#include <memory>
#include <string>
#include <vector>

namespace ibot::inspect {

/// A recipe, ready to draw: its plan, its masking strategy, what the renderer needs.
struct DrawingRecipe {
  plan::Plan plan;
  std::unique_ptr<data::MaskStrategy> masks;
  data::MultiCropSettings settings;  // refers to `masks`

  int grid() const { return static_cast<int>(settings.crops.global.size) / settings.mask_cell; }
  const std::string& mask_plugin() const { return plan.mask().plugin->id; }
};

/// The shares that the recipe's masking plugin is asked for in an epoch; empty where it declares none.
std::vector<protocol::ShareRange> asked_of(const DrawingRecipe& recipe, std::int64_t epoch);

/// Recipes that were made ready, the newest few of them: a slider that goes back and forth, and a histogram
/// after its crops, find them done.
class DrawingRecipes {
 public:
  explicit DrawingRecipes(plugin::Loader& loader) : loader_(loader) {}

  /// `masking`: another masking plugin in place of the recipe's, with the recipe's values for the parameters
  /// that both have; empty: the recipe's. The result lives until a few more were made.
  base::Result<const DrawingRecipe*> get(const protocol::RecipeText& recipe, const std::string& masking);

 private:
  struct Entry {
    protocol::RecipeText recipe;
    std::string masking;
    std::unique_ptr<DrawingRecipe> made;
  };
  base::Result<std::unique_ptr<DrawingRecipe>> make(const protocol::RecipeText& recipe,
                                                    const std::string& masking);
  base::Result<plan::Plan> plan_of(const plan::PlanRequest& request) const;
  base::Result<plan::Plan> with_masking(const plan::Plan& plan, const std::string& masking) const;
  base::Result<std::int64_t> mask_cell(const plan::Plan& plan);

  plugin::Loader& loader_;
  std::list<Entry> entries_;  // newest first
  std::string cell_of_;       // the backbone whose patch size is known, with its values
  std::int64_t cell_ = 0;
};

}  // namespace ibot::inspect
