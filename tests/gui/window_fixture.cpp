// SPDX-License-Identifier: GPL-3.0-or-later
#include "window_fixture.h"

#include <ui/widgets/banner.h>

#include <QApplication>
#include <QDropEvent>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QUrl>

namespace ibot::gui_test {

WindowFixture::WindowFixture() {
  window.resize(1366, 768);
  window.show();
  window.activateWindow();
  EXPECT_TRUE(QTest::qWaitForWindowActive(&window));
}

std::string WindowFixture::banner_text() {
  const auto* banner = find<ui::Banner>(QStringLiteral("banner"));
  return banner->isVisible() ? banner->text().toStdString() : std::string();
}

QStringList WindowFixture::banner_actions() {
  QCoreApplication::processEvents();  // new buttons are shown a moment after their banner
  QStringList texts;
  for (const auto* button : find<ui::Banner>(QStringLiteral("banner"))->findChildren<QPushButton*>()) {
    if (button->isVisible() && !button->objectName().endsWith(QStringLiteral("dismiss")))
      texts << button->text();
  }
  return texts;
}

void WindowFixture::press_in_banner(const QString& text) {
  QCoreApplication::processEvents();
  for (auto* button : find<ui::Banner>(QStringLiteral("banner"))->findChildren<QPushButton*>()) {
    if (button->text() == text && button->isVisible()) return click(button);
  }
  ADD_FAILURE() << "the banner has no button \"" << text.toStdString() << "\"";
}

QTableView* WindowFixture::runs() {
  return find<QTableView>(QStringLiteral("run_table"));
}

bool WindowFixture::click_run(const QString& name) {
  QTableView* table = runs();
  for (int row = 0; row < table->model()->rowCount(); ++row) {
    const QModelIndex index = table->model()->index(row, 0);
    if (index.data().toString() != name) continue;
    table->setFocus();
    table->scrollTo(index);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
    return true;
  }
  return false;
}

void click(QWidget* widget) {
  ASSERT_NE(widget, nullptr);
  const std::string name = widget->objectName().toStdString();
  ASSERT_TRUE(widget->isVisible()) << name << " is hidden";
  ASSERT_TRUE(widget->isEnabled()) << name << " is off: " << widget->toolTip().toStdString();
  QTest::mouseClick(widget, Qt::LeftButton);
}

void type_into(QWidget* line, const QString& text) {
  ASSERT_NE(line, nullptr);
  line->setFocus();
  QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
  QTest::keyClick(line, Qt::Key_Delete);
  QTest::keyClicks(line, text);
}

void drop_onto(QWidget* widget, const QString& path) {
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(path)});
  QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
  QApplication::sendEvent(widget, &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
  QApplication::sendEvent(widget, &drop);
}

}  // namespace ibot::gui_test
