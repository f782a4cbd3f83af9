// SPDX-License-Identifier: GPL-3.0-or-later
#include "copy_menu.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QMenu>
#include <QToolButton>
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

void offer_copies(QToolButton* button, std::function<std::optional<compare::Table>(CopyFormat)> table) {
  const auto tr = [](const char* text) { return QCoreApplication::translate("CopyMenu", text); };
  button->setText(tr("Copy"));
  button->setProperty("role", "plain-menu");
  button->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(button);
  const auto add = [&](const char* name, const QString& text, CopyFormat format) {
    QAction* action = menu->addAction(text);
    action->setObjectName(QString::fromLatin1(name));
    QObject::connect(action, &QAction::triggered, button, [table, format] {
      if (const auto made = table(format)) {
        QGuiApplication::clipboard()->setText(QString::fromStdString(written(*made, format)));
      }
    });
  };
  add("copy_latex", tr("As LaTeX (booktabs)"), CopyFormat::Latex);
  add("copy_markdown", tr("As Markdown"), CopyFormat::Markdown);
  add("copy_csv", tr("As CSV"), CopyFormat::Csv);
  button->setMenu(menu);
}

}  // namespace ibot::ui
