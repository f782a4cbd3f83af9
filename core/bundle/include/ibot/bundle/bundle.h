// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/record/extract.h>
#include <ibot/record/workspace.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

// A study in one file (README.md). Any thread; nothing here is shared.
namespace ibot::bundle {

/// The usual ending of a bundle's name.
inline constexpr const char* kEnding = ".ibot";

/// Something beside the record: "report.html", "notes.md", "plans/ID.yaml", "figures/loss.svg".
struct ExtraFile {
  std::string path;
  std::string bytes;
};

struct BundleContent {
  std::string title;
  std::string study;              ///< of that name in the record; empty: none
  std::vector<std::string> runs;  ///< ids, at least one
  std::vector<ExtraFile> extra;
};

struct BundleFile {
  std::string path;
  std::uint64_t size = 0;
  std::string sha256;
};

/// What bundle.json says.
struct Manifest {
  std::string title;
  std::string study;
  std::vector<std::string> runs;
  std::string created;  ///< "2026-11-27T12:00:00Z"
  std::vector<BundleFile> files;
};

/// Writes a bundle, whole or not at all; an existing file is replaced. `options.study` is taken from the
/// content. Returns its size in bytes. Errors: InvalidArgument (no runs, a path that no bundle may hold),
/// those of extract_runs(), of the disk.
IBOT_API base::Result<std::uint64_t> create_bundle(const record::Workspace& source,
                                                   const BundleContent& content,
                                                   const std::filesystem::path& file,
                                                   record::ExtractOptions options = {});

/// What a bundle may cost whoever opens it.
struct Limits {
  std::uint64_t total_bytes = std::uint64_t{16} << 30;  ///< unpacked
  std::uint64_t entries = 20'000;
  /// Unpacked bytes a packed one, of the whole, beyond the first megabyte: deflate reaches 1,032.
  std::uint64_t ratio = 200;
};

/// A bundle that was unpacked, every file of it checked.
struct Opened {
  Manifest manifest;
  record::Workspace workspace;  ///< cannot be written
};

/// How far opening is: unpacked bytes so far and in all, ascending, on the thread that opens. False: give up.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// Unpacks a bundle into a folder, which must be empty or missing; after an error it is as it was. Errors, in
/// words: Corrupt (no zip file, contradicts itself, a hash is wrong, a path leaves the bundle, links,
/// doubles), Unsupported (a newer version, encrypted, a rare compression), OutOfSpace (beyond the limits or
/// the disk), AlreadyExists, Incompatible (no bundle of this program), Cancelled (`progress` gave up).
IBOT_API base::Result<Opened> open_bundle(const std::filesystem::path& file,
                                          const std::filesystem::path& folder, const Limits& limits = {},
                                          const Progress& progress = {});

/// The same checks, but for those of the record, of a bundle in memory or in a file; nothing is written.
IBOT_API base::Result<Manifest> check_bundle(std::span<const std::byte> bytes, const Limits& limits = {});
IBOT_API base::Result<Manifest> check_bundle(const std::filesystem::path& file, const Limits& limits = {});

/// A temporary folder with an opened bundle in it, removed at the end.
class IBOT_API TemporaryBundle {
 public:
  static base::Result<TemporaryBundle> open(const std::filesystem::path& file, const Limits& limits = {},
                                            const Progress& progress = {});
  TemporaryBundle(TemporaryBundle&& other) noexcept;
  TemporaryBundle& operator=(TemporaryBundle&&) = delete;
  ~TemporaryBundle();

  const Manifest& manifest() const { return opened_.manifest; }
  const record::Workspace& workspace() const { return opened_.workspace; }

 private:
  TemporaryBundle(std::filesystem::path folder, Opened opened)
      : folder_(std::move(folder)), opened_(std::move(opened)) {}
  std::filesystem::path folder_;
  Opened opened_;
};

}  // namespace ibot::bundle
