// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin_manager.h"

#include <ui/style/theme.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/plain_table.h>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

enum Column { Name = 0, Kind, Version, BuiltFor, State, LoadTime, Why, kColumns };

bool is_ready(const PluginRow& row) {
  return row.state == QStringLiteral("registered");
}

QColor state_colour(const PluginRow& row) {
  const Tokens& t = Theme::instance().tokens();
  if (is_ready(row)) return t.good;
  return row.state == QStringLiteral("failed") || row.off_by == QStringLiteral("crash") ? t.bad : t.text3;
}

QString state_icon(const PluginRow& row) {
  if (is_ready(row)) return QStringLiteral("tick");
  return row.state == QStringLiteral("failed") || row.off_by == QStringLiteral("crash")
             ? QStringLiteral("error")
             : QStringLiteral("pause");
}

// The hints speak to the command line; here there are buttons for the same.
QString hint_for_window(const PluginRow& row) {
  if (row.off_by == QStringLiteral("crash"))
    return QObject::tr("Build it again or ask its author, then enable it.");
  if (row.off_by == QStringLiteral("safe_mode") && !row.hint.startsWith(QStringLiteral("Unset")))
    return QObject::tr("Enable it alone, or leave the safe mode.");
  if (row.off_by == QStringLiteral("person")) return {};
  return row.hint.isEmpty() ? QString() : row.hint + QLatin1Char('.');
}

QString sentence_of(QString text) {
  if (text.isEmpty()) return text;
  text[0] = text[0].toUpper();
  return text.endsWith(QLatin1Char('.')) ? text : text + QLatin1Char('.');
}

}  // namespace

QString plugin_state_word(const PluginRow& row) {
  if (is_ready(row)) return QObject::tr("ready");
  if (row.state == QStringLiteral("disabled")) return QObject::tr("off");
  if (row.state == QStringLiteral("loaded")) return QObject::tr("not available here");
  return row.state;
}

PluginManager::PluginManager(QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("plugin_manager"));
  setWindowTitle(tr("Plugins"));
  resize(1000, 560);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_header());
  banner_ = new Banner(QStringLiteral("plugin_banner"));
  banner_->set_dismissable(false);
  layout->addWidget(banner_);
  layout->addWidget(make_hairline());

  table_ = new QTableWidget(0, kColumns);
  dress_plain_table(*table_, "plugin_table", tr("Plugins"));
  table_->setHorizontalHeaderLabels({tr("Name"), tr("Kind"), tr("Version"), tr("Built for"), tr("State"),
                                     tr("Load time"), tr("Why it is off")});
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->horizontalHeader()->setStretchLastSection(true);
  const int widths[] = {140, 88, 72, 220, 140, 88};
  for (int column = 0; column < Why; ++column) table_->setColumnWidth(column, widths[column]);
  table_->horizontalHeaderItem(LoadTime)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
  layout->addWidget(table_, 1);
  layout->addWidget(make_hairline());
  layout->addWidget(make_foot());

  connect(table_, &QTableWidget::itemSelectionChanged, this, &PluginManager::refresh_current);
  connect(&plugins_, &PluginList::listed, this, &PluginManager::take_list);
  connect(&plugins_, &PluginList::failed, this, &PluginManager::take_failure);
  connect(&Theme::instance(), &Theme::changed, this, &PluginManager::take_list);
  refresh_current();
}

