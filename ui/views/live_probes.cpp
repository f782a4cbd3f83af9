// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_probes.h"

#include "probe_wall.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>

#include <ui/models/run_facts.h>
#include <ui/style/tokens.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QApplication>
#include <QButtonGroup>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace ibot::ui {

LiveProbes::LiveProbes(Record& record, QWidget* parent)
    : QWidget(parent), record_(record), modes_(new QButtonGroup(this)), clock_(new QTimer(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  auto* bar = new QHBoxLayout;
  bar->setSpacing(metrics::kTiny);
  bar->addWidget(make_label(tr("What the network sees"), TextStyle::Heading));
  when_ = new ElidedLabel(TextStyle::Small, "label");
  when_->setObjectName(QStringLiteral("probes_when"));
  bar->addStretch();
  struct Choice {
    Mode mode;
    const char* name;
    QString text, help;
  };
  const Choice choices[] = {
      {Mode::Live, "probes_live", tr("Live"), tr("Follows the run: each new look is shown")},
      {Mode::Once, "probes_once", tr("Once"), tr("Shows the newest look and stays there")},
      {Mode::Frozen, "probes_frozen", tr("Frozen"), tr("Stays at what is shown")}};
  for (const Choice& choice : choices) {
    auto* button = new QToolButton;
    button->setObjectName(QString::fromLatin1(choice.name));
    button->setText(choice.text);
    button->setToolTip(choice.help);
    button->setFont(text_font(TextStyle::Small));
    button->setCheckable(true);
    button->setChecked(choice.mode == mode_);
    modes_->addButton(button, static_cast<int>(choice.mode));
    bar->addWidget(button);
  }
  layout->addLayout(bar);
  layout->addWidget(when_);
  empty_ = make_label({}, TextStyle::Body, "label");
  empty_->setObjectName(QStringLiteral("probes_empty"));
  empty_->setWordWrap(true);
  empty_->setAlignment(Qt::AlignCenter);
  layout->addWidget(empty_, 1);
  wall_ = new ProbeWall;
  wall_->setObjectName(QStringLiteral("probe_wall"));
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(wall_);
  scroll->setFocusPolicy(Qt::TabFocus);
  scroll->setAccessibleName(tr("Probe pictures"));
  scroll_ = scroll;
  layout->addWidget(scroll_, 1);

  wall_->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(wall_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    QMenu menu;
    QAction* copied = menu.addAction(tr("Copy Image"));
    if (menu.exec(wall_->mapToGlobal(at)) == copied) QApplication::clipboard()->setPixmap(wall_->grab());
  });
  connect(modes_, &QButtonGroup::idClicked, this, [this](int id) { set_mode(static_cast<Mode>(id)); });
  connect(&record, &Record::probes_changed, this, &LiveProbes::take);
  connect(&record, &Record::closed, this, [this] { set_run({}); });
  clock_->setInterval(1000);
  connect(clock_, &QTimer::timeout, this, &LiveProbes::refresh_age);
  clock_->start();
  take(nullptr);
}

qint64 LiveProbes::step() const {
  return view_ ? view_->step : -1;
}

void LiveProbes::set_run(const QString& run) {
  if (run == run_) return;
  run_ = run;
  take(nullptr);
  // Frozen pictures of another run would be wrong pictures.
  set_mode(mode_ == Mode::Live ? Mode::Live : Mode::Once);
}

void LiveProbes::set_mode(Mode mode) {
  mode_ = mode;
  modes_->button(static_cast<int>(mode))->setChecked(true);
  if (mode == Mode::Frozen) {
    record_.watch_probes({}, false);
  } else {
    record_.watch_probes(run_, mode == Mode::Live);
  }
}

void LiveProbes::take(const ProbeViewPtr& view) {
  if (view && (view->run != run_ || mode_ == Mode::Frozen)) return;
  view_ = view;
  const bool any = view && view->step >= 0 && !view->rows.empty();
  wall_->set_view(any ? view : nullptr);
  scroll_->setVisible(any);
  empty_->setVisible(!any);
  QString words;
  if (!run_.isEmpty() && view) {
    words =
        tr("This run has recorded no look at its probe pictures yet. The plan's probes.every_steps says how "
           "often it takes one; 0 is never.");
  }
  empty_->setText(words);
  refresh_age();
}

void LiveProbes::refresh_age() {
  if (!isVisible() && !when_->text().isEmpty()) return;
  QString text;
  if (view_ && view_->step >= 0) {
    const double age = static_cast<double>(base::now_micros() - view_->time) / 1e6;
    text = tr("step %1, %2 ago")
               .arg(QString::fromStdString(base::format_count(view_->step)), rough_duration(age));
  }
  if (when_->text() != text) when_->setText(text);
}

}  // namespace ibot::ui
