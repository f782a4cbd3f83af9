// SPDX-License-Identifier: GPL-3.0-or-later
#include "strict_json.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/params/value.h>
#include <ibot/plugin/manifest.h>

#include <algorithm>
#include <limits>

namespace ibot::plugin {
namespace {

constexpr std::string_view kFormat = "ibot-plugin-manifest";
constexpr std::uint32_t kFormatVersion = 1;
// The document, its list of parameters, one parameter, its lists.
constexpr int kDepthLimit = 8;
constexpr std::size_t kLongestText = 300;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex_digest(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

// Of one folder, so that a manifest cannot point elsewhere in the file system.
bool is_plain_file_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && text != "." && text != ".." &&
         text.find('/') == std::string_view::npos && text.find('\0') == std::string_view::npos;
}

bool is_short_text(std::string_view text) {
  return !text.empty() && text.size() <= kLongestText &&
         std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
}

// Reads the members of one JSON object and collects what is wrong with them.
class ObjectReader {
 public:
  ObjectReader(const nlohmann::json& object, std::string where, std::vector<std::string>& mistakes)
      : object_(object), where_(std::move(where)), mistakes_(mistakes) {}

  const nlohmann::json* member(std::string_view key, bool required = true) {
    known_.emplace_back(key);
    const auto found = object_.find(key);
    if (found != object_.end()) return &*found;
    if (required) mistake(key, "is missing");
    return nullptr;
  }

  template <class Check>
  void text(std::string_view key, std::string& target, std::string_view expected, Check check,
            bool required = true) {
    const nlohmann::json* json = member(key, required);
    if (!json) return;
    if (!json->is_string() || !check(json->get_ref<const std::string&>())) return wrong(key, *json, expected);
    target = json->get<std::string>();
  }

  template <class Integer>
  void integer(std::string_view key, Integer& target) {
    const nlohmann::json* json = member(key);
    if (!json) return;
    constexpr std::uint64_t kMost = 1'000'000;
    if (!json->is_number_unsigned() || json->get<std::uint64_t>() > kMost) {
      return wrong(key, *json, "a whole number from 0 to 1000000");
    }
    target = static_cast<Integer>(json->get<std::uint64_t>());
  }

  void refuse_unknown_keys() {
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      std::string text = "unknown key " + base::quote_untrusted(where_ + key);
      if (const auto nearest = base::nearest_name(key, known_))
        text += ", did you mean \"" + *nearest + "\"?";
      mistakes_.push_back(std::move(text));
    }
  }

  void wrong(std::string_view key, const nlohmann::json& found, std::string_view expected) {
    const std::string shown = found.is_string() ? base::quote_untrusted(found.get_ref<const std::string&>())
                              : found.is_structured()
                                  ? base::str("a JSON ", found.type_name())
                                  : found.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    mistake(key, base::str("is ", shown, ", expected ", expected));
  }

  void mistake(std::string_view key, std::string_view text) {
    mistakes_.push_back(base::str("\"", where_, key, "\" ", text));
  }

