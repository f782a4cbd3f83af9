// SPDX-License-Identifier: GPL-3.0-or-later
// Every view as a command, on a run that the program itself has trained and recorded.
#include "program.h"

#include <ibot/base/file.h>
#include <ibot/protocol/comparison.h>
#include <ibot/record/reader.h>
#include <ibot/test/temp_dir.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace ibot::test {
namespace {

using testing::HasSubstr;

class ViewCommands : public testing::Test {
 protected:
  /// Runs `ibot inspect <view> small ...` with every kind of output, and checks that they are there.
  nlohmann::json inspect(const std::string& view, const std::vector<std::string>& more, bool draws = true) {
    std::vector<std::string> arguments = {"inspect", view, "small", "-w",
                                          trained_workspace().folder.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto svg = folder_ / (view + ".svg");
    arguments.insert(arguments.end(), {"--json", "--csv", (folder_ / (view + ".csv")).string()});
    if (draws) arguments.insert(arguments.end(), {"--out", svg.string()});
    const Finished finished = run_program(arguments);
    EXPECT_EQ(finished.code, 0) << view;
    if (draws) {
      EXPECT_THAT(base::read_text_file(svg, 1 << 26).value(), HasSubstr("<svg")) << view;
    }
    EXPECT_THAT(base::read_text_file(folder_ / (view + ".csv"), 1 << 26).value(), HasSubstr(",")) << view;
    return nlohmann::json::parse(finished.output, nullptr, false);
  }

  TempDir folder_;
  const std::string picture_ = trained_workspace().picture;
};

TEST_F(ViewCommands, OfOnePicture) {
  const auto attention = inspect("attention", {"--image", picture_, "--query", "1,2", "--mass", "0.6",
                                               "--composite", "--npy", (folder_ / "npy").string()});
  EXPECT_EQ(attention.at("network").at("source"), "checkpoint");
  EXPECT_EQ(attention.at("attention").at("values").size(), attention.at("heads").size() *
                                                               attention.at("rows").get<std::size_t>() *
                                                               attention.at("columns").get<std::size_t>());
  EXPECT_THAT(base::read_text_file(folder_ / "npy/attention.npy", 1 << 26).value(), HasSubstr("NUMPY"));
  const auto similarity =
      inspect("similarity", {"--image", picture_, picture_, "--patch", "0,0", "--beside", "untrained", "@3"});
  EXPECT_EQ(similarity.at("networks").size(), 3U);
  EXPECT_EQ(similarity.at("networks")[2].at("step"), 3);
  EXPECT_NEAR(similarity.at("maps").at("values")[0].get<double>(), 1, 1e-5);
  const std::string table = base::read_text_file(folder_ / "similarity.csv", 1 << 26).value();
  EXPECT_THAT(table, HasSubstr("network,source,step,picture,row,column,cosine\nsmall,checkpoint,"));
  EXPECT_EQ(similarity.at("maps").at("shape").size(), 4U) << "networks, pictures, rows, columns";
  const auto lines =
      inspect("correspondence", {"--image", picture_, picture_, "--npy", (folder_ / "lines").string()});
  EXPECT_GT(lines.at("mutual").get<int>(), 0);
  EXPECT_EQ(lines.at("pairs").at("shape")[0], lines.at("lines").size());
  EXPECT_EQ(lines.at("pairs").at("values")[1], lines.at("lines")[0].at("first").at("column"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "lines/pairs.npy"));
  const auto views = inspect("correspondence", {"--image", picture_, "--views", "--draw", "3"});
  EXPECT_EQ(views.at("views").at("draw"), 3);
  EXPECT_LE(views.at("views").at("right"), views.at("views").at("shared"));
  EXPECT_THAT(base::read_text_file(folder_ / "correspondence.csv", 1 << 26).value(),
              HasSubstr("cosine,patches_off\n"));
  const auto prediction = inspect("prediction", {"--image", picture_, "--seed", "2"});
  EXPECT_GE(prediction.at("agreement").get<double>(), 0);
}

TEST_F(ViewCommands, OfManyPatches) {
  const auto clusters = inspect("clusters", {"--image", picture_, "--clusters", "3", "--aligned-to", "@3"});
  EXPECT_EQ(clusters.at("sizes").size(), 3U);
  const auto components =
      inspect("clusters", {"--image", picture_, "--clusters", "2", "--components", "--alone"});
  EXPECT_EQ(components.at("explained").size(), 3U);
  const auto plane = inspect(
      "embedding",
      {"--image", picture_, "--iterations", "20", "--clusters", "2", "--npy", (folder_ / "plane").string()},
      false);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "plane/points.npy"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "plane/pixels.npy")) << "there are none";
  EXPECT_GT(plane.at("objective").get<double>(), 0);
  const auto cards = inspect("prototypes", {"--pictures", "4", "--cards", "3", "--beside", "@3"});
  EXPECT_EQ(cards.at("seen"), 4);
  EXPECT_GE(cards.at("overlap").get<double>(), 0);
  const auto pairs = inspect("prototypes", {"--pictures", "4", "--cards", "3", "--against", "untrained"});
  EXPECT_EQ(pairs.at("beside").at("source"), "untrained");
  EXPECT_EQ(pairs.at("partners").size(), pairs.at("cards").size());
  const auto drift = inspect("prototypes", {"--drift", "--pictures", "3", "--moments", "3"});
  EXPECT_GE(drift.at("moments").size(), 2U);
  EXPECT_EQ(drift.at("as_last").back(), 1);
  EXPECT_EQ(drift.at("stays").size() + 1, drift.at("moments").size());
  const auto norms = inspect("norms", {"--image", picture_, "--layer", "1"});
  EXPECT_EQ(norms.at("layer"), 1);
  EXPECT_THAT(base::read_text_file(folder_ / "norms.csv", 1 << 26).value(),
              HasSubstr("picture,row,column,norm\n"));
  const auto cka = inspect("cka", {"--image", picture_, "--beside", "untrained"});
  EXPECT_EQ(cka.at("second").at("source"), "untrained");
  const auto runs = inspect("cka", {"--image", picture_, "--beside", "untrained", "@3", "--layer", "1"});
  EXPECT_EQ(runs.at("networks").size(), 3U);
  EXPECT_EQ(runs.at("values").at("shape"), nlohmann::json::array({3, 3}));
  EXPECT_THAT(base::read_text_file(folder_ / "cka.csv", 1 << 26).value(),
              HasSubstr("network,run,step,beside,beside_run,beside_step,cka\n"));
}

