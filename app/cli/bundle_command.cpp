// SPDX-License-Identifier: GPL-3.0-or-later
// Studies in one file: create, open, merge.
#include "command.h"
#include "compared.h"

#include <ibot/base/text.h>
#include <ibot/bundle/bundle.h>
#include <ibot/compare/report.h>
#include <ibot/record/merge.h>
#include <ibot/record/reader.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace ibot::cli {
namespace {

using base::ErrorCode;
using base::str;

struct BundleArguments {
  CompareRequest request;
  std::string file, folder, workspace, title;
  record::ExtractOptions options;
  bool json = false;
};

// As text files, so that a bundle can be read without this program.
base::Status add_plans_and_notes(record::Reader& reader, const Compared& compared,
                                 bundle::BundleContent& content) {
  std::string notes;
  if (compared.study) {
    notes += "# " + compared.study->name + "\n\n";
    if (!compared.study->question.empty()) notes += compared.study->question + "\n\n";
    if (!compared.study->notes.empty()) notes += compared.study->notes + "\n\n";
  }
  for (const compare::RunData& data : compared.runs) {
    const std::string& id = data.run.id;
    IBOT_TRY(const auto segments, reader.plan(id));
    const auto json = segments.empty() ? nlohmann::json()
                                       : nlohmann::json::parse(segments.back().plan_json, nullptr, false);
    if (json.is_object() && json.contains("yaml") && json["yaml"].is_string())
      content.extra.push_back({"plans/" + id + ".yaml", json["yaml"].get<std::string>()});
    IBOT_TRY(const auto written, reader.notes(id));
    if (!written.empty()) notes += "## " + data.run.name + " (" + id + ")\n\n";
    for (const record::Note& note : written) notes += note.text + "\n\n";
  }
  if (!notes.empty()) content.extra.push_back({"notes.md", notes});
  return {};
}

base::Status create(const BundleArguments& arguments) {
  CompareRequest request = arguments.request;
  IBOT_CHECK_OK(require_words(request, "a bundle"));
  IBOT_CHECK_OK(choose_study(request));
  IBOT_TRY(const Compared compared, compare_runs(request));
  say_notes(compared);
  IBOT_TRY(const record::Workspace workspace, record::Workspace::open(request.workspace));
  IBOT_TRY(record::Reader reader, record::Reader::open(workspace));
  bundle::BundleContent content;
  content.title = !arguments.title.empty() ? arguments.title : compared.study ? compared.study->name : "runs";
  content.study = request.study;
  for (const compare::RunData& data : compared.runs) content.runs.push_back(data.run.id);
  IBOT_CHECK_OK(add_plans_and_notes(reader, compared, content));
  IBOT_TRY(compare::Report report,
           compare::make_report(reader, compared.runs, compared.groups, compared.result, compared.study));
  report.title = content.title;
  if (!compared.settled.empty()) report.summary.push_back(compared.settled);
  content.extra.push_back({"report.html", compare::to_html(report)});
  for (std::size_t i = 0; i < report.figures.size(); ++i)
    content.extra.push_back({str("figures/", i + 1, ".svg"), report.figures[i].svg});
  IBOT_TRY(const std::uint64_t size,
           bundle::create_bundle(workspace, content, arguments.file, arguments.options));
  print(str(arguments.file, ": ", content.runs.size(), content.runs.size() == 1 ? " run, " : " runs, ",
            base::format_bytes(size)));
  return {};
}

nlohmann::json to_json(const bundle::Manifest& manifest) {
  nlohmann::json files = nlohmann::json::array();
  for (const bundle::BundleFile& file : manifest.files)
    files.push_back({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  return {{"title", manifest.title},
          {"study", manifest.study},
          {"created", manifest.created},
          {"runs", manifest.runs},
          {"files", files}};
}

void print_manifest(const bundle::Manifest& manifest) {
  std::uint64_t bytes = 0;
  for (const bundle::BundleFile& file : manifest.files) bytes += file.size;
  print(str(base::quote_untrusted(manifest.title), ", made ", base::quote_untrusted(manifest.created), ": ",
            manifest.runs.size(), manifest.runs.size() == 1 ? " run, " : " runs, ", manifest.files.size(),
            " files, ", base::format_bytes(bytes), "; every hash is right"));
  for (const std::string& run : manifest.runs) print("  " + run);
}

base::Status open(const BundleArguments& arguments) {
  if (arguments.folder.empty()) {
    IBOT_TRY(const auto manifest, bundle::check_bundle(std::filesystem::path(arguments.file)));
    if (arguments.json) {
      print_json(to_json(manifest));
    } else {
      print_manifest(manifest);
      print("--into FOLDER opens it, to be read only");
    }
    return {};
  }
  IBOT_TRY(const auto opened, bundle::open_bundle(arguments.file, arguments.folder));
  if (arguments.json) {
    nlohmann::json json = to_json(opened.manifest);
    json["workspace"] = arguments.folder;
    print_json(json);
    return {};
  }
  print_manifest(opened.manifest);
  print("opened in " + arguments.folder + "; `ibot runs -w " + arguments.folder +
        "` lists its runs, which are only read");
  return {};
}

base::Status merge(const BundleArguments& arguments) {
  IBOT_TRY(const auto opened, bundle::TemporaryBundle::open(arguments.file));
  IBOT_TRY(const record::Workspace workspace, record::Workspace::create(arguments.workspace));
  IBOT_TRY(const record::MergeReport report, record::merge_record(opened.workspace(), workspace));
  if (arguments.json) {
    print_json({{"added", report.added},
                {"known", report.known},
                {"deleted", report.deleted},
                {"studies", report.studies}});
    return {};
  }
  const auto say = [](const std::vector<std::string>& all, const char* one, const char* many) {
    if (!all.empty()) print(str(all.size(), all.size() == 1 ? one : many));
    for (const std::string& each : all) print("  " + each);
  };
  say(report.added, " run was added", " runs were added");
  say(report.known, " run was there already and stays as it is",
      " runs were there already and stay as they are");
  say(report.deleted, " run was deleted here and stays so", " runs were deleted here and stay so");
  say(report.studies, " study was added", " studies were added");
  return {};
}

}  // namespace

void add_bundle(CLI::App& app) {
  CLI::App* bundle = app.add_subcommand("bundle", "A study in one file, to be sent: create, open, merge");
  bundle->require_subcommand(1);
  bundle->footer(
      "Exit codes: 0 done, 2 wrong usage, 3 no such run or file, 4 the bundle was refused (damaged, hostile, "
      "of a newer\n"
      "program), 5 the disk is full or the bundle beyond the limits.");
  {
    auto arguments = std::make_shared<BundleArguments>();
    CLI::App* command = bundle->add_subcommand("create", "Pack a study, or runs, with their newest weights");
    command->footer(
        "Examples:\n  ibot bundle create masks --out masks.ibot\n"
        "  ibot bundle create 'tag:keep' --metric knn/top1 --out kept.ibot --snapshots 0");
    command
        ->add_option("what", arguments->request.words,
                     "A study, or ids, names, tags, folders or filters of runs")
        ->required();
    command->add_option("-o,--out", arguments->file, "File to write")->required()->check(output_path());
    command->add_option("--title", arguments->title, "Instead of the study's name");
    add_extract_options(command, arguments->options);
    add_compare_options(command, arguments->request);
    add_workspace_option(command, arguments->request.workspace);
    on_run(command, [arguments] { return create(*arguments); });
  }
  {
    auto arguments = std::make_shared<BundleArguments>();
    CLI::App* command =
        bundle->add_subcommand("open", "Check a bundle and list it, or open it in a folder, to be read only");
    command->footer(
        "Examples:\n  ibot bundle open masks.ibot\n  ibot bundle open masks.ibot --into masks && ibot runs "
        "-w masks\n"
        "  ibot compare mine --bundle masks.ibot      # compares without opening");
    command->add_option("file", arguments->file, "The bundle")->required();
    command->add_option("--into", arguments->folder, "Folder, empty or new")->check(output_path());
    command->add_flag("--json", arguments->json, "As JSON");
    on_run(command, [arguments] { return open(*arguments); });
  }
  {
    auto arguments = std::make_shared<BundleArguments>();
    CLI::App* command = bundle->add_subcommand("merge", "Take the runs of a bundle over into a workspace");
    command->footer(
        "Example:\n  ibot bundle merge masks.ibot -w experiments/mine\nRuns that are there stay as they "
        "are.");
    command->add_option("file", arguments->file, "The bundle")->required();
    command->add_flag("--json", arguments->json, "As JSON");
    add_workspace_option(command, arguments->workspace);
    on_run(command, [arguments] { return merge(*arguments); });
  }
}

}  // namespace ibot::cli
