// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe.h"

#include <ibot/base/clock.h>
#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/plugin/library.h>
#include <ibot/plugin/loader.h>

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace ibot::plugin {
namespace {

namespace fs = std::filesystem;

// Bounds of a search: a folder of pictures in IBOT_PLUGIN_PATH must not be walked for minutes.
constexpr int kFolderLevels = 2;
constexpr int kMostEntries = 10'000;

std::string text_of_variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

fs::path folder_of_this_library() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&folder_of_this_library), &info) == 0 || !info.dli_fname)
    return {};
  std::error_code error;
  const fs::path path = fs::canonical(info.dli_fname, error);
  return error ? fs::path() : path.parent_path();
}

fs::path state_folder_of_user() {
  if (const std::string state = text_of_variable("XDG_STATE_HOME"); !state.empty()) {
    return fs::path(state) / "ibot-workbench" / "plugins";
  }
  if (const std::string home = text_of_variable("HOME"); !home.empty()) {
    return fs::path(home) / ".local" / "state" / "ibot-workbench" / "plugins";
  }
  return {};
}

// A record comes to rest in Failed or Disabled.
void stop(PluginRecord& record, State state, const base::Error& error) {
  record.reached = record.state;
  record.state = state;
  record.reason = error.message;
  if (!error.expected.empty()) record.reason += " (expected: " + error.expected + ")";
  record.hint = error.hint;
}

std::string how_to_enable(const PluginRecord& record) {
  return "Build it again or ask its author; then: ibot plugins --enable " + record.name();
}

// Why a plugin that is known by name cannot be used.
base::Error error_of(const PluginRecord& record) {
  const bool failed = record.state == State::Failed;
  const std::string_view verdict = failed                            ? "failed"
                                   : record.state == State::Disabled ? "is disabled"
                                                                     : "cannot be used";
  return {failed ? base::ErrorCode::Incompatible : base::ErrorCode::Unsupported,
          base::str(to_string(record.manifest.kind), " plugin \"", record.manifest.id, "\" ", verdict, ": ",
                    record.reason),
          "", record.hint};
}

// Of two with one name, the second has failed as a duplicate: the first speaks for the name.
template <class Records>
auto* record_of(Records& records, Kind kind, std::string_view id) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const PluginRecord& record) {
    return record.manifest.kind == kind && record.manifest.id == id;
  });
  return found == records.end() ? nullptr : &*found;
}

bool is_usable(const PluginRecord& record) {
  switch (record.state) {
    case State::Found:
    case State::Failed:
    case State::Disabled:
      return false;
    case State::Loaded:
      return record.reason.empty();
    case State::Compatible:
    case State::Available:
    case State::Registered:
      return true;
  }
  return false;
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::Found:
      return "found";
    case State::Compatible:
      return "compatible";
    case State::Loaded:
      return "loaded";
    case State::Available:
      return "available";
    case State::Registered:
      return "registered";
    case State::Failed:
      return "failed";
    case State::Disabled:
      return "disabled";
  }
  return "unknown";
}

std::string_view to_string(OffBy off_by) {
  switch (off_by) {
    case OffBy::Nobody:
      return "nobody";
    case OffBy::Person:
      return "person";
    case OffBy::Crash:
      return "crash";
    case OffBy::SafeMode:
      return "safe_mode";
  }
  return "unknown";
}

LoaderOptions LoaderOptions::from_environment() {
  LoaderOptions options;
  if (const fs::path own = folder_of_this_library(); !own.empty()) {
    options.folders.push_back({own / "plugins", true});
    options.folders.push_back({own / "ibot-workbench" / "plugins", true});
  }
  for (const std::string& folder : base::split(text_of_variable("IBOT_PLUGIN_PATH"), ':')) {
    if (!folder.empty()) options.folders.push_back({folder, false});
  }
  options.state_folder = state_folder_of_user();
  const std::string safe_mode = text_of_variable("IBOT_SAFE_MODE");
  options.safe_mode = !safe_mode.empty() && safe_mode != "0";
  return options;
}

Loader::Loader(LoaderOptions options)
    : options_(std::move(options)), quarantine_(options_.state_folder), switches_(options_.state_folder) {
  quarantine_.refresh();
  switches_.refresh();
}

