// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "compared.h"

#include <ibot/base/file.h>
#include <ibot/base/printable.h>
#include <ibot/base/text.h>
#include <ibot/compare/comparison_figure.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>
#include <tuple>
#include <utility>

namespace ibot::cli {
namespace {

struct CompareArguments {
  CompareRequest request;
  std::string format, out, rows, columns, preset;  // no format: as the ending of `out` says
  bool only_differences = false, all = false, why = false;
  compare::LineOptions lines;
  std::string align = "step";
  bool dark = false;
};

constexpr const char* kOneByOne = "none";
constexpr std::size_t kManyLines = 8;  // as many as there are colours

std::string format_of_ending(const std::string& file) {
  const std::string ending = std::filesystem::path(file).extension().string();
  for (const auto& [known, format] :
       {std::pair{".txt", "table"}, std::pair{".tex", "latex"}, std::pair{".md", "markdown"},
        std::pair{".csv", "csv"}, std::pair{".json", "json"}}) {
    if (ending == known) return format;
  }
  return {};
}

base::Error refuse_ending(const CompareArguments& arguments, const std::string& why,
                          const std::string& expected) {
  return {base::ErrorCode::InvalidArgument, base::str(base::quote_untrusted(arguments.out), ' ', why),
          expected, ""};
}

// What --format and the ending of --out say together.
base::Result<std::string> chosen_format(const CompareArguments& arguments) {
  const std::string ending = std::filesystem::path(arguments.out).extension().string();
  const std::string named = format_of_ending(arguments.out);
  const bool is_figure = ending == ".png" || ending == ".svg";
  if (!arguments.request.curves.empty()) {
    if (!arguments.out.empty() && !is_figure && named != "csv")
      return refuse_ending(arguments, "is no file that curves are written to",
                           "a name that ends with .png, .svg or .csv");
    if (!arguments.format.empty() && (arguments.format != "csv" || is_figure)) {
      return base::Error{
          base::ErrorCode::InvalidArgument,
          base::str("--format ", arguments.format, " is no format of ", is_figure ? "a figure" : "curves"),
          "--out NAME.png or NAME.svg for a figure, NAME.csv or nothing for their values", ""};
    }
    return std::string("csv");
  }
  if (is_figure)
    return refuse_ending(arguments, "would be a figure, and tables are text", "--curves METRIC for a figure");
  if (ending == ".html" || ending == ".htm")
    return refuse_ending(arguments, "would be a report", "`ibot report RUNS --out NAME.html`");
  if (arguments.format.empty() && named.empty() && !ending.empty())
    return refuse_ending(arguments, "has an ending that says no format",
                         ".txt, .tex, .md, .csv or .json, or --format beside it");
  if (arguments.format.empty()) return named.empty() ? "table" : named;
  if (!named.empty() && named != arguments.format) {
    return refuse_ending(
        arguments, base::str("is the name of a file with ", named, ", and --format says ", arguments.format),
        "one of both, or both alike");
  }
  return arguments.format;
}

// An option that changes nothing was meant to change something.
base::Status check_options(const CompareArguments& arguments) {
  const CompareRequest& request = arguments.request;
  const bool curves = !request.curves.empty();
  std::vector<std::string> idle;
  const auto add = [&](bool given, const char* name) {
    if (given) idle.emplace_back(name);
  };
  if (curves) {
    add(!request.metric.empty(), "--metric");
    add(!request.better.empty(), "--better");
    add(!request.rule.empty(), "--at");
    add(arguments.why, "--why");
  }
  if (curves || arguments.why) {
    add(!arguments.rows.empty(), "--rows");
    add(!arguments.preset.empty(), "--preset");
    add(arguments.only_differences, "--only-differences");
    add(arguments.all, "--all");
  }
  if (!idle.empty()) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str(idle.front(), " has no meaning beside ", curves ? "--curves" : "--why"),
                       "one of both", ""};
  }
  if (arguments.rows.empty() || arguments.rows != arguments.columns) return {};
  return base::Error{base::ErrorCode::InvalidArgument,
                     base::str("--rows and --columns are both ", base::quote_untrusted(arguments.rows)),
                     "two factors, or --rows alone", ""};
}

