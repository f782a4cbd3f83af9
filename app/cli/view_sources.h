// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/inspect/views.h>
#include <ibot/plugin/loader.h>
#include <ibot/record/reader.h>

#include <map>
#include <memory>
#include <string>

namespace ibot::cli {

/// Runs of any workspace for the views of core/inspect. Records stay open, and what a run is made of is read
/// anew only when its record has changed, so that a click costs no query. One thread.
class RecordSources final : public inspect::ViewSources {
 public:
  /// `loader` outlives it.
  explicit RecordSources(plugin::Loader& loader) : loader_(loader) {}

  base::Result<inspect::NetworkSource> network(const protocol::NetworkChoice& choice) override;
  base::Result<inspect::EncodedPicture> probe(const protocol::NetworkChoice& run,
                                              const std::string& image) override;
  /// Steps of which a run keeps weights of the chosen network, ascending.
  base::Result<std::vector<std::int64_t>> kept_steps(const protocol::NetworkChoice& choice);

 private:
  struct Opened {
    record::Workspace workspace;
    record::Reader reader;
    std::int64_t changed = -1;
    std::map<std::string, inspect::NetworkSource> found;  // of the record as it is
    std::map<std::string, plan::Plan> plans;              // by run: a plan never changes
  };
  base::Result<Opened*> open(const std::string& workspace);
  base::Result<plan::Plan> plan_of(Opened& opened, const std::string& run);

  plugin::Loader& loader_;
  std::map<std::string, std::unique_ptr<Opened>> opened_;
};

/// What a command opens to look into networks once: the plugins there are, records, and the views over both.
struct LocalViews {
  plugin::Loader loader = plugin::Loader::discover(plugin::LoaderOptions::from_environment());
  RecordSources sources{loader};
  inspect::Views views{loader, &sources};
};

}  // namespace ibot::cli