Loader Loader::discover(LoaderOptions options) {
  Loader loader(std::move(options));
  for (const PluginFolder& folder : loader.options_.folders) loader.scan(folder);
  loader.refuse_duplicates();
  std::stable_sort(loader.records_.begin(), loader.records_.end(),
                   [](const PluginRecord& a, const PluginRecord& b) {
                     return std::tuple(!a.shipped, a.manifest.kind, std::string_view(a.manifest.id)) <
                            std::tuple(!b.shipped, b.manifest.kind, std::string_view(b.manifest.id));
                   });
  return loader;
}

void Loader::scan(const PluginFolder& folder) {
  std::error_code error;
  if (!fs::exists(folder.path, error)) return;
  std::vector<fs::path> manifests;
  int entries = 0;
  auto entry = fs::recursive_directory_iterator(folder.path, error);
  while (!error && entry != fs::recursive_directory_iterator() && ++entries <= kMostEntries) {
    std::error_code ignored;
    if (entry.depth() >= kFolderLevels || entry->is_symlink(ignored)) entry.disable_recursion_pending();
    if (entry->path().filename().string().ends_with(kManifestSuffix)) manifests.push_back(entry->path());
    entry.increment(error);
  }
  if (error) {
    folder_errors_.push_back(
        base::error_from_errno(error.value(), "read the plugin folder " + folder.path.string()));
  } else if (entries > kMostEntries) {
    folder_errors_.push_back({base::ErrorCode::InvalidArgument,
                              "the plugin folder " + folder.path.string() + " was not read to its end",
                              base::str("at most ", kMostEntries, " files"),
                              "Name a folder that holds plugins only"});
  }
  std::sort(manifests.begin(), manifests.end());
  for (const fs::path& path : manifests) add_record(path, folder.shipped);
}

void Loader::add_record(const fs::path& manifest_path, bool shipped) {
  // The same folder may be named twice, in IBOT_PLUGIN_PATH and by where the program lies.
  std::error_code error;
  const auto is_same = [&](const PluginRecord& known) {
    return fs::equivalent(known.manifest_path, manifest_path, error);
  };
  if (std::any_of(records_.begin(), records_.end(), is_same)) return;

  PluginRecord record;
  record.manifest_path = manifest_path;
  record.shipped = shipped;
  const std::string file = manifest_path.filename().string();
  const std::string id_of_file = file.substr(0, file.size() - kManifestSuffix.size());
  auto manifest = read_manifest(manifest_path);
  if (!manifest) {
    record.manifest.id = is_valid_id(id_of_file) ? id_of_file : base::quote_untrusted(id_of_file);
    record.manifest.kind =
        parse_kind(manifest_path.parent_path().parent_path().filename().string()).value_or(Kind::Masking);
    stop(record, State::Failed, manifest.error());
  } else {
    record.manifest = std::move(manifest).value();
    record.manifest_readable = true;
    record.library_path = manifest_path.parent_path() / record.manifest.library;
    if (record.manifest.id != id_of_file) {
      stop(record, State::Failed,
           {base::ErrorCode::Corrupt,
            base::str("the manifest of \"", record.manifest.id, "\" is called ", base::quote_untrusted(file)),
            base::str(record.manifest.id, kManifestSuffix), ""});
    } else {
      check_compatible(record);
    }
  }
  records_.push_back(std::move(record));
}

// Off before anything else is asked: what it was built for would only distract.
bool Loader::is_off(PluginRecord& record) {
  const auto off = [&](OffBy by, const std::string& reason, const std::string& hint) {
    record.off_by = by;
    stop(record, State::Disabled, {base::ErrorCode::Unsupported, reason, "", hint});
    return true;
  };
  const std::string enable = "ibot plugins --enable " + record.name();
  if (options_.safe_mode && !record.shipped) {
    return off(OffBy::SafeMode, "the safe mode loads the program's own plugins only",
               "Unset IBOT_SAFE_MODE to use it");
  }
  if (switches_.is_disabled(record.name()))
    return off(OffBy::Person, "it was switched off", "To use it again: " + enable);
  if (switches_.safe_mode() && !record.shipped && !switches_.is_allowed(record.name())) {
    return off(OffBy::SafeMode, "the safe mode loads the program's own plugins only",
               "Enable it alone: " + enable + ", or all: ibot plugins --safe-mode off");
  }
  if (const auto reason = quarantine_.reason(record.name()))
    return off(OffBy::Crash, *reason, how_to_enable(record));
  record.off_by = OffBy::Nobody;
  return false;
}

