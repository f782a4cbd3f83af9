// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/plugin/loader.h>
#include <ibot/test/temp_dir.h>

#include <filesystem>
#include <string>

namespace ibot::plugin {

/// A folder of plugins in the making: fixtures with manifests that a test may bend.
class FixtureFolder {
 public:
  /// What an honest manifest of a fixture says.
  static Manifest honest_manifest(const std::string& id);

  /// Puts the fixture's library beside a manifest, into masking/<id>/. Gives the manifest's path.
  std::filesystem::path install(const std::string& fixture) { return install(honest_manifest(fixture)); }
  std::filesystem::path install(const Manifest& manifest);
  /// Puts any text where a manifest belongs.
  std::filesystem::path install_text(const std::string& id, const std::string& manifest_text);

  /// Options that look here and nowhere else, with crash markers in a folder of their own.
  LoaderOptions options() const;
  Loader discover() const { return Loader::discover(options()); }

  std::filesystem::path path() const { return folder_ / "plugins"; }
  std::filesystem::path state() const { return folder_ / "state"; }

 private:
  test::TempDir folder_;
};

/// Where the build puts the fixtures' libraries.
std::filesystem::path fixture_libraries();

}  // namespace ibot::plugin
