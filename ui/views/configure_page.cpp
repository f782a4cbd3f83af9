// SPDX-License-Identifier: GPL-3.0-or-later
#include "configure_page.h"

#include "laboratory.h"

#include <ibot/plan/plugin_info.h>
#include <ibot/plugin/loader.h>

#include <ui/bridge/output_problem.h>
#include <ui/forms/field_row.h>
#include <ui/forms/form.h>
#include <ui/forms/kept_draft.h>
#include <ui/forms/yaml_view.h>
#include <ui/style/theme.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/remembered.h>

#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <QUndoStack>
#include <QVBoxLayout>
#include <algorithm>
#include <filesystem>
#include <vector>

namespace ibot::ui {
namespace {

constexpr int kMostProblemRows = 5;
constexpr int kBeside = 960;     // px: with less the form or the text
constexpr int kLow = 480;        // px: with less the laboratory leaves its place to them
constexpr int kLeastForm = 176;  // px: some rows
constexpr int kFieldWidth = 200;
constexpr int kNarrowField = 120;

// experiments/recipes above the program, in a source tree or where it was installed.
QDir recipe_folder() {
  QDir folder(QCoreApplication::applicationDirPath());
  do {
    if (folder.exists(QStringLiteral("experiments/recipes")))
      return QDir(folder.filePath(QStringLiteral("experiments/recipes")));
  } while (folder.cdUp());
  return {};
}

}  // namespace

ConfigurePage::ConfigurePage(QWidget* parent)
    : QWidget(parent),
      configuration_(
          // From the manifests alone: no plugin's code runs here.
          plan::usable_plugins(plugin::Loader::discover(plugin::LoaderOptions::from_environment()))) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_header());
  layout->addWidget(make_hairline());
  columns_ = new QSplitter;
  columns_->setHandleWidth(1);
  columns_->setChildrenCollapsible(false);
  columns_->setMinimumHeight(kLeastForm);
  form_ = new Form(configuration_);
  yaml_ = new YamlView(configuration_);
  yaml_->setObjectName(QStringLiteral("yaml"));
  columns_->addWidget(form_);
  columns_->addWidget(yaml_);
  columns_->setStretchFactor(0, 3);
  columns_->setStretchFactor(1, 2);
  columns_->setSizes({700, 480});
  columns_->setObjectName(QStringLiteral("configure_columns"));
  remember_sizes(columns_);
  layout->addWidget(columns_, 1);
  layout->addWidget(make_hairline());
  problems_ = new QListWidget;
  problems_->setIconSize({metrics::kIcon, metrics::kIcon});
  problems_->setObjectName(QStringLiteral("problems"));
  problems_->setAccessibleName(tr("What is wrong with the recipe"));
  problems_->setWordWrap(false);
  layout->addWidget(problems_);

  connect(search_, &QLineEdit::textChanged, form_, &Form::set_filter);
  connect(&configuration_, &Configuration::changed, this, &ConfigurePage::refresh);
  // Not with the text: a step counts only when it is made.
  connect(configuration_.undo_stack(), &QUndoStack::canUndoChanged, this, &ConfigurePage::refresh_undo);
  connect(configuration_.undo_stack(), &QUndoStack::canRedoChanged, this, &ConfigurePage::refresh_undo);
  connect(form_, &Form::rebuilt, this, &ConfigurePage::order_tabs);
  connect(&configuration_, &Configuration::refused, state_, &QLabel::setText);
  connect(turn_, &QPushButton::toggled, this, &ConfigurePage::arrange);
  connect(problems_, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
    turn_to(true);
    yaml_->go_to(item->data(Qt::UserRole).toInt(), item->data(Qt::UserRole + 1).toInt());
  });
  connect(recipes_, &QComboBox::activated, this, [this](int index) {
    const QString file = recipes_->itemData(index).toString();
    if (!file.isEmpty()) return open_recipe(file);
    if (index < recipes_->count() - 1) return;  // what was opened as a text
    recipes_->setCurrentIndex(shown_.row());    // until another is open
    const QString chosen =
        QFileDialog::getOpenFileName(this, tr("Open a recipe"), {}, tr("YAML (*.yaml *.yml)"));
    if (!chosen.isEmpty()) open_recipe(chosen);
  });
  if (recipes_->count() > 1) open_recipe(recipes_->itemData(0).toString());
  refresh();
  refresh_undo();
  order_tabs();
}

