// SPDX-License-Identifier: GPL-3.0-or-later
#include "wall_view.h"

#include "look_text.h"
#include "token_bar.h"

#include <ibot/base/text.h>
#include <ibot/drawing/wall_figure.h>

#include <ui/bridge/record.h>
#include <ui/models/run_names.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/sticky_grid.h>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <cmath>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_wall";
constexpr int kPictures = 0, kMoments = 1;
constexpr int kAttention = 0, kSimilarity = 1;
constexpr int kZoomSteps = 20;  // of the slider for each doubling
using protocol::NetworkChoice;
using protocol::WallRequest;

QComboBox* make_choice(const char* name, const QString& what, const QStringList& items) {
  auto* box = new QComboBox;
  box->setObjectName(QString::fromLatin1(name));
  box->setAccessibleName(what);
  box->setToolTip(what);
  box->addItems(items);
  return box;
}

}  // namespace

WallView::WallView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("wall_view"));
  grid_ = new StickyGrid;
  grid_->setObjectName(QStringLiteral("wall_grid"));
  make_tools();
  make_zoom();
  body().addWidget(grid_, 1);
  connect(&context.record(), &Record::runs_removed, this, &WallView::refresh_tools);
  connect(&context, &LookContext::network_changed, this, &WallView::refresh_tools);
  for (QComboBox* box : {across_, what_, heads_})
    connect(box, &QComboBox::currentIndexChanged, this, &WallView::ask_soon);
  connect(across_, &QComboBox::currentIndexChanged, this, &WallView::refresh_tools);
  connect(what_, &QComboBox::currentIndexChanged, this, &WallView::refresh_tools);
  connect(moments_, &QSpinBox::valueChanged, this, &WallView::ask_soon);
  connect(difference_, &QCheckBox::toggled, this, [this] { redraw(); });
  refresh_tools();
}

WallView::~WallView() = default;

void WallView::make_tools() {
  choose_ = new QToolButton;
  choose_->setObjectName(QStringLiteral("wall_runs"));
  choose_->setProperty("role", "plain-menu");
  choose_->setToolTip(
      tr("Which runs stand in rows, at most %1; the one chosen above is the first").arg(kMostRows));
  choose_->setPopupMode(QToolButton::InstantPopup);
  menu_ = new QMenu(choose_);
  choose_->setMenu(menu_);
  // A thousand runs make a long menu, and they change while they train: nobody waits for it but who opens it.
  connect(menu_, &QMenu::aboutToShow, this, &WallView::fill_menu);
  tools().addWidget(choose_);
  across_ = make_choice("wall_columns", tr("What stands in columns"),
                        {tr("Pictures"), tr("Moments"), tr("Pictures and moments")});
  tools().addWidget(across_);
  moments_ = new QSpinBox;
  moments_->setObjectName(QStringLiteral("wall_moments"));
  moments_->setAccessibleName(tr("Moments of each run"));
  moments_->setToolTip(tr("How many of each run's kept moments, spread over its life"));
  moments_->setRange(2, kMostMoments);
  moments_->setValue(4);
  tools().addWidget(moments_);
  what_ = make_choice("wall_map", tr("The map in each cell"),
                      {tr("Attention of CLS"), tr("Similarity to a click")});
  tools().addWidget(what_);
  layer_ = new TokenBar;
  layer_->set_layers_alone(tr("The layer, of every network ([ and ])"));
  tools().addWidget(layer_);
  adopt(*layer_);
  heads_ = make_choice("wall_head", tr("The head whose attention is shown (1 to 9; 0: their mean)"),
                       {tr("Mean of heads")});
  tools().addWidget(heads_);
  difference_ = new QCheckBox(tr("Difference to the first"));
  difference_->setObjectName(QStringLiteral("wall_difference"));
  difference_->setToolTip(
      tr("The other rows less the first one, of one run its other moments less the first one: blue below and "
         "red above (D)"));
  tools().addWidget(difference_);
  tools().addStretch();
}

void WallView::make_zoom() {
  zoom_ = new QSlider(Qt::Horizontal);
  zoom_->setObjectName(QStringLiteral("wall_zoom"));
  zoom_->setAccessibleName(tr("Zoom"));
  zoom_->setToolTip(tr("Enlarges all cells (Ctrl and the wheel)"));
  zoom_->setRange(0, static_cast<int>(kZoomSteps * std::log2(StickyGrid::kMostZoom)));
  zoom_->setFixedWidth(72);
  tools().addWidget(make_label(tr("Zoom"), TextStyle::Small, "label"));
  tools().addWidget(zoom_);
  connect(zoom_, &QSlider::valueChanged, this,
          [this](int value) { grid_->set_zoom(std::exp2(static_cast<double>(value) / kZoomSteps)); });
  connect(grid_, &StickyGrid::zoomed, this, [this](double zoom) {
    const QSignalBlocker quiet(zoom_);
    zoom_->setValue(static_cast<int>(std::lround(kZoomSteps * std::log2(zoom))));
  });
}