 private:
  const nlohmann::json& object_;
  std::string where_;
  std::vector<std::string>& mistakes_;
  std::vector<std::string> known_;
};

const nlohmann::json* nested_object(ObjectReader& reader, std::string_view key) {
  const nlohmann::json* json = reader.member(key);
  if (json && !json->is_object()) {
    reader.wrong(key, *json, "an object");
    return nullptr;
  }
  return json;
}

void read_fingerprint(ObjectReader& reader, Manifest& manifest, std::vector<std::string>& mistakes) {
  if (const nlohmann::json* abi = nested_object(reader, "abi")) {
    ObjectReader fields(*abi, "abi.", mistakes);
    fields.integer("major", manifest.abi_major);
    fields.integer("minor", manifest.abi_minor);
    fields.refuse_unknown_keys();
  }
  if (const nlohmann::json* fingerprint = nested_object(reader, "fingerprint")) {
    ObjectReader fields(*fingerprint, "fingerprint.", mistakes);
    const std::string_view expected = "a short text";
    fields.text("compiler", manifest.fingerprint.compiler, expected, is_short_text);
    fields.text("cxx_abi", manifest.fingerprint.cxx_abi, expected, is_short_text);
    fields.text("torch_version", manifest.fingerprint.torch_version, expected, is_short_text);
    fields.integer("cuda_major", manifest.fingerprint.cuda_major);
    fields.text("sdk_version", manifest.fingerprint.sdk_version, expected, is_short_text);
    fields.refuse_unknown_keys();
  }
}

base::Error all_mistakes(const std::vector<std::string>& mistakes) {
  constexpr std::size_t kMostShown = 20;
  std::string message = "the manifest has ";
  message += mistakes.size() == 1 ? "a mistake: " : base::str(mistakes.size(), " mistakes: ");
  for (std::size_t i = 0; i < std::min(mistakes.size(), kMostShown); ++i) {
    message += (i ? "; " : "") + mistakes[i];
  }
  if (mistakes.size() > kMostShown) message += "; ...";
  return {base::ErrorCode::Corrupt, message, "",
          "Build the plugin again: the manifest is written by its build"};
}

// True if the document says that it is a manifest of this format.
base::Status check_format(const nlohmann::json& document) {
  if (!document.is_object()) {
    return base::Error{base::ErrorCode::Corrupt, base::str("the manifest is a JSON ", document.type_name()),
                       "an object", ""};
  }
  const auto format = document.find("format");
  if (format == document.end() || *format != kFormat) {
    return base::Error{base::ErrorCode::Corrupt, "the file is not a plugin manifest",
                       base::str("\"format\": \"", kFormat, "\""), ""};
  }
  const auto version = document.find("format_version");
  if (version == document.end() || *version != kFormatVersion) {
    return base::Error{
        base::ErrorCode::Unsupported,
        "the manifest has format version " +
            (version == document.end()
                 ? std::string("none")
                 : version->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace).substr(0, 40)),
        base::str(kFormatVersion), "Build the plugin with the SDK of this program"};
  }
  return {};
}

std::string describe(const params::Definition& definition) {
  params::Schema one;
  one.add(definition);
  return params::to_json(one)[0].dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void compare_schemas(const params::Schema& told, const params::Schema& found, std::vector<Mismatch>& list) {
  constexpr std::string_view kAbsent = "absent";
  for (const params::Definition& definition : told.definitions()) {
    const params::Definition* other = found.find(definition.key);
    if (other && definition == *other) continue;
    list.push_back({"parameter " + definition.key, describe(definition),
                    other ? describe(*other) : std::string(kAbsent)});
  }
  for (const params::Definition& definition : found.definitions()) {
    if (told.find(definition.key)) continue;
    list.push_back({"parameter " + definition.key, std::string(kAbsent), describe(definition)});
  }
  if (list.empty() && told.keys() != found.keys()) {
    const auto join = [](const std::vector<std::string>& keys) {
      std::string text;
      for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + key;
      return text;
    };
    list.push_back({"order of parameters", join(told.keys()), join(found.keys())});
  }
}

}  // namespace

bool is_valid_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && is_lower(id.front()) &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_valid_version(std::string_view version) {
  return !version.empty() && version.size() <= 64 && std::all_of(version.begin(), version.end(), [](char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '+' || c == '-';
  });
}

