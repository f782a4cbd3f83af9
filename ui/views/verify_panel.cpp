// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify_panel.h"

#include "comparison_context.h"

#include <ibot/base/text.h>

#include <ui/models/run_column.h>
#include <ui/models/run_names.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>

#include <QAction>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

constexpr int kBarWidth = 160;  // px
constexpr int kMostDifferences = 5;

QString number(double value) {
  return QString::fromStdString(base::format_number(value));
}

QString count(const QJsonValue& value) {
  return QString::fromStdString(base::format_count(static_cast<std::int64_t>(value.toDouble())));
}

QString line_of(const QJsonObject& one) {
  return VerifyPanel::tr("step %1, %2: recorded %3, again %4")
      .arg(count(one[QLatin1String("step")]), one[QLatin1String("metric")].toString(),
           number(one[QLatin1String("recorded")].toDouble()), number(one[QLatin1String("again")].toDouble()));
}

// Between two kinds of device nothing is equal to the bit: what is said is how far apart they are.
QString rough_verification_in_words(const QString& run, const QJsonObject& found) {
  const QJsonObject rough = found.value(QLatin1String("roughly")).toObject();
  const QString values = count(found[QLatin1String("values")]), steps = count(found[QLatin1String("steps")]);
  const QString tolerance = number(rough[QLatin1String("tolerance")].toDouble());
  QStringList lines = {
      VerifyPanel::tr("%1: a rough comparison, no bit-equality. Trained on %2, made again on %3.")
          .arg(run, rough[QLatin1String("recorded_on")].toString(),
               rough[QLatin1String("again_on")].toString())};
  if (rough.value(QLatin1String("alike")).toBool()) {
    lines << VerifyPanel::tr("Alike: all of %1 values of %2 steps are within a relative difference of %3.")
                 .arg(values, steps, tolerance);
  } else {
    lines
        << VerifyPanel::tr(
               "Not alike: %1 of %2 values of %3 steps differ by more than %4 of their size; the first are:")
               .arg(count(rough[QLatin1String("apart")]), values, steps, tolerance);
    const QJsonArray differences = found.value(QLatin1String("first_difference")).toArray();
    for (int i = 0; i < differences.size() && i < kMostDifferences; ++i)
      lines << line_of(differences[i].toObject());
  }
  if (rough.contains(QLatin1String("largest"))) {
    lines << VerifyPanel::tr("The largest relative difference is %1, %2.")
                 .arg(number(found[QLatin1String("largest_relative_difference")].toDouble()),
                      line_of(rough[QLatin1String("largest")].toObject()));
  }
  return lines.join(QLatin1Char('\n'));
}

}  // namespace

QString verification_in_words(const QString& run, const QJsonObject& found) {
  if (!found.value(QLatin1String("equal")).isBool()) return {};
  if (found.contains(QLatin1String("roughly"))) return rough_verification_in_words(run, found);
  const int steps = found.value(QLatin1String("steps")).toInt();
  const QString what =
      steps == 1
          ? VerifyPanel::tr("%1 values of one step").arg(count(found[QLatin1String("values")]))
          : VerifyPanel::tr("%1 values of %2 steps").arg(count(found[QLatin1String("values")])).arg(steps);
  const QString changed = found.value(QLatin1String("changed_since")).toString();
  if (found.value(QLatin1String("equal")).toBool()) {
    const QString equal = VerifyPanel::tr("%1: equal to the bit, %2.").arg(run, what);
    return changed.isEmpty()
               ? equal
               : VerifyPanel::tr("%1 Although something has changed since. %2").arg(equal, changed);
  }
  QStringList lines = {VerifyPanel::tr("%1: not equal. Of %2 the first that differ are:").arg(run, what)};
  const QJsonArray differences = found.value(QLatin1String("first_difference")).toArray();
  for (int i = 0; i < differences.size() && i < kMostDifferences; ++i) {
    lines << line_of(differences[i].toObject());
  }
  if (differences.size() > kMostDifferences)
    lines << VerifyPanel::tr("and %1 more").arg(differences.size() - kMostDifferences);
  lines << VerifyPanel::tr("The largest relative difference is %1.")
               .arg(number(found.value(QLatin1String("largest_relative_difference")).toDouble()));
  lines << (changed.isEmpty()
                ? VerifyPanel::tr(
                      "The record knows no reason: configuration, plugins, data, seed and environment "
                      "are the same. What is left is another kind of processor behind the same name, "
                      "or a fault of memory.")
                : VerifyPanel::tr("Since the run was recorded something has changed. %1").arg(changed));
  return lines.join(QLatin1Char('\n'));
}

