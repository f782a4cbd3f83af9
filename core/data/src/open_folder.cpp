// SPDX-License-Identifier: GPL-3.0-or-later
#include "open_folder.h"

#include "file_dataset.h"
#include "folder_order.h"
#include "words.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace ibot::data {
namespace {

using base::Error;
using base::ErrorCode;
using base::quote_untrusted;
using base::str;

constexpr std::array<std::string_view, 9> kSplitNames = {"train", "training", "val", "valid", "validation",
                                                         "test",  "testing",  "dev", "eval"};

bool is_split_name(std::string_view name) {
  return std::find(kSplitNames.begin(), kSplitNames.end(), name) != kSplitNames.end();
}

std::string quoted(const std::filesystem::path& path) {
  return quote_untrusted(path.string(), 300);
}

// The names of the folders directly below.
std::vector<std::string> subfolders(const std::filesystem::path& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unknown;
    if (entry->is_directory(unknown)) names.push_back(printable(entry->path().filename().string()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<std::filesystem::path> folder_of_split(const std::filesystem::path& path,
                                                    std::string_view split) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return Error{ErrorCode::NotFound, str("there is no folder ", quoted(path)),
                 "a folder of pictures or a CSV file", "Check data.path"};
  }
  if (!std::filesystem::is_directory(path, error)) {
    return Error{ErrorCode::InvalidArgument, str(quoted(path), " is not a folder"), "a folder of pictures",
                 "For a CSV list, set data.kind: list"};
  }
  if (split.empty()) return path;
  const std::filesystem::path folder = path / split;
  if (split.find('/') == split.npos && split != ".." && std::filesystem::is_directory(folder, error))
    return folder;
  const std::vector<std::string> known = subfolders(path);
  std::string hint = "Leave data.split empty to use the whole folder";
  if (const auto near = base::nearest_name(split, known)) hint = str("Did you mean ", *near, "?");
  return Error{ErrorCode::InvalidArgument,
               str("the split ", quote_untrusted(split), " is not a folder below ", quoted(path)),
               known.empty() || known.size() > 20 ? "" : str("one of ", base::join_choices(known)), hint};
}

// What the scan shows about the layout.
struct Layout {
  std::int64_t pictures = 0;
  std::int64_t at_top = 0;                   // pictures directly in the root
  std::vector<std::string> first_level;      // folders directly below the root, in order
  std::set<std::string_view> with_pictures;  // those of them with a picture somewhere below

  explicit Layout(const FolderScan& scan) {
    for (const FolderScan::Folder& folder : scan.folders) {
      pictures += static_cast<std::int64_t>(folder.files);
      if (folder.path.empty()) {
        at_top = static_cast<std::int64_t>(folder.files);
        continue;
      }
      const std::string_view first = first_component(folder.path);
      if (first_level.empty() || first_level.back() != first) first_level.emplace_back(first);
      if (folder.files > 0) with_pictures.insert(first);
    }
  }
  bool looks_like_classes() const { return at_top == 0 && with_pictures.size() >= 2; }
  bool looks_like_splits() const {
    return at_top == 0 && !with_pictures.empty() &&
           std::all_of(with_pictures.begin(), with_pictures.end(), is_split_name);
  }
};

Error no_picture(const std::filesystem::path& root, const FolderScan& scan) {
  std::string message = str("there is no picture in ", quoted(root));
  for (const std::string& note : scan.notes) message += "; " + note;
  return {ErrorCode::InvalidArgument, std::move(message), "files named .jpg, .jpeg or .png",
          "Check data.path"};
}

Listing list_pictures(const FolderScan& scan, bool classes) {
  Listing listing;
  listing.reserve(scan.files.size(), scan.names.size() + 8 * scan.files.size());
  std::string path;
  std::string_view current;
  for (const FolderScan::Folder& folder : scan.folders) {
    if (classes) {
      if (folder.path.empty()) continue;
      const std::string_view first = first_component(folder.path);
      if (listing.classes.empty() || first != current) listing.classes.push_back(printable(first));
      current = first;
    }
    const std::int32_t label = classes ? static_cast<std::int32_t>(listing.classes.size()) - 1 : -1;
    for (std::uint64_t i = 0; i < folder.files; ++i) {
      const FolderScan::File& file = scan.files[folder.first_file + i];
      path = folder.path;
      if (!path.empty()) path += '/';
      path += scan.name(file);
      listing.add(path, file.size, label);
    }
  }
  return listing;
}

}  // namespace

base::Result<std::unique_ptr<const Dataset>> open_folder(const std::filesystem::path& path,
                                                         std::string_view split, FolderReading reading,
                                                         const IndexCache& cache,
                                                         const std::filesystem::path& masks,
                                                         const ListingWatch& watch) {
  IBOT_TRY(const std::filesystem::path root, folder_of_split(path, split));
  IBOT_TRY(FolderScan scan, scan_folder_cached(root, cache, watch));
  const Layout layout(scan);
  if (layout.pictures == 0) return no_picture(root, scan);

  FileDataset::Contents contents;
  contents.notes = std::move(scan.notes);
  if (split.empty() && reading != FolderReading::Pictures && layout.looks_like_splits()) {
    const std::vector<std::string> names(layout.with_pictures.begin(), layout.with_pictures.end());
    return Error{
        ErrorCode::InvalidArgument,
        str("the folders in ", quoted(root), " are splits, not classes: ", base::join_choices(names)), "",
        "Set data.split to one of them, or data.kind: pictures to read all of them without labels"};
  }
  const bool classes = reading == FolderReading::FolderPerClass ||
                       (reading == FolderReading::Detect && layout.looks_like_classes());
  if (reading == FolderReading::Detect) {
    contents.notes.push_back(
        classes ? str("read as one folder per class: ", layout.with_pictures.size(), " folders hold pictures")
                : str("read as pictures without labels: ", layout.at_top > 0
                                                               ? "there are pictures directly in the folder"
                                                               : "only one folder holds pictures"));
  }
  if (classes) {
    if (layout.with_pictures.empty()) {
      return Error{ErrorCode::InvalidArgument, str("there are no folders with pictures in ", quoted(root)),
                   "one folder per class", "Set data.kind: pictures to read it without labels"};
    }
    if (layout.at_top > 0) {
      contents.notes.push_back(counted(layout.at_top, "picture", "pictures") +
                               " directly in the folder left out: no class");
    }
    for (const std::string& name : layout.first_level) {
      if (!layout.with_pictures.contains(name)) {
        contents.notes.push_back(str("the class ", quote_untrusted(name), " has no picture"));
      }
    }
  }
  contents.root = root;
  contents.kind = !masks.empty() ? "drawn scenes" : classes ? "folder per class" : "pictures";
  contents.listing = list_pictures(scan, classes);
  contents.listing.splits = {std::string(split)};
  contents.masks = masks;
  return FileDataset::create(std::move(contents));
}

}  // namespace ibot::data