bool WallView::shows_moments() const {
  return across_->currentIndex() != kPictures;
}

bool WallView::is_similarity() const {
  return what_->currentIndex() == kSimilarity;
}

QStringList WallView::rows() const {
  QStringList all = context_.run().isEmpty() ? QStringList{QString()} : QStringList{context_.run()};
  for (const QString& run : runs_) {
    const bool known = context_.record().run(run) != nullptr;
    if (known && run != context_.run() && all.size() < kMostRows) all << run;
  }
  return all;
}

void WallView::set_runs(const QStringList& runs) {
  runs_ = runs;
  for (const QString& run : runs_) {
    if (followers_.contains(run)) continue;
    auto& follower = followers_[run] = std::make_unique<HistoryFollower>();
    connect(follower.get(), &HistoryFollower::changed, this, [this, run](const RunHistoryPtr& history) {
      const bool known = histories_.contains(run);
      histories_[run] = history;
      if (!known && shows_moments()) ask_soon();
    });
    follower->follow(context_.record().folder(), run);
  }
  std::erase_if(followers_, [this](const auto& each) { return !runs_.contains(each.first); });
  std::erase_if(histories_, [this](const auto& each) { return !runs_.contains(each.first); });
  refresh_tools();
  ask_soon();
}

void WallView::fill_menu() {
  const QStringList shown = rows();
  menu_->clear();
  QStringList ids;
  for (const auto& [id, view] : context_.record().runs()) {
    if (!view.run.trashed) ids.push_back(id);
  }
  const QStringList names = names_in_list(context_.record(), ids);
  for (qsizetype i = 0; i < ids.size(); ++i) {
    const QString& id = ids[i];
    QAction* action = menu_->addAction(names[i]);
    action->setCheckable(true);
    action->setChecked(shown.contains(id));
    action->setEnabled(id != context_.run() && (action->isChecked() || shown.size() < kMostRows));
    connect(action, &QAction::toggled, this, [this, run = id](bool on) {
      QStringList runs = runs_;
      runs.removeAll(run);
      if (on) runs << run;
      set_runs(runs);
    });
  }
}

void WallView::refresh_tools() {
  choose_->setText(tr("Runs: %1").arg(rows().size()));
  moments_->setVisible(shows_moments());
  heads_->setVisible(!is_similarity());
}

std::vector<std::int64_t> WallView::moments_of(const QString& run) const {
  const RunHistory* history = &context_.history();
  if (run != context_.run()) {
    const auto found = histories_.find(run);
    if (found == histories_.end()) return {};
    history = found->second.get();
  }
  return protocol::even_moments(history->kept_steps(context_.student()), moments_->value());
}

std::vector<NetworkChoice> WallView::networks() const {
  std::vector<NetworkChoice> all;
  for (const QString& run : rows()) {
    NetworkChoice network = context_.network();
    network.run = run.toStdString();
    // Of the other runs the newest: a step of one is none of another.
    if (run != context_.run()) network.step = LookContext::kNewest;
    const std::vector<std::int64_t> moments = shows_moments() ? moments_of(run) : std::vector<std::int64_t>{};
    if (moments.empty()) all.push_back(network);
    for (const std::int64_t step : moments) {
      network.step = step;
      all.push_back(network);
    }
  }
  return all;
}

void WallView::ask() {
  std::vector<int> pictures = context_.readable();
  pictures.resize(
      std::min<std::size_t>(pictures.size(), across_->currentIndex() == kMoments ? 1 : kMostPictures));
  WallRequest request;
  request.networks = networks();
  for (const int picture : pictures) request.pictures.push_back(context_.choice(picture));
  request.layer = layer_->tokens().layer;
  request.pixels = true;
  request.leave_out = true;
  if (is_similarity()) {
    request.map = WallRequest::Map::Similarity;
    request.patch = place_of(patch_);
    const auto found = std::find(pictures.begin(), pictures.end(), clicked_);
    if (found != pictures.end()) request.clicked = found - pictures.begin();
  } else {
    request.head = heads_->currentIndex();
  }
  waiting_ = false;
  begin();
  ask_first(request, pictures, 1);
}

