// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/error.h>

#include <ui/shell/demo.h>
#include <ui/shell/main_window.h>
#include <ui/shell/quit_on_signals.h>
#include <ui/shell/settings.h>
#include <ui/style/theme.h>

#include <QApplication>
#include <QCommandLineParser>
#include <algorithm>
#include <clocale>
#include <iostream>
#include <string_view>

namespace {

struct CommandLine {
  QCommandLineParser parser;
  QCommandLineOption theme{QStringLiteral("theme"), QStringLiteral("dark or light"), QStringLiteral("name")};
  QCommandLineOption demo{QStringLiteral("demo"),
                          QStringLiteral("Open the finished run, and train a fresh one beside it")};
  QCommandLineOption out{{QStringLiteral("o"), QStringLiteral("out")},
                         QStringLiteral("Folder of the demo"),
                         QStringLiteral("folder")};
  QCommandLineOption data{QStringLiteral("data"),
                          QStringLiteral("Own pictures for the demo instead of the built-in scenes"),
                          QStringLiteral("folder")};
  QCommandLineOption minutes{QStringLiteral("minutes"),
                             QStringLiteral("Stop the demo's fresh run after so many"),
                             QStringLiteral("number")};

  CommandLine() {
    parser.setApplicationDescription(QStringLiteral("The window of the iBOT Workbench."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("workspace"), QStringLiteral("Folder of runs to open"),
                                 QStringLiteral("[workspace]"));
    parser.addOptions({theme, demo, out, data, minutes});
  }
};

// What needs no display is answered without one.
bool asks_for_words(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc, [](const char* argument) {
    const std::string_view word = argument;
    return word == "--help" || word == "--help-all" || word == "-h" || word == "--version" || word == "-v";
  });
}

// Where there is none Qt ends the process with a core dump.
bool is_display_missing([[maybe_unused]] int argc, [[maybe_unused]] char** argv) {
#ifdef Q_OS_LINUX
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    if (!qEnvironmentVariableIsEmpty(name)) return false;
  }
  return std::none_of(argv + 1, argv + argc, [](const char* argument) {
    const std::string_view word = argument;
    return word.starts_with("-platform") || word.starts_with("--platform");
  });
#else
  return false;
#endif
}

constexpr const char* kNoDisplay =
    "error: there is no display: DISPLAY and WAYLAND_DISPLAY are not set. Over ssh, `ssh -X` brings the "
    "window to where you sit.\n"
    "Without a window the program `ibot` does the same: `ibot train RECIPE`, `ibot queue`, `ibot runs`, "
    "`ibot show RUN`, `ibot compare`, `ibot inspect`, `ibot demo --headless`; `ibot --help` lists all "
    "commands.\n";

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication::setOrganizationName(QStringLiteral("ibot-workbench"));
  QCoreApplication::setApplicationName(QStringLiteral("ibot-workbench"));
  QCoreApplication::setApplicationVersion(QStringLiteral(IBOT_VERSION));
  CommandLine line;
  if (asks_for_words(argc, argv)) {
    const QCoreApplication words(argc, argv);
    line.parser.process(words);
  }
  if (is_display_missing(argc, argv)) {
    std::cerr << kNoDisplay;
    return ibot::base::exit_code(ibot::base::ErrorCode::Io);
  }
  QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
  QApplication application(argc, argv);
  // QApplication adopts the user's locale; numbers in files have a decimal point everywhere.
  std::setlocale(LC_NUMERIC, "C");
  QApplication::setApplicationDisplayName(QStringLiteral("iBOT Workbench"));
  QCommandLineParser& parser = line.parser;
  parser.process(application);

  const ibot::ui::QuitOnSignals quit_on_signals;
  ibot::ui::load_fonts();
  ibot::ui::remember_system_theme();
  ibot::ui::apply_settings();
  if (parser.isSet(line.theme)) {
    ibot::ui::Theme::instance().apply(parser.value(line.theme) == QStringLiteral("light")
                                          ? ibot::ui::ThemeKind::Light
                                          : ibot::ui::ThemeKind::Dark);
  }
  ibot::ui::MainWindow window;
  window.show();
  if (parser.isSet(line.demo)) {
    window.open_demo({.folder = parser.value(line.out),
                      .pictures = parser.value(line.data),
                      .minutes = parser.value(line.minutes).toDouble()});
  }
  if (!parser.positionalArguments().isEmpty()) window.open_workspace(parser.positionalArguments().front());
  return QApplication::exec();
}
