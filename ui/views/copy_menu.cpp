// SPDX-License-Identifier: GPL-3.0-or-later
#include "copy_menu.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QMenu>
#include <QPointer>
#include <QThreadPool>
#include <QToolButton>
#include <memory>
#include <string>
#include <utility>

namespace ibot::ui {
namespace {

std::string written(const compare::Table& table, CopyFormat format) {
  switch (format) {
    case CopyFormat::Latex:
      return compare::to_latex(table);
    case CopyFormat::Markdown:
      return compare::to_markdown(table);
    case CopyFormat::Csv:
      return compare::to_csv(table);
  }
  return {};
}

}  // namespace

void offer_copies(QToolButton* button, std::function<TableMaker(CopyFormat)> choose) {
  const auto tr = [](const char* text) { return QCoreApplication::translate("CopyMenu", text); };
  button->setText(tr("Copy"));
  button->setProperty("role", "plain-menu");
  button->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(button);
  // The window's thread alone touches it.
  const auto newest = std::make_shared<int>(0);
  const auto add = [&](const char* name, const QString& text, CopyFormat format) {
    QAction* action = menu->addAction(text);
    action->setObjectName(QString::fromLatin1(name));
    QObject::connect(action, &QAction::triggered, button, [button, choose, format, newest] {
      TableMaker make = choose(format);
      if (!make) return;
      QThreadPool::globalInstance()->start([make = std::move(make), format, newest, number = ++*newest,
                                            button = QPointer<QToolButton>(button)] {
        const QString copy = QString::fromStdString(written(make(), format));
        QMetaObject::invokeMethod(QCoreApplication::instance(), [copy, newest, number, button] {
          if (button && *newest == number) QGuiApplication::clipboard()->setText(copy);
        });
      });
    });
  };
  add("copy_latex", tr("As LaTeX (booktabs)"), CopyFormat::Latex);
  add("copy_markdown", tr("As Markdown"), CopyFormat::Markdown);
  add("copy_csv", tr("As CSV"), CopyFormat::Csv);
  button->setMenu(menu);
}

}  // namespace ibot::ui
