// SPDX-License-Identifier: GPL-3.0-or-later
#include "form.h"

#include "field_row.h"

#include <ui/style/theme.h>
#include <ui/widgets/parts.h>

#include <QApplication>
#include <QComboBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

// The worst thing that is said of a key.
std::optional<params::Diagnostic> problem_of(const params::Diagnostics& diagnostics, const std::string& key) {
  std::optional<params::Diagnostic> worst;
  for (const params::Diagnostic& each : diagnostics) {
    if (each.key == key && (!worst || each.severity == params::Severity::Error)) worst = each;
  }
  return worst;
}

void collect_stops(const QLayout* layout, std::vector<QWidget*>& stops) {
  for (int i = 0; i < layout->count(); ++i) {
    QLayoutItem* item = layout->itemAt(i);
    if (item->layout() != nullptr) collect_stops(item->layout(), stops);
    QWidget* widget = item->widget();
    if (widget == nullptr) continue;
    if ((widget->focusPolicy() & Qt::TabFocus) != 0) {
      stops.push_back(widget);
    } else if (widget->layout() != nullptr) {
      collect_stops(widget->layout(), stops);
    }
  }
}

// The name by which a form that is made anew has the part with the keyboard again; empty: it is elsewhere.
QString name_of_focus(const QWidget* form) {
  const QWidget* focus = QApplication::focusWidget();
  if (focus == nullptr || !form->isAncestorOf(focus)) return {};
  const auto* row = qobject_cast<const FieldRow*>(focus->parentWidget());
  return row != nullptr ? row->objectName() : focus->objectName();
}

void give_focus(QWidget* form, const QString& name) {
  auto* part = name.isEmpty() ? nullptr : form->findChild<QWidget*>(name);
  if (part == nullptr) return;
  const auto* row = qobject_cast<FieldRow*>(part);
  (row != nullptr ? row->control() : part)->setFocus();
}

}  // namespace

/// A section with its rows; the advanced ones lie in a part that folds.
struct Form::Group {
  QString title;
  QWidget* all = nullptr;
  std::vector<FieldRow*> general, advanced;
  QWidget* folded = nullptr;
  QToolButton* unfold = nullptr;
};

Form::Form(Configuration& configuration, QWidget* parent)
    : QScrollArea(parent),
      configuration_(configuration),
      notice_(make_label(tr("Mend the YAML first. Until then the form keeps its last values."),
                         TextStyle::Small, "warn")) {
  notice_->setParent(this);
  notice_->setObjectName(QStringLiteral("mend_yaml_first"));
  notice_->setContentsMargins(metrics::kMedium, 0, metrics::kMedium, 0);
  notice_->hide();
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);  // a narrow screen: nothing is cut off
  setFocusPolicy(Qt::NoFocus);
  connect(&configuration, &Configuration::changed, this, &Form::refresh);
  refresh();
}

FieldRow* Form::row(const std::string& key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? nullptr : found->second;
}

FieldRow* Form::first_row(const std::string& prefix) const {
  const auto found = rows_.lower_bound(prefix);
  return found != rows_.end() && found->first.starts_with(prefix) ? found->second : nullptr;
}

std::vector<QWidget*> Form::stops() const {
  std::vector<QWidget*> stops;
  collect_stops(widget()->layout(), stops);
  return stops;
}

void Form::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  place_notice();
}

void Form::place_notice() {
  const QRect inside = contentsRect();
  notice_->setGeometry(inside.left(), inside.top(), inside.width(), metrics::kRow);
}

void Form::set_mending(bool on) {
  setViewportMargins(0, on ? metrics::kRow : 0, 0, 0);
  notice_->setVisible(on);
  place_notice();
  widget()->setEnabled(!on);
}

void Form::refresh() {
  // The plan of a text that cannot be read has nothing but defaults.
  const bool mending = !configuration_.is_readable();
  if (widget() != nullptr && mending != notice_->isVisibleTo(this)) set_mending(mending);
  if (widget() != nullptr && mending) return;
  const plan::PlanResult& result = configuration_.result();
  std::string shape;
  for (const plan::ResolvedSection& section : result.sections)
    shape += section.path + (section.plugin ? "=" + section.plugin->id : "") + ";";
  if (shape != shape_) {
    shape_ = shape;
    rebuild();
  }
  for (const plan::ResolvedSection& section : result.sections) {
    for (const auto& [key, value] : section.content.values) {
      const std::string full = section.path.empty() ? key : section.path + "." + key;
      FieldRow* field = row(full);
      if (field == nullptr) continue;
      field->show_problem(problem_of(result.diagnostics, full));
      field->show_value(value, section.content.origins.at(key), configuration_.is_edited(full));
    }
  }
}

