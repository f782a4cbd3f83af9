// SPDX-License-Identifier: GPL-3.0-or-later
#include "shortcut_list.h"

#include "rail.h"

#include <ui/widgets/parts.h>

#include <QAction>
#include <QCoreApplication>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QScrollArea>
#include <QVBoxLayout>
#include <vector>

namespace ibot::ui {
namespace {

constexpr int kColumns = 2;

struct Entry {
  QString keys;
  QString what;
};
struct Group {
  QString title;
  std::vector<Entry> entries;
};

QString plain(QString text) {
  return text.remove(QLatin1Char('&'));
}

void collect(const QMenu* menu, Group& group) {
  for (const QAction* action : menu->actions()) {
    if (action->menu() != nullptr) {
      collect(action->menu(), group);
      continue;
    }
    if (action->shortcut().isEmpty()) continue;
    QStringList keys;
    for (const QKeySequence& each : action->shortcuts()) keys << each.toString(QKeySequence::NativeText);
    group.entries.push_back({keys.join(QStringLiteral(", ")), plain(action->text())});
  }
}

// Keys that belong to a page and have no action in a menu.
std::vector<Group> groups_of_pages() {
  Group rail{QObject::tr("Pages"), {}};
  int number = 1;
  for (const PageInfo& page : rail_pages())
    rail.entries.push_back(
        {QStringLiteral("Alt+%1").arg(number++), QCoreApplication::translate("Page", page.title)});
  return {rail,
          {QObject::tr("Pictures"),
           {{QObject::tr("Arrows"), QObject::tr("The next picture")},
            {QObject::tr("Home, End"), QObject::tr("The first, the last")},
            {QObject::tr("Page Up, Page Down"), QObject::tr("A page of pictures")},
            {QObject::tr("Esc"), QObject::tr("Select none")}}},
          {QObject::tr("Curves"),
           {{QObject::tr("Wheel"), QObject::tr("Zoom the steps")},
            {QObject::tr("Shift+Wheel"), QObject::tr("Zoom the values")},
            {QObject::tr("Double click"), QObject::tr("Show everything")}}}};
}

}  // namespace

ShortcutList::ShortcutList(QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("shortcut_list"));
  setWindowTitle(tr("Shortcuts"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
}

void ShortcutList::open_with(const QMenuBar* menus) {
  std::vector<Group> groups;
  for (const QAction* top : menus->actions()) {
    if (top->menu() == nullptr) continue;
    Group group{plain(top->text()), {}};
    collect(top->menu(), group);
    if (!group.entries.empty()) groups.push_back(std::move(group));
  }
  for (Group& group : groups_of_pages()) groups.push_back(std::move(group));

  delete content_;
  auto* scroll = new QScrollArea;
  content_ = scroll;
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setAccessibleName(tr("Shortcuts"));
  auto* page = new QWidget;
  auto* columns = new QHBoxLayout(page);
  columns->setContentsMargins(metrics::kHuge, metrics::kLarge, metrics::kHuge, metrics::kLarge);
  columns->setSpacing(2 * metrics::kHuge);
  std::size_t rows = 0;
  for (const Group& group : groups) rows += group.entries.size() + 2;
  std::vector<QVBoxLayout*> stacks;
  for (int i = 0; i < kColumns; ++i) {
    stacks.push_back(new QVBoxLayout);
    stacks.back()->setSpacing(metrics::kLarge);
    columns->addLayout(stacks.back(), 1);
  }
  std::size_t placed = 0;
  for (const Group& group : groups) {
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(metrics::kHuge);
    grid->setVerticalSpacing(metrics::kTiny);
    grid->addWidget(make_label(group.title, TextStyle::Heading), 0, 0, 1, 2);
    int row = 1;
    for (const Entry& entry : group.entries) {
      grid->addWidget(make_label(entry.what, TextStyle::Body, "label"), row, 0);
      grid->addWidget(make_label(entry.keys, TextStyle::Body), row++, 1, Qt::AlignRight);
    }
    stacks[placed * kColumns < rows ? 0 : 1]->addLayout(grid);
    placed += group.entries.size() + 2;
  }
  for (QVBoxLayout* stack : stacks) stack->addStretch();
  scroll->setWidget(page);
  layout()->addWidget(scroll);
  // Never larger than the window that it explains.
  resize(page->sizeHint().boundedTo(parentWidget()->size() * 9 / 10).expandedTo({320, 200}));
  show();
  scroll->setFocus();
}

}  // namespace ibot::ui