QWidget* ConfigurePage::make_header() {
  auto* header = new QWidget;
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  title_ = make_label(tr("Configure"), TextStyle::Title);
  layout->addWidget(title_);
  recipes_ = new QComboBox;
  recipes_->setObjectName(QStringLiteral("recipes"));
  recipes_->setAccessibleName(tr("Recipe"));
  recipes_->setFixedWidth(kFieldWidth);
  const QDir folder = recipe_folder();
  for (const QString& name : folder.entryList({QStringLiteral("*.yaml")}, QDir::Files, QDir::Name))
    recipes_->addItem(QFileInfo(name).completeBaseName(), folder.filePath(name));
  recipes_->addItem(tr("Another file…"));
  layout->addWidget(recipes_);
  state_ = new ElidedLabel(TextStyle::Body, "label");
  state_->setObjectName(QStringLiteral("configure_state"));
  state_->set_lines(2);
  layout->addWidget(state_, 1);
  search_ = new QLineEdit;
  search_->setObjectName(QStringLiteral("parameter_search"));
  search_->setPlaceholderText(tr("Search parameters"));
  search_->setAccessibleName(tr("Search parameters"));
  search_->setClearButtonEnabled(true);
  search_->setFixedWidth(kFieldWidth);
  layout->addWidget(search_);
  turn_ = make_button(tr("YAML"));
  turn_->setObjectName(QStringLiteral("configure_turn"));
  turn_->setCheckable(true);
  turn_->setAccessibleDescription(tr("Shows the recipe's text in place of the form"));
  layout->addWidget(turn_);
  undo_ = make_button(tr("Undo"));
  redo_ = make_button(tr("Redo"));
  check_ = make_button(tr("Check"), "primary");
  check_->setObjectName(QStringLiteral("configure_check"));
  for (QPushButton* button : {undo_, redo_, check_}) layout->addWidget(button);
  connect(undo_, &QPushButton::clicked, configuration_.undo_stack(), &QUndoStack::undo);
  connect(redo_, &QPushButton::clicked, configuration_.undo_stack(), &QUndoStack::redo);
  connect(check_, &QPushButton::clicked, this, &ConfigurePage::check_wanted);
  return header;
}

void ConfigurePage::open_recipe(const QString& file) {
  const base::Status opened = configuration_.open(file.toStdString());
  if (!opened) {
    state_->setText(QString::fromStdString(opened.error().to_text()));
    set_style_property(state_, "role", QStringLiteral("bad"));
    return recipes_->setCurrentIndex(shown_.row());
  }
}

void ConfigurePage::show_open() {
  const Draft& draft = configuration_.draft();
  if (draft == Draft{}) return;
  const QString file = QString::fromStdString(draft.file.string());
  const int last = recipes_->count() - 1;  // "Another file…"
  // What was opened as a text has no file: it stands first while it is open.
  const bool text_first = last > 0 && recipes_->itemData(0).toString().isEmpty();
  int place = 0;
  if (file.isEmpty()) {
    if (!text_first) recipes_->insertItem(0, QString());
    recipes_->setItemText(0, tr("%1, as recorded").arg(QString::fromStdString(draft.name)));
  } else {
    if (text_first) recipes_->removeItem(0);
    place = recipes_->findData(file);
    if (place < 0) {
      place = recipes_->count() - 1;
      recipes_->insertItem(place, QFileInfo(file).completeBaseName(), file);
    }
  }
  recipes_->setCurrentIndex(place);
  shown_ = recipes_->model()->index(place, 0);
}

void ConfigurePage::keep_draft() {
  ui::keep_draft(configuration_);
}

void ConfigurePage::take_typing() {
  yaml_->take_typing();
}

void ConfigurePage::order_tabs() {
  std::vector<QWidget*> order{recipes_, search_, turn_};
  for (QWidget* stop : form_->stops()) order.push_back(stop);
  order.push_back(yaml_);
  order.push_back(problems_);
  for (std::size_t i = 1; i < order.size(); ++i) setTabOrder(order[i - 1], order[i]);
}

void ConfigurePage::save() {
  const QString file = QString::fromStdString(configuration_.file().string());
  const QString shipped = recipe_folder().absolutePath() + QLatin1Char('/');
  if (!file.isEmpty() && !QFileInfo(file).absoluteFilePath().startsWith(shipped)) return save_as(file);
  const QString name = file.isEmpty() ? QStringLiteral("recipe.yaml") : QFileInfo(file).fileName();
  const QString chosen = QFileDialog::getSaveFileName(this, tr("Save the recipe"),
                                                      QDir::home().filePath(name), tr("YAML (*.yaml *.yml)"));
  if (!chosen.isEmpty()) save_as(chosen);
}

void ConfigurePage::save_as(const QString& file) {
  QString problem = output_problem(file);
  if (problem.isEmpty()) {
    if (const base::Status saved = configuration_.save(file.toStdString()); !saved)
      problem = QString::fromStdString(saved.error().to_text());
  }
  if (!problem.isEmpty()) {
    state_->setText(problem);
    set_style_property(state_, "role", QStringLiteral("bad"));
  }
}