void Form::rebuild() {
  const int position = verticalScrollBar()->value();
  const QString focus = name_of_focus(this);
  qDeleteAll(groups_);
  groups_.clear();
  rows_.clear();
  auto* page = new QWidget;
  page->setProperty("role", "panel");
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(metrics::kMedium, metrics::kMedium, metrics::kMedium, metrics::kHuge);
  layout->setSpacing(metrics::kTiny);
  for (const plan::SectionInfo& info : plan::sections()) add_section(info, layout);
  layout->addStretch();
  setWidget(page);  // deletes the old one
  apply_filter();
  verticalScrollBar()->setValue(position);
  give_focus(this, focus);
  Q_EMIT rebuilt();
}

void Form::add_section(const plan::SectionInfo& info, QVBoxLayout* layout) {
  auto* group = new Group;
  groups_.push_back(group);
  group->title = text(info.name) + QLatin1Char('\n') + text(info.title);
  group->all = new QWidget;
  auto* rows = new QVBoxLayout(group->all);
  rows->setContentsMargins(0, metrics::kMedium, 0, 0);
  rows->setSpacing(metrics::kTiny);
  auto* heading = new QHBoxLayout;
  heading->addWidget(make_label(info.name.empty() ? tr("run") : text(info.name), TextStyle::Heading));
  heading->addWidget(make_label(text(info.title), TextStyle::Small, "hint"));
  heading->addStretch();
  rows->addLayout(heading);
  rows->addWidget(make_hairline());
  group->folded = new QWidget;
  auto* folded = new QVBoxLayout(group->folded);
  folded->setContentsMargins(0, 0, 0, 0);
  folded->setSpacing(metrics::kTiny);

  if (info.kind && !info.is_list) add_plugin_choice(info, rows);
  for (const plan::ResolvedSection& section : configuration_.result().sections) {
    if (section.name != info.name) continue;
    if (info.is_list) add_list_tools(info, &section, rows);
    for (const params::Definition& definition : section.schema.definitions()) {
      const std::string key = section.path.empty() ? definition.key : section.path + "." + definition.key;
      auto* field = new FieldRow(key, definition);
      connect(field, &FieldRow::edited, &configuration_, &Configuration::set_value);
      connect(field, &FieldRow::reset_wanted, &configuration_, &Configuration::reset);
      rows_[key] = field;
      // In a list the rows of one element stay together.
      const bool fold = definition.advanced && !info.is_list;
      (fold ? group->advanced : group->general).push_back(field);
      (fold ? folded : rows)->addWidget(field);
    }
  }
  if (info.is_list) add_list_tools(info, nullptr, rows);
  if (!group->advanced.empty()) {
    group->unfold = new QToolButton;
    group->unfold->setText(tr("%n more", nullptr, static_cast<int>(group->advanced.size())));
    group->unfold->setCheckable(true);
    group->unfold->setFont(text_font(TextStyle::Small));
    connect(group->unfold, &QToolButton::toggled, group->folded, &QWidget::setVisible);
    rows->addWidget(group->unfold);
    rows->addWidget(group->folded);
  }
  group->folded->hide();
  layout->addWidget(group->all);
}