TEST_F(ViewCommands, AWallOfRunsMomentsAndPictures) {
  const auto moments = inspect("wall", {"--moments", "3", "--image", picture_, "--difference"});
  const std::size_t networks = moments.at("networks").size();
  EXPECT_GE(networks, 2U);
  EXPECT_EQ(moments.at("networks")[0].at("step"), 0);
  // Rows of their own: the same run at other steps is the same row, so a file of weights stands below it.
  const auto wall = inspect("wall", {"small@0,newest,untrained", "--steps", "3", "--images", picture_,
                                     picture_, "--map", "similarity", "--patch", "1,2", "--clicked", "2"});
  ASSERT_EQ(wall.at("networks").size(), 4U);
  EXPECT_EQ(wall.at("networks")[0].at("step"), 3);
  EXPECT_EQ(wall.at("networks")[3].at("source"), "untrained");
  EXPECT_EQ(wall.at("pictures").size(), 2U);
  EXPECT_EQ(wall.at("clicked"), 1);
}

TEST_F(ViewCommands, AWallLeavesRunsWithoutWeightsEmpty) {
  const std::string workspace = trained_workspace().folder.string();
  const std::string recipe = (trained_workspace().folder.parent_path() / "recipe.yaml").string();
  ASSERT_EQ(run_program({"queue", "add", recipe, "--name", "waiting", "-w", workspace}).code, 0);
  const auto wall =
      inspect("wall", {"waiting", "small@newest,77", "--steps", "0", "newest", "--image", picture_});
  EXPECT_EQ(wall.at("networks").size(), 3U);
  ASSERT_EQ(wall.at("gaps").size(), 3U);
  EXPECT_EQ(wall.at("gaps")[0].at("name"), "waiting");
  EXPECT_EQ(wall.at("gaps")[0].at("place"), 2);
  EXPECT_EQ(wall.at("gaps")[2].at("step"), 77);
  // With --moments a run without any moment is one empty place.
  EXPECT_EQ(inspect("wall", {"waiting", "--moments", "2", "--image", picture_}).at("gaps").size(), 1U);
  // Nobody has weights; and a run that is not there is a mistake, no gap.
  EXPECT_EQ(
      run_program({"inspect", "wall", "waiting", "waiting@3", "--image", picture_, "-w", workspace, "--json"})
          .code,
      3);
  EXPECT_EQ(
      run_program({"inspect", "wall", "small", "nobody", "--image", picture_, "-w", workspace, "--json"})
          .code,
      3);
}

