// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>

#include <memory>

namespace ibot::data {

/// Pictures as files below a folder: what every kind of data set comes down to.
class FileDataset : public Dataset {
 public:
  struct Contents {
    std::filesystem::path root;  ///< what the listing's paths are relative to
    Listing listing;
    std::string kind;  ///< for description(): "folder per class"
    std::vector<std::string> notes;
    /// Folder that mirrors the pictures with one .png map of parts each; empty: there are none.
    std::filesystem::path masks;
  };

  /// Errors: InvalidArgument (two paths with one sample id: a path listed twice, or a collision of hashes).
  static base::Result<std::unique_ptr<const Dataset>> create(Contents contents);

  std::int64_t size() const override { return contents_.listing.size(); }
  Sample sample(std::int64_t index) const override { return contents_.listing.sample(index); }
  const std::vector<std::string>& class_names() const override { return contents_.listing.classes; }
  base::Result<std::vector<std::byte>> read_bytes(std::int64_t index) const override;
  std::filesystem::path file_path(std::int64_t index) const override;
  std::optional<std::filesystem::path> mask_path(std::int64_t index) const override;
  std::string description() const override;
  const std::vector<std::string>& notes() const override { return contents_.notes; }

 private:
  explicit FileDataset(Contents contents) : contents_(std::move(contents)) {}
  Contents contents_;
};

/// Every sample id once: draws are keyed by it. Errors: InvalidArgument, naming two paths.
base::Status check_unique_ids(const Listing& listing);

}  // namespace ibot::data
