// SPDX-License-Identifier: GPL-3.0-or-later
#include <ui/shell/demo.h>
#include <ui/shell/main_window.h>
#include <ui/shell/quit_on_signals.h>
#include <ui/shell/settings.h>
#include <ui/style/theme.h>

#include <QApplication>
#include <QCommandLineParser>
#include <clocale>

int main(int argc, char** argv) {
  QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
  QApplication application(argc, argv);
  // QApplication adopts the user's locale; numbers in files have a decimal point everywhere.
  std::setlocale(LC_NUMERIC, "C");
  QApplication::setOrganizationName(QStringLiteral("ibot-workbench"));
  QApplication::setApplicationName(QStringLiteral("ibot-workbench"));
  QApplication::setApplicationDisplayName(QStringLiteral("iBOT Workbench"));
  QApplication::setApplicationVersion(QStringLiteral(IBOT_VERSION));

  QCommandLineParser parser;
  parser.setApplicationDescription(QStringLiteral("The window of the iBOT Workbench."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument(QStringLiteral("workspace"), QStringLiteral("Folder of runs to open"),
                               QStringLiteral("[workspace]"));
  const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("dark or light"),
                                 QStringLiteral("name"));
  parser.addOption(theme);
  const QCommandLineOption demo(QStringLiteral("demo"),
                                QStringLiteral("Open the finished run, and train a fresh one beside it"));
  const QCommandLineOption out({QStringLiteral("o"), QStringLiteral("out")},
                               QStringLiteral("Folder of the demo"), QStringLiteral("folder"));
  const QCommandLineOption data(QStringLiteral("data"),
                                QStringLiteral("Own pictures for the demo instead of the built-in scenes"),
                                QStringLiteral("folder"));
  const QCommandLineOption minutes(QStringLiteral("minutes"),
                                   QStringLiteral("Stop the demo's fresh run after so many"),
                                   QStringLiteral("number"));
  parser.addOptions({demo, out, data, minutes});
  parser.process(application);

  const ibot::ui::QuitOnSignals quit_on_signals;
  ibot::ui::load_fonts();
  ibot::ui::remember_system_theme();
  ibot::ui::apply_settings();
  if (parser.isSet(theme)) {
    ibot::ui::Theme::instance().apply(parser.value(theme) == QStringLiteral("light")
                                          ? ibot::ui::ThemeKind::Light
                                          : ibot::ui::ThemeKind::Dark);
  }
  ibot::ui::MainWindow window;
  window.show();
  if (parser.isSet(demo)) {
    window.open_demo({.folder = parser.value(out),
                      .pictures = parser.value(data),
                      .minutes = parser.value(minutes).toDouble()});
  }
  if (!parser.positionalArguments().isEmpty()) window.open_workspace(parser.positionalArguments().front());
  return QApplication::exec();
}
