// SPDX-License-Identifier: GPL-3.0-or-later
#include "look_view.h"

#include "canvas_set.h"
#include "look_text.h"
#include "token_bar.h"

#include <ibot/base/text.h>

#include <ui/bridge/record.h>
#include <ui/bridge/scene_drawing.h>
#include <ui/models/run_column.h>
#include <ui/widgets/colour_bar.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/notice.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/row_layout.h>

#include <QLabel>
#include <QVBoxLayout>
#include <limits>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kSoonMillis = 8;
constexpr int kRestMillis = 120;  // a hand that drags on is not waited for
constexpr int kSlowMillis = 300;

}  // namespace

LookView::LookView(LookContext& context, QWidget* parent)
    : QWidget(parent), context_(context), tools_(new RowLayout), body_(new QHBoxLayout) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kTiny, metrics::kMedium, metrics::kTiny);
  layout->setSpacing(metrics::kTiny);
  auto* tools = new QWidget;
  tools->setMinimumHeight(metrics::kRow + metrics::kSmall);
  // Of several lines on a small screen: a fixed height would be that of one.
  tools->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
  tools->setLayout(tools_);
  tools_->setContentsMargins(0, 0, 0, 0);
  tools_->setSpacing(metrics::kSmall);
  layout->addWidget(tools);
  auto* body = new QWidget;
  body->setLayout(body_);
  body_->setContentsMargins(0, 0, 0, 0);
  body_->setSpacing(metrics::kLarge);
  layout->addWidget(body, 1);
  caption_ = new ElidedLabel(TextStyle::Small, "label");
  caption_->setObjectName(QStringLiteral("look_caption"));
  caption_->set_lines(2);
  auto* foot = new QHBoxLayout;
  foot->setSpacing(metrics::kSmall);
  foot->addWidget(caption_, 1);
  value_ = make_label({}, TextStyle::Small);
  value_->setObjectName(QStringLiteral("look_value"));
  value_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  value_->setFixedWidth(180);
  value_->hide();  // until there is a canvas whose numbers are read
  foot->addWidget(value_);
  colours_ = new ColourBar;
  colours_->setObjectName(QStringLiteral("look_colours"));
  foot->addWidget(colours_);
  layout->addLayout(foot);
  notice_ = new Notice(body);
  connect(notice_, &Notice::clicked, this, [this] {
    // What it does may say something else, with another action.
    if (const auto action = action_) action();
  });

  for (QTimer* timer : {&soon_, &rest_, &slow_}) timer->setSingleShot(true);
  soon_.setInterval(kSoonMillis);
  rest_.setInterval(kRestMillis);
  slow_.setInterval(kSlowMillis);
  connect(&soon_, &QTimer::timeout, this, &LookView::refresh);
  connect(&rest_, &QTimer::timeout, this, &LookView::refresh);
  connect(&slow_, &QTimer::timeout, this, [this] { set_dimmed(true); });
  connect(&context, &LookContext::network_changed, this, &LookView::ask_soon);
  for (const auto signal : {&LookContext::current_changed, &LookContext::pictures_changed}) {
    connect(&context, signal, this, [this] {
      refresh_pictures();
      ask_soon();
    });
  }
  connect(&context, &LookContext::step_changed, this, &LookView::follow_step);
  connect(&context, &LookContext::history_changed, this, [this] {
    // More of the past was read: what was missing under the hand may be there.
    if (context_.step() != LookContext::kNewest) return follow_step();
    if (!context_.can_ask()) ask_soon();
  });
  connect(&context, &LookContext::display_changed, this, [this] { refresh_display(); });
}

QString LookView::why_no_command() const {
  return context_.can_ask() ? tr("Nothing is shown yet.") : context_.why_not();
}

bool LookView::show_recorded(const ProbeLook&) {
  return false;
}

void LookView::ask_soon() {
  due_ = true;
  if (isVisible() && !soon_.isActive()) soon_.start();
}

void LookView::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh_display();
  if (!due_) return;
  if (context_.step() != LookContext::kNewest) {
    follow_step();
  } else {
    soon_.start();
  }
}

