// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin_folder.h"

#include <ibot/base/file.h>
#include <ibot/plugin/abi.h>

#include <gtest/gtest.h>

namespace ibot::plugin {

namespace fs = std::filesystem;

fs::path fixture_libraries() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "lib" / "fixtures";
}

Manifest FixtureFolder::honest_manifest(const std::string& id) {
  Manifest manifest;
  manifest.id = id;
  manifest.kind = Kind::Masking;
  manifest.version = "1.0.0";
  manifest.summary = "A fixture.";
  manifest.library = id + ".so";
  manifest.abi_major = IBOT_PLUGIN_ABI_MAJOR;
  manifest.abi_minor = IBOT_PLUGIN_ABI_MINOR;
  manifest.fingerprint = host_fingerprint();
  manifest.fingerprint.torch_version = "none";
  params::Definition strength;
  strength.key = "strength";
  strength.type = params::Type::Real;
  strength.default_value = 0.5;
  strength.minimum = 0;
  strength.maximum = 1;
  strength.help = "Of no effect.";
  manifest.schema.add(strength);
  return manifest;
}

fs::path FixtureFolder::install(const Manifest& manifest) {
  const fs::path path = install_text(manifest.id, to_text(manifest));
  const fs::path library = path.parent_path() / manifest.library;
  if (!fs::exists(library)) fs::create_symlink(fixture_libraries() / manifest.library, library);
  return path;
}

fs::path FixtureFolder::install_text(const std::string& id, const std::string& manifest_text) {
  const fs::path folder = path() / "masking" / id;
  fs::create_directories(folder);
  const fs::path manifest_path = folder / (id + std::string(kManifestSuffix));
  EXPECT_TRUE(base::write_file_atomically(manifest_path, manifest_text).ok());
  return manifest_path;
}

LoaderOptions FixtureFolder::options() const {
  LoaderOptions options;
  options.folders = {{path(), false}};
  options.state_folder = state();
  return options;
}

}  // namespace ibot::plugin
