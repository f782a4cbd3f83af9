// SPDX-License-Identifier: GPL-3.0-or-later
#include "open_parts.h"

#include "open_folder.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

#include <nlohmann/json.hpp>

namespace ibot::data {
namespace {

using base::ErrorCode;
using base::quote_untrusted;
using base::str;

constexpr std::string_view kManifestName = "parts.json";
constexpr std::uint64_t kManifestLimit = 1 << 16;
constexpr std::string_view kDraw = "`ibot dataset parts` draws them";

base::Status check_complete(const std::filesystem::path& folder) {
  const auto text = base::read_text_file(folder / kManifestName, kManifestLimit);
  if (!text) {
    return base::Error{ErrorCode::NotFound,
                       str("there are no drawn scenes in ", quote_untrusted(folder.string(), 300)),
                       str("a folder with ", kManifestName), std::string(kDraw)};
  }
  const auto manifest = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  const auto complete = manifest.is_object() ? manifest.find("complete") : manifest.end();
  if (!manifest.is_object() || complete == manifest.end() || !complete->is_boolean()) {
    return base::Error{ErrorCode::Corrupt,
                       str(quote_untrusted((folder / kManifestName).string(), 300), " cannot be read"), "",
                       "Remove the folder and draw the scenes again"};
  }
  if (!complete->get<bool>()) {
    return base::Error{
        ErrorCode::Corrupt,
        str("the drawn scenes in ", quote_untrusted(folder.string(), 300), " are not complete"), "",
        str("Drawing was stopped; ", kDraw, " to the end")};
  }
  return {};
}

}  // namespace

bool holds_parts(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::is_regular_file(folder / kManifestName, error);
}

base::Result<std::unique_ptr<const Dataset>> open_parts(const std::filesystem::path& folder,
                                                        std::string_view split, const IndexCache& cache) {
  IBOT_CHECK_OK(check_complete(folder));
  const std::string_view part = split.empty() ? "train" : split;
  if (part != "train" && part != "val") {
    return base::Error{ErrorCode::InvalidArgument,
                       str("the drawn scenes have no split ", quote_untrusted(split)), "train or val", ""};
  }
  return open_folder(folder, part, FolderReading::FolderPerClass, cache, folder / "masks" / part);
}

}  // namespace ibot::data