void LookView::follow_step() {
  due_ = true;
  if (!isVisible()) return;
  if (context_.step() == LookContext::kNewest) return ask_soon();
  const ProbeLook* look = context_.look();
  const bool recorded = look != nullptr && show_recorded(*look);
  if (recorded) {
    slow_.stop();
    set_dimmed(false);
    say({});
    Q_EMIT shown();
  }
  if (context_.can_ask()) return rest_.start();
  rest_.stop();
  if (recorded) return;
  set_dimmed(true);
  const qint64 nearest = context_.nearest_kept();
  const QString step = QString::fromStdString(base::format_count(nearest));
  if (nearest < 0) return say(context_.why_not());
  say(context_.why_not(), false, tr("Go to step %1").arg(step),
      [this, nearest] { context_.set_step(nearest); });
}

void LookView::refresh() {
  if (!isVisible()) return;
  due_ = false;
  if (!context_.has_network()) {
    set_dimmed(true);
    return say(context_.why_not());
  }
  if (!context_.known()) {
    set_dimmed(true);
    return say({});
  }
  if (!context_.can_ask()) {
    if (context_.step() != LookContext::kNewest) return follow_step();
    set_dimmed(true);
    // What the run saw last stands in for what cannot be asked.
    const auto& looks = context_.history().looks;
    if (looks.empty() || !show_recorded(*looks.back())) return say(context_.why_not());
    set_dimmed(false);
    say({});
    return Q_EMIT shown();
  }
  if (context_.current() < 0) {
    set_dimmed(true);
    return say(tr("No picture is pinned yet."), false, tr("Open a picture\u2026"),
               [this] { Q_EMIT picture_wanted(); });
  }
  const Inspector& inspector = context_.inspector();
  if (inspector.state() != Inspector::State::Ready) {
    const bool failed = !inspector.problem().isEmpty();
    say(failed ? tr("%1. It is started again.").arg(inspector.problem())
               : tr("Starting the inspection process\u2026"),
        failed);
  }
  ask();
}

void LookView::begin() {
  if (!slow_.isActive()) slow_.start();
}

void LookView::succeed() {
  slow_.stop();
  set_dimmed(false);
  say({});
}

void LookView::fail(const base::Error& error) {
  slow_.stop();
  set_dimmed(true);
  if (scenes_are_missing(error)) {
    return say(
        tr("This view looks at the pictures that the run was trained on. %1").arg(missing_scenes_text(error)),
        true, tr("Draw the scenes"), [this] { Q_EMIT scenes_wanted(); });
  }
  say(QString::fromStdString(error.to_text()), true, tr("Ask again"), [this] { ask_soon(); });
}

void LookView::progressed(const QString& what, qint64 done, qint64 total) {
  if (slow_.isActive()) return;
  say(total > 0 ? tr("%1: %2 of %3").arg(what).arg(done).arg(total) : tr("%1: %2").arg(what).arg(done));
}

bool LookView::leaves_out(const std::vector<int>& asked, const std::vector<protocol::LeftOut>& left_out) {
  // Whoever is not left out can be read, whatever was known before.
  std::vector<QString> problems(asked.size());
  for (const protocol::LeftOut& each : left_out) {
    const auto at = static_cast<std::size_t>(each.picture);
    if (at < problems.size()) problems[at] = QString::fromStdString(each.why);
  }
  for (std::size_t i = 0; i < asked.size(); ++i) context_.set_problem(asked[i], problems[i]);
  if (left_out.empty()) return false;
  ask_soon();
  return true;
}

QString LookView::left_out_text() const {
  QStringList names;
  for (const PinnedPicture& each : context_.pictures()) {
    if (!each.problem.isEmpty()) names << each.name;
  }
  if (names.isEmpty()) return {};
  return tr(" \u00b7 left out: %1, which cannot be read").arg(names.join(QStringLiteral(", ")));
}

void LookView::set_caption(const QString& text) {
  caption_text_ = text;
  caption_->setText(text);
}

void LookView::set_colours(figure::ColourMap colours, figure::Range range) {
  colours_->set_range(colours, range);
  colours_->show();
}

// The caption has its room then.
void LookView::clear_colours() {
  colours_->clear();
  colours_->hide();
}

void LookView::watch(PatchCanvas& canvas) {
  value_->show();
  connect(&canvas, &PatchCanvas::pointed, this, [this, shown = &canvas](PatchAt patch) {
    read_ = patch.is_patch() ? shown : nullptr;
    read_number(*shown, patch);
  });
  // The mouse rests where it clicked while the answer comes.
  connect(&canvas, &PatchCanvas::content_changed, this, [this, shown = &canvas] {
    if (read_ == shown) read_number(*shown, shown->hovered());
  });
}