base::Result<Manifest> parse_manifest(std::string_view text) {
  if (text.size() > kManifestSizeLimit) {
    return base::Error{base::ErrorCode::Corrupt, "the manifest has " + base::format_bytes(text.size()),
                       "at most " + base::format_bytes(kManifestSizeLimit), ""};
  }
  IBOT_TRY(const nlohmann::json document, parse_strict_json(text, kDepthLimit));
  IBOT_CHECK_OK(check_format(document));

  Manifest manifest;
  std::vector<std::string> mistakes;
  ObjectReader reader(document, "", mistakes);
  reader.member("format");
  reader.member("format_version");
  reader.text("id", manifest.id, "lower_snake_case, at most 64 letters", is_valid_id);
  std::string kind;
  reader.text("kind", kind, "backbone, masking, loss or evaluator",
              [](std::string_view name) { return parse_kind(name).has_value(); });
  manifest.kind = parse_kind(kind).value_or(Kind::Masking);
  reader.text("version", manifest.version, "a version such as 1.0.0", is_valid_version);
  reader.text("summary", manifest.summary, "one line of at most 300 bytes", is_short_text);
  reader.text("library", manifest.library, "a file name without folders", is_plain_file_name);
  reader.text("library_sha256", manifest.library_sha256, "64 lower-case hexadecimal digits", is_hex_digest,
              false);
  read_fingerprint(reader, manifest, mistakes);
  if (const nlohmann::json* parameters = reader.member("parameters")) {
    auto schema = params::schema_from_json(*parameters);
    if (schema) {
      manifest.schema = std::move(schema).value();
    } else {
      mistakes.push_back("\"parameters\": " + schema.error().to_text());
    }
  }
  reader.refuse_unknown_keys();
  if (!mistakes.empty()) return all_mistakes(mistakes);
  return manifest;
}

base::Result<Manifest> read_manifest(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  // Opening a pipe would wait for its writer.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return base::Error{base::ErrorCode::Corrupt, "the manifest is not a regular file", "", ""};
  }
  IBOT_TRY(const std::string text, base::read_text_file(path, kManifestSizeLimit));
  return parse_manifest(text);
}

std::string to_text(const Manifest& manifest) {
  nlohmann::ordered_json document = {
      {"format", kFormat},           {"format_version", kFormatVersion},
      {"id", manifest.id},           {"kind", to_string(manifest.kind)},
      {"version", manifest.version}, {"summary", manifest.summary},
      {"library", manifest.library},
  };
  if (!manifest.library_sha256.empty()) document["library_sha256"] = manifest.library_sha256;
  document["abi"] = {{"major", manifest.abi_major}, {"minor", manifest.abi_minor}};
  document["fingerprint"] = {{"compiler", manifest.fingerprint.compiler},
                             {"cxx_abi", manifest.fingerprint.cxx_abi},
                             {"torch_version", manifest.fingerprint.torch_version},
                             {"cuda_major", manifest.fingerprint.cuda_major},
                             {"sdk_version", manifest.fingerprint.sdk_version}};
  document["parameters"] = params::to_json(manifest.schema);
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string schema_text(const params::Schema& schema) {
  return params::to_json(schema).dump();
}

std::vector<Mismatch> differences(const Manifest& manifest, const Manifest& from_library) {
  std::vector<Mismatch> list;
  const auto compare = [&list](std::string_view field, const std::string& expected,
                               const std::string& found) {
    if (expected != found) list.push_back({std::string(field), expected, found});
  };
  compare("id", manifest.id, from_library.id);
  compare("kind", std::string(to_string(manifest.kind)), std::string(to_string(from_library.kind)));
  compare("version", manifest.version, from_library.version);
  compare("summary", manifest.summary, from_library.summary);
  compare("abi.major", std::to_string(manifest.abi_major), std::to_string(from_library.abi_major));
  compare("abi.minor", std::to_string(manifest.abi_minor), std::to_string(from_library.abi_minor));
  const Fingerprint& told = manifest.fingerprint;
  const Fingerprint& found = from_library.fingerprint;
  compare("fingerprint.compiler", told.compiler, found.compiler);
  compare("fingerprint.cxx_abi", told.cxx_abi, found.cxx_abi);
  compare("fingerprint.torch_version", told.torch_version, found.torch_version);
  compare("fingerprint.cuda_major", std::to_string(told.cuda_major), std::to_string(found.cuda_major));
  compare("fingerprint.sdk_version", told.sdk_version, found.sdk_version);
  compare_schemas(manifest.schema, from_library.schema, list);
  return list;
}

}  // namespace ibot::plugin
