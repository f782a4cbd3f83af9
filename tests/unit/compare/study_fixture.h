// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/reader.h>
#include <ibot/record/store.h>
#include <ibot/test/temp_dir.h>

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace ibot::compare::test {

/// A run as it would be recorded, with as much of a plan as comparisons look at.
struct MadeRun {
  std::string id;
  std::string name = {};
  std::map<std::string, nlohmann::json> values = {};  ///< over the defaults of kDefaults
  int seed = 0;
  std::string plugins = "plugins";  ///< hash
  std::string data = "data";        ///< hash
  std::string files = {};           ///< hash of what the files of the data hold; empty: not recorded
  std::string config_text =
      {};  ///< what the plan does not say of the configuration, "ranks: 1"; empty: not kept
  std::string environment = "cpu: one\n";
  std::map<std::string, double> evaluations = {};  ///< "knn/top1" of the teacher at the end
  std::string settings = R"({"k":20})";
  bool ended = true;
  std::string folder = {};
};

/// A workspace in which a study can be made up.
class StudyFixture {
 public:
  static constexpr std::int64_t kSteps = 100;

  StudyFixture();
  void add(const MadeRun& run);
  /// Masks none, random and block with seeds 0, 1, 2 in the folder "masks"; random is better than none by
  /// about four points of k-NN, block differs from none by chance.
  void add_masks();

  record::Reader reader() const { return record::Reader::open(workspace).value(); }
  /// All runs, oldest first.
  std::vector<record::Run> runs() const;

  ibot::test::TempDir dir;
  record::Workspace workspace;
  record::Store store;
};

}  // namespace ibot::compare::test
