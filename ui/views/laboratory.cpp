// SPDX-License-Identifier: GPL-3.0-or-later
#include "laboratory.h"

#include "laboratory_text.h"

#include <ibot/data/dataset.h>

#include <ui/bridge/inspector.h>
#include <ui/bridge/scene_drawing.h>
#include <ui/style/theme.h>
#include <ui/widgets/crop_sheet.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/paragraph.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/setting.h>
#include <ui/widgets/share_histogram.h>

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFontMetrics>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

namespace ibot::ui {
namespace {

constexpr int kBodyHeight = 196;
constexpr int kWidestLine = 560;
constexpr int kOneRow = 960;  // px for all tools beside each other
constexpr const char* kFoldedKey = "laboratory_folded";

QToolButton* make_tool(const QString& text, const char* name, const QString& tip) {
  auto* tool = new QToolButton;
  tool->setObjectName(QString::fromLatin1(name));
  tool->setText(text);
  tool->setToolTip(tip);
  tool->setAccessibleName(tip);
  return tool;
}

// A number field between two buttons, as wide as the numbers that are usual.
QWidget* make_stepper(QSpinBox* field, const QString& name, int width) {
  auto* all = new QWidget;
  auto* layout = new QHBoxLayout(all);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  layout->addWidget(make_label(name, TextStyle::Small, "label"));
  field->setButtonSymbols(QAbstractSpinBox::NoButtons);
  field->setAccessibleName(name);
  field->setAlignment(Qt::AlignRight);
  field->setFixedWidth(width);
  field->setKeyboardTracking(true);
  QToolButton* less = make_tool(QStringLiteral("\u2212"), "", QObject::tr("%1: one less").arg(name));
  QToolButton* more = make_tool(QStringLiteral("+"), "", QObject::tr("%1: one more").arg(name));
  for (QToolButton* each : {less, more}) each->setAutoRepeat(true);
  QObject::connect(less, &QToolButton::clicked, field, &QSpinBox::stepDown);
  QObject::connect(more, &QToolButton::clicked, field, &QSpinBox::stepUp);
  layout->addWidget(less);
  layout->addWidget(field);
  layout->addWidget(more);
  return all;
}

// The picture file of a drag, or nothing.
QString dragged_picture(const QMimeData* dragged) {
  for (const QUrl& url : dragged->urls()) {
    const QString file = url.toLocalFile();
    if (data::has_picture_extension(file.toStdString())) return file;
  }
  return {};
}

}  // namespace

Laboratory::Laboratory(Configuration& configuration, Inspector& inspector, QWidget* parent)
    : QWidget(parent), configuration_(configuration), inspector_(inspector) {
  setObjectName(QStringLiteral("laboratory"));
  setAcceptDrops(true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(make_tools());
  body_ = make_body();
  layout->addWidget(body_);
  soon_.setSingleShot(true);
  connect(&soon_, &QTimer::timeout, this, &Laboratory::ask);
  connect(&configuration_, &Configuration::changed, this, &Laboratory::ask_soon);
  connect(seed_, &QSpinBox::valueChanged, this, &Laboratory::ask_soon);
  connect(epoch_, &QSpinBox::valueChanged, this, &Laboratory::ask_soon);
  connect(beside_, &QComboBox::currentIndexChanged, this, &Laboratory::ask_soon);
  connect(again_, &QPushButton::clicked, this, [this] {
    if (scenes_missing_) return Q_EMIT scenes_wanted();
    ask_soon();
  });
  connect(back_, &QToolButton::clicked, this,
          [this] { show_index(index_ > 0 ? index_ - 1 : std::max<std::int64_t>(0, pictures_ - 1)); });
  connect(next_, &QToolButton::clicked, this,
          [this] { show_index(pictures_ > 0 ? (index_ + 1) % pictures_ : index_ + 1); });
  refresh_choices();
  fold(read_setting(QLatin1String(kFoldedKey), false).toBool());
}

QWidget* Laboratory::make_tools() {
  auto* all = new QWidget;
  all->setProperty("role", "panel");
  rows_ = new QHBoxLayout(all);
  rows_->setContentsMargins(metrics::kTiny, metrics::kTiny, metrics::kMedium, metrics::kTiny);
  rows_->setSpacing(metrics::kSmall);
  auto* layout = new QHBoxLayout;
  layout->setSpacing(metrics::kSmall);
  folded_ = make_tool(tr("Crops and masks"), "laboratory_fold", tr("Fold or unfold the laboratory"));
  folded_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  folded_->setFont(text_font(TextStyle::Heading));
  connect(folded_, &QToolButton::clicked, this, [this] {
    fold(!is_folded());
    // What a low screen makes one do is no wish for all others.
    if (room_) write_setting(QLatin1String(kFoldedKey), is_folded());
  });
  layout->addWidget(folded_);

  tools_ = new QWidget;
  auto* tools = new QHBoxLayout(tools_);
  tools->setContentsMargins(0, 0, 0, 0);
  tools->setSpacing(metrics::kSmall);
  back_ = make_tool(QStringLiteral("\u2039"), "laboratory_back", tr("The data set's picture before"));
  next_ = make_tool(QStringLiteral("\u203a"), "laboratory_next", tr("The data set's next picture"));
  name_ = new ElidedLabel(TextStyle::Small, "label");
  name_->setObjectName(QStringLiteral("laboratory_picture"));
  QPushButton* choose = make_button(tr("Choose\u2026"));
  choose->setToolTip(tr("A picture of your own; or drop one here"));
  connect(choose, &QPushButton::clicked, this, [this] {
    const QString file = QFileDialog::getOpenFileName(this, tr("Choose a picture"), picture_,
                                                      tr("Pictures (*.jpg *.jpeg *.png)"));
    if (!file.isEmpty()) show_picture(file);
  });
  seed_ = new QSpinBox;
  seed_->setObjectName(QStringLiteral("laboratory_seed"));
  seed_->setRange(0, std::numeric_limits<int>::max());
  epoch_ = new QSpinBox;
  epoch_->setObjectName(QStringLiteral("laboratory_epoch"));
  epoch_->setRange(0, 999'999);
  beside_ = new QComboBox;
  beside_->setObjectName(QStringLiteral("laboratory_beside"));
  beside_->setAccessibleName(tr("Other masking plugin beside"));
  beside_->setToolTip(
      tr("Draws the masks of a second plugin beside, with the recipe's values where both have them"));
  tools->addWidget(back_);
  tools->addWidget(next_);
  tools->addWidget(choose);
  tools->addWidget(name_, 1);
  layout->addWidget(tools_, 1);
  layout->addStretch();
  rows_->addLayout(layout, 1);
  draws_ = new QWidget;
  auto* draws = new QHBoxLayout(draws_);
  draws->setContentsMargins(0, 0, 0, 0);
  draws->setSpacing(metrics::kSmall);
  draws->addWidget(make_stepper(seed_, tr("Seed"), 64));
  draws->addWidget(make_stepper(epoch_, tr("Epoch"), 48));
  draws->addWidget(beside_);
  rows_->addWidget(draws_, 0, Qt::AlignRight);
  return all;
}

QWidget* Laboratory::make_body() {
  auto* body = new QWidget;
  body->setProperty("role", "canvas");
  body->setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QHBoxLayout(body);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kTiny);
  layout->setSpacing(metrics::kHuge);
  sheet_ = new CropSheet;
  sheet_->setObjectName(QStringLiteral("laboratory_sheet"));
  scroll_ = new QScrollArea;
  scroll_->setWidget(sheet_);
  sheet_->setAutoFillBackground(false);  // the scroll area has just said otherwise
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->viewport()->setAutoFillBackground(false);
  scroll_->viewport()->installEventFilter(this);
  histogram_ = new ShareHistogram;
  histogram_->setObjectName(QStringLiteral("laboratory_histogram"));
  layout->addWidget(scroll_, 1);
  layout->addWidget(histogram_);
  body->setFixedHeight(kBodyHeight);
  notice_ = make_notice(body);
  return body;
}

QFrame* Laboratory::make_notice(QWidget* parent) {
  auto* notice = new QFrame(parent);
  notice->setProperty("role", "card");
  auto* layout = new QHBoxLayout(notice);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kMedium);
  words_ = make_label({});
  words_->setObjectName(QStringLiteral("laboratory_words"));
  words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  words_->setWordWrap(true);
  again_ = make_button(tr("Draw again"));
  again_->setObjectName(QStringLiteral("laboratory_again"));
  layout->addWidget(words_, 1);
  layout->addWidget(again_);
  notice->hide();
  return notice;
}

bool Laboratory::is_folded() const {
  return body_->isHidden();
}

void Laboratory::fold(bool folded) {
  body_->setVisible(!folded);
  for (QWidget* each : {tools_, draws_}) each->setVisible(!folded);
  folded_->setIcon(icon(folded ? QStringLiteral("chevron-right") : QStringLiteral("chevron-down")));
  if (!folded) ask_soon();
}

void Laboratory::set_room(bool room) {
  if (room == room_) return;
  room_ = room;
  fold(!room || read_setting(QLatin1String(kFoldedKey), false).toBool());
}

void Laboratory::show_picture(const QString& file) {
  picture_ = file;
  if (is_folded()) fold(false);
  ask_soon();
}

void Laboratory::show_index(std::int64_t index) {
  picture_.clear();
  index_ = index;
  ask_soon();
}

void Laboratory::ask_soon() {
  asked_ = false;
  // At once after a rest, before anything of the edit is painted: the answer is made meanwhile. The timer is
  // not started again while it runs: someone who keeps typing still sees what happens.
  if (!isVisible() || is_folded() || soon_.isActive()) return;
  const qint64 rest = since_.isValid() ? kDebounceMillis - since_.elapsed() : 0;
  if (rest <= 0) return ask();
  soon_.start(static_cast<int>(rest));
}

std::optional<std::int64_t> Laboratory::own_seed() const {
  return seed_->value() == static_cast<int>(std::min<std::int64_t>(recipe_seed_, seed_->maximum()))
             ? std::nullopt
             : std::optional<std::int64_t>(seed_->value());
}

QString Laboratory::beside() const {
  return beside_->currentData().toString();
}

void Laboratory::ask() {
  if (asked_) return;
  asked_ = true;
  since_.start();
  refresh_choices();
  if (!configuration_.result().plan) {
    dim();
    return say(tr("Mend the recipe's mistakes to see what it draws."), false);
  }
  if (inspector_.state() != Inspector::State::Ready) {
    const bool failed = !inspector_.problem().isEmpty();
    say(failed ? tr("%1. It is started again.").arg(inspector_.problem())
               : tr("Starting the inspection process\u2026"),
        failed);
  }
  protocol::LaboratoryRequest request;
  request.recipe = {configuration_.text(), configuration_.file().string(), {}};
  request.picture = picture_.toStdString();
  request.index = index_;
  request.seed = own_seed();
  request.epoch = epoch_->value();
  request.beside = beside().toStdString();
  request.preview = std::lround(2 * kBodyHeight * devicePixelRatioF());
  protocol::Message message = request.to_message();
  message.tag = "laboratory";
  inspector_.ask(std::move(message), this, [this](const auto& result) { take(result); });
  ask_histogram(request.recipe);
}

void Laboratory::ask_histogram(const protocol::RecipeText& recipe) {
  protocol::HistogramRequest request;
  request.recipe = recipe;
  request.seed = own_seed();
  request.epoch = epoch_->value();
  request.beside = beside().toStdString();
  request.draws = kDraws;
  protocol::Message message = request.to_message();
  message.tag = "mask_histogram";
  inspector_.ask(std::move(message), this, [this](const auto& result) { take_histogram(result); });
}

void Laboratory::take(const base::Result<protocol::Message>& result) {
  if (!configuration_.result().plan) return;  // of the recipe before its mistakes
  if (!result) {
    dim();
    if (!scenes_are_missing(result.error()))
      return say(as_sentence(QString::fromStdString(result.error().to_text())), true);
    say(missing_scenes_text(result.error()), true);
    scenes_missing_ = true;
    again_->setText(tr("Draw the scenes"));
    return place_notice();
  }
  const auto reply = protocol::LaboratoryReply::from_message(*result);
  if (!reply) return say(QString::fromStdString(reply.error().to_text()), true);
  show_reply(*reply);
  Q_EMIT shown(*reply);
}

void Laboratory::take_histogram(const base::Result<protocol::Message>& result) {
  const auto reply = result ? protocol::HistogramReply::from_message(*result) : result.error();
  // What is wrong is said by the answer about the crops.
  if (!reply) return histogram_->set_dimmed(true);
  std::vector<ShareHistogram::Row> rows;
  for (const protocol::RatioHistogram& each : reply->plugins) rows.push_back(histogram_row(each));
  histogram_->show_rows(std::move(rows));
}

void Laboratory::show_reply(const protocol::LaboratoryReply& reply) {
  pictures_ = reply.pictures;
  if (reply.index >= 0) index_ = reply.index;
  sheet_->show_crops(preview_image(reply), {reply.width, reply.height}, picture_caption(reply),
                     crop_tiles(reply), local_caption(reply));
  name_->setText(place_text(reply));
  name_->setToolTip(QString::fromStdString(reply.picture));
  const bool steps = reply.pictures > 0;
  for (QToolButton* tool : {back_, next_}) {
    tool->setEnabled(steps);
    tool->setToolTip(
        steps
            ? tool->accessibleName()
            : tr("The recipe's data set cannot be read: %1").arg(QString::fromStdString(reply.data_problem)));
  }
  say({}, false);
}

void Laboratory::say(const QString& words, bool bad) {
  words_->setText(words);
  set_style_property(words_, "role", bad ? QStringLiteral("bad") : QStringLiteral("label"));
  scenes_missing_ = false;
  again_->setText(tr("Draw again"));
  again_->setVisible(bad);
  notice_->setVisible(!words.isEmpty());
  place_notice();
}

void Laboratory::place_notice() {
  if (notice_->isHidden()) return;
  // In the middle of the pictures, as wide as its words up to a line that can be read.
  const QRect pictures = scroll_->geometry();
  const QFontMetrics font(words_->font());
  const int button = again_->isHidden() ? 0 : again_->sizeHint().width() + metrics::kMedium;
  const int line = std::min(font.horizontalAdvance(words_->text()) + metrics::kTiny, kWidestLine);
  const int width = std::min(line + button + 2 * metrics::kMedium + 2, pictures.width());
  const int height = std::min(notice_->layout()->heightForWidth(width) + 2, pictures.height());
  notice_->setGeometry(pictures.center().x() - width / 2, pictures.center().y() - height / 2, width, height);
  notice_->raise();
}

void Laboratory::dim() {
  sheet_->set_dimmed(true);
  histogram_->set_dimmed(true);
}

void Laboratory::refresh_choices() {
  if (const auto& plan = configuration_.result().plan) {
    const std::int64_t seed = plan->run().seed;
    // Follows the recipe until somebody steps away from it.
    if (!own_seed()) {
      const QSignalBlocker quiet(seed_);
      seed_->setValue(static_cast<int>(std::min<std::int64_t>(seed, seed_->maximum())));
    }
    recipe_seed_ = seed;
  }
  const auto& plan = configuration_.result().plan;
  QStringList others = {QString()};
  for (const plan::PluginInfo& info : configuration_.plugins()) {
    if (info.kind != plugin::Kind::Masking || (plan && info.id == plan->mask().plugin->id)) continue;
    others << QString::fromStdString(info.id);
  }
  QStringList listed;
  for (int i = 0; i < beside_->count(); ++i) listed << beside_->itemData(i).toString();
  if (listed == others) return;  // it stands between an edit and its question
  const QString chosen = beside();
  const QSignalBlocker quiet(beside_);
  beside_->clear();
  for (const QString& id : std::as_const(others))
    beside_->addItem(id.isEmpty() ? tr("No other plugin beside") : tr("%1 beside").arg(id), id);
  beside_->setCurrentIndex(std::max(0, beside_->findData(chosen)));
}

void Laboratory::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (!asked_) ask_soon();
}

void Laboratory::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  rows_->setDirection(width() >= kOneRow ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
  sheet_->set_available_width(scroll_->viewport()->width());
  place_notice();
}

bool Laboratory::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize) {
    sheet_->set_available_width(scroll_->viewport()->width());
    place_notice();
  }
  return QWidget::eventFilter(watched, event);
}

void Laboratory::dragEnterEvent(QDragEnterEvent* event) {
  if (dragged_picture(event->mimeData()).isEmpty()) return;
  event->acceptProposedAction();
  say(tr("Drop the picture to see its crops."), false);
}

void Laboratory::dragLeaveEvent(QDragLeaveEvent*) {
  say({}, false);
}

void Laboratory::dropEvent(QDropEvent* event) {
  const QString file = dragged_picture(event->mimeData());
  if (file.isEmpty()) return;
  event->acceptProposedAction();
  show_picture(file);
}

}  // namespace ibot::ui