VerifyPanel::VerifyPanel(ComparisonContext& context, QWidget* parent) : QWidget(parent), context_(context) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, 0, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kTiny);
  auto* row = new QHBoxLayout;
  row->setSpacing(metrics::kSmall);
  button_ = new QToolButton;
  button_->setObjectName(QStringLiteral("verify_run"));
  button_->setText(tr("Verify a run"));
  button_->setProperty("role", "plain-menu");
  button_->setPopupMode(QToolButton::InstantPopup);
  button_->setFocusPolicy(Qt::StrongFocus);
  button_->setMenu(new QMenu(button_));
  row->addWidget(button_);
  progress_ = new QProgressBar;
  progress_->setObjectName(QStringLiteral("verify_progress"));
  progress_->setAccessibleName(tr("How many steps were made again"));
  progress_->setTextVisible(false);
  progress_->setFixedWidth(kBarWidth);
  row->addWidget(progress_);
  cancel_ = make_button(tr("Cancel"));
  cancel_->setObjectName(QStringLiteral("verify_cancel"));
  row->addWidget(cancel_);
  rough_ = make_button(tr("Compare roughly, on the processor"));
  rough_->setObjectName(QStringLiteral("verify_rough"));
  rough_->setToolTip(tr(
      "Makes the steps again on the processor. Values differ in their last digits there: they are compared "
      "within a tolerance, not bit for bit."));
  row->addWidget(rough_);
  row->addStretch();
  layout->addLayout(row);
  words_ = make_paragraph({}, TextStyle::Body, "label");
  words_->setObjectName(QStringLiteral("verify_words"));
  words_->setTextFormat(Qt::PlainText);  // names of the record are nobody's markup
  layout->addWidget(words_);

  connect(button_->menu(), &QMenu::aboutToShow, this, &VerifyPanel::fill_menu);
  connect(cancel_, &QPushButton::clicked, this, [this] { program_.cancel(); });
  connect(rough_, &QPushButton::clicked, this, [this] { verify(run_, QStringLiteral("cpu")); });
  connect(&program_, &Program::said, this, &VerifyPanel::take_progress);
  connect(&program_, &Program::finished, this, &VerifyPanel::take_result);
  connect(&context_.tray(), &ComparisonTray::changed, this, &VerifyPanel::refresh);
  connect(&context_.record(), &Record::closed, this, [this] {
    program_.cancel();
    words_->clear();
    offers_rough_ = false;
    refresh();
  });
  refresh();
}

void VerifyPanel::fill_menu() {
  QMenu* menu = button_->menu();
  menu->clear();
  QStringList ids = context_.tray().ordered();
  ids.removeIf([this](const QString& id) { return context_.record().run(id) == nullptr; });
  const QStringList names = names_in_list(context_.record(), ids);
  for (qsizetype i = 0; i < ids.size(); ++i) {
    const QString& id = ids[i];
    QString title = names[i];
    QAction* action = menu->addAction(title.replace(QLatin1Char('&'), QStringLiteral("&&")));
    action->setData(id);
    action->setToolTip(id);
    connect(action, &QAction::triggered, this, [this, id] { verify(id); });
  }
}

bool VerifyPanel::is_of_gpu(const QString& run) const {
  const RunTraits* traits = context_.record().traits(run);
  const runs::Parameter* device =
      traits == nullptr ? nullptr : runs::find(*traits->parameters, "train.device");
  return device != nullptr && device->text.starts_with("cuda");
}

void VerifyPanel::verify(const QString& run, const QString& device) {
  const RunView* view = context_.record().run(run);
  run_ = run;
  offers_rough_ = false;
  name_ = view == nullptr ? run : run_name(view->run);
  progress_->setRange(0, 1);
  progress_->reset();
  words_->setText(tr("%1: preparing, as a trainer does.").arg(name_));
  // Whatever an id begins with, it is no option.
  QStringList arguments = {QStringLiteral("verify"), QStringLiteral("--json"),
                           QStringLiteral("--workspace=") + context_.record().folder()};
  if (!device.isEmpty()) arguments << QStringLiteral("--device=") + device;
  program_.start(arguments << QStringLiteral("--") << run);
  refresh();
}

void VerifyPanel::take_progress(const QString& line) {
  const QJsonObject at = QJsonDocument::fromJson(line.toUtf8()).object();
  const int of = at.value(QLatin1String("of")).toInt();
  if (of <= 0) return;
  progress_->setRange(0, of);
  progress_->setValue(at.value(QLatin1String("step")).toInt());
  words_->setText(tr("%1: %2 of %3 steps were made again.").arg(name_).arg(progress_->value()).arg(of));
}

void VerifyPanel::take_result(const ProgramResult& result) {
  // Not equal is an answer too, with an exit code of its own.
  const QString found = verification_in_words(name_, result.json().object());
  if (result.cancelled) {
    words_->setText(tr("%1: cancelled; nothing was compared.").arg(name_));
  } else if (!found.isEmpty()) {
    words_->setText(found);
  } else {
    words_->setText(tr("%1 was not verified. %2").arg(name_, as_sentence(result.why)));
    offers_rough_ = is_of_gpu(run_);
  }
  refresh();
}

void VerifyPanel::refresh() {
  const bool busy = program_.is_running();
  const bool any = !context_.tray().runs().isEmpty();
  button_->setEnabled(any && !busy);
  button_->setToolTip(
      !any   ? tr("No run of this workspace is compared.")
      : busy ? tr("%1 is being verified.").arg(name_)
             : tr("Makes the first 20 steps of a run again and compares them with its record, bit "
                  "for bit. Nothing is written."));
  progress_->setVisible(busy);
  cancel_->setVisible(busy);
  rough_->setVisible(offers_rough_ && !busy);
  words_->setVisible(!words_->text().isEmpty());
}

}  // namespace ibot::ui
