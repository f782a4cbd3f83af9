// SPDX-License-Identifier: GPL-3.0-or-later
#include "strict_json.h"

#include <ibot/base/text.h>
#include <ibot/plugin/boundary.h>
#include <ibot/plugin/library.h>

#include <dlfcn.h>

#include <array>
#include <cstring>

namespace ibot::plugin {
namespace {

constexpr std::size_t kReasonCapacity = 1024;
constexpr std::size_t kTextLimit = 300;
constexpr int kSchemaDepthLimit = 8;

base::Error incompatible(std::string message, std::string expected, std::string hint) {
  return {base::ErrorCode::Incompatible, std::move(message), std::move(expected), std::move(hint)};
}

std::string last_linker_error() {
  const char* text = ::dlerror();
  return text ? base::quote_untrusted(text, 400) : std::string("unknown reason");
}

// A text of the descriptor, or nullopt if it is absent or longer than any honest one.
std::optional<std::string> text_of(const char* text, std::size_t limit) {
  if (text == nullptr) return std::nullopt;
  const std::size_t length = ::strnlen(text, limit + 1);
  if (length > limit) return std::nullopt;
  return std::string(text, length);
}

base::Result<std::string> require_text(const char* field, const char* text, std::size_t limit) {
  if (auto value = text_of(text, limit)) return std::move(*value);
  return base::Error{base::ErrorCode::Corrupt,
                     base::str("the descriptor's \"", field, "\" is ", text ? "too long" : "absent"),
                     base::str("a text of at most ", limit, " bytes"), ""};
}

// What a plugin wrote as the reason of its failure.
base::Error refusal(std::string_view what, base::ErrorCode code, std::array<char, kReasonCapacity>& reason) {
  reason.back() = '\0';
  const std::string_view text = reason.data();
  return {code, text.empty() ? base::str(what, ", without a reason") : base::str(what, ": ", text), "", ""};
}

// Calls a function of the descriptor that returns 0 or writes a reason.
template <class Call>
base::Status call_with_reason(std::string_view what, base::ErrorCode code, Call call) {
  std::array<char, kReasonCapacity> reason{};
  IBOT_TRY(const std::int32_t result,
           stop_exceptions(what, [&] { return call(reason.data(), reason.size()); }));
  if (result != 0) return refusal(what, code, reason);
  return {};
}

base::Result<params::Schema> schema_of(const IbotPluginDescriptor& descriptor) {
  std::array<char, kReasonCapacity> reason{};
  const std::string_view what = "the plugin does not give its parameters";
  IBOT_TRY(const char* text,
           stop_exceptions(what, [&] { return descriptor.schema_json(reason.data(), reason.size()); }));
  if (text == nullptr) return refusal(what, base::ErrorCode::Corrupt, reason);
  IBOT_TRY(const std::string schema, require_text("schema_json", text, kManifestSizeLimit));
  IBOT_TRY(const nlohmann::json json, parse_strict_json(schema, kSchemaDepthLimit));
  return params::schema_from_json(json);
}

}  // namespace

base::Status check_versions(const IbotPluginDescriptor& descriptor) {
  const std::string_view hint = "Build the plugin with the SDK of this program";
  // The size stands first in every version, so a struct that is no descriptor at all is most likely seen
  // here.
  constexpr std::uint32_t kFirstThreeFields = 12;
  if (descriptor.struct_size < kFirstThreeFields) {
    return incompatible(base::str("the descriptor has ", descriptor.struct_size, " bytes"),
                        base::str(sizeof(IbotPluginDescriptor)), std::string(hint));
  }
  if (descriptor.abi_major != IBOT_PLUGIN_ABI_MAJOR || descriptor.abi_minor > IBOT_PLUGIN_ABI_MINOR) {
    return incompatible(
        base::str("the plugin was built for plugin ABI ", descriptor.abi_major, ".", descriptor.abi_minor),
        base::str(IBOT_PLUGIN_ABI_MAJOR, ".", IBOT_PLUGIN_ABI_MINOR),
        descriptor.abi_major < IBOT_PLUGIN_ABI_MAJOR ? std::string(hint)
                                                     : "The plugin is newer than this program: update it, or "
                                                       "build the plugin with this program's SDK");
  }
  // Minor version 0 is the only one so far; a later one lists the sizes of those before it here.
  if (descriptor.struct_size != sizeof(IbotPluginDescriptor)) {
    return incompatible(base::str("the descriptor has ", descriptor.struct_size, " bytes"),
                        base::str(sizeof(IbotPluginDescriptor), " bytes for plugin ABI ",
                                  IBOT_PLUGIN_ABI_MAJOR, ".", descriptor.abi_minor),
                        std::string(hint));
  }
  return {};
}

base::Result<const IbotPluginDescriptor*> open_library(const std::filesystem::path& library) {
  std::error_code problem;
  const auto absolute = std::filesystem::absolute(library, problem);
  const auto status = std::filesystem::status(absolute, problem);
  if (!std::filesystem::exists(status)) {
    return base::Error{base::ErrorCode::NotFound, "the library " + library.string() + " does not exist", "",
                       "Build the plugin again"};
  }
  // Opening a pipe would wait for its writer.
  if (!std::filesystem::is_regular_file(status)) {
    return base::Error{base::ErrorCode::Unsupported, library.string() + " is not a regular file",
                       "a shared library", ""};
  }
  // RTLD_NOW: an undefined symbol is an error here and not an exit in the middle of a run. RTLD_LOCAL: two
  // plugins never see each other's symbols. A constructor of the library that throws ends the process,
  // whatever is caught here: that is what the quarantine is for.
  void* handle = ::dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return incompatible(
        "the library cannot be loaded: " + last_linker_error(), "",
        "Build the plugin for this program, with -Wl,-z,defs, which reports undefined symbols "
        "when it is linked");
  }
  void* symbol = ::dlsym(handle, IBOT_PLUGIN_ENTRY_POINT);
  if (symbol == nullptr) {
    return base::Error{base::ErrorCode::Unsupported,
                       base::str("the library exports no ", IBOT_PLUGIN_ENTRY_POINT), "a plugin",
                       "Add IBOT_PLUGIN(...) of <ibot/sdk/plugin.h> to one of its sources"};
  }
  const auto entry_point = reinterpret_cast<IbotPluginDescriptorFunction>(symbol);
  IBOT_TRY(const IbotPluginDescriptor* descriptor, stop_exceptions("asking for the descriptor", entry_point));
  if (descriptor == nullptr) {
    return base::Error{base::ErrorCode::Corrupt, "the library returns no descriptor", "", ""};
  }
  IBOT_CHECK_OK(check_versions(*descriptor));
  return descriptor;
}

