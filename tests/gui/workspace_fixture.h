// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/store.h>
#include <ibot/test/temp_dir.h>

#include <QString>
#include <functional>
#include <string>

namespace ibot::gui_test {

/// A workspace with runs in it, written by this process as a trainer would.
class WorkspaceFixture {
 public:
  static constexpr const char* kPlan = R"({"yaml": "name: small"})";

  WorkspaceFixture();

  QString folder() const { return QString::fromStdString(workspace.folder().string()); }
  /// A run that is only recorded.
  void create(const std::string& id, const std::string& name, std::int64_t planned_steps = 1000,
              const std::string& plan_json = kPlan);
  /// The same, and held and running by this process.
  void start(const std::string& id, const std::string& name, std::int64_t planned_steps = 1000,
             const std::string& plan_json = kPlan);
  /// Steps first to last of a metric, value(step).
  void write(const std::string& id, const std::string& metric, std::int64_t first, std::int64_t last,
             const std::function<double(std::int64_t)>& value);

  test::TempDir dir;
  record::Workspace workspace;
  record::Store store;
};

/// Lets the event loop turn until `condition` holds; false after ten seconds.
bool wait_until(const std::function<bool()>& condition);

}  // namespace ibot::gui_test
