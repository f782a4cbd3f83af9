// SPDX-License-Identifier: GPL-3.0-or-later
#include "screenshots.h"

#include <ui/style/theme.h>

#include <QDir>
#include <QPixmap>
#include <QTest>
#include <QWidget>

namespace ibot::gui_test {

void save_screenshots(QWidget& widget, const std::string& name) {
  const QString folder = qEnvironmentVariable("IBOT_SCREENSHOTS");
  if (folder.isEmpty()) return;
  for (const auto& [theme, word] :
       {std::pair(ui::ThemeKind::Light, "light"), std::pair(ui::ThemeKind::Dark, "dark")}) {
    ui::Theme::instance().apply(theme);
    QTest::qWait(300);  // plots draw a little after their data
    widget.grab().save(QDir(folder).filePath(
        QStringLiteral("%1_%2.png").arg(QString::fromStdString(name), QString::fromLatin1(word))));
  }
}

}  // namespace ibot::gui_test
