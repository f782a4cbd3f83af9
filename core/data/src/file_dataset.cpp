// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_dataset.h"

#include "words.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <algorithm>

namespace ibot::data {

base::Result<std::unique_ptr<const Dataset>> FileDataset::create(Contents contents) {
  IBOT_CHECK_OK(check_unique_ids(contents.listing));
  return std::unique_ptr<const Dataset>(new FileDataset(std::move(contents)));
}

base::Result<std::vector<std::byte>> FileDataset::read_bytes(std::int64_t index) const {
  return base::read_file(file_path(index), kMaximumPictureBytes);
}

std::filesystem::path FileDataset::file_path(std::int64_t index) const {
  return contents_.root / sample(index).path;
}

std::optional<std::filesystem::path> FileDataset::mask_path(std::int64_t index) const {
  if (contents_.masks.empty()) return std::nullopt;
  return (contents_.masks / sample(index).path).replace_extension(".png");
}

std::string FileDataset::description() const {
  std::string text = contents_.kind + ": " + counted(size(), "picture", "pictures");
  if (!class_names().empty()) {
    text += ", " + counted(static_cast<std::int64_t>(class_names().size()), "class", "classes");
  }
  return base::str(text, ", in ", base::quote_untrusted(contents_.root.string(), 300));
}

base::Status check_unique_ids(const Listing& listing) {
  std::vector<std::pair<std::uint64_t, std::int64_t>> ids;
  ids.reserve(static_cast<std::size_t>(listing.size()));
  for (std::int64_t i = 0; i < listing.size(); ++i) ids.emplace_back(listing.sample(i).id, i);
  std::sort(ids.begin(), ids.end());
  const auto same = std::adjacent_find(ids.begin(), ids.end(),
                                       [](const auto& a, const auto& b) { return a.first == b.first; });
  if (same == ids.end()) return {};
  const std::string_view one = listing.sample(same->second).path,
                         other = listing.sample(std::next(same)->second).path;
  if (one == other) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("the picture ", base::quote_untrusted(one, 200), " is listed twice"), "",
                       "List every picture once"};
  }
  return base::Error{base::ErrorCode::InvalidArgument,
                     base::str("the pictures ", base::quote_untrusted(one, 200), " and ",
                               base::quote_untrusted(other, 200), " have the same sample id"),
                     "64-bit ids that differ", "Rename one of them"};
}

}  // namespace ibot::data
