// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_panel.h"

#include <ibot/base/text.h>

#include <ui/style/theme.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kBodyHeight = 168;

QString line_of(const record::Event& event) {
  return QStringLiteral("%1  %2").arg(QString::fromStdString(base::format_count(event.step)),
                                      QString::fromStdString(event.text));
}

}  // namespace

EventPanel::EventPanel(QWidget* parent) : QWidget(parent) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_hairline());
  auto* bar = new QHBoxLayout;
  bar->setSpacing(metrics::kMedium);
  toggle_ = new QToolButton;
  toggle_->setObjectName(QStringLiteral("events_toggle"));
  toggle_->setText(tr("Log and events"));
  toggle_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  toggle_->setCheckable(true);
  toggle_->setIconSize({12, 12});
  bar->addWidget(toggle_);
  newest_ = new ElidedLabel(TextStyle::Small, "label");
  bar->addWidget(newest_, 1);
  layout->addLayout(bar);

  body_ = new QWidget;
  body_->setFixedHeight(kBodyHeight);
  auto* columns = new QSplitter(Qt::Horizontal);
  columns->setHandleWidth(1);
  columns->setChildrenCollapsible(false);
  events_ = new QListWidget;
  events_->setObjectName(QStringLiteral("events"));
  events_->setAccessibleName(tr("Events of the run"));
  events_->setWordWrap(true);
  events_->setTextElideMode(Qt::ElideNone);
  columns->addWidget(events_);
  auto* right = new QWidget;
  auto* rows = new QVBoxLayout(right);
  rows->setContentsMargins(metrics::kSmall, 0, 0, 0);
  rows->setSpacing(metrics::kTiny);
  auto* tools = new QHBoxLayout;
  search_ = new QLineEdit;
  search_->setObjectName(QStringLiteral("log_search"));
  search_->setAccessibleName(tr("Search in the log"));
  search_->setPlaceholderText(tr("Search the last 200 lines"));
  search_->setClearButtonEnabled(true);
  found_ = make_label({}, TextStyle::Small, "label");
  QPushButton* copied = make_button(tr("Copy"));
  copied->setObjectName(QStringLiteral("log_copy"));
  copied->setToolTip(tr("Copies events and log"));
  tools->addWidget(search_, 1);
  tools->addWidget(found_);
  tools->addWidget(copied);
  rows->addLayout(tools);
  log_ = new QPlainTextEdit;
  log_->setObjectName(QStringLiteral("log"));
  log_->setAccessibleName(tr("Last lines of the log"));
  log_->setFont(text_font(TextStyle::Mono));
  log_->setReadOnly(true);
  log_->setLineWrapMode(QPlainTextEdit::NoWrap);
  log_->setUndoRedoEnabled(false);
  rows->addWidget(log_, 1);
  columns->addWidget(right);
  columns->setStretchFactor(0, 2);
  columns->setStretchFactor(1, 3);
  auto* inside = new QVBoxLayout(body_);
  inside->setContentsMargins(0, metrics::kTiny, 0, 0);
  inside->addWidget(columns);
  layout->addWidget(body_);

  connect(toggle_, &QToolButton::toggled, this, &EventPanel::set_open);
  connect(search_, &QLineEdit::textChanged, this, [this] { find_words(false); });
  connect(search_, &QLineEdit::returnPressed, this, [this] { find_words(true); });
  connect(copied, &QPushButton::clicked, this, &EventPanel::copy);
  connect(&Theme::instance(), &Theme::changed, this, [this] {
    set_open(is_open());
    fill_events();
  });
  set_open(false);
}

bool EventPanel::is_open() const {
  return toggle_->isChecked();
}

void EventPanel::set_open(bool open) {
  toggle_->setChecked(open);
  toggle_->setIcon(icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
  body_->setVisible(open);
  if (!open) return;
  fill_events();
  fill_log();
}

void EventPanel::show_details(const RunDetailsPtr& details) {
  details_ = details;
  const bool any = details && !details->events.empty();
  newest_->setText(any ? line_of(details->events.back()) : QString());
  if (!is_open()) return;
  fill_events();
  fill_log();
}

void EventPanel::fill_events() {
  if (!is_open()) return;
  const auto count = details_ ? static_cast<int>(details_->events.size()) : 0;
  const Tokens& t = Theme::instance().tokens();
  const bool at_end = events_->verticalScrollBar()->value() == events_->verticalScrollBar()->maximum();
  // Events only grow, but for another run.
  if (events_->count() > count ||
      events_->property("run").toString() != (details_ ? details_->run : QString()))
    events_->clear();
  events_->setProperty("run", details_ ? details_->run : QString());
  for (int i = events_->count(); i < count; ++i) events_->addItem(QString());
  for (int i = 0; i < count; ++i) {
    const record::Event& event = details_->events[static_cast<std::size_t>(i)];
    QListWidgetItem* item = events_->item(i);
    const QString line = line_of(event);
    if (item->text() != line) item->setText(line);
    const bool bad = event.level == record::EventLevel::Error;
    const bool warning = event.level == record::EventLevel::Warning;
    item->setIcon(bad ? QIcon(pixmap(QStringLiteral("error"), t.bad, metrics::kIcon, devicePixelRatioF()))
                  : warning
                      ? QIcon(pixmap(QStringLiteral("warning"), t.warn, metrics::kIcon, devicePixelRatioF()))
                      : QIcon());
    item->setToolTip(QString::fromStdString(event.kind));
  }
  if (at_end) events_->scrollToBottom();
}

void EventPanel::fill_log() {
  if (!is_open()) return;
  QStringList lines;
  if (details_) {
    for (const std::string& line : details_->log) lines << QString::fromStdString(line);
  }
  const QString text = lines.join(QLatin1Char('\n'));
  if (text == log_->toPlainText()) return;
  QScrollBar* bar = log_->verticalScrollBar();
  const bool at_end = bar->value() == bar->maximum();
  const int before = bar->value();
  log_->setPlainText(text);
  bar->setValue(at_end ? bar->maximum() : before);
}

void EventPanel::find_words(bool next) {
  const QString wanted = search_->text();
  if (wanted.isEmpty()) {
    found_->clear();
    return;
  }
  const auto count = static_cast<int>(log_->toPlainText().count(wanted, Qt::CaseInsensitive));
  found_->setText(count == 0 ? tr("not found") : tr("%n found", nullptr, count));
  if (!next) {
    QTextCursor cursor = log_->textCursor();
    cursor.setPosition(cursor.selectionStart());
    log_->setTextCursor(cursor);
  }
  if (count == 0 || log_->find(wanted)) return;
  log_->moveCursor(QTextCursor::Start);  // round again
  log_->find(wanted);
}

void EventPanel::copy() {
  if (!details_) return;
  QStringList lines;
  for (const record::Event& event : details_->events) lines << line_of(event);
  lines << QString();
  for (const std::string& line : details_->log) lines << QString::fromStdString(line);
  QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace ibot::ui
