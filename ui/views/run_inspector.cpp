// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_inspector.h"

#include "run_edits.h"
#include "run_notes.h"

#include <ibot/base/text.h>

#include <ui/models/run_column.h>
#include <ui/style/theme.h>
#include <ui/widgets/clear_layout.h>
#include <ui/widgets/flow_layout.h>
#include <ui/widgets/parts.h>

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr int kTableRow = 22;
constexpr int kKeyWidth = 150;
constexpr int kMostKeyWidth =
    204;  // px: beyond it keys are cut at their end, so that values keep their place
constexpr std::size_t kMostChildren = 12;
constexpr std::size_t kMostEvaluations = 30;
constexpr int kHashDigits = 12;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString count(std::int64_t value) {
  return text(base::format_count(value));
}

// Rows as they are; the table is as high as they are.
void fill(QTableWidget* table, const std::vector<QStringList>& rows) {
  bool same = table->rowCount() == static_cast<int>(rows.size());
  for (int r = 0; same && r < table->rowCount(); ++r) {
    for (int c = 0; same && c < table->columnCount(); ++c)
      same =
          table->item(r, c) != nullptr && table->item(r, c)->text() == rows[static_cast<std::size_t>(r)][c];
  }
  if (!same) {
    table->setRowCount(static_cast<int>(rows.size()));
    for (int r = 0; r < table->rowCount(); ++r) {
      for (int c = 0; c < table->columnCount(); ++c) {
        const QString& cell = rows[static_cast<std::size_t>(r)][c];
        auto* item = new QTableWidgetItem(cell);
        item->setToolTip(cell);
        bool number = false;
        [[maybe_unused]] const double value = QString(cell).remove(QLatin1Char(',')).toDouble(&number);
        if (c > 0 && number) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table->setItem(r, c, item);
      }
    }
  }
  const int header =
      table->horizontalHeader()->isHidden() ? 0 : table->horizontalHeader()->sizeHint().height();
  table->setFixedHeight(header + kTableRow * table->rowCount() + 2);
  table->parentWidget()->setVisible(!rows.empty());
}

}  // namespace

RunInspector::RunInspector(Record& record, RunEdits& edits, QWidget* parent)
    : QScrollArea(parent),
      record_(record),
      edits_(edits),
      body_(new QWidget),
      layout_(new QVBoxLayout(body_)) {
  setObjectName(QStringLiteral("run_inspector"));
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  body_->setProperty("role", "panel");
  body_->setAttribute(Qt::WA_StyledBackground);
  layout_->setContentsMargins(metrics::kMedium, metrics::kMedium, metrics::kMedium, metrics::kMedium);
  layout_->setSpacing(metrics::kLarge);
  head_ = new QVBoxLayout;
  head_->setSpacing(metrics::kTiny);
  name_ = make_label({}, TextStyle::Title);
  name_->setObjectName(QStringLiteral("inspector_name"));
  name_->setWordWrap(true);
  name_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  state_ = make_label({}, TextStyle::Small, "label");
  state_->setWordWrap(true);
  head_->addWidget(name_);
  head_->addWidget(state_);
  layout_->addLayout(head_);
  make_tags();
  notes_ = new RunNotes(record_, edits_);
  add_section(tr("Notes"))->addWidget(notes_);
  make_values();
  lineage_ = add_section(tr("Lineage"));
  evaluations_ = add_table(tr("Evaluations, newest first"), "inspector_evaluations",
                           {tr("figure"), tr("network"), tr("step"), tr("value")});
  checkpoints_ = add_table(tr("Checkpoints"), "inspector_checkpoints", {tr("step"), tr("size"), tr("kept")});
  hashes_ = add_table(tr("Hashes"), "inspector_hashes", {tr("of"), tr("SHA-256")});
  layout_->addStretch();
  // Never wider than the panel: what is too long is wrapped or shortened, and never pushes the rest out.
  body_->setMinimumWidth(1);
  setWidget(body_);
  connect(&record_, &Record::details_changed, this, [this](const RunDetailsPtr& details) {
    if (details->run != run_) return;
    details_ = details;
    refresh();
  });
  connect(&record_, &Record::runs_changed, this, [this](const QStringList& runs) {
    if (!runs.contains(run_)) return;
    refresh_head();
    refresh_tags();
  });
  connect(&record_, &Record::traits_changed, this, [this](const QStringList& runs) {
    if (runs.contains(run_)) refresh_values();
  });
  connect(&record_, &Record::closed, this, [this] { set_run({}, 0); });
  refresh();
}

