// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "look_fixture.h"

#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <vector>

namespace ibot::ui {

/// What the program answers to the command of a view.
class GuiLookMeasures : public GuiLook {
 protected:
  QByteArray run(const QStringList& arguments) {
    QProcess program;
    program.start(Program::path(), QStringList{QStringLiteral("inspect")} + arguments);
    EXPECT_TRUE(program.waitForFinished(kTrainMillis));
    EXPECT_EQ(program.exitCode(), 0) << arguments.join(' ').toStdString() << "\n"
                                     << program.readAllStandardError().toStdString();
    return program.readAllStandardOutput();
  }
  std::vector<float> numbers(const char* array) {
    const QJsonObject all =
        QJsonDocument::fromJson(run(page.view().command() << QStringLiteral("--json"))).object();
    std::vector<float> values;
    for (const QJsonValue& each :
         all.value(QLatin1String(array)).toObject().value(QLatin1String("values")).toArray())
      values.push_back(static_cast<float>(each.toDouble()));
    return values;
  }
  // What is saved from the window is what a person gets from the program, to the pixel.
  void expect_the_same_figure() {
    const QStringList command = page.view().command();
    ASSERT_FALSE(command.isEmpty()) << page.view().why_no_command().toStdString();
    QSignalSpy saved(&page, &LookPage::saved);
    page.save(path("window.png"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return !saved.isEmpty(); }, kTrainMillis));
    ASSERT_EQ(saved.front().at(1).toString().toStdString(), "");
    const bool dark = Theme::instance().kind() == ThemeKind::Dark;
    run(command + QStringList{QStringLiteral("--out"), path("headless.png")} +
        (dark ? QStringList{QStringLiteral("--dark")} : QStringList{}));
    const QImage window(path("window.png"));
    EXPECT_FALSE(window.isNull());
    EXPECT_EQ(window, QImage(path("headless.png"))) << command.join(' ').toStdString();
  }
};

}  // namespace ibot::ui