void Loader::check_compatible(PluginRecord& record) {
  const Manifest& manifest = record.manifest;
  if (is_off(record)) return;
  // The fields that every version of the descriptor begins with, as the manifest states them.
  IbotPluginDescriptor stated{};
  stated.struct_size = sizeof stated;
  stated.abi_major = manifest.abi_major;
  stated.abi_minor = manifest.abi_minor;
  if (const auto versions = check_versions(stated); !versions) {
    return stop(record, State::Failed, versions.error());
  }
  if (const auto list = mismatches(options_.host, manifest.fingerprint); !list.empty()) {
    return stop(record, State::Failed,
                {base::ErrorCode::Incompatible, "the plugin was built for another program: " + to_text(list),
                 "", "Build it with the compiler and the SDK of this program"});
  }
  record.state = State::Compatible;
}

void Loader::refuse_duplicates() {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (!records_[i].manifest_readable || !records_[k].manifest_readable) continue;
      if (records_[i].name() != records_[k].name()) continue;
      stop(records_[i], State::Failed,
           {base::ErrorCode::AlreadyExists,
            base::str("another ", to_string(records_[i].manifest.kind), " plugin is called \"",
                      records_[i].manifest.id, "\": ", records_[k].manifest_path.string()),
            "an id of its own", "Rename one of the two, or take its folder out of IBOT_PLUGIN_PATH"});
      break;
    }
  }
}

base::Result<const PluginRecord*> Loader::find(Kind kind, std::string_view id) const {
  const PluginRecord* record = record_of(records_, kind, id);
  if (!record) return unknown_plugin(kind, id, usable_ids(kind));
  if (!is_usable(*record)) return error_of(*record);
  return record;
}

std::vector<std::string> Loader::usable_ids(Kind kind) const {
  std::vector<std::string> list;
  for (const PluginRecord& record : records_) {
    if (record.manifest.kind == kind && is_usable(record)) list.push_back(record.manifest.id);
  }
  std::sort(list.begin(), list.end());
  return list;
}

base::Status Loader::probe(PluginRecord& record) {
  const auto outcome = run_in_child([&record] {
    const auto descriptor = open_library(record.library_path);
    if (!descriptor || !check_available(**descriptor)) return;
    (void)collect_offer(**descriptor, record.manifest);
  });
  if (outcome) {
    quarantine_.clear_suspicion(record.name());
    return {};
  }
  // Not the plugin's fault: no process, no pipe.
  if (outcome.error().code != base::ErrorCode::Internal) return outcome.error();
  const std::string reason = "a trial in a child process ended it: " + outcome.error().message;
  quarantine_.add(record.name(), reason);
  return base::Error{base::ErrorCode::Internal, reason, "", how_to_enable(record)};
}

base::Status Loader::load_library(PluginRecord& record) {
  const Manifest& manifest = record.manifest;
  if (!manifest.library_sha256.empty()) {
    IBOT_TRY(const std::string digest, base::sha256_file(record.library_path));
    if (digest != manifest.library_sha256) {
      return base::Error{base::ErrorCode::Incompatible, "the library has SHA-256 " + digest,
                         manifest.library_sha256, "Build the plugin again"};
    }
  }
  IBOT_TRY(const IbotPluginDescriptor* descriptor, open_library(record.library_path));
  // Before any function of the plugin is called: only now can an exception cross safely.
  IBOT_TRY(const Fingerprint fingerprint, fingerprint_of(*descriptor));
  if (const auto list = mismatches(options_.host, fingerprint); !list.empty()) {
    return base::Error{base::ErrorCode::Incompatible,
                       "the library was built for another program: " + to_text(list), "",
                       "Build it with the compiler and the SDK of this program"};
  }
  IBOT_TRY(const Manifest found, manifest_of(*descriptor, manifest.library));
  if (const auto list = differences(manifest, found); !list.empty()) {
    return base::Error{
        base::ErrorCode::Incompatible,
        "the manifest (expected) says something else than the library (found): " + to_text(list), "",
        "Build the plugin again: the manifest is written by its build"};
  }
  record.state = State::Loaded;
  if (const auto available = check_available(*descriptor); !available) return available.error();
  record.state = State::Available;
  IBOT_TRY(Offer offer, collect_offer(*descriptor, manifest));
  IBOT_CHECK_OK(registry_.add(std::move(offer)));
  record.state = State::Registered;
  return {};
}