void RunInspector::offer(QAction* action) {
  QPushButton* button = make_button(action->text());
  button->setObjectName(QStringLiteral("inspector_") + action->objectName());
  const auto refresh = [button, action] {
    button->setEnabled(action->isEnabled());
    button->setToolTip(action->toolTip());
  };
  connect(action, &QAction::changed, button, refresh);
  connect(button, &QPushButton::clicked, action, &QAction::trigger);
  refresh();
  head_->addWidget(button);
}

QVBoxLayout* RunInspector::add_section(const QString& title) {
  auto* section = new QWidget;
  auto* layout = new QVBoxLayout(section);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  layout->addWidget(make_label(title, TextStyle::Heading));
  layout->addWidget(make_hairline());
  auto* content = new QVBoxLayout;
  content->setSpacing(metrics::kTiny);
  layout->addLayout(content);
  layout_->addWidget(section);
  return content;
}

QTableWidget* RunInspector::add_table(const QString& title, const char* name, const QStringList& header) {
  QVBoxLayout* section = add_section(title);
  auto* table = new QTableWidget(0, static_cast<int>(header.size()));
  table->setObjectName(QString::fromLatin1(name));
  table->setAccessibleName(title);
  table->setHorizontalHeaderLabels(header);
  table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
  table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table->horizontalHeader()->setHighlightSections(false);
  table->horizontalHeader()->setMinimumSectionSize(40);
  table->verticalHeader()->hide();
  table->verticalHeader()->setMinimumSectionSize(kTableRow);
  table->verticalHeader()->setDefaultSectionSize(kTableRow);
  table->setFont(text_font(TextStyle::Small));
  table->setShowGrid(false);
  table->setWordWrap(false);
  table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table->setSelectionBehavior(QAbstractItemView::SelectRows);
  table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  table->setTabKeyNavigation(false);
  table->setTextElideMode(Qt::ElideRight);
  section->addWidget(table);
  return table;
}

void RunInspector::make_tags() {
  QVBoxLayout* section = add_section(tr("Tags"));
  tags_ = new QWidget;
  tags_->setObjectName(QStringLiteral("inspector_tags"));
  new FlowLayout(tags_, metrics::kTiny);
  section->addWidget(tags_);
  new_tag_ = new QLineEdit;
  new_tag_->setObjectName(QStringLiteral("inspector_new_tag"));
  new_tag_->setPlaceholderText(tr("Add a tag"));
  new_tag_->setAccessibleName(tr("Add a tag"));
  section->addWidget(new_tag_);
  connect(new_tag_, &QLineEdit::returnPressed, this, [this] {
    const QString tag = new_tag_->text().trimmed();
    if (tag.isEmpty() || run_.isEmpty()) return;
    edits_.add_tag({run_}, tag);
    new_tag_->clear();
  });
}