bool wants_differences(const CompareArguments& arguments) {
  return arguments.only_differences || arguments.all;
}

bool wants_verdicts(const CompareArguments& arguments) {
  const CompareRequest& request = arguments.request;
  return !request.metric.empty() || !request.baseline.empty() || !arguments.rows.empty() ||
         !request.better.empty() || !request.rule.empty() || !arguments.preset.empty() ||
         !request.study.empty();
}

// Where every group is a single run, there is nothing that the metrics above do not say.
bool has_repetitions(const compare::ComparisonResult& result) {
  return std::any_of(result.groups.begin(), result.groups.end(),
                     [](const compare::GroupResult& group) { return group.comparison.sample.n > 1; });
}

base::Result<compare::Table> table_of_result(const CompareArguments& arguments, const Compared& compared) {
  const compare::ComparisonResult& result = *compared.result;
  if (arguments.format == "csv") return compare::value_table(result, compared.runs);
  if (!arguments.preset.empty())
    return compare::preset_table(*compare::parse_preset(arguments.preset), result, compared.runs);
  if (!arguments.rows.empty()) return compare::grid_table(result, arguments.rows, arguments.columns);
  return compare::list_table(result);
}

// With what the study settled: a table that is printed elsewhere has to say so itself.
base::Result<compare::Table> verdict_table(const CompareArguments& arguments, const Compared& compared) {
  IBOT_TRY(compare::Table table, table_of_result(arguments, compared));
  if (compared.settled.empty()) return table;
  table.caption.push_back(compared.settled);
  if (arguments.format != "csv") return table;
  table.columns.push_back({.title = "settled"});
  for (auto& row : table.rows) row.push_back({.text = compared.settled});
  return table;
}

std::string written(const std::string& format, const compare::Table& table) {
  if (format == "latex") return compare::to_latex(table);
  if (format == "markdown") return compare::to_markdown(table);
  if (format == "csv") return compare::to_csv(table);
  return compare::to_text(table);
}

base::Status put(const CompareArguments& arguments, const std::string& text) {
  if (!arguments.out.empty()) return base::write_file_atomically(arguments.out, text);
  std::cout << text << std::flush;
  return {};
}

base::Result<std::string> explanation(const Compared& compared) {
  if (compared.runs.size() != 2) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str("--why is about two runs, and ", compared.runs.size(), " were chosen"), "",
                       ""};
  }
  const std::string text = compare::why_different(compared.runs[0], compared.runs[1], compared.factors).text;
  return base::escape_control_characters(text) + "\n";
}

nlohmann::json json_of(const CompareArguments& arguments, const Compared& compared) {
  nlohmann::json runs = nlohmann::json::array();
  for (const compare::RunData& data : compared.runs) {
    runs.push_back({{"id", data.run.id},
                    {"name", data.run.name},
                    {"seed", data.seed()},
                    {"state", record::to_string(data.status.state)},
                    {"source", data.source}});
  }
  const auto rows =
      compare::differences(compared.runs, {.only_differences = !arguments.all, .metrics = true});
  std::vector<std::string> notes = compared.notes;
  if (!compared.settled.empty()) notes.push_back(compared.settled);
  nlohmann::json json = {
      {"runs", runs}, {"differences", compare::to_json(rows, compared.runs)}, {"notes", notes}};
  if (compared.runs.size() == 2)
    json["why"] = compare::why_different(compared.runs[0], compared.runs[1], compared.factors).text;
  json["warnings"] = compared.result ? compared.result->warnings : std::vector<std::string>();
  if (compared.result) json["result"] = compare::to_json(*compared.result, compared.runs);
  return json;
}