void ConfigurePage::set_inspector(Inspector& inspector) {
  layout()->addWidget(make_hairline());
  laboratory_ = new Laboratory(configuration_, inspector);
  layout()->addWidget(laboratory_);
  // Its last part, in the chain as it is now.
  QWidget* last = laboratory_;
  for (QWidget* at = laboratory_->nextInFocusChain(); at != laboratory_; at = at->nextInFocusChain()) {
    if (laboratory_->isAncestorOf(at)) last = at;
  }
  for (QPushButton* button : {undo_, redo_, check_}) {
    setTabOrder(last, button);
    last = button;
  }
  connect(laboratory_, &Laboratory::scenes_wanted, this, &ConfigurePage::scenes_wanted);
  arrange();
}

void ConfigurePage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange();
}

void ConfigurePage::arrange() {
  const bool beside = width() >= kBeside;
  for (QWidget* field : {static_cast<QWidget*>(recipes_), static_cast<QWidget*>(search_)})
    field->setFixedWidth(beside ? kFieldWidth : kNarrowField);
  // The rail says which page this is, and the Edit menu undoes too.
  for (QWidget* each :
       {static_cast<QWidget*>(title_), static_cast<QWidget*>(undo_), static_cast<QWidget*>(redo_)})
    each->setVisible(beside);
  turn_->setVisible(!beside);
  turn_->setText(turn_->isChecked() ? tr("Form") : tr("YAML"));
  turn_->setToolTip(turn_->isChecked() ? tr("Back to the form")
                                       : tr("The recipe as text, in step with the form"));
  form_->setVisible(beside || !turn_->isChecked());
  yaml_->setVisible(beside || turn_->isChecked());
  // Of a page that scrolls, what is seen of it.
  const int seen = parentWidget() != nullptr ? std::min(height(), parentWidget()->height()) : height();
  if (laboratory_ != nullptr) laboratory_->set_room(seen >= kLow);
}

void ConfigurePage::turn_to(bool text) {
  if (turn_->isVisible()) turn_->setChecked(text);
}

void ConfigurePage::open_text(const QString& name, const std::string& yaml) {
  configuration_.open_text(name.toStdString(), yaml);
}

void ConfigurePage::reveal(const QString& key) {
  turn_to(false);
  search_->setText(key);
  FieldRow* row = form_->row(key.toStdString());
  if (row == nullptr) row = form_->first_row(key.toStdString());
  if (row == nullptr) return form_->setFocus();
  row->control()->setFocus();
  form_->ensureWidgetVisible(row);
}

void ConfigurePage::look_again() {
  if (laboratory_ != nullptr) laboratory_->look_again();
}

void ConfigurePage::refresh() {
  int errors = 0;
  int warnings = 0;
  problems_->clear();
  for (const params::Diagnostic& each : configuration_.result().diagnostics) {
    const bool error = each.severity == params::Severity::Error;
    ++(error ? errors : warnings);
    // Which file and line; the whole path would leave no room for what is wrong.
    params::Diagnostic shown = each;
    shown.where.source = std::filesystem::path(each.where.source).filename().string();
    const bool file = each.where.kind == params::Origin::Kind::File;
    auto* item = new QListWidgetItem(QString::fromStdString(params::to_text(file ? shown : each)), problems_);
    const Tokens& t = Theme::instance().tokens();
    item->setIcon(QIcon(pixmap(error ? QStringLiteral("error") : QStringLiteral("warning"),
                               error ? t.bad : t.warn, metrics::kIcon, devicePixelRatioF())));
    item->setToolTip(QString::fromStdString(params::to_text(each)));
    item->setData(Qt::UserRole, each.where.line);
    item->setData(Qt::UserRole + 1, each.where.column);
    item->setSizeHint({0, metrics::kRow});
  }
  problems_->setVisible(problems_->count() > 0);
  problems_->setFixedHeight(metrics::kRow * std::min(problems_->count(), kMostProblemRows) + 2);
  QString words = errors == 0 ? tr("No mistakes") : tr("%n mistake(s)", nullptr, errors);
  if (errors == 1) words = tr("One mistake");
  if (errors > 1) words = tr("%1 mistakes").arg(errors);
  if (warnings > 0) words += warnings == 1 ? tr(", one warning") : tr(", %1 warnings").arg(warnings);
  if (configuration_.is_changed()) words += tr(" \u00b7 changed");
  if (configuration_.has_chosen_pictures()) words += tr(" \u00b7 with the pictures chosen on Data");
  state_->setText(words);
  set_style_property(state_, "role", errors > 0 ? QStringLiteral("bad") : QStringLiteral("label"));
  check_->setEnabled(errors == 0);
  check_->setToolTip(errors == 0 ? tr("What will happen, and what it will cost")
                                 : tr("The mistakes below have to be mended first."));
  show_open();
}

void ConfigurePage::refresh_undo() {
  undo_->setEnabled(configuration_.undo_stack()->canUndo());
  redo_->setEnabled(configuration_.undo_stack()->canRedo());
  undo_->setToolTip(undo_->isEnabled() ? tr("Take the last change back") : tr("Nothing was changed yet."));
  redo_->setToolTip(redo_->isEnabled() ? tr("Make it again") : tr("Nothing was taken back."));
}

}  // namespace ibot::ui
