// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/plan/missing_plugin.h>

#include <algorithm>

namespace ibot::plan {

std::string no_such_plugin(plugin::Kind kind, std::string_view id) {
  return base::str("there is no ", plugin::to_string(kind), " plugin ", base::quote_untrusted(id));
}

void explain_missing_plugins(params::Diagnostics& diagnostics, const plugin::Loader& loader) {
  for (params::Diagnostic& diagnostic : diagnostics) {
    const auto& all = loader.plugins();
    const auto found = std::find_if(all.begin(), all.end(), [&](const plugin::PluginRecord& record) {
      return diagnostic.message == no_such_plugin(record.manifest.kind, record.manifest.id);
    });
    if (found == all.end()) continue;
    // Of two with one name the first speaks; a plan does not miss what can be used.
    const bool off = found->state == plugin::State::Disabled;
    if (!off && found->state != plugin::State::Failed) continue;
    diagnostic.message = base::str("the ", plugin::to_string(found->manifest.kind), " plugin ",
                                   base::quote_untrusted(found->manifest.id), " is there, but it ",
                                   off ? "is off: " : "cannot be used: ", found->reason);
    diagnostic.hint = found->hint;
  }
}

}  // namespace ibot::plan