// More lines than colours tell nothing one by one.
std::string gathering(const CompareArguments& arguments, const Compared& compared) {
  const std::string& asked = arguments.lines.gather;
  if (asked == kOneByOne) return {};
  const std::size_t lines = compared.runs.size();
  if (!asked.empty() || lines <= kManyLines) return asked;
  if (compared.groups.size() < lines) {
    std::cerr << "note: " << lines << " runs are drawn as the means of " << compared.groups.size()
              << " groups that are equal but for the seed; --gather " << kOneByOne << " draws each run\n";
    return compare::kByReplicates;
  }
  std::cerr << "note: " << lines
            << " lines are hard to tell apart; --gather PARAMETER draws means, --colour PARAMETER colours "
               "them by it\n";
  return {};
}

base::Status require_curves(const Compared& compared) {
  const auto& curves = compared.curves.curves;
  if (std::any_of(curves.begin(), curves.end(),
                  [](const compare::RunCurve& curve) { return !curve.points.empty(); }))
    return {};
  const auto nearest = base::nearest_name(compared.curves.metric, compare::metric_names(compared.runs));
  return base::Error{base::ErrorCode::NotFound,
                     base::str("none of the ", compared.runs.size(), " runs has a value of ",
                               base::quote_untrusted(compared.curves.metric)),
                     "",
                     nearest ? "Did you mean " + base::quote_untrusted(*nearest) + "?"
                             : std::string("`ibot show RUN` lists the metrics of a run")};
}

// "mask" for mask.plugin and "lr" for optimizer.lr, as tables call them; other words stay.
std::string long_key(const std::string& word, const std::vector<std::string>& keys) {
  if (word.empty() || std::find(keys.begin(), keys.end(), word) != keys.end()) return word;
  std::vector<std::string> meant;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(meant),
               [&](const std::string& key) { return key == word + ".plugin" || key.ends_with("." + word); });
  return meant.size() == 1 ? meant.front() : word;
}

// Whether that changes what is drawn.
bool take_short_keys(const compare::ComparisonLines& lines, compare::LineOptions& options) {
  const auto before = std::tuple(options.gather, options.colour, options.dash);
  if (options.gather != compare::kByReplicates) options.gather = long_key(options.gather, lines.gather_keys);
  // Lines that were not gathered yet differ in more than gathered ones do.
  options.colour = long_key(options.colour, lines.gather_keys);
  options.dash = long_key(options.dash, lines.gather_keys);
  return before != std::tuple(options.gather, options.colour, options.dash);
}

