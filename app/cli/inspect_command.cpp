// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "history.h"
#include "laboratory.h"
#include "serve.h"
#include "view_commands.h"

#include <memory>

namespace ibot::cli {
namespace {

void add_history(CLI::App& group) {
  struct Arguments {
    std::string workspace, run, out;
    HistoryRequest request;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = group.add_subcommand(
      "history", "A run's probe pictures over its training: attention, components, clusters");
  command->footer("Example:\n  ibot inspect history demo --out history.png");
  command->add_option("run", arguments->run, "Id, name or the beginning of an id")->required();
  command->add_option("-o,--out", arguments->out, "PNG or SVG to write")->required()->check(output_path());
  command->add_option("--moments", arguments->request.moments, "Moments of attention")
      ->capture_default_str()
      ->check(CLI::Range(2, 32));
  command->add_option("--pictures", arguments->request.pictures, "At most so many pictures")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  command->add_flag("--dark", arguments->request.dark, "Dark theme");
  add_workspace_option(command, arguments->workspace);
  on_run(command, [arguments]() -> base::Status {
    IBOT_TRY(OpenedRun opened, open_run(arguments->workspace, arguments->run));
    IBOT_TRY(const figure::Figure drawing, draw_history(opened, arguments->request));
    IBOT_CHECK_OK(drawing.save(arguments->out));
    print(arguments->out);
    return {};
  });
}

}  // namespace

void add_inspect(CLI::App& app) {
  CLI::App* group = app.add_subcommand("inspect", "Look inside a network, and at what training draws");
  auto serve = std::make_shared<bool>(false);
  group->add_flag("--serve", *serve,
                  "Answer the window's requests on standard input and output until the input ends");
  group->require_subcommand(0, 1);
  on_run(group, [group, serve]() -> base::Status {
    if (*serve) return serve_inspection();
    if (group->get_subcommands().empty()) throw CLI::RequiredError::Subcommand(1);
    return {};
  });
  add_picture_views(*group);
  add_patch_views(*group);
  add_prototype_views(*group);
  add_comparison_views(*group);
  add_wall_view(*group);
  add_history(*group);
  add_laboratory(*group);
}

}  // namespace ibot::cli