TEST_F(ViewCommands, AgreementWithThePartsOfTheScenes) {
  const TrainedWorkspace& made = trained_workspace();
  const auto figures = inspect("agreement", {"--pictures", made.pictures, "--masks", made.masks, "--clusters",
                                             "4", "--limit", "6", "--beside", "untrained"});
  ASSERT_EQ(figures.at("networks").size(), 2U);
  for (const auto& network : figures.at("networks")) {
    EXPECT_GT(network.at("click_iou").get<double>(), 0);
    EXPECT_GT(network.at("purity").get<double>(), 0);
  }
  EXPECT_GT(figures.at("box_iou").get<double>(), 0);
  // Kept where it is asked for: not by looking.
  const auto workspace = record::Workspace::open(made.folder);
  ASSERT_TRUE(workspace);
  const auto kept = [&] {
    auto reader = record::Reader::open(*workspace).value();
    auto rows = reader.evaluations(reader.find_run("small").value()).value();
    std::erase_if(rows, [](const auto& row) { return row.protocol != protocol::kAgreementProtocol; });
    return rows;
  };
  EXPECT_TRUE(kept().empty());
  inspect("agreement", {"--pictures", made.pictures, "--masks", made.masks, "--clusters", "4", "--limit", "6",
                        "--beside", "untrained", "--record"});
  const auto rows = kept();
  EXPECT_GE(rows.size(), 10U);
  for (const auto& row : rows) {
    if (row.metric != "purity" || row.network != "untrained") continue;
    EXPECT_EQ(row.value, figures.at("networks")[1].at("purity").get<double>());
  }
}

TEST_F(ViewCommands, SayWhatIsWrong) {
  const std::string workspace = trained_workspace().folder.string();
  const auto code = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "inspect");
    arguments.insert(arguments.end(), {"-w", workspace});
    return run_program(arguments).code;
  };
  EXPECT_EQ(code({"attention", "small", "--image", picture_}), 2);  // nothing to write
  EXPECT_EQ(code({"attention", "small", "--step", "7", "--image", picture_, "--json"}), 3);
  EXPECT_EQ(code({"attention", "small", "--layer", "99", "--image", picture_, "--json"}), 2);
  EXPECT_EQ(code({"similarity", "small", "--image", picture_, "--patch", "4;5", "--json"}), 2);
  EXPECT_EQ(code({"correspondence", "small", "--image", picture_, "--json"}), 2) << "one picture alone";
  EXPECT_EQ(code({"correspondence", "small", "--image", picture_, picture_, "--views", "--json"}), 2);
  EXPECT_EQ(code({"correspondence", "small", "--image", picture_, "--draw", "1", "--json"}), 2);
  EXPECT_EQ(code({"wall", "small@0,soon", "--image", picture_, "--json"}), 2);
  EXPECT_EQ(code({"wall", "small@7777", "--image", picture_, "--json"}), 3);
  EXPECT_EQ(code({"norms", "--weights", picture_, "--image", picture_, "--json"}), 4);
  EXPECT_EQ(code({"norms", "small", "--size", "4096", "--image", picture_, "--json"}), 2);
  EXPECT_EQ(code({"norms", "small", "--image", "probe:0", "--json"}), 3);
}

TEST_F(ViewCommands, DropNothingThatWasAskedFor) {
  const std::string workspace = trained_workspace().folder.string();
  const auto code = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "inspect");
    arguments.insert(arguments.end(), {"-w", workspace, "--json"});
    return run_program(arguments).code;
  };
  EXPECT_EQ(code({"attention", "small", "--weights", "w.safetensors", "--image", picture_}), 2);
  EXPECT_EQ(code({"attention", "small", "--step", "3", "--untrained", "--image", picture_}), 2);
  EXPECT_EQ(code({"attention", "small", "--mean", "0.5", "--image", picture_}), 2);
  EXPECT_EQ(code({"attention", "small", "--layer", "0", "--image", picture_}), 2);
  EXPECT_EQ(code({"wall", "small", "--steps", "0", "--moments", "2", "--image", picture_}), 2);
  EXPECT_EQ(code({"wall", "small", "--map", "similarity", "--head", "1", "--image", picture_}), 2);
  EXPECT_EQ(code({"wall", "small", "--patch", "1,1", "--image", picture_}), 2);
  EXPECT_EQ(code({"prototypes", "small", "--drift", "--against", "untrained", "--pictures", "2"}), 2);
  EXPECT_EQ(code({"prototypes", "small", "--prototype", "1", "--pictures", "2"}), 2);
}

TEST_F(ViewCommands, SeeExportedWeightsAsTheirRun) {
  const std::string workspace = trained_workspace().folder.string();
  const std::string file = (folder_ / "teacher.safetensors").string();
  ASSERT_EQ(run_program({"export", "small", "--out", file, "-w", workspace}).code, 0);
  const auto numbers = [&](std::vector<std::string> of) {
    of.insert(of.begin(), {"inspect", "attention"});
    of.insert(of.end(), {"--image", picture_, "--json"});
    return nlohmann::json::parse(run_program(of).output, nullptr, false);
  };
  const nlohmann::json run = numbers({"small", "-w", workspace}), weights = numbers({"--weights", file});
  EXPECT_EQ(weights.at("heads"), run.at("heads"));
  EXPECT_EQ(weights.at("attention"), run.at("attention")) << "heads and normalisation are in the file";
}

}  // namespace
}  // namespace ibot::test
