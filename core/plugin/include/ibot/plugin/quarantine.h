// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ibot::plugin {

/// Remembers over processes which plugin ended one while it was being loaded. Files in one folder per user:
///
///   masking.block.<pid>.loading   present, and locked, while a process loads the plugin
///   masking.block.suspect         a process ended during the load, and nothing says why
///   masking.block.quarantined     the plugin crashed: its text is the reason
///
/// A marker whose lock is free belongs to a process that is gone. If the process wrote into it which signal
/// ended it, the plugin is quarantined. If not (Ctrl+C, kill -9, a power cut, or a plugin that calls exit),
/// nobody knows whether the plugin is to blame: it becomes a suspect, and the next load tries it in a child
/// process first.
///
/// A folder that cannot be written (read-only home) switches this off with one log line; plugins load all the
/// same.
class IBOT_API Quarantine {
 public:
  /// An empty folder name switches it off.
  explicit Quarantine(std::filesystem::path folder);

  /// Reads the folder and turns markers of ended processes into verdicts. Markers of living ones stay.
  void refresh();

  /// Why the plugin is quarantined; nullopt: it is not.
  std::optional<std::string> reason(std::string_view name) const;
  bool is_suspect(std::string_view name) const;

  /// A verdict from outside: the probe saw the plugin end its process.
  void add(std::string_view name, std::string_view reason);
  /// The plugin passed a probe.
  void clear_suspicion(std::string_view name);
  /// Lets the plugin be loaded again. Errors: NotFound (it was not quarantined), PermissionDenied, Io.
  base::Status clear(std::string_view name);

  /// While it lives, the marker exists and a fatal signal is written into it before the signal takes its
  /// course. One at a time in a process, on the thread that loads.
  class IBOT_API Marker {
   public:
    Marker(Marker&&) noexcept;
    Marker& operator=(Marker&&) noexcept;
    ~Marker();

   private:
    friend class Quarantine;
    struct State;
    explicit Marker(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };
  Marker mark_loading(std::string_view name);

 private:
  std::filesystem::path file(std::string_view name, std::string_view suffix) const;
  std::filesystem::path folder_;
  std::map<std::string, std::string, std::less<>> reasons_;
  std::set<std::string, std::less<>> suspects_;
};

/// "signal 11 (Segmentation fault)".
IBOT_API std::string describe_signal(int signal_number);

}  // namespace ibot::plugin