void WallView::ask_first(const WallRequest& whole, const std::vector<int>& pictures, std::size_t count) {
  const bool all = count >= whole.networks.size();
  WallRequest part = whole;
  if (!all) part.networks.resize(count);
  protocol::Message message = part.to_message();
  message.tag = kTag;
  const auto answered = [this, whole, pictures, count, all](const base::Result<protocol::Message>& result) {
    const auto reply = result ? protocol::WallReply::from_message(*result)
                              : base::Result<protocol::WallReply>(result.error());
    // The first ones may have no weights while others have.
    const bool go_on = !all && (reply || reply.error().code == base::ErrorCode::NotFound);
    if (!reply && !go_on) return fail(reply.error());
    if (reply) {
      succeed();
      if (leaves_out(pictures, reply->left_out)) return;
      asked_ = whole;
      pictures_ = pictures;
      waiting_ = !all;
      take(*reply);
      Q_EMIT shown();
    }
    if (go_on) ask_first(whole, pictures, 2 * count);
  };
  context_.inspector().ask(std::move(message), this, answered,
                           [this](const QString& what, qint64 done, qint64 total) {
                             // Over cells that are there nothing is said.
                             if (!waiting_) progressed(what, done, total);
                           });
}

protocol::WallReply WallView::with_waiting() const {
  protocol::WallReply all = reply_;
  for (std::size_t i = reply_.networks.size() + reply_.gaps.size(); i < asked_.networks.size(); ++i) {
    const NetworkChoice& each = asked_.networks[i];
    const RunView* view = context_.record().run(QString::fromStdString(each.run));
    all.gaps.push_back({.place = static_cast<std::int64_t>(i),
                        .run = each.run,
                        .name = view == nullptr ? each.run : view->run.name,
                        .network = each.network,
                        .step = each.step});
  }
  return all;
}

void WallView::take(const protocol::WallReply& reply) {
  reply_ = reply;
  seen_.clear();
  for (protocol::SeenPicture& picture : reply_.pictures) {
    seen_.push_back(image_of(picture));
    picture.pixels.clear();
  }
  const protocol::SeenNetwork& first = reply_.networks.front();
  layer_->set_network(first);
  const QSignalBlocker quiet(heads_);
  while (heads_->count() > first.heads + 1) heads_->removeItem(heads_->count() - 1);
  while (heads_->count() <= first.heads) heads_->addItem(tr("Head %1").arg(heads_->count()));
  redraw();
}

PatchCanvas* WallView::make_cell() {
  auto* cell = new PatchCanvas;
  const std::size_t place = cells_.size();
  cell->setObjectName(QStringLiteral("wall_cell_%1").arg(place));
  adopt(*cell);
  connect(cell, &PatchCanvas::pointed, this, [this](PatchAt patch) {
    for (PatchCanvas* each : cells_) each->set_hovered(patch);
  });
  connect(cell, &PatchCanvas::picked, this, [this, place](PatchAt patch, bool) {
    patch_ = patch;
    clicked_ = pictures_[cell_pictures_[place]];
    if (is_similarity()) return ask_soon();
    what_->setCurrentIndex(kSimilarity);
  });
  return cell;
}

