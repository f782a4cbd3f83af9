// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_dataset.h"
#include "open_folder.h"
#include "words.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/data/manifest.h>

#include <algorithm>
#include <map>

namespace ibot::data {
namespace {

using base::Error;
using base::ErrorCode;
using base::quote_untrusted;
using base::str;

constexpr std::uint64_t kLargestManifest = std::uint64_t{1} << 30;

// Class names in the order of labels: as numbers if all of them are, as text otherwise.
std::vector<std::string> class_order(const Manifest& manifest) {
  std::vector<std::string> names;
  for (const Manifest::Row& row : manifest.rows) {
    if (!row.label.empty()) names.push_back(row.label);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const auto is_number = [](const std::string& name) { return base::parse_int(name).has_value(); };
  if (std::all_of(names.begin(), names.end(), is_number)) {
    std::stable_sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
      return *base::parse_int(a) < *base::parse_int(b);
    });
  }
  return names;
}

using Counts = std::map<std::string, std::int64_t, std::less<>>;

Error unknown_split(std::string_view split, const Counts& counts, const std::string& file) {
  std::vector<std::string> known;
  for (const auto& [name, count] : counts) {
    if (!name.empty()) known.push_back(printable(name));
  }
  std::string hint = "Leave data.split empty to use every row";
  if (const auto near = base::nearest_name(split, known)) hint = str("Did you mean ", *near, "?");
  return {ErrorCode::InvalidArgument, str(file, " has no row with the split ", quote_untrusted(split)),
          known.empty() || known.size() > 20 ? "" : str("one of ", base::join_choices(known)), hint};
}

std::vector<std::string> notes_of(const Manifest& manifest, const Counts& counts, bool every_split) {
  std::vector<std::string> notes;
  for (const std::string& column : manifest.ignored_columns) {
    notes.push_back(str("the column ", quote_untrusted(column), " is not used"));
  }
  if (every_split && counts.size() > 1) {
    std::string text = "rows of every split are used:";
    for (const auto& [name, count] : counts) {
      text +=
          str(" ", name.empty() ? "without a split" : printable(name), " ", base::format_count(count), ",");
      if (text.size() > 200) break;
    }
    text.pop_back();
    notes.push_back(std::move(text));
  }
  return notes;
}

// Adds one row, or says what is wrong with the file it names.
std::string add_row(Listing& listing, const Manifest::Row& row, const std::filesystem::path& root,
                    std::int32_t label, std::uint32_t split) {
  const std::string path = std::filesystem::path(row.path).lexically_normal().generic_string();
  if (!has_picture_extension(path))
    return str(quote_untrusted(row.path, 200), " is not named .jpg, .jpeg or .png");
  std::error_code error;
  const std::filesystem::path file = root / path;
  if (!std::filesystem::is_regular_file(file, error)) {
    return str("there is no file ", quote_untrusted(row.path, 200), error ? ": " + error.message() : "");
  }
  const std::uint64_t size = std::filesystem::file_size(file, error);
  if (error) return str(quote_untrusted(row.path, 200), " cannot be read: ", error.message());
  listing.add(path, size, label, split);
  return "";
}

}  // namespace

base::Result<std::unique_ptr<const Dataset>> open_list(const std::filesystem::path& path,
                                                       std::string_view split) {
  const std::string name = printable(path.string());
  auto text = base::read_text_file(path, kLargestManifest);
  if (!text) {
    Error error = text.error();
    if (error.hint.empty()) error.hint = "Check data.path";
    return error;
  }
  IBOT_TRY(const Manifest manifest, parse_manifest(text.value(), name));

  FileDataset::Contents contents;
  contents.root = path.has_parent_path() ? path.parent_path() : ".";
  contents.kind = "list";
  Listing& listing = contents.listing;
  const std::vector<std::string> classes = class_order(manifest);
  std::map<std::string_view, std::int32_t> label_of;
  for (std::size_t i = 0; i < classes.size(); ++i) label_of.emplace(classes[i], static_cast<std::int32_t>(i));
  for (const std::string& label : classes) listing.classes.push_back(printable(label));
  Counts counts;
  for (const Manifest::Row& row : manifest.rows) ++counts[row.split];
  listing.splits.clear();
  std::map<std::string_view, std::uint32_t> split_of;
  for (const auto& [label, count] : counts) {
    split_of.emplace(label, static_cast<std::uint32_t>(listing.splits.size()));
    listing.splits.push_back(printable(label));
  }
  if (!split.empty() && !counts.contains(split)) return unknown_split(split, counts, name);

  LineProblems problems;
  for (const Manifest::Row& row : manifest.rows) {
    if (!split.empty() && row.split != split) continue;
    const std::int32_t label = row.label.empty() ? -1 : label_of.at(row.label);
    const std::string problem = add_row(listing, row, contents.root, label, split_of.at(row.split));
    if (!problem.empty()) problems.add(row.line, problem);
  }
  if (!problems.empty()) return problems.error(name);
  if (listing.size() == 0) {
    return Error{ErrorCode::InvalidArgument, str(name, " lists no picture"),
                 "at least one row below the first line", ""};
  }
  contents.notes = notes_of(manifest, counts, split.empty());
  return FileDataset::create(std::move(contents));
}

}  // namespace ibot::data
