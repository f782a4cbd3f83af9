// SPDX-License-Identifier: GPL-3.0-or-later
#include "field_row.h"

#include <ibot/params/check.h>
#include <ibot/params/value.h>

#include <ui/style/theme.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kNameWidth = 200;
constexpr int kControlWidth = 174;
constexpr int kUnitWidth = 64;
constexpr int kOriginWidth = 76;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QLabel* small_label(const QString& words, const char* role, int width) {
  QLabel* label = make_label(words, TextStyle::Small, role);
  label->setFixedWidth(width);
  return label;
}

// A text is shown bare, without the quotes that YAML may need.
QString shown(const params::Value& value) {
  if (const auto* words = std::get_if<std::string>(&value)) return text(*words);
  return text(params::to_text(value));
}

}  // namespace

QString help_text(const params::Definition& d) {
  QString words = text(d.help);
  if (!words.isEmpty()) words += QLatin1Char('\n');
  QString allowed = text(params::expectation(d));
  if (!allowed.isEmpty()) allowed[0] = allowed[0].toUpper();
  words += allowed;
  if (!d.unit.empty()) words += QStringLiteral(", in %1").arg(text(d.unit));
  words += QObject::tr(". Default %1").arg(text(params::to_text(d.default_value)));
  if (!d.source.empty()) words += QStringLiteral(" (%1)").arg(text(d.source));
  return words + QLatin1Char('.');
}

FieldRow::FieldRow(std::string key, const params::Definition& definition, QWidget* parent)
    : QWidget(parent), key_(std::move(key)), definition_(definition) {
  setObjectName(QStringLiteral("field_%1").arg(text(key_)));
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  auto* line = new QHBoxLayout;
  line->setSpacing(metrics::kSmall);
  auto* name = new ElidedLabel(TextStyle::Body);
  name->setText(text(definition.key));
  name->setFixedWidth(kNameWidth);
  name->setToolTip(text(key_) + QLatin1Char('\n') + help_text(definition));
  QWidget* control = make_control();
  control->setFixedWidth(kControlWidth);
  control->setFixedHeight(metrics::kRow);
  control->setToolTip(help_text(definition));
  control->setAccessibleName(text(key_));
  name->setBuddy(control);  // a list is read out by its label, not by its accessible name
  control->setProperty("invalid", false);
  control->setAccessibleDescription(help_text(definition));
  origin_ = small_label({}, "hint", kOriginWidth);
  reset_ = new QToolButton;
  reset_->setIcon(icon(QStringLiteral("reset")));
  reset_->setToolTip(tr("Back to what the recipe said"));
  reset_->setAccessibleName(tr("Reset %1").arg(text(key_)));
  // Its place is kept while it is not needed.
  QSizePolicy policy = reset_->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  reset_->setSizePolicy(policy);
  reset_->hide();
  line->addWidget(name);
  line->addWidget(control);
  line->addWidget(small_label(text(definition.unit), "label", kUnitWidth));
  line->addWidget(origin_);
  line->addWidget(reset_);
  line->addStretch();
  rows->addLayout(line);
  problem_ = new QLabel;
  problem_->setFont(text_font(TextStyle::Small));
  problem_->setWordWrap(true);
  problem_->setContentsMargins(kNameWidth + metrics::kSmall, 0, 0, metrics::kTiny);
  problem_->hide();
  rows->addWidget(problem_);
  connect(reset_, &QToolButton::clicked, this, [this] {
    refused_ = false;
    typing_ = false;
    Q_EMIT reset_wanted(key_);
  });
  connect(&Theme::instance(), &Theme::changed, reset_,
          [this] { reset_->setIcon(icon(QStringLiteral("reset"))); });
}

