// SPDX-License-Identifier: GPL-3.0-or-later
// ibot-manifest LIBRARY [--hash]: writes <id>.plugin.json beside a plugin library. Run by ibot_plugin() after
// linking.
#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/plugin/library.h>

#include <filesystem>
#include <iostream>
#include <string_view>

namespace {

using namespace ibot;

base::Status write_manifest(const std::filesystem::path& library, bool with_hash) {
  IBOT_TRY(const IbotPluginDescriptor* descriptor, plugin::open_library(library));
  IBOT_TRY(plugin::Manifest manifest, plugin::manifest_of(*descriptor, library.filename().string()));
  if (with_hash) {
    IBOT_TRY(manifest.library_sha256, base::sha256_file(library));
  }
  const std::string text = plugin::to_text(manifest);
  // What the SDK writes, the loader must accept: an id in capitals is found by its author and not by a user.
  if (const auto read_back = plugin::parse_manifest(text); !read_back) return read_back.error();
  const auto name = manifest.id + std::string(plugin::kManifestSuffix);
  return base::write_file_atomically(library.parent_path() / name, text);
}

}  // namespace

int main(int argc, char** argv) {
  const bool with_hash = argc == 3 && std::string_view(argv[2]) == "--hash";
  if (argc != 2 && !with_hash) {
    std::cerr << "usage: ibot-manifest LIBRARY [--hash]\n";
    return 2;
  }
  const auto status = write_manifest(argv[1], with_hash);
  if (status) return 0;
  std::cerr << "ibot-manifest: " << argv[1] << ": " << status.error().to_text() << "\n";
  return base::exit_code(status.error().code);
}