QWidget* PluginManager::make_header() {
  auto* header = new QWidget;
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kMedium);
  layout->addWidget(make_label(tr("Plugins"), TextStyle::Title));
  sentence_ = make_label({}, TextStyle::Body, "label");
  sentence_->setObjectName(QStringLiteral("plugin_sentence"));
  layout->addWidget(sentence_, 1);
  progress_ = new QProgressBar;
  progress_->setRange(0, 0);
  progress_->setFixedWidth(120);
  progress_->setTextVisible(false);
  progress_->setAccessibleName(tr("Plugins are being tried"));
  layout->addWidget(progress_);
  safe_mode_ = new QCheckBox(tr("Safe mode"));
  safe_mode_->setObjectName(QStringLiteral("plugin_safe_mode"));
  safe_mode_->setToolTip(tr("Load the program's own plugins only, and those that you enable one by one"));
  layout->addWidget(safe_mode_);
  again_ = make_button(tr("Try again"));
  again_->setObjectName(QStringLiteral("plugin_again"));
  layout->addWidget(again_);
  connect(safe_mode_, &QCheckBox::toggled, this, [this](bool on) {
    ask([this, on] { plugins_.set_safe_mode(on); });
    Q_EMIT changed();
  });
  connect(again_, &QPushButton::clicked, this, [this] { ask([this] { plugins_.refresh(); }); });
  return header;
}

QWidget* PluginManager::make_foot() {
  auto* foot = new QWidget;
  foot->setMinimumHeight(96);
  auto* columns = new QHBoxLayout(foot);
  columns->setContentsMargins(metrics::kMedium, metrics::kMedium, metrics::kMedium, metrics::kMedium);
  columns->setSpacing(metrics::kMedium);
  auto* text = new QVBoxLayout;
  text->setSpacing(metrics::kTiny);
  name_ = make_label({}, TextStyle::Heading);
  about_ = make_label({}, TextStyle::Body, "label");
  about_->setWordWrap(true);
  reason_ = make_label({}, TextStyle::Body);
  reason_->setObjectName(QStringLiteral("plugin_reason"));
  reason_->setWordWrap(true);
  reason_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  text->addWidget(name_);
  text->addWidget(about_);
  text->addWidget(reason_);
  text->addStretch();
  columns->addLayout(text, 1);
  enable_ = make_button(tr("Enable"));
  enable_->setObjectName(QStringLiteral("plugin_enable"));
  disable_ = make_button(tr("Disable"));
  disable_->setObjectName(QStringLiteral("plugin_disable"));
  for (QPushButton* button : {enable_, disable_}) columns->addWidget(button, 0, Qt::AlignTop);
  connect(enable_, &QPushButton::clicked, this, [this] {
    ask([this] { plugins_.enable(current()); });
    Q_EMIT changed();
  });
  connect(disable_, &QPushButton::clicked, this, [this] {
    ask([this] { plugins_.disable(current()); });
    Q_EMIT changed();
  });
  return foot;
}

void PluginManager::open_and_refresh() {
  show();
  raise();
  activateWindow();
  ask([this] { plugins_.refresh(); });
}

void PluginManager::ask(const std::function<void()>& question) {
  progress_->show();
  again_->setEnabled(false);
  again_->setToolTip(tr("They are being tried now."));
  if (plugins_.plugins().rows.empty())
    sentence_->setText(tr("Every plugin is tried in a process of its own…"));
  question();
}

void PluginManager::take_failure(const QString& why) {
  progress_->hide();
  again_->setEnabled(true);
  again_->setToolTip({});
  banner_->say(Banner::Level::Bad, why, {{tr("Try again"), [this] { ask([this] { plugins_.refresh(); }); }}});
  if (plugins_.plugins().rows.empty()) sentence_->setText(tr("The plugins could not be listed."));
}