void Form::add_plugin_choice(const plan::SectionInfo& info, QVBoxLayout* layout) {
  auto* line = new QHBoxLayout;
  line->setSpacing(metrics::kSmall);  // as in the rows below it
  auto* name = new QLabel(tr("plugin"));
  name->setFixedWidth(184);
  auto* choice = new QComboBox;
  choice->setObjectName(QStringLiteral("plugin_%1").arg(text(info.name)));
  choice->setAccessibleName(tr("Plugin of %1").arg(text(info.name)));
  choice->setFixedSize(190, metrics::kRow);
  name->setBuddy(choice);
  QString chosen;
  for (const plan::ResolvedSection& section : configuration_.result().sections) {
    if (section.name == info.name && section.plugin) chosen = text(section.plugin->id);
  }
  for (const plan::PluginInfo& plugin : configuration_.plugins()) {
    if (plugin.kind != info.kind) continue;
    choice->addItem(text(plugin.id));
    choice->setItemData(choice->count() - 1, text(plugin.summary), Qt::ToolTipRole);
  }
  choice->setCurrentText(chosen);
  if (chosen.isEmpty()) choice->setCurrentIndex(-1);
  // Queued: the choice rebuilds the form that this box stands in.
  connect(
      choice, &QComboBox::textActivated, &configuration_,
      [this, section = info.name](const QString& id) {
        configuration_.choose_plugin(section, id.toStdString());
      },
      Qt::QueuedConnection);
  line->addWidget(name);
  line->addWidget(choice);
  line->addStretch();
  layout->addLayout(line);
}

void Form::add_list_tools(const plan::SectionInfo& info, const plan::ResolvedSection* section,
                          QVBoxLayout* layout) {
  auto* line = new QHBoxLayout;
  line->setContentsMargins(0, metrics::kSmall, 0, 0);
  if (section != nullptr && section->plugin) {
    line->addWidget(make_label(text(section->plugin->id)));
    line->addWidget(make_label(text(section->plugin->summary), TextStyle::Small, "hint"), 1);
    auto* remove = new QToolButton;
    remove->setObjectName(QStringLiteral("remove_%1").arg(text(section->path)));
    remove->setText(tr("Remove"));
    connect(
        remove, &QToolButton::clicked, &configuration_,
        [this, list = info.name, id = section->plugin->id] { configuration_.remove_plugin(list, id); },
        Qt::QueuedConnection);
    line->addWidget(remove);
  } else {
    auto* add = new QComboBox;
    add->setObjectName(QStringLiteral("add_%1").arg(text(info.name)));
    add->setAccessibleName(tr("Add to %1").arg(text(info.name)));
    add->setPlaceholderText(tr("Add…"));
    add->setFixedSize(190, metrics::kRow);
    for (const plan::PluginInfo& plugin : configuration_.plugins()) {
      const auto& sections = configuration_.result().sections;
      const bool there = std::any_of(sections.begin(), sections.end(), [&](const auto& each) {
        return each.name == info.name && each.plugin && each.plugin->id == plugin.id;
      });
      if (plugin.kind != info.kind || there) continue;
      add->addItem(text(plugin.id));
      add->setItemData(add->count() - 1, text(plugin.summary), Qt::ToolTipRole);
    }
    add->setCurrentIndex(-1);
    add->setEnabled(add->count() > 0);
    add->setToolTip(add->count() > 0 ? QString() : tr("Every plugin of this kind is in the list already."));
    connect(
        add, &QComboBox::textActivated, &configuration_,
        [this, list = info.name](const QString& id) { configuration_.add_plugin(list, id.toStdString()); },
        Qt::QueuedConnection);
    line->addWidget(add);
    line->addStretch();
  }
  layout->addLayout(line);
}

void Form::set_filter(const QString& filter) {
  filter_ = filter.trimmed();
  apply_filter();
}

void Form::apply_filter() {
  for (Group* group : groups_) {
    // By its title a section is found whole: with the choice of its plugin, whatever the rows are called.
    const bool whole = group->title.contains(filter_, Qt::CaseInsensitive);
    int shown = 0;
    bool advanced = false;
    for (FieldRow* field : group->general) {
      const bool fits = whole || field->fits(filter_);
      field->setVisible(fits);
      shown += fits ? 1 : 0;
    }
    for (FieldRow* field : group->advanced) {
      const bool fits = whole || field->fits(filter_);
      field->setVisible(fits);
      advanced = advanced || fits;
      shown += fits ? 1 : 0;
    }
    group->all->setVisible(whole || shown > 0);
    if (group->unfold == nullptr) continue;
    group->unfold->setVisible(filter_.isEmpty());
    group->folded->setVisible(filter_.isEmpty() ? group->unfold->isChecked() : advanced);
  }
}

}  // namespace ibot::ui
