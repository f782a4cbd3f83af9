// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/data/listing.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ibot::data {

/// A numbered, immutable set of encoded pictures. All functions may be called from several threads at once.
/// Indices run from 0 to size() - 1; anything else is a programmer's error.
class IBOT_API Dataset {
 public:
  Dataset() = default;
  Dataset(const Dataset&) = delete;
  Dataset& operator=(const Dataset&) = delete;
  virtual ~Dataset();

  virtual std::int64_t size() const = 0;
  virtual Sample sample(std::int64_t index) const = 0;
  /// In the order of labels; empty where nothing is labelled.
  virtual const std::vector<std::string>& class_names() const = 0;

  /// The encoded picture. Errors: NotFound, PermissionDenied, OutOfSpace (above kMaximumPictureBytes), Io.
  virtual base::Result<std::vector<std::byte>> read_bytes(std::int64_t index) const = 0;
  /// Where the picture lies, for messages and for the window.
  virtual std::filesystem::path file_path(std::int64_t index) const = 0;
  /// The picture's map of parts, where the data set has one.
  virtual std::optional<std::filesystem::path> mask_path(std::int64_t index) const;

  /// One line: kind, pictures, classes, place.
  virtual std::string description() const = 0;
  /// What a person should know: files left out, links not followed, how the kind was found.
  virtual const std::vector<std::string>& notes() const = 0;

  /// What the record stores as the data's hash: SHA-256 over the samples in byte order of their paths, each
  /// as path, NUL, size in decimal, NUL, class name, NUL, split, LF. Times, the place of the folder and the
  /// bytes of the pictures do not enter.
  std::string content_hash() const;

  static constexpr std::uint64_t kMaximumPictureBytes = std::uint64_t{256} << 20;
};

/// The labels of `dataset` as indices into `names`, matched by name: a validation folder may lack classes, or
/// have them in another order. -1 where the name is unknown or the picture has no label.
IBOT_API std::vector<std::int64_t> labels_by_name(const Dataset& dataset,
                                                  const std::vector<std::string>& names);

/// Pictures are told by their extension: .jpg, .jpeg and .png in any case.
IBOT_API bool has_picture_extension(std::string_view name);

}  // namespace ibot::data
