// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/plugin/fingerprint.h>
#include <ibot/plugin/manifest.h>
#include <ibot/plugin/quarantine.h>
#include <ibot/plugin/registry.h>
#include <ibot/plugin/switches.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::plugin {

/// How far a plugin got, kept for display.
enum class State : unsigned char {
  Found = 1,   ///< manifest readable; no code was run. Passing: discovery goes on to Compatible or Failed
  Compatible,  ///< ABI and fingerprint, as the manifest states them, fit this program; no code was run
  Loaded,  ///< library mapped, and its manifest told the truth. Rests here, with a reason, if not available
  Available,   ///< says that it can work on this machine
  Registered,  ///< its factory can be used
  Failed,      ///< see reason and hint
  Disabled,    ///< see off_by, reason and hint
};
IBOT_API std::string_view to_string(State state);

/// Who keeps a disabled plugin off.
enum class OffBy : unsigned char {
  Nobody = 1,
  Person,    ///< Loader::disable()
  Crash,     ///< the quarantine
  SafeMode,  ///< it is not one of the program's own
};
IBOT_API std::string_view to_string(OffBy off_by);

/// One plugin as seen from outside. Records are never removed: a broken plugin is listed with its reason.
struct IBOT_API PluginRecord {
  Manifest manifest;  ///< only `id` and `kind`, guessed from the path, where the manifest cannot be read
  bool manifest_readable = false;
  std::filesystem::path manifest_path;
  std::filesystem::path library_path;  ///< empty where the manifest cannot be read
  bool shipped = false;                ///< lies in the program's own folder
  State state = State::Found;
  State reached = State::Found;  ///< the last state before Failed or Disabled
  OffBy off_by = OffBy::Nobody;
  std::string reason;  ///< of Failed, Disabled, or of Loaded where it is not available
  std::string hint;
  double load_seconds = 0;  ///< from dlopen to registered, without the trial; 0: not loaded

  std::string name() const { return qualified_name(manifest.kind, manifest.id); }
};

/// A folder in which plugins are looked for: manifests in it and up to two levels below (<kind>/<id>/).
struct PluginFolder {
  std::filesystem::path path;
  bool shipped = false;
};

struct IBOT_API LoaderOptions {
  std::vector<PluginFolder> folders;   ///< in this order; the first plugin of a name wins
  std::filesystem::path state_folder;  ///< crash markers; empty: none are written
  bool safe_mode = false;              ///< only shipped plugins, whatever the switches say
  bool probe = false;  ///< try each plugin in a child process first; only before threads exist
  Fingerprint host = host_fingerprint();

  /// The folders of the environment: `plugins` and `ibot-workbench/plugins` beside libibot_base (build tree,
  /// installation), then those of IBOT_PLUGIN_PATH (separated by colons); state in
  /// ${XDG_STATE_HOME:-~/.local/state}/ibot-workbench/plugins; safe mode if IBOT_SAFE_MODE is set and not 0.
  static LoaderOptions from_environment();
};

/// Finds plugins, loads those that are asked for, and keeps the state of all.
///
/// Nothing here throws, and no plugin's failure is an error of discovery. Not thread-safe: used by the thread
/// that starts the program, before workers exist. Libraries stay mapped, so factories may outlive the loader.
///
///   auto loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
///   IBOT_TRY(auto factory, loader.masking("block"));
///   IBOT_TRY(auto strategy, plugin::stop_exceptions("masking plugin block", [&] { return factory(values);
///   }));
class IBOT_API Loader {
 public:
  /// Reads the manifests. Runs no code of a plugin.
  static Loader discover(LoaderOptions options);

  /// Shipped ones first, then by kind and id.
  const std::vector<PluginRecord>& plugins() const { return records_; }
  /// Folders that could not be read.
  const std::vector<base::Error>& folder_errors() const { return folder_errors_; }

  /// The manifest (so the schema) of a plugin that can be loaded or is loaded, without loading it. Errors:
  /// NotFound with the nearest name and the list of all; or the reason why the plugin of that name cannot be
  /// used.
  base::Result<const PluginRecord*> find(Kind kind, std::string_view id) const;
  /// The plugins that find() gives.
  std::vector<std::string> usable_ids(Kind kind) const;

  /// Loads and registers. Success if it is registered already. Errors: as find(), or the reason of the
  /// failure, which the record keeps.
  base::Status load(Kind kind, std::string_view id);
  /// Loads every plugin that can be loaded; failures are in the records.
  void load_all();

  /// load() and the factory.
  base::Result<BackboneFactory> backbone(std::string_view id);
  base::Result<MaskingFactory> masking(std::string_view id);
  base::Result<LossFactory> loss(std::string_view id);
  base::Result<EvaluatorFactory> evaluator(std::string_view id);

  const Registry& registry() const { return registry_; }

  /// Lets a plugin ("masking/block") that is off be loaded, in this process and in later ones: whether a
  /// person switched it off, the quarantine holds it, or the safe mode shuts it out. Errors: NotFound
  /// (unknown, or not off), and as Switches.
  base::Status enable(std::string_view name);
  /// Switches a plugin off for this and later processes, until it is enabled. What is registered already
  /// stays. Errors: NotFound, and as Switches.
  base::Status disable(std::string_view name);
  bool safe_mode() const { return options_.safe_mode || switches_.safe_mode(); }
  /// For this and later processes. Errors: as Switches.
  base::Status set_safe_mode(bool on);

 private:
  explicit Loader(LoaderOptions options);
  void scan(const PluginFolder& folder);
  void add_record(const std::filesystem::path& manifest_path, bool shipped);
  void check_compatible(PluginRecord& record);
  bool is_off(PluginRecord& record);
  void check_again();
  void refuse_duplicates();
  base::Status probe(PluginRecord& record);
  base::Status load_library(PluginRecord& record);

  LoaderOptions options_;
  Quarantine quarantine_;
  Switches switches_;
  std::vector<PluginRecord> records_;
  std::vector<base::Error> folder_errors_;
  Registry registry_;
};

}  // namespace ibot::plugin
