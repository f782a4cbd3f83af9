// SPDX-License-Identifier: GPL-3.0-or-later
#include "branch_dialog.h"

#include <ibot/base/text.h>
#include <ibot/params/value.h>
#include <ibot/plan/diff.h>

#include <ui/widgets/parts.h>

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kWidth = 520;
constexpr int kChangesHeight = 84;
constexpr int kWordsHeight = 84;

}  // namespace

std::string recorded_yaml(const RunDetails& details) {
  return QJsonDocument::fromJson(QByteArray::fromStdString(details.plan_json))
      .object()
      .value(QStringLiteral("yaml"))
      .toString()
      .toStdString();
}

std::vector<std::int64_t> BranchDialog::branch_points(const RunDetails& details) {
  std::vector<std::int64_t> steps;
  for (const record::Checkpoint& each : details.checkpoints) {
    if (each.kind == record::CheckpointKind::Full && each.state == record::CheckpointState::Present)
      steps.push_back(each.step);
  }
  return steps;
}

BranchDialog::BranchDialog(const RunView& run, const RunDetails& details,
                           std::vector<plan::PluginInfo> plugins, QWidget* parent)
    : QDialog(parent), parent_name_(QString::fromStdString(run.run.name)) {
  setWindowTitle(tr("Branch from %1").arg(parent_name_));
  setObjectName(QStringLiteral("branch_dialog"));
  request_.text = recorded_yaml(details);
  request_.plugins = std::move(plugins);
  before_ = plan::make_plan(request_).plan;

  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kHuge, metrics::kLarge, metrics::kHuge, metrics::kLarge);
  layout->setSpacing(metrics::kMedium);
  layout->addWidget(make_label(tr("A new run from a checkpoint of %1").arg(parent_name_), TextStyle::Title));
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(metrics::kMedium);
  grid->setVerticalSpacing(metrics::kSmall);
  grid->setColumnStretch(1, 1);
  const auto add_row = [grid](const QString& title, QWidget* control, const char* name,
                              Qt::Alignment along = Qt::AlignVCenter) {
    QLabel* label = make_label(title, TextStyle::Small, "label");
    label->setBuddy(control);
    control->setObjectName(QString::fromLatin1(name));
    control->setAccessibleName(title);
    const int row = grid->rowCount();
    grid->addWidget(label, row, 0, along);
    grid->addWidget(control, row, 1);
  };
  step_ = new QComboBox;
  const std::vector<std::int64_t> points = branch_points(details);
  for (auto step = points.rbegin(); step != points.rend(); ++step)
    step_->addItem(tr("step %1").arg(QString::fromStdString(base::format_count(*step))),
                   static_cast<qlonglong>(*step));
  add_row(tr("From"), step_, "branch_step");
  name_ = new QLineEdit;
  add_row(tr("Name"), name_, "branch_name");
  changes_ = new QPlainTextEdit;
  changes_->setFont(text_font(TextStyle::Mono));
  changes_->setPlaceholderText(QStringLiteral("optimizer.lr=0.001\nmask.plugin=random"));
  changes_->setTabChangesFocus(true);
  changes_->setFixedHeight(kChangesHeight);
  changes_->setMinimumWidth(kWidth - 100);
  changes_->setToolTip(tr("One key=value a line, as after --set. Nothing: the same run goes on."));
  add_row(tr("Changes"), changes_, "branch_changes", Qt::AlignTop);
  layout->addLayout(grid);
  words_ = make_label({}, TextStyle::Small, "label");
  words_->setObjectName(QStringLiteral("branch_words"));
  words_->setWordWrap(true);
  words_->setMinimumWidth(kWidth);
  words_->setMinimumHeight(kWordsHeight);
  words_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  layout->addWidget(words_);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(metrics::kSmall);
  buttons->addStretch();
  QPushButton* cancel = make_button(tr("Cancel"));
  go_ = make_button(tr("Branch"), "primary");
  go_->setObjectName(QStringLiteral("branch_go"));
  buttons->addWidget(cancel);
  buttons->addWidget(go_);
  layout->addLayout(buttons);
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(go_, &QPushButton::clicked, this, &QDialog::accept);
  connect(changes_, &QPlainTextEdit::textChanged, this, &BranchDialog::refresh);
  connect(step_, &QComboBox::currentIndexChanged, this, &BranchDialog::refresh);
  refresh();
}

std::vector<std::string> BranchDialog::overrides() const {
  std::vector<std::string> all;
  for (const QString& line : changes_->toPlainText().split(QLatin1Char('\n'))) {
    const QString trimmed = line.trimmed();
    if (!trimmed.isEmpty()) all.push_back(trimmed.toStdString());
  }
  return all;
}

QStringList BranchDialog::arguments() const {
  QStringList all = {QStringLiteral("--step"), QString::number(step_->currentData().toLongLong())};
  if (!name_->text().trimmed().isEmpty()) all += {QStringLiteral("--name"), name_->text().trimmed()};
  for (const std::string& each : overrides()) all += {QStringLiteral("--set"), QString::fromStdString(each)};
  return all;
}

void BranchDialog::refresh() {
  constexpr int kMostLines = 5;
  name_->setPlaceholderText(
      QStringLiteral("%1-from-%2").arg(parent_name_).arg(step_->currentData().toLongLong()));
  plan::PlanRequest request = request_;
  request.overrides = overrides();
  const plan::PlanResult result = plan::make_plan(request);
  QStringList lines;
  bool good = result.plan.has_value() && step_->count() > 0;
  if (step_->count() == 0) lines.push_back(tr("The run has no full checkpoint to branch from."));
  if (!before_) {
    lines.push_back(
        tr("The recorded configuration cannot be read here: a plugin of the run may be missing."));
    good = false;
  }
  for (const params::Diagnostic& each : result.diagnostics) {
    if (each.severity == params::Severity::Error && before_)
      lines.push_back(QString::fromStdString(params::to_text(each)));
  }
  if (result.plan && before_) {
    for (const plan::Difference& each : plan::diff(*before_, *result.plan)) {
      const auto value = [](const std::optional<plan::PlanValue>& v) {
        return v ? QString::fromStdString(params::to_text(v->value)) : tr("none");
      };
      lines.push_back(QStringLiteral("%1: %2 \u2192 %3")
                          .arg(QString::fromStdString(each.key), value(each.a), value(each.b)));
    }
    if (lines.isEmpty()) lines.push_back(tr("Nothing differs: it goes on exactly as its parent did."));
  }
  if (lines.size() > kMostLines) {
    const auto rest = lines.size() - kMostLines;
    lines = lines.mid(0, kMostLines);
    lines.push_back(tr("and %1 more").arg(rest));
  }
  words_->setText(lines.join(QLatin1Char('\n')));
  set_style_property(words_, "role", good ? QStringLiteral("label") : QStringLiteral("bad"));
  go_->setEnabled(good);
  go_->setToolTip(good ? QString() : words_->text());
}

}  // namespace ibot::ui