void RunInspector::make_values() {
  values_ = add_table(tr("Values"), "inspector_values", {tr("key"), tr("value")});
  values_->horizontalHeader()->hide();
  values_->setTextElideMode(Qt::ElideMiddle);  // of a path both ends tell more than its beginning
  values_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Fixed);
  values_->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
  values_->setColumnWidth(0, kKeyWidth);
  auto* section = qobject_cast<QVBoxLayout*>(values_->parentWidget()->layout());
  all_values_ = new QCheckBox(tr("All values"));
  all_values_->setObjectName(QStringLiteral("inspector_all_values"));
  all_values_->setToolTip(tr("Also those that nobody wrote and that have their default"));
  section->addWidget(all_values_);
  connect(all_values_, &QCheckBox::toggled, this, &RunInspector::refresh_values);
  auto* buttons = new QHBoxLayout;
  QPushButton* yaml_button = make_button(tr("Copy YAML"));
  yaml_button->setObjectName(QStringLiteral("inspector_copy_yaml"));
  QPushButton* csv_button = make_button(tr("Copy CSV"));
  csv_button->setObjectName(QStringLiteral("inspector_copy_csv"));
  buttons->addWidget(yaml_button);
  buttons->addWidget(csv_button);
  buttons->addStretch();
  section->addLayout(buttons);
  connect(yaml_button, &QPushButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setText(yaml()); });
  connect(csv_button, &QPushButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setText(values_csv()); });
}

void RunInspector::set_run(const QString& run, int selected) {
  selected_ = selected;
  if (run == run_) return refresh_head();
  run_ = run;
  details_.reset();
  notes_->set_run(run);
  verticalScrollBar()->setValue(0);
  refresh();
}

QString RunInspector::yaml() const {
  if (!details_) return {};
  return QJsonDocument::fromJson(QByteArray::fromStdString(details_->plan_json))
      .object()[QStringLiteral("yaml")]
      .toString();
}

QString RunInspector::values_csv() const {
  const RunTraits* traits = record_.traits(run_);
  QString lines = QStringLiteral("key,value,changed\n");
  if (traits == nullptr) return lines;
  for (const runs::Parameter& parameter : *traits->parameters) {
    QString value = text(parameter.text);
    if (value.contains(QLatin1Char(',')) || value.contains(QLatin1Char('"')) ||
        value.contains(QLatin1Char('\n')))
      value = QLatin1Char('"') + value.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
    lines += QStringLiteral("%1,%2,%3\n")
                 .arg(text(parameter.key), value,
                      parameter.changed ? QStringLiteral("yes") : QStringLiteral("no"));
  }
  return lines;
}

void RunInspector::refresh() {
  refresh_head();
  refresh_tags();
  notes_->show_details(details_);
  refresh_values();
  refresh_lineage();
  refresh_tables();
}

void RunInspector::refresh_head() {
  const RunView* view = record_.run(run_);
  const bool any = view != nullptr;
  name_->setText(any ? run_name(view->run) : tr("No run is selected"));
  QString line;
  if (any) {
    line = text(view->status.text);
    if (!view->run.folder.empty()) line += tr(" · in %1").arg(text(view->run.folder));
    line += QStringLiteral(" · ") + run_;
    if (selected_ > 1) line += tr("\nThe first of %1 selected runs").arg(selected_);
  }
  state_->setText(line);
  for (int i = 1; i + 1 < layout_->count(); ++i) {
    if (QWidget* section = layout_->itemAt(i)->widget(); section != nullptr && !any) section->hide();
  }
  if (any) {
    tags_->parentWidget()->show();
    notes_->parentWidget()->show();
    values_->parentWidget()->show();
  }
}

void RunInspector::refresh_tags() {
  const RunView* view = record_.run(run_);
  QStringList tags;
  if (view != nullptr) {
    for (const std::string& tag : view->run.tags) tags.push_back(text(tag));
  }
  const QString made_of = run_ + QLatin1Char('\n') + tags.join(QLatin1Char('\n'));
  if (made_of == shown_tags_) return;
  shown_tags_ = made_of;
  clear_layout(tags_->layout());
  for (const QString& tag : std::as_const(tags)) {
    auto* chip = new QToolButton;
    chip->setObjectName(QStringLiteral("tag_") + tag);
    chip->setProperty("role", "chip");
    chip->setText(tag + QStringLiteral("  \u2715"));
    chip->setAccessibleName(tr("Tag %1").arg(tag));
    chip->setToolTip(tr("Remove the tag %1").arg(tag));
    connect(chip, &QToolButton::clicked, this, [this, tag] { edits_.remove_tag({run_}, tag); });
    tags_->layout()->addWidget(chip);
  }
  tags_->setVisible(!tags.isEmpty());
}

