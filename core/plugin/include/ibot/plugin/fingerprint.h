// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <string>
#include <vector>

namespace ibot::plugin {

/// What decides whether C++ objects and tensors may cross between host and plugin.
struct IBOT_API Fingerprint {
  std::string compiler;       ///< "GNU 12.2.0"
  std::string cxx_abi;        ///< "libstdc++ cxx11=1"
  std::string torch_version;  ///< "2.11.0"; "none" where no tensor passes
  int cuda_major = 0;         ///< 0: no CUDA
  std::string sdk_version;    ///< IBOT_SDK_VERSION

  bool operator==(const Fingerprint&) const = default;
};

/// One field in which two descriptions of a plugin disagree.
struct IBOT_API Mismatch {
  std::string field;
  std::string expected;
  std::string found;

  bool operator==(const Mismatch&) const = default;
};

/// The fingerprint of this build of libibot_base.
IBOT_API Fingerprint host_fingerprint();

/// Every field in which `plugin` does not fit `host`; empty: it fits. A plugin with torch_version "none" or
/// cuda_major 0 fits every host in that field, as it does not use the library; all else must be equal.
IBOT_API std::vector<Mismatch> mismatches(const Fingerprint& host, const Fingerprint& plugin);

/// "compiler: expected \"GNU 12.2.0\", found \"GNU 13.1.0\"; sdk_version: ..."
IBOT_API std::string to_text(const std::vector<Mismatch>& list);

}  // namespace ibot::plugin