base::Status Loader::load(Kind kind, std::string_view id) {
  PluginRecord* record = record_of(records_, kind, id);
  if (!record) return unknown_plugin(kind, id, usable_ids(kind));
  if (record->state == State::Registered) return {};
  if (!is_usable(*record)) return error_of(*record);

  base::Status status;
  if (options_.probe || quarantine_.is_suspect(record->name())) status = probe(*record);
  const base::Stopwatch watch;
  if (status) {
    const auto marker = quarantine_.mark_loading(record->name());
    status = load_library(*record);
  }
  record->load_seconds = watch.seconds();
  if (status) return {};
  if (record->state == State::Loaded) {
    record->reason = status.error().message;
  } else {
    stop(*record, State::Failed, status.error());
    if (quarantine_.reason(record->name())) record->off_by = OffBy::Crash;
  }
  return error_of(*record);
}

void Loader::load_all() {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (is_usable(records_[i])) (void)load(records_[i].manifest.kind, records_[i].manifest.id);
  }
}

base::Result<BackboneFactory> Loader::backbone(std::string_view id) {
  IBOT_CHECK_OK(load(Kind::Backbone, id));
  return registry_.backbone(id);
}

base::Result<MaskingFactory> Loader::masking(std::string_view id) {
  IBOT_CHECK_OK(load(Kind::Masking, id));
  return registry_.masking(id);
}

base::Result<LossFactory> Loader::loss(std::string_view id) {
  IBOT_CHECK_OK(load(Kind::Loss, id));
  return registry_.loss(id);
}

base::Result<EvaluatorFactory> Loader::evaluator(std::string_view id) {
  IBOT_CHECK_OK(load(Kind::Evaluator, id));
  return registry_.evaluator(id);
}

base::Status Loader::enable(std::string_view name) {
  const auto found = std::find_if(records_.begin(), records_.end(),
                                  [&](const PluginRecord& record) { return record.name() == name; });
  if (found == records_.end() || found->off_by == OffBy::Nobody) {
    return base::Error{base::ErrorCode::NotFound,
                       base::str("plugin ", base::quote_untrusted(name),
                                 found == records_.end() ? " is not known" : " is not off"),
                       "", "`ibot plugins` lists all"};
  }
  if (quarantine_.reason(name)) IBOT_CHECK_OK(quarantine_.clear(name));
  IBOT_CHECK_OK(switches_.enable(name));
  check_again();
  return {};
}

base::Status Loader::disable(std::string_view name) {
  if (std::none_of(records_.begin(), records_.end(),
                   [&](const PluginRecord& record) { return record.name() == name; })) {
    return base::Error{base::ErrorCode::NotFound,
                       base::str("plugin ", base::quote_untrusted(name), " is not known"), "",
                       "`ibot plugins` lists all"};
  }
  IBOT_CHECK_OK(switches_.disable(name));
  check_again();
  return {};
}

base::Status Loader::set_safe_mode(bool on) {
  IBOT_CHECK_OK(switches_.set_safe_mode(on));
  check_again();
  return {};
}

void Loader::check_again() {
  for (PluginRecord& record : records_) {
    const bool has_its_name =
        record.manifest_path.filename() == base::str(record.manifest.id, kManifestSuffix);
    if (!record.manifest_readable || !has_its_name || record.state == State::Registered) continue;
    record.state = State::Found;
    record.reason.clear();
    record.hint.clear();
    check_compatible(record);
  }
  refuse_duplicates();
}

}  // namespace ibot::plugin