base::Status write_curves(const CompareArguments& arguments, const Compared& compared) {
  IBOT_CHECK_OK(require_curves(compared));
  compare::LineOptions options = arguments.lines;
  options.gather = gathering(arguments, compared);
  for (const compare::Alignment each : {compare::Alignment::Step, compare::Alignment::Images,
                                        compare::Alignment::Time, compare::Alignment::Branch}) {
    if (compare::to_string(each) == arguments.align) options.align = each;
  }
  // A group is called by any of its runs, a line too.
  if (compared.result && compared.result->baseline) {
    const compare::Replicates& group = compared.result->groups[*compared.result->baseline].group;
    options.baseline = compared.runs[group.runs.front()].run.id;
  }
  compare::ComparisonLines lines = compare::make_comparison_lines(compared.curves, options);
  if (take_short_keys(lines, options)) lines = compare::make_comparison_lines(compared.curves, options);
  const auto is_known = [](const std::string& key, const std::vector<std::string>& keys) {
    return key.empty() || std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  const auto refuse = [](const char* option, const std::string& key, const std::vector<std::string>& keys) {
    return base::Error{base::ErrorCode::InvalidArgument,
                       base::str(option, ' ', base::quote_untrusted(key), " is no parameter for that"),
                       base::join_choices(keys), ""};
  };
  if (options.gather != compare::kByReplicates && !is_known(options.gather, lines.gather_keys))
    return refuse("--gather", options.gather, lines.gather_keys);
  if (!is_known(options.colour, lines.level_keys))
    return refuse("--colour", options.colour, lines.level_keys);
  if (!is_known(options.dash, lines.level_keys)) return refuse("--dash", options.dash, lines.level_keys);
  if (arguments.out.empty() || arguments.out.ends_with(".csv")) {
    // A figure has them in its caption.
    for (const std::string& warning : lines.warnings)
      std::cerr << "warning: " << base::escape_control_characters(warning) << '\n';
    return put(arguments, compare::comparison_csv(lines, options));
  }
  const figure::CurveFigure content = compare::comparison_figure(
      lines, compared.curves.metric, options, arguments.dark ? figure::Theme::Dark : figure::Theme::Light);
  IBOT_TRY(const figure::Figure figure, figure::draw_curves(content));
  return figure.save(arguments.out);
}

base::Status run_compare(const CompareArguments& asked) {
  CompareArguments arguments = asked;
  IBOT_TRY(arguments.format, chosen_format(asked));
  IBOT_CHECK_OK(check_options(asked));
  IBOT_CHECK_OK(choose_study(arguments.request));
  IBOT_TRY(const Compared compared, compare_runs(arguments.request));
  const bool judged = wants_verdicts(arguments) || compared.study.has_value();
  const bool is_table = arguments.request.curves.empty() && !arguments.why;
  // A table in the terminal has them below itself.
  say_notes(compared, judged && is_table && (!arguments.out.empty() || arguments.format == "csv"));
  if (judged && is_table && compared.result) IBOT_CHECK_OK(compared.why_no_values);
  if (!arguments.request.curves.empty()) return write_curves(arguments, compared);
  if (arguments.format == "json")
    return put(
        arguments,
        json_of(arguments, compared).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  std::string text;
  if (arguments.why) {
    IBOT_TRY(text, explanation(compared));
    return put(arguments, text);
  }
  const bool verdicts = judged;
  // A terminal shows both; a file holds one table.
  if (wants_differences(arguments) || !verdicts) {
    if (compared.runs.size() == 1 && !verdicts)
      std::cerr << "note: one run alone differs from nothing; name another beside it\n";
    const auto rows =
        compare::differences(compared.runs, {.only_differences = !arguments.all, .metrics = true});
    text += written(arguments.format, compare::difference_table(rows, compared.runs));
  }
  if (verdicts && (arguments.format == "table" || !wants_differences(arguments))) {
    if (!compared.result) return compared.why_no_result.error();
    IBOT_TRY(const compare::Table table, verdict_table(arguments, compared));
    text += (text.empty() ? "" : "\n") + written(arguments.format, table);
  } else if (arguments.format == "table" && compared.result && has_repetitions(*compared.result)) {
    text += "\n" + compare::to_text(compare::list_table(*compared.result));
  }
  return put(arguments, text);
}

void add_curve_options(CLI::App* command, CompareArguments& arguments) {
  CLI::Option* curves =
      command->add_option("--curves", arguments.request.curves,
                          "Curves of this metric: a figure where --out ends with .png or .svg, else CSV");
  command
      ->add_option(
          "--gather", arguments.lines.gather,
          "What runs are gathered by into one line: replicates, or a parameter; none: each is one. More "
          "than 8 runs are gathered by replicates unless this says otherwise")
      ->needs(curves);
  command->add_option("--colour", arguments.lines.colour, "The parameter that chooses a line's colour")
      ->needs(curves);
  command->add_option("--dash", arguments.lines.dash, "The parameter that chooses a line's dashes")
      ->needs(curves);
  command->add_option("--align", arguments.align, "What curves are laid side by side by")
      ->check(CLI::IsMember({"step", "images", "time", "branch"}))
      ->needs(curves)
      ->capture_default_str();
  command->add_option("--smoothing", arguments.lines.smoothing, "Weight of the moving average, 0 to below 1")
      ->check(CLI::Range(0.0, 0.9999))
      ->needs(curves);
  command
      ->add_option(
          "--earlier", arguments.request.earlier,
          "Is this normal? A grey band of these earlier runs: a study, or what `runs` takes; may be repeated")
      ->allow_extra_args(false)
      ->needs(curves);
  command->add_flag("--dark", arguments.dark, "Curves on a dark ground")->needs(curves);
}

}  // namespace

void add_compare_options(CLI::App* command, CompareRequest& request) {
  command->add_option(
      "--metric", request.metric,
      "What they are judged by: knn/top1, part_clusters/nmi; loss, where its terms are the same");
  command
      ->add_option("--better", request.better, "Whether higher or lower is better, where that is not known")
      ->check(CLI::IsMember({"higher", "lower"}));
  command->add_option("--at", request.rule, "The moment that counts, the same in every run: last or step:N");
  command->add_option(
      "--baseline", request.baseline,
      "What the others are compared with: a variant (mask=none, none), or a run of it by id, name "
      "or tag");
}

void add_compare(CLI::App& app) {
  auto arguments = std::make_shared<CompareArguments>();
  CLI::App* command = app.add_subcommand(
      "compare", "What runs differ in, and whether one is better: paired by seed, with verdicts");
  command->footer(
      "Examples:\n"
      "  ibot compare demo 20261127-1f2e3d                          # only what differs\n"
      "  ibot compare A B --why                                     # the first hash that differs, and what "
      "in it\n"
      "  ibot compare masks --metric knn/top1 --baseline mask=none  # all runs of the folder masks\n"
      "  ibot compare 'tag:keep optimizer.lr>0.001' --metric loss --at step:2000\n"
      "  ibot compare masks --metric knn/top1 --baseline none --format latex --out masks.tex\n"
      "  ibot compare masks --metric knn/top1 --rows mask.plugin --columns optimizer.lr --format markdown\n"
      "  ibot compare masks --metric knn/top1 --preset masking --format latex\n"
      "  ibot compare masks --bundle theirs.ibot --metric knn/top1\n"
      "  ibot compare --bundle theirs.ibot                          # needs no workspace\n"
      "  ibot compare masks --out masks.csv                         # a study by its name: its metric and "
      "baseline\n"
      "  ibot compare masks --curves loss --gather replicates --smoothing 0.98 --out masks.svg\n"
      "  ibot compare NEW --curves loss --earlier tag:good --align images --out normal.png\n"
      "Runs are chosen by id, name, tag, folder, filter or the name of a variant (mask=none), also several; "
      "a\n"
      "study by its name. Runs equal but for the seed form a group. Verdicts: better, worse, no difference "
      "shown (paired t-test on the differences of each seed, "
      "Holm's\n"
      "correction, 5 %), single run. --format csv has every value, so that each verdict can be computed "
      "again.\n"
      "Exit codes: 0 compared, 2 wrong usage (an unknown metric direction, rows that are no factor), 3 no "
      "such run,\n"
      "metric, moment or study, 4 a damaged record or bundle, 5 --out cannot be written.");
  command->add_option("runs", arguments->request.words,
                      "A study, or ids, names, tags, folders, filters or variants");
  command->add_option("--study", arguments->request.study, "The runs, metric, rule and baseline of a study");
  command->add_option("--bundle", arguments->request.bundles, "Also the runs of a bundle; may be repeated")
      ->allow_extra_args(false);
  add_compare_options(command, arguments->request);
  command->add_flag("--only-differences", arguments->only_differences,
                    "The table of differences (without --metric it is shown anyway)");
  command->add_flag("--all", arguments->all, "Also what is the same")->excludes("--only-differences");
  command->add_flag("--why", arguments->why, "Of two runs: why they differ, in words");
  command->add_option("--rows", arguments->rows, "Factor whose levels are the rows of the ablation table");
  command->add_option("--columns", arguments->columns, "Factor whose levels are its columns")
      ->needs("--rows");
  command->add_option("--preset", arguments->preset, "The shape of a table of the paper")
      ->check(CLI::IsMember({"pretext", "masking", "head"}))
      ->excludes("--rows");
  command
      ->add_option("--format", arguments->format,
                   "Else as the ending of --out says (.txt, .json, .tex, .md, .csv), or table")
      ->check(CLI::IsMember({"table", "json", "latex", "markdown", "csv"}));
  add_curve_options(command, *arguments);
  command->add_option("-o,--out", arguments->out, "File to write instead of standard output")
      ->check(output_path());
  add_workspace_option(command, arguments->request.workspace);
  on_run(command, [arguments] { return run_compare(*arguments); });
}

}  // namespace ibot::cli