base::Result<Fingerprint> fingerprint_of(const IbotPluginDescriptor& descriptor) {
  Fingerprint fingerprint;
  IBOT_TRY(fingerprint.compiler, require_text("compiler", descriptor.compiler, kTextLimit));
  IBOT_TRY(fingerprint.cxx_abi, require_text("cxx_abi", descriptor.cxx_abi, kTextLimit));
  IBOT_TRY(fingerprint.torch_version, require_text("torch_version", descriptor.torch_version, kTextLimit));
  fingerprint.cuda_major = descriptor.cuda_major;
  IBOT_TRY(fingerprint.sdk_version, require_text("sdk_version", descriptor.sdk_version, kTextLimit));
  return fingerprint;
}

base::Result<Manifest> manifest_of(const IbotPluginDescriptor& descriptor, const std::string& library) {
  if (!descriptor.schema_json || !descriptor.available || !descriptor.register_plugin) {
    return base::Error{base::ErrorCode::Corrupt, "a function of the descriptor is absent",
                       "schema_json, available and register_plugin", ""};
  }
  Manifest manifest;
  manifest.library = library;
  manifest.abi_major = descriptor.abi_major;
  manifest.abi_minor = descriptor.abi_minor;
  IBOT_TRY(manifest.fingerprint, fingerprint_of(descriptor));
  IBOT_TRY(manifest.id, require_text("id", descriptor.id, kTextLimit));
  IBOT_TRY(const std::string kind, require_text("kind", descriptor.kind, kTextLimit));
  IBOT_TRY(manifest.version, require_text("version", descriptor.version, kTextLimit));
  IBOT_TRY(manifest.summary, require_text("summary", descriptor.summary, kTextLimit));
  const auto parsed_kind = parse_kind(kind);
  if (!parsed_kind) {
    return base::Error{base::ErrorCode::Unsupported,
                       "the descriptor's kind is " + base::quote_untrusted(kind),
                       "backbone, masking, loss or evaluator", ""};
  }
  manifest.kind = *parsed_kind;
  IBOT_TRY(manifest.schema, schema_of(descriptor));
  return manifest;
}

base::Status check_available(const IbotPluginDescriptor& descriptor) {
  return call_with_reason("it is not available here", base::ErrorCode::Unsupported, descriptor.available);
}

base::Result<Offer> collect_offer(const IbotPluginDescriptor& descriptor, const Manifest& manifest) {
  RegisterContext context;
  IBOT_CHECK_OK(call_with_reason("registering failed", base::ErrorCode::Internal,
                                 [&](char* reason, std::size_t capacity) {
                                   return descriptor.register_plugin(&context, reason, capacity);
                                 }));
  const std::string own_name = qualified_name(manifest.kind, manifest.id);
  std::string offered;
  for (const Offer& offer : context.offers()) {
    offered += (offered.empty() ? "" : ", ") + qualified_name(offer.kind(), offer.id);
  }
  if (offered != own_name) {
    return incompatible("it registers " + (offered.empty() ? "nothing" : base::quote_untrusted(offered, 200)),
                        base::str("exactly ", own_name), "");
  }
  return context.offers().front();
}

}  // namespace ibot::plugin
