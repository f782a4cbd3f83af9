// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/plugin/abi.h>
#include <ibot/plugin/fingerprint.h>

#ifndef IBOT_HOST_TORCH_VERSION
#define IBOT_HOST_TORCH_VERSION "none"
#endif

namespace ibot::plugin {

Fingerprint host_fingerprint() {
  return {IBOT_PLUGIN_COMPILER, IBOT_PLUGIN_CXX_ABI, IBOT_HOST_TORCH_VERSION, 0, IBOT_SDK_VERSION};
}

std::vector<Mismatch> mismatches(const Fingerprint& host, const Fingerprint& plugin) {
  std::vector<Mismatch> list;
  const auto compare = [&list](std::string_view field, const std::string& expected,
                               const std::string& found) {
    if (expected != found) list.push_back({std::string(field), expected, found});
  };
  compare("compiler", host.compiler, plugin.compiler);
  compare("cxx_abi", host.cxx_abi, plugin.cxx_abi);
  if (plugin.torch_version != "none") compare("torch_version", host.torch_version, plugin.torch_version);
  if (plugin.cuda_major != 0) {
    compare("cuda_major", std::to_string(host.cuda_major), std::to_string(plugin.cuda_major));
  }
  compare("sdk_version", host.sdk_version, plugin.sdk_version);
  return list;
}

std::string to_text(const std::vector<Mismatch>& list) {
  std::string text;
  for (const Mismatch& mismatch : list) {
    if (!text.empty()) text += "; ";
    text += base::str(mismatch.field, ": expected ", base::quote_untrusted(mismatch.expected), ", found ",
                      base::quote_untrusted(mismatch.found));
  }
  return text;
}

}  // namespace ibot::plugin
