// SPDX-License-Identifier: GPL-3.0-or-later
#include "manifest.h"

#include <ibot/base/text.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <set>

namespace ibot::bundle {
namespace {

using base::Error;
using base::ErrorCode;
using base::str;

constexpr const char* kFormat = "ibot-bundle";
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostRuns = 100'000;

Error corrupt(std::string message) {
  return {ErrorCode::Corrupt, std::move(message), "a bundle as `ibot bundle create` writes it",
          "Ask for the file again"};
}

std::string text_of(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

base::Result<BundleFile> file_of(const nlohmann::json& json) {
  BundleFile file;
  if (!json.is_object()) return corrupt("an entry of its list of files is no object");
  file.path = text_of(json, "path");
  file.sha256 = text_of(json, "sha256");
  const auto size = json.find("size");
  if (size == json.end() || !size->is_number_unsigned()) return corrupt("a file of the bundle has no size");
  file.size = size->get<std::uint64_t>();
  if (!is_bundle_path(file.path))
    return corrupt("the bundle lists a path that it may not hold: " + base::quote_untrusted(file.path));
  if (!is_sha256(file.sha256)) return corrupt("the hash of " + file.path + " is no SHA-256");
  return file;
}

}  // namespace

std::string folded(std::string_view path) {
  std::string lower(path);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool is_bundle_path(std::string_view path) {
  constexpr std::size_t kLongest = 300;
  constexpr std::string_view kCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+=@ /";
  if (path.size() > kLongest || path.find_first_not_of(kCharacters) != std::string_view::npos) return false;
  if (!record::is_safe_relative_path(path)) return false;
  const auto parts = base::split(path, '/');
  for (const std::string& part : parts) {
    if (part.empty() || part.front() == '.' || part.back() == ' ' || part.back() == '.') return false;
  }
  if (parts.size() == 1) return path == "record.sqlite" || path == "report.html" || path == "notes.md";
  if (parts.size() == 2)
    return (parts[0] == "plans" && path.ends_with(".yaml")) ||
           (parts[0] == "figures" && path.ends_with(".svg"));
  return parts[0] == "runs" && record::is_valid_run_id(parts[1]) && path.ends_with(".safetensors");
}

std::string write_manifest(const Manifest& manifest) {
  nlohmann::json files = nlohmann::json::array();
  for (const BundleFile& file : manifest.files)
    files.push_back({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  const nlohmann::json json = {
      {"format", kFormat},       {"version", kVersion},         {"title", manifest.title},
      {"study", manifest.study}, {"created", manifest.created}, {"runs", manifest.runs},
      {"files", files}};
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

base::Result<Manifest> read_manifest(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return corrupt("the bundle's list of files is no JSON");
  if (text_of(json, "format") != kFormat) {
    return Error{ErrorCode::Incompatible,
                 "this is not a bundle of this program: its format is " +
                     base::quote_untrusted(text_of(json, "format")),
                 kFormat, ""};
  }
  const auto version = json.find("version");
  if (version == json.end() || !version->is_number_integer() || version->get<std::int64_t>() < 1)
    return corrupt("the bundle does not say its version");
  if (version->get<std::int64_t>() > kVersion) {
    return Error{
        ErrorCode::Unsupported,
        str("this bundle was made by a newer program: its version is ", version->get<std::int64_t>()),
        str("at most ", kVersion), "Update this program"};
  }
  Manifest manifest;
  manifest.title = text_of(json, "title");
  manifest.study = text_of(json, "study");
  manifest.created = text_of(json, "created");
  const auto runs = json.find("runs");
  if (runs == json.end() || !runs->is_array() || runs->empty() || runs->size() > kMostRuns)
    return corrupt("the bundle lists no runs");
  for (const auto& run : *runs) {
    if (!run.is_string() || !record::is_valid_run_id(run.get<std::string>()))
      return corrupt("the bundle lists something that is no id of a run");
    manifest.runs.push_back(run.get<std::string>());
  }
  const auto files = json.find("files");
  if (files == json.end() || !files->is_array()) return corrupt("the bundle lists no files");
  std::set<std::string> seen;
  for (const auto& entry : *files) {
    IBOT_TRY(BundleFile file, file_of(entry));
    if (!seen.insert(folded(file.path)).second) return corrupt("the bundle lists " + file.path + " twice");
    manifest.files.push_back(std::move(file));
  }
  if (!seen.contains("record.sqlite")) return corrupt("the bundle holds no record");
  return manifest;
}

}  // namespace ibot::bundle
