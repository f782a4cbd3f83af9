// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/compare/run_data.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a run's loss is made of, by its resolved plan: a number is lower than another only where both are the
// same sum.
namespace ibot::compare {

/// One term of the sum "loss".
struct LossTerm {
  std::string name;                             ///< of its section: "ibot_patch"
  std::string plugin;                           ///< id of the plugin that computes it
  std::string weight;                           ///< its factor, as text
  std::map<std::string, std::string> settings;  ///< the plugin's other parameters by their full keys
};

/// Whether any patch of a run's crops is masked: not with the mask `none`, nor with ratios of 0 alone.
IBOT_API bool masks_patches(const RunData& run);

/// The terms that count, ascending by name. Those of weight 0 do not, and ibot_patch not where nothing is
/// masked: it is 0 throughout there. None where the plan names no losses.
IBOT_API std::vector<LossTerm> loss_terms(const RunData& run);

/// "ibot_cls + ibot_patch + 0.1 koleo"; a plugin of another name is said; "no term" where there is none.
IBOT_API std::string to_text(std::span<const LossTerm> terms);

/// Whether a metric is the weighted sum of all terms: "loss".
IBOT_API bool is_sum_of_terms(std::string_view metric);

/// Whether a metric is the value of one term: named as its plugin, or as the end of that name ("patch" of
/// ibot_patch).
IBOT_API bool is_value_of(std::string_view metric, const LossTerm& term);

/// Whether both sums have the same terms, by the same plugins, with the same weights.
IBOT_API bool same_terms(std::span<const LossTerm> a, std::span<const LossTerm> b);

/// Whether a metric is measured on the batches that a run is trained on: any that is no evaluation, which is
/// named by its protocol, but for the speed of the machine.
IBOT_API bool is_of_training(std::string_view metric);

/// Whether two runs were trained on the same pictures, by what their files hold; nothing where the record
/// does not say and other data were asked for.
IBOT_API std::optional<bool> same_pictures(const RunData& a, const RunData& b);

/// Full keys of what makes other batches of the same pictures, where it differs: crops, mask, batch.
/// Ascending.
IBOT_API std::vector<std::string> other_batches(const RunData& a, const RunData& b);

/// Full keys of what else gives losses of the same terms another scale, where it differs: settings of the
/// terms, and how many prototypes the head has. Ascending.
IBOT_API std::vector<std::string> other_scale(const RunData& a, const RunData& b);

}  // namespace ibot::compare