QWidget* FieldRow::make_control() {
  if (definition_.type == params::Type::Boolean) {
    check_ = new QCheckBox;
    connect(check_, &QCheckBox::toggled, this,
            [this](bool on) { send(on ? QStringLiteral("true") : QStringLiteral("false")); });
    return check_;
  }
  if (!definition_.choices.empty() && !params::is_list(definition_.type)) {
    choice_ = new QComboBox;
    for (const std::string& name : definition_.choices) choice_->addItem(text(name));
    connect(choice_, &QComboBox::currentTextChanged, this, &FieldRow::send);
    return choice_;
  }
  line_ = new QLineEdit;
  const bool number = definition_.type == params::Type::Integer || definition_.type == params::Type::Real;
  if (number) line_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  connect(line_, &QLineEdit::textEdited, this, [this](const QString& words) {
    typing_ = true;
    send(words);
  });
  connect(line_, &QLineEdit::editingFinished, this, [this] { typing_ = false; });
  line_->installEventFilter(this);
  return line_;
}

QWidget* FieldRow::control() const {
  if (check_ != nullptr) return check_;
  if (choice_ != nullptr) return choice_;
  return line_;
}

void FieldRow::send(const QString& words) {
  const std::string value = words.toStdString();
  const QPointer<FieldRow> self(this);  // a form may be made anew by an edit
  sending_ = true;
  Q_EMIT edited(key_, definition_.type == params::Type::Text ? params::quote_if_needed(value) : value);
  if (self) sending_ = false;
}

bool FieldRow::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
      // A line would take these keys for its own history, which ends where another value was shown in it: the
      // recipe's history is the menu's.
      event->ignore();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

// Every edit shows all rows again; a row that stays as it is must cost nothing: styles and layouts are what
// an edit would wait for.
void FieldRow::show_value(const params::Value& value, const params::Origin& origin, bool edited) {
  const QSignalBlocker quiet(control());
  if (check_ != nullptr) {
    check_->setChecked(std::get<bool>(value));
  } else if (const QString words = shown(value); choice_ != nullptr) {
    if (choice_->currentText() != words) choice_->setCurrentText(words);
  } else {
    // Undone, or changed elsewhere: what was typed here is no longer what the recipe says.
    if (!sending_ && words != shown_) typing_ = false;
    if (!refused_ && !typing_ && line_->text() != words) line_->setText(words);
    shown_ = words;
  }
  QString from;
  switch (origin.kind) {
    case params::Origin::Kind::Default:
      from = tr("default");
      break;
    case params::Origin::Kind::File:
      from = edited ? tr("edited") : QFileInfo(text(origin.source)).completeBaseName();
      break;
    case params::Origin::Kind::Override:
      from = tr("override");
      break;
  }
  origin_->setText(from);
  const QString whole = text(params::to_text(origin));
  if (origin_->toolTip() != whole) origin_->setToolTip(whole);
  set_style_property(origin_, "role", edited ? QStringLiteral("accent") : QStringLiteral("hint"));
  reset_->setVisible(edited);
}

void FieldRow::show_problem(const std::optional<params::Diagnostic>& problem) {
  const bool error = problem && problem->severity == params::Severity::Error;
  if (refused_ && !error && !sending_) typing_ = false;  // mended elsewhere
  refused_ = error;
  set_style_property(control(), "invalid", error);
  if (problem) {
    QString words = text(problem->message);
    if (!words.isEmpty()) words[0] = words[0].toUpper();
    if (!problem->expected.empty())
      words += tr(" Expected: %1.").arg(text(problem->expected)).prepend(QLatin1Char('.'));
    if (!problem->hint.empty()) words += QLatin1Char(' ') + text(problem->hint);
    problem_->setText(words);
    set_style_property(problem_, "role", error ? QStringLiteral("bad") : QStringLiteral("warn"));
  }
  problem_->setVisible(problem.has_value());
}

bool FieldRow::fits(const QString& filter) const {
  return filter.isEmpty() || text(key_).contains(filter, Qt::CaseInsensitive) ||
         text(definition_.help).contains(filter, Qt::CaseInsensitive) ||
         text(definition_.group).contains(filter, Qt::CaseInsensitive);
}

}  // namespace ibot::ui
