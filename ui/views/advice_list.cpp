// SPDX-License-Identifier: GPL-3.0-or-later
#include "advice_list.h"

#include <ui/forms/configuration.h>
#include <ui/style/theme.h>
#include <ui/widgets/clear_layout.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QUndoStack>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

// px: mark and first line stand in the middle of the buttons beside them.
constexpr int kToLine = (metrics::kRow - metrics::kIcon) / 2;

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString why_of(const params::Diagnostic& advice) {
  std::string why;
  for (const std::string& part : {advice.why, advice.hint}) {
    if (!part.empty()) why += (why.empty() ? "" : ". ") + part;
  }
  if (!advice.source.empty()) why += " (" + advice.source + ")";
  return as_sentence(text(why));
}

}  // namespace

AdviceList::AdviceList(Configuration& configuration, QWidget* parent)
    : QWidget(parent), configuration_(configuration) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  title_ = make_label({}, TextStyle::Heading);
  layout->addWidget(title_);
  auto* rows = new QWidget;
  rows_ = new QVBoxLayout(rows);
  rows_->setContentsMargins(0, 0, 0, 0);
  rows_->setSpacing(metrics::kSmall);
  layout->addWidget(rows);
}

void AdviceList::refresh() {
  clear_layout(rows_);
  const params::Diagnostics& all = configuration_.result().diagnostics;
  const bool bad = params::has_errors(all);
  title_->setText(bad ? tr("What has to be mended first") : tr("What others learnt"));
  title_->setVisible(!all.empty());
  for (const params::Diagnostic& each : all) rows_->addWidget(make_row(each));
}

QWidget* AdviceList::make_row(const params::Diagnostic& advice) {
  const bool error = advice.severity == params::Severity::Error;
  const QString key = text(advice.key);
  const QString proposal = text(advice.proposal);
  auto* row = new QWidget;
  auto* columns = new QHBoxLayout(row);
  columns->setContentsMargins(0, 0, 0, 0);
  columns->setSpacing(metrics::kSmall);
  auto* mark = new QLabel;
  const Tokens& t = Theme::instance().tokens();
  mark->setPixmap(pixmap(error ? QStringLiteral("error") : QStringLiteral("warning"), error ? t.bad : t.warn,
                         metrics::kIcon, devicePixelRatioF()));
  mark->setContentsMargins(0, kToLine, 0, 0);
  mark->setAccessibleName(error ? tr("Mistake") : tr("Warning"));
  columns->addWidget(mark, 0, Qt::AlignTop);
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  words->setContentsMargins(0, kToLine, 0, 0);
  std::string said = (advice.key.empty() ? "" : advice.key + ": ") + advice.message;
  if (!advice.expected.empty()) said += " (expected: " + advice.expected + ")";
  words->addWidget(make_paragraph(text(said) + QLatin1Char('.')));
  if (const QString why = why_of(advice); !why.isEmpty())
    words->addWidget(make_paragraph(why, TextStyle::Small, "label"));
  columns->addLayout(words, 1);
  columns->setAlignment(words, Qt::AlignTop);
  if (!proposal.isEmpty()) {
    QPushButton* button = make_button(tr("Change to %1").arg(proposal));
    button->setObjectName(QStringLiteral("change_%1").arg(key));
    button->setAccessibleName(tr("Change %1 to %2").arg(key, proposal));
    button->setToolTip(tr("Writes %1: %2 into the recipe; it can be undone.").arg(key, proposal));
    connect(button, &QPushButton::clicked, this, [this, advice] { change(advice); });
    columns->addWidget(button, 0, Qt::AlignTop);
  }
  QPushButton* show = make_button(tr("Show"), "link");
  show->setObjectName(QStringLiteral("show_%1").arg(key));
  show->setAccessibleName(tr("Show %1 in the form").arg(key));
  show->setToolTip(tr("Goes to the row in the form."));
  connect(show, &QPushButton::clicked, this, [this, key] { Q_EMIT show_wanted(key); });
  columns->addWidget(show, 0, Qt::AlignTop);
  return row;
}

void AdviceList::change(const params::Diagnostic& advice) {
  constexpr std::string_view kPlugin = ".plugin";
  // A step of undo of its own, also where the value was typed a moment ago.
  configuration_.undo_stack()->beginMacro(text(advice.key));
  if (advice.key.ends_with(kPlugin)) {
    configuration_.choose_plugin(advice.key.substr(0, advice.key.size() - kPlugin.size()), advice.proposal);
  } else {
    configuration_.set_value(advice.key, advice.proposal);
  }
  configuration_.undo_stack()->endMacro();
}

}  // namespace ibot::ui
