// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme.h"

#include <QHash>
#include <QRegularExpression>

namespace ibot::ui {
namespace {

// "@name" is a token. Widgets are told apart by the property "role", not by class names of ours, so that a
// rule can be read without knowing the code.
constexpr const char* kSheet = R"(
* { outline: 0; }
QWidget { color: @text; }
QMainWindow, QDialog { background: @panel; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 8px; }

QWidget[role="canvas"] { background: @base; }
QWidget[role="panel"] { background: @panel; }
QFrame[role="card"] { background: @raised; border: 1px solid @line; border-radius: 4px; }
QFrame[role="hairline"] { background: @line; border: 0; min-height: 1px; max-height: 1px; }
QFrame[role="vertical-hairline"] { background: @line; border: 0; min-width: 1px; max-width: 1px; }

QLabel { background: transparent; }
QLabel[role="label"], QLabel[role="small"] { color: @text2; }
QLabel[role="hint"] { color: @text3; }
QLabel[role="accent"] { color: @accent; }
QLabel[role="good"] { color: @good; }
QLabel[role="warn"] { color: @warn; }
QLabel[role="bad"] { color: @bad; }

QFrame[role="banner"] { background: @raised; border: 0; border-left: 3px solid @warn; }
QFrame[role="banner"][level="bad"] { border-left-color: @bad; }
QFrame[role="banner"][level="info"] { border-left-color: @accent; }

QPushButton {
  background: @raised; border: 1px solid @line; border-radius: 4px; padding: 0 12px;
  min-height: 26px; color: @text;
}
QPushButton:hover { border-color: @text3; }
QPushButton:pressed { background: @panel; }
QPushButton:disabled { color: @text3; }
QPushButton:focus { border: 2px solid @accent; padding: 0 11px; min-height: 24px; }
QPushButton[role="primary"] { background: @accent; border-color: @accent; color: @on_accent; font-weight: 600; }
QPushButton[role="primary"]:hover { border-color: @text; }
QPushButton[role="primary"]:disabled { background: @raised; border-color: @line; color: @text3; }
QPushButton[role="primary"]:focus { border: 2px solid @text; }
QPushButton[role="link"] { background: transparent; border: 2px solid transparent; color: @accent; padding: 0 2px; min-height: 22px; text-align: left; }
QPushButton[role="link"]:focus { border-color: @accent; padding: 0 2px; min-height: 22px; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: 4px; padding: 2px 6px; color: @text2; }
QToolButton:hover { background: @hover; color: @text; }
QToolButton:checked { color: @accent; }
QToolButton:disabled { color: @text3; }
QToolButton:focus { border-color: @accent; }
QToolButton[role="chip"] { background: @raised; border: 1px solid @line; color: @text; padding: 1px 6px; }
QToolButton[role="chip"]:hover { border-color: @text3; }
QToolButton[role="chip"]:focus { border: 1px solid @accent; }
QToolButton[role="rail"] { border-radius: 0; border: 0; border-left: 3px solid transparent; padding: 8px 0; }
QToolButton[role="rail"]:checked { border-left-color: @accent; color: @text; background: @hover; }
QToolButton[role="rail"]:focus { border: 2px solid @accent; }

QToolButton[role="plain-menu"] { padding: 2px 18px 2px 4px; }
QToolButton::menu-indicator {
  image: url(:/icons/chevron-grey.svg); width: 10px; height: 10px;
  subcontrol-origin: border; subcontrol-position: right center; right: 5px;
}
QToolButton#plot_options { padding: 2px 6px; }
QToolButton#plot_options::menu-indicator, QToolButton#run_group::menu-indicator { image: none; }

QSlider::groove:horizontal { height: 2px; background: @line; }
QSlider::sub-page:horizontal { background: @text3; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 6px; background: @text2; }
QSlider::handle:horizontal:hover { background: @text; }
QSlider::handle:horizontal:focus { background: @accent; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextEdit {
  background: @raised; border: 1px solid @line; border-radius: 4px; padding: 0 8px; min-height: 26px;
  selection-background-color: @accent; selection-color: @on_accent;
}
QPlainTextEdit, QTextEdit { background: @base; padding: 4px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border: 2px solid @accent; padding: 0 7px; min-height: 24px;
}
QPlainTextEdit:focus, QTextEdit:focus { padding: 3px; }
QLineEdit[invalid="true"], QComboBox[invalid="true"] { border-color: @bad; }
QLineEdit:disabled, QComboBox:disabled { color: @text3; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { background: transparent; border: 0; width: 18px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @hover; }
QAbstractSpinBox::up-arrow { image: url(:/icons/chevron-up-grey.svg); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/chevron-grey.svg); width: 10px; height: 10px; }
QComboBox { padding: 0 8px 0 10px; }
QComboBox:focus { padding: 0 7px 0 9px; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url(:/icons/chevron-grey.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @line; selection-background-color: @selection; selection-color: @text; }

QCheckBox { spacing: 8px; background: transparent; min-height: 24px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @text3; border-radius: 3px; background: @raised; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check-dark.svg); }
QCheckBox:focus { color: @accent; }

QAbstractItemView {
  background: @base; border: 0; selection-background-color: @selection; selection-color: @text;
  alternate-background-color: @base; gridline-color: @line;
}
QAbstractItemView::item { padding: 0 8px; border: 0; }
QAbstractItemView::item:hover { background: @hover; }
QAbstractItemView::item:selected { background: @selection; color: @text; }
QTableView:focus, QListView:focus, QTreeView:focus { border: 1px solid @accent; }
QTableView[role="joined"]:focus { border: 0; }
QAbstractItemView::indicator { width: 14px; height: 14px; border: 1px solid @text3; border-radius: 3px; background: @raised; }
QAbstractItemView::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check-dark.svg); }
QHeaderView { background: @panel; }
QHeaderView::section {
  background: @panel; color: @text2; border: 0; border-bottom: 1px solid @line; padding: 0 11px; min-height: 27px;
}
QTableCornerButton::section { background: @panel; border: 0; }

QScrollArea { background: transparent; border: 0; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @text3; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: transparent; width: 0; height: 0; }

QMenuBar { background: @panel; border-bottom: 1px solid @line; }
QMenuBar::item { background: transparent; padding: 4px 8px; color: @text2; }
QMenuBar::item:selected { background: @hover; color: @text; }
QMenu { background: @raised; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 24px; border-radius: 3px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @text3; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }

QProgressBar { background: @line; border: 0; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }

QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QDockWidget { color: @text2; }
QDockWidget > QWidget { border-left: 1px solid @line; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }

QTabBar::tab { background: transparent; color: @text2; padding: 4px 12px; min-height: 20px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:focus { color: @accent; }
QTabWidget::pane { border: 0; border-top: 1px solid @line; }
QStatusBar { background: @panel; border-top: 1px solid @line; }
QStatusBar::item { border: 0; }
)";

QString css(const QColor& c) {
  return c.alpha() == 255 ? c.name(QColor::HexRgb)
                          : QStringLiteral("rgba(%1, %2, %3, %4)")
                                .arg(c.red())
                                .arg(c.green())
                                .arg(c.blue())
                                .arg(c.alphaF(), 0, 'f', 3);
}

}  // namespace

QString style_sheet(const Tokens& t) {
  const QHash<QString, QColor> values = {
      {QStringLiteral("base"), t.base},           {QStringLiteral("panel"), t.panel},
      {QStringLiteral("raised"), t.raised},       {QStringLiteral("line"), t.line},
      {QStringLiteral("text"), t.text},           {QStringLiteral("text2"), t.text2},
      {QStringLiteral("text3"), t.text3},         {QStringLiteral("accent"), t.accent},
      {QStringLiteral("on_accent"), t.on_accent}, {QStringLiteral("selection"), t.selection},
      {QStringLiteral("hover"), t.hover},         {QStringLiteral("good"), t.good},
      {QStringLiteral("warn"), t.warn},           {QStringLiteral("bad"), t.bad},
  };
  QString sheet = QString::fromLatin1(kSheet);
  static const QRegularExpression name(QStringLiteral("@([a-z0-9_]+)"));
  qsizetype from = 0;
  for (auto match = name.match(sheet, from); match.hasMatch(); match = name.match(sheet, from)) {
    const QString value = css(values.value(match.captured(1)));
    sheet.replace(match.capturedStart(), match.capturedLength(), value);
    from = match.capturedStart() + value.size();
  }
  return sheet;
}

}  // namespace ibot::ui