void RunInspector::refresh_values() {
  const RunTraits* traits = record_.traits(run_);
  std::vector<QStringList> rows;
  std::size_t changed = 0;
  if (traits != nullptr) {
    for (const bool written : {true, false}) {
      for (const runs::Parameter& parameter : *traits->parameters) {
        if (parameter.changed != written || (!written && !all_values_->isChecked())) continue;
        changed += written ? 1 : 0;
        rows.push_back({text(parameter.key), text(parameter.text)});
      }
    }
    all_values_->setText(tr("All %1 values").arg(traits->parameters->size()));
  }
  fill(values_, rows);
  const QFontMetrics metric(values_->font());
  int widest = kKeyWidth;
  for (const QStringList& row : rows)
    widest = std::max(widest, metric.horizontalAdvance(row.front()) + metrics::kHuge);
  values_->setColumnWidth(0, std::min(widest, kMostKeyWidth));
  values_->setVisible(!rows.empty());
  values_->parentWidget()->setVisible(!run_.isEmpty());
}

void RunInspector::refresh_lineage() {
  const RunView* view = record_.run(run_);
  QString made_of = run_;
  if (view != nullptr && view->run.parent) made_of += text(view->run.parent->run);
  if (details_) {
    for (const std::string& child : details_->children) made_of += QLatin1Char('\n') + text(child);
  }
  if (made_of == shown_lineage_) return;
  shown_lineage_ = made_of;
  clear_layout(lineage_);
  const auto add = [this](const QString& label, const QString& run) {
    const RunView* known = record_.run(run);
    QPushButton* link = make_button(label.arg(known == nullptr ? run : run_name(known->run)), "link");
    link->setObjectName(QStringLiteral("lineage_") + run);
    link->setToolTip(run);
    connect(link, &QPushButton::clicked, this, [this, run] { Q_EMIT run_wanted(run); });
    lineage_->addWidget(link);
  };
  const bool child = view != nullptr && view->run.parent;
  if (child) add(tr("Branch of %1 at step ") + count(view->run.parent->step), text(view->run.parent->run));
  const std::size_t children = details_ ? details_->children.size() : 0;
  for (std::size_t i = 0; i < std::min(children, kMostChildren); ++i)
    add(tr("Continued by %1"), text(details_->children[i]));
  if (children > kMostChildren)
    lineage_->addWidget(
        make_label(tr("and %1 more: filter by parent:%2").arg(children - kMostChildren).arg(run_),
                   TextStyle::Small, "hint"));
  lineage_->parentWidget()->setVisible(child || children > 0);
}

void RunInspector::refresh_tables() {
  std::vector<QStringList> evaluations, checkpoints, hashes;
  if (details_) {
    for (auto row = details_->evaluations.rbegin();
         row != details_->evaluations.rend() && evaluations.size() < kMostEvaluations; ++row) {
      evaluations.push_back({text(row->protocol + "/" + row->metric), text(row->network), count(row->step),
                             QString::number(row->value, 'g', 5)});
    }
    for (const record::Checkpoint& row : details_->checkpoints) {
      if (row.state != record::CheckpointState::Present || row.kind != record::CheckpointKind::Full) continue;
      checkpoints.push_back({count(row.step), text(base::format_bytes(static_cast<std::uint64_t>(row.size))),
                             text(row.reason)});
    }
  }
  if (const RunView* view = record_.run(run_)) {
    const record::Hashes& of = view->run.hashes;
    const std::vector<std::pair<QString, std::string>> named = {{tr("configuration"), of.config},
                                                                {tr("plugins"), of.plugins},
                                                                {tr("data"), of.data},
                                                                {tr("seed"), of.seed},
                                                                {tr("environment"), of.environment}};
    for (const auto& [name, hash] : named) {
      hashes.push_back({name, text(hash).left(kHashDigits)});
    }
  }
  fill(evaluations_, evaluations);
  fill(checkpoints_, checkpoints);
  fill(hashes_, hashes);
}

}  // namespace ibot::ui
