// SPDX-License-Identifier: GPL-3.0-or-later
#include "shortcut_list.h"

#include "shortcuts.h"

#include <ui/style/theme.h>
#include <ui/widgets/key_button.h>
#include <ui/widgets/parts.h>

#include <QAction>
#include <QCheckBox>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>
#include <iterator>
#include <utility>
#include <vector>

namespace ibot::ui {
namespace {

constexpr int kTwoColumns = 800;  // px of the window: with less there is one
constexpr int kKeysWidth = 144;
constexpr int kResetWidth = metrics::kRow;
constexpr int kButtonRow = 31;  // px, with what is between two
constexpr int kTextRow = 20;

int height_of(qsizetype rows, int row) {
  return static_cast<int>(rows) * row + kTextRow + metrics::kLarge;
}

struct PageKeys {
  QString title;
  std::vector<std::pair<QString, QString>> entries;  // keys, what they do
};

// Keys that belong to a page and have no action in a menu: they move about in what has the focus.
std::vector<PageKeys> keys_of_pages() {
  return {
      {QObject::tr("Pictures"),
       {{QObject::tr("Arrows"), QObject::tr("The next picture")},
        {QObject::tr("Home, End"), QObject::tr("The first, the last")},
        {QObject::tr("Page Up, Page Down"), QObject::tr("A page of pictures")},
        {QObject::tr("Esc"), QObject::tr("Select none")}}},
      {QObject::tr("Curves"),
       {{QObject::tr("Wheel"), QObject::tr("Zoom the steps")},
        {QObject::tr("Shift+Wheel"), QObject::tr("Zoom the values")},
        {QObject::tr("Left, Right"), QObject::tr("The next step; with Shift ten")},
        {QObject::tr("+, -, 0"), QObject::tr("Zoom in, out, show everything")},
        {QObject::tr("Double click"), QObject::tr("Show everything")}}},
      {QObject::tr("Look"),
       {{QObject::tr("Space"), QObject::tr("Play or hold the timeline")},
        {QObject::tr("Arrows"), QObject::tr("The patch beside")},
        {QObject::tr("[, ]"), QObject::tr("A layer down, up")},
        {QObject::tr("1 to 9, 0"), QObject::tr("One head, the mean of all")},
        {QObject::tr("T, O"), QObject::tr("Teacher or student, map over the picture")}}},
      {QObject::tr("Queue"), {{QObject::tr("Alt+Up, Alt+Down"), QObject::tr("Move the run in the queue")}}}};
}

}  // namespace

ShortcutList::ShortcutList(QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("shortcut_list"));
  setWindowTitle(tr("Shortcuts"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  scroll_ = new QScrollArea;
  scroll_->setWidgetResizable(true);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setAccessibleName(tr("Shortcuts"));
  layout->addWidget(scroll_, 1);
  layout->addWidget(make_hairline());
  layout->addWidget(make_notice());
  layout->addWidget(make_foot());
}

QFrame* ShortcutList::make_notice() {
  notice_ = new QFrame;
  notice_->setProperty("role", "banner");
  auto* row = new QHBoxLayout(notice_);
  row->setContentsMargins(metrics::kHuge, metrics::kSmall, metrics::kHuge, metrics::kSmall);
  row->setSpacing(metrics::kMedium);
  words_ = make_label({});
  words_->setObjectName(QStringLiteral("shortcut_words"));
  words_->setWordWrap(true);
  take_ = make_button(tr("Use them here"));
  take_->setObjectName(QStringLiteral("shortcut_take"));
  QPushButton* keep = make_button(tr("Leave it"));
  keep->setObjectName(QStringLiteral("shortcut_leave"));
  keep->setAutoDefault(false);
  row->addWidget(words_, 1);
  row->addWidget(take_);
  row->addWidget(keep);
  connect(take_, &QPushButton::clicked, this, [this] {
    shortcuts_->change(wanted_for_, wanted_);
    say({}, false);
  });
  connect(keep, &QPushButton::clicked, this, [this] { say({}, false); });
  notice_->hide();
  return notice_;
}

QWidget* ShortcutList::make_foot() {
  auto* foot = new QWidget;
  auto* row = new QHBoxLayout(foot);
  row->setContentsMargins(metrics::kHuge, metrics::kSmall, metrics::kHuge, metrics::kSmall);
  row->setSpacing(metrics::kMedium);
  all_ = new QCheckBox(tr("Also actions without a shortcut"));
  all_->setObjectName(QStringLiteral("shortcut_all"));
  connect(all_, &QCheckBox::toggled, this, &ShortcutList::fill);
  reset_all_ = make_button(tr("Reset all"));
  reset_all_->setObjectName(QStringLiteral("shortcut_reset_all"));
  connect(reset_all_, &QPushButton::clicked, this, [this] {
    say({}, false);
    shortcuts_->reset_all();
  });
  QPushButton* close = make_button(tr("Close"));
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  row->addWidget(make_label(tr("Click keys to change them; Backspace for none."), TextStyle::Small, "hint"));
  row->addStretch();
  row->addWidget(all_);
  row->addWidget(reset_all_);
  row->addWidget(close);
  // Return is for the keys that are being changed.
  for (QPushButton* button : {reset_all_, close, take_}) button->setAutoDefault(false);
  return foot;
}

int ShortcutList::add_row(QGridLayout* grid, int at, const QString& name) {
  const Shortcuts::Entry& entry = *shortcuts_->find(name);
  auto* keys = new KeyButton;
  keys->setObjectName(QStringLiteral("keys_") + name);
  keys->setAccessibleName(tr("Keys of %1").arg(entry.what()));
  keys->setFixedWidth(kKeysWidth);
  auto* reset = new QToolButton;
  reset->setObjectName(QStringLiteral("reset_") + name);
  reset->setIcon(icon(QStringLiteral("reset")));
  reset->setAccessibleName(tr("Reset the keys of %1").arg(entry.what()));
  QStringList standard;
  for (const QKeySequence& each : entry.standard) standard << each.toString(QKeySequence::NativeText);
  reset->setToolTip(standard.isEmpty() ? tr("Back to none")
                                       : tr("Back to %1").arg(standard.join(QStringLiteral(", "))));
  reset->setFixedWidth(kResetWidth);
  QSizePolicy policy = reset->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  reset->setSizePolicy(policy);
  grid->addWidget(make_label(entry.what(), TextStyle::Body, "label"), at, 0);
  grid->addWidget(keys, at, 1, Qt::AlignRight);
  grid->addWidget(reset, at, 2);
  connect(keys, &KeyButton::pressed_keys, this, [this, name](const QKeySequence& pressed) {
    want(name, pressed.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{pressed});
  });
  connect(reset, &QToolButton::clicked, this, [this, name] { want(name, shortcuts_->find(name)->standard); });
  rows_[name] = {keys, reset};
  return at + 1;
}

void ShortcutList::fill() {
  rows_.clear();
  auto* page = new QWidget;
  auto* columns = new QHBoxLayout(page);
  columns->setContentsMargins(metrics::kHuge, metrics::kLarge, metrics::kHuge, metrics::kLarge);
  columns->setSpacing(2 * metrics::kHuge);
  std::vector<QVBoxLayout*> stacks;
  // Never wider than the window that it explains.
  const std::size_t count = parentWidget()->width() >= kTwoColumns ? 2 : 1;
  for (std::size_t i = 0; i < count; ++i) {
    stacks.push_back(new QVBoxLayout);
    stacks.back()->setSpacing(metrics::kLarge);
    columns->addLayout(stacks.back(), 1);
  }
  // Menus, each with those of its actions that are shown.
  std::vector<std::pair<QString, QStringList>> groups;
  for (const Shortcuts::Entry& entry : shortcuts_->entries()) {
    if (!all_->isChecked() && entry.keys().isEmpty() && !entry.is_changed()) continue;
    if (groups.empty() || groups.back().first != entry.group) groups.push_back({entry.group, {}});
    groups.back().second << entry.name;
  }
  const std::vector<PageKeys> pages = keys_of_pages();
  int whole = 0;
  for (const auto& [title, names] : groups) whole += height_of(names.size(), kButtonRow);
  for (const PageKeys& each : pages) whole += height_of(std::ssize(each.entries), kTextRow);
  int placed = 0;
  const auto add_group = [&](const QString& title, int height) {
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(metrics::kSmall);
    grid->setVerticalSpacing(metrics::kTiny);
    grid->setColumnStretch(0, 1);
    // The same columns in every group: keys that cannot be changed stand below those that can.
    grid->setColumnMinimumWidth(1, kKeysWidth);
    grid->setColumnMinimumWidth(2, kResetWidth);
    grid->addWidget(make_label(title, TextStyle::Heading), 0, 0, 1, 3);
    // To the left while most of it stands in the first half.
    stacks[count == 1 || 2 * placed + height <= whole ? 0 : 1]->addLayout(grid);
    placed += height;
    return grid;
  };
  for (const auto& [title, names] : groups) {
    QGridLayout* grid = add_group(title, height_of(names.size(), kButtonRow));
    int row = 1;
    for (const QString& name : names) row = add_row(grid, row, name);
  }
  for (const PageKeys& each : pages) {
    QGridLayout* grid = add_group(each.title, height_of(std::ssize(each.entries), kTextRow));
    int row = 1;
    for (const auto& [keys, what] : each.entries) {
      grid->addWidget(make_label(what, TextStyle::Body, "label"), row, 0);
      QLabel* fixed = make_label(keys, TextStyle::Body);
      fixed->setAlignment(Qt::AlignCenter);  // as on the buttons
      fixed->setObjectName(QStringLiteral("fixed_keys"));
      grid->addWidget(fixed, row++, 1);
    }
  }
  for (QVBoxLayout* stack : stacks) stack->addStretch();
  scroll_->setWidget(page);  // deletes the old one
  refresh();
}

void ShortcutList::refresh() {
  bool any = false;
  for (const Shortcuts::Entry& entry : shortcuts_->entries()) {
    any = any || entry.is_changed();
    const auto row = rows_.find(entry.name);
    if (row == rows_.end()) continue;
    row->second.keys->set_keys(entry.keys());
    row->second.reset->setVisible(entry.is_changed());
  }
  reset_all_->setEnabled(any);
  reset_all_->setToolTip(any ? tr("Every action has its standard keys again.")
                             : tr("All keys are the standard ones."));
}

void ShortcutList::want(const QString& name, const QList<QKeySequence>& keys) {
  const QString why = keys.size() == 1 ? Shortcuts::refusal(keys.front()) : QString();
  refresh();
  if (!why.isEmpty()) return say(why, false);
  const Shortcuts::Entry* other = shortcuts_->owner(keys, name);
  if (other == nullptr) {
    say({}, false);
    return shortcuts_->change(name, keys);
  }
  wanted_for_ = name;
  wanted_ = keys;
  QStringList texts;
  for (const QKeySequence& each : keys) {
    if (other->action->shortcuts().contains(each)) texts << each.toString(QKeySequence::NativeText);
  }
  say(tr("%1 already starts \u201c%2\u201d (%3). Used for \u201c%4\u201d it would start that alone.")
          .arg(texts.join(QStringLiteral(", ")), other->what(), other->group, shortcuts_->find(name)->what()),
      true);
}

void ShortcutList::say(const QString& words, bool may_take) {
  words_->setText(words);
  take_->setVisible(may_take);
  notice_->setVisible(!words.isEmpty());
  if (may_take) take_->setFocus();
}

void ShortcutList::open_with(Shortcuts& shortcuts) {
  if (shortcuts_ == nullptr) connect(&shortcuts, &Shortcuts::changed, this, &ShortcutList::refresh);
  shortcuts_ = &shortcuts;
  say({}, false);
  fill();
  // Never larger than the window that it explains.
  const QSize foot(0, layout()->sizeHint().height() - scroll_->sizeHint().height());
  resize((scroll_->widget()->sizeHint() + foot + QSize(metrics::kLarge, 0))
             .boundedTo(parentWidget()->size() * 9 / 10)
             .expandedTo({320, 200}));
  show();
  scroll_->setFocus();
}

}  // namespace ibot::ui