void LookView::read_number(const PatchCanvas& canvas, PatchAt patch) {
  const PatchPicture& content = canvas.content();
  const bool inside =
      patch.is_patch() && patch.row < content.rows && patch.column >= 0 && patch.column < content.columns;
  const auto at = inside ? static_cast<std::size_t>(patch.row * content.columns + patch.column) : 0;
  const bool known = inside && at < content.values.size();
  const double value =
      known ? static_cast<double>(content.values[at]) : std::numeric_limits<double>::quiet_NaN();
  QString text = inside ? canvas.place_name(patch) : QString();
  if (known) text += QStringLiteral(": ") + range_number(value, content.range);
  value_->setText(text);
  colours_->set_value(value);
}

void LookView::say(const QString& words, bool bad, const QString& button, std::function<void()> action) {
  action_ = std::move(action);
  notice_->say(words, bad, button);
}

void LookView::dress(PatchCanvas& canvas) const {
  canvas.set_opacity(context_.opacity());
  canvas.set_smooth(context_.smooth());
  canvas.set_overlay_visible(context_.overlay());
}

void LookView::adopt(PatchCanvas& canvas) {
  std::erase_if(adopted_, [](const auto& each) { return each.isNull(); });
  adopted_.emplace_back(&canvas);
  dress(canvas);
  watch(canvas);
  connect(&canvas, &PatchCanvas::opacity_turned, this,
          [this](double by) { context_.set_opacity(context_.opacity() + by); });
}

void LookView::adopt(CanvasSet& set) {
  adopted_set_ = &set;
  watch(set.canvas(0));
}

void LookView::adopt(TokenBar& tokens) {
  adopted_tokens_ = &tokens;
  connect(&tokens, &TokenBar::changed, this, &LookView::ask_soon);
}

QImage LookView::picture() const {
  if (adopted_set_ != nullptr) return adopted_set_->picture();
  const bool any = !adopted_.empty() && adopted_.front() && adopted_.front()->content().rows > 0;
  return any ? adopted_.front()->rendered(2) : QImage();
}

bool LookView::take_key(int key) {
  if (adopted_tokens_ == nullptr) return false;
  if (key == Qt::Key_BracketLeft) return adopted_tokens_->step_layer(-1);
  return key == Qt::Key_BracketRight && adopted_tokens_->step_layer(1);
}

void LookView::set_dimmed(bool dimmed) {
  if (adopted_set_ != nullptr) adopted_set_->set_dimmed(dimmed);
  for (const auto& each : adopted_) {
    if (each) each->set_dimmed(dimmed);
  }
}

void LookView::refresh_display() {
  if (adopted_set_ != nullptr) adopted_set_->refresh_display();
  for (const auto& each : adopted_) {
    if (each) dress(*each);
  }
}

void LookView::refresh_pictures() {
  if (adopted_set_ != nullptr) adopted_set_->refresh_pictures();
}

QStringList LookView::source_arguments(const std::vector<int>& pictures) const {
  QStringList arguments;
  if (context_.weights().isEmpty()) {
    arguments << context_.run() << QStringLiteral("--workspace") << context_.record().folder();
    if (context_.step() != LookContext::kNewest)
      arguments << QStringLiteral("--step") << QString::number(context_.step());
  } else {
    arguments << QStringLiteral("--weights") << context_.weights();
  }
  return arguments + picture_arguments(pictures);
}

QStringList LookView::picture_arguments(const std::vector<int>& pictures) const {
  QStringList arguments;
  if (context_.student()) arguments << QStringLiteral("--network") << QStringLiteral("student");
  if (!pictures.empty()) arguments << QStringLiteral("--image");
  for (const int picture : pictures) {
    const PinnedPicture& pinned = context_.pictures()[static_cast<std::size_t>(picture)];
    arguments << (pinned.probe.isEmpty() ? pinned.file : QStringLiteral("probe:") + pinned.probe);
  }
  if (context_.smooth()) arguments << QStringLiteral("--smooth");
  return arguments;
}

QString LookView::run_name_text() const {
  const RunView* view = context_.record().run(context_.run());
  return view == nullptr ? context_.run() : run_name(view->run);
}

}  // namespace ibot::ui