void PluginManager::take_list() {
  const QString kept = current();
  const Plugins& plugins = plugins_.plugins();
  progress_->setVisible(plugins_.is_working());
  again_->setEnabled(!plugins_.is_working());
  again_->setToolTip({});
  table_->setRowCount(static_cast<int>(plugins.rows.size()));
  int off = 0;
  int select = -1;
  for (int i = 0; i < table_->rowCount(); ++i) {
    const PluginRow& row = plugins.rows[static_cast<std::size_t>(i)];
    const QString time =
        row.load_seconds > 0 ? tr("%1 ms").arg(row.load_seconds * 1000, 0, 'f', 1) : QStringLiteral("\u2013");
    const QString texts[] = {
        row.id, row.kind, row.version, row.built_for, plugin_state_word(row), time, sentence_of(row.reason)};
    for (int column = 0; column < kColumns; ++column) {
      auto* item = new QTableWidgetItem(texts[column]);
      item->setToolTip(texts[column]);
      if (column == LoadTime) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
      if (column == State)
        item->setIcon(QIcon(pixmap(state_icon(row), state_colour(row), metrics::kIcon, devicePixelRatioF())));
      table_->setItem(i, column, item);
    }
    if (!is_ready(row)) ++off;
    if (row.name == kept || (select < 0 && kept.isEmpty() && !is_ready(row))) select = i;
  }
  sentence_->setText(off == 0 ? tr("%1 plugins, all ready.").arg(plugins.rows.size())
                              : tr("%1 plugins, %2 not ready.").arg(plugins.rows.size()).arg(off));
  {
    const QSignalBlocker quiet(safe_mode_);
    safe_mode_->setChecked(plugins.safe_mode);
  }
  if (table_->rowCount() > 0) table_->selectRow(select < 0 ? 0 : select);
  say_suspects();
  refresh_current();
}

// After a crash: who is suspected, and what can be done.
void PluginManager::say_suspects() {
  QStringList crashed;
  for (const PluginRow& row : plugins_.plugins().rows) {
    if (row.off_by == QStringLiteral("crash")) crashed << row.name;
  }
  if (crashed.isEmpty()) return banner_->hide();
  const QString names = crashed.join(QStringLiteral(", "));
  std::vector<Banner::Action> actions;
  if (!plugins_.plugins().safe_mode)
    actions.push_back({tr("Turn the safe mode on"), [this] { safe_mode_->setChecked(true); }});
  banner_->say(
      Banner::Level::Warning,
      crashed.size() == 1
          ? tr("%1 ended the process that loaded it, and is off since. If others misbehave too, turn the "
               "safe mode on and enable them one by one.")
                .arg(names)
          : tr("%1 ended the process that loaded them, and are off since. In the safe mode they can be "
               "enabled one by one, to find out which is to blame.")
                .arg(names),
      actions);
}

const PluginRow* PluginManager::current_row() const {
  const int row = table_->currentRow();
  const auto& rows = plugins_.plugins().rows;
  return row < 0 || row >= static_cast<int>(rows.size()) ? nullptr : &rows[static_cast<std::size_t>(row)];
}

QString PluginManager::current() const {
  const PluginRow* row = current_row();
  return row == nullptr ? QString() : row->name;
}

void PluginManager::refresh_current() {
  const PluginRow* row = current_row();
  const bool any = row != nullptr;
  name_->setText(any ? row->name : tr("No plugin is selected"));
  about_->setText(any ? sentence_of(row->summary) + (row->shipped ? tr(" Comes with the program.")
                                                                  : tr(" From %1.").arg(row->manifest))
                      : QString());
  reason_->setText(any ? (sentence_of(row->reason) + QLatin1Char(' ') + hint_for_window(*row)).trimmed()
                       : QString());
  reason_->setVisible(!reason_->text().isEmpty());
  set_style_property(
      reason_, "role",
      any && state_icon(*row) == QStringLiteral("error") ? QStringLiteral("bad") : QStringLiteral("label"));
  const bool off = any && row->off_by != QStringLiteral("nobody") && !row->off_by.isEmpty();
  enable_->setEnabled(off);
  enable_->setToolTip(off    ? tr("Load it again from now on")
                      : !any ? tr("No plugin is selected.")
                      : row->state == QStringLiteral("failed")
                          ? tr("It is not switched off: it failed. See the reason.")
                          : tr("It is on already."));
  const bool can_disable = any && row->off_by != QStringLiteral("person");
  disable_->setEnabled(can_disable);
  disable_->setToolTip(can_disable ? tr("Do not load it in any run, until it is enabled again")
                       : any       ? tr("It is off already.")
                                   : tr("No plugin is selected."));
}

}  // namespace ibot::ui