void WallView::redraw() {
  if (reply_.networks.empty()) return;
  drawing::WallCells wall = drawing::arrange_wall(with_waiting(), difference_->isChecked());
  const bool similarity = reply_.map == WallRequest::Map::Similarity;
  const figure::ColourMap colours = similarity ? figure::ColourMap::Viridis : figure::ColourMap::Inferno;
  while (cells_.size() > wall.cells.size()) {
    delete cells_.back();
    cells_.pop_back();
  }
  while (cells_.size() < wall.cells.size()) cells_.push_back(make_cell());
  QStringList heads;
  for (const std::string& row : wall.rows) heads << QString::fromStdString(row);
  std::vector<StickyGrid::Column> columns;
  for (const auto& column : wall.columns)
    columns.push_back({QString::fromStdString(column.name), QString::fromStdString(column.group)});
  cell_pictures_.clear();
  for (std::size_t i = 0; i < wall.cells.size(); ++i) {
    drawing::WallCells::Cell& cell = wall.cells[i];
    cell_pictures_.push_back(cell.picture);
    const std::size_t column = i % columns.size();
    const QString moment = cell.moment.empty() ? columns[column].name : QString::fromStdString(cell.moment);
    cells_[i]->set_title(QString::fromStdString(cell.moment));
    const QString note = QString::fromStdString(cell.note);
    cells_[i]->set_note(note);
    QStringList name{heads[static_cast<qsizetype>(i / columns.size())], moment, columns[column].group, note};
    name.removeAll(QString());
    cells_[i]->setAccessibleName(name.join(QStringLiteral(" \u00b7 ")));
    PatchPicture content;
    if (cell.network >= 0) {
      const protocol::SeenPicture& picture = reply_.pictures[cell.picture];
      content.picture = seen_[cell.picture];
      content.rows = picture.rows;
      content.columns = picture.columns;
      content.values = std::move(cell.values);
      content.colours = cell.difference ? figure::ColourMap::Difference : colours;
      content.range = cell.difference ? wall.difference_range : wall.range;
      if (similarity && cell.picture == static_cast<std::size_t>(reply_.clicked))
        content.mark = {reply_.patch.row, reply_.patch.column};
    }
    cells_[i]->set_content(std::move(content));
  }
  grid_->set_content(heads, std::move(columns), {cells_.begin(), cells_.end()});
  set_colours(colours, wall.range);
  QString text = tr("%1 \u00b7 %2 \u00b7 colours of all %3")
                     .arg(QString::fromStdString(drawing::wall_method(reply_)),
                          context_.student() ? tr("student") : tr("teacher"), range_text(wall.range));
  if (!wall.baseline.empty()) {
    text += tr("; differences to %1 %2")
                .arg(QString::fromStdString(wall.baseline), range_text(wall.difference_range));
  }
  if (!reply_.gaps.empty()) {
    text +=
        tr(" \u00b7 without kept weights: %1").arg(QString::fromStdString(drawing::names_of_gaps(reply_)));
  }
  if (waiting_) {
    text += tr(" \u00b7 %1 of %2 networks so far")
                .arg(reply_.networks.size() + reply_.gaps.size())
                .arg(asked_.networks.size());
  }
  set_caption(text + left_out_text());
}

void WallView::hideEvent(QHideEvent* event) {
  LookView::hideEvent(event);
  ask_soon();  // what was not answered is asked when somebody looks again
}

QImage WallView::picture() const {
  return grid_->rendered();
}

QString WallView::why_no_command() const {
  return waiting_ ? tr("Not every network has been looked at yet.") : LookView::why_no_command();
}

QStringList WallView::command() const {
  if (reply_.networks.empty() || waiting_ || !context_.can_ask()) return {};
  // What is newest is named, so that a run that goes on is drawn as it was seen.
  QStringList moments;
  for (const protocol::SeenNetwork& each : reply_.networks) moments << QString::number(each.step);
  for (const protocol::WallGap& gap : reply_.gaps)
    moments.insert(gap.place, gap.step < 0 ? QStringLiteral("newest") : QString::number(gap.step));
  QStringList arguments{QStringLiteral("wall")};
  for (std::size_t i = 0; i < asked_.networks.size();) {
    const NetworkChoice& first = asked_.networks[i];
    QStringList steps;
    for (; i < asked_.networks.size() && asked_.networks[i].run == first.run; ++i)
      steps << moments[static_cast<qsizetype>(i)];
    arguments << (first.run.empty()
                      ? QString::fromStdString(first.weights)
                      : QString::fromStdString(first.run) + QLatin1Char('@') + steps.join(QLatin1Char(',')));
  }
  if (!context_.record().folder().isEmpty())
    arguments << QStringLiteral("--workspace") << context_.record().folder();
  arguments << picture_arguments(pictures_) << QStringLiteral("--map")
            << QString::fromUtf8(to_string(reply_.map).data());
  arguments << layer_->arguments();
  if (is_similarity()) {
    arguments << QStringLiteral("--patch")
              << (reply_.patch.row >= 0
                      ? QStringLiteral("%1,%2").arg(reply_.patch.row).arg(reply_.patch.column)
                      : QStringLiteral("cls"))
              << QStringLiteral("--clicked") << QString::number(reply_.clicked + 1);
  } else if (reply_.head > 0) {
    arguments << QStringLiteral("--head") << QString::number(reply_.head);
  }
  if (difference_->isChecked()) arguments << QStringLiteral("--difference");
  return arguments;
}

bool WallView::take_key(int key) {
  if (key >= Qt::Key_0 && key <= Qt::Key_9 && !is_similarity()) {
    const int head = key - Qt::Key_0;
    if (head < heads_->count()) heads_->setCurrentIndex(head);
    return true;
  }
  switch (key) {
    case Qt::Key_D:
      difference_->toggle();
      return true;
    case Qt::Key_Escape:
      patch_ = {};
      what_->setCurrentIndex(kAttention);
      return true;
    default:
      return LookView::take_key(key);
  }
}

}  // namespace ibot::ui
