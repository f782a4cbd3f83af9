// SPDX-License-Identifier: GPL-3.0-or-later
#include "wall_view.h"

#include "look_text.h"

#include <ibot/base/text.h>

#include <ui/bridge/record.h>
#include <ui/models/run_column.h>
#include <ui/widgets/parts.h>

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <set>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_wall";
constexpr int kPictures = 0, kSteps = 1;
constexpr int kAttention = 0, kSimilarity = 1;

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
  make_tools();
  sheet_ = new QWidget;
  grid_ = new QGridLayout(sheet_);
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setSpacing(metrics::kSmall);
  body().addWidget(sheet_, 1);
  connect(&context.record(), &Record::runs_changed, this, &WallView::refresh_menu);
  connect(&context.record(), &Record::runs_removed, this, &WallView::refresh_menu);
  connect(&context, &LookContext::network_changed, this, &WallView::refresh_menu);
  connect(across_, &QComboBox::currentIndexChanged, this, &WallView::ask_soon);
  connect(what_, &QComboBox::currentIndexChanged, this, &WallView::ask_soon);
  connect(difference_, &QCheckBox::toggled, this, [this] { redraw(); });
  refresh_menu();
}

WallView::~WallView() = default;

void WallView::make_tools() {
  choose_ = new QToolButton;
  choose_->setObjectName(QStringLiteral("wall_runs"));
  choose_->setText(tr("Runs"));
  choose_->setProperty("role", "plain-menu");
  choose_->setToolTip(
      tr("Which runs stand in rows, at most %1; the one chosen above is the first").arg(kMostRows));
  choose_->setPopupMode(QToolButton::InstantPopup);
  menu_ = new QMenu(choose_);
  choose_->setMenu(menu_);
  tools().addWidget(choose_);
  tools().addWidget(make_label(tr("Columns"), TextStyle::Small, "label"));
  across_ = make_choice("wall_columns", tr("What stands in columns"), {tr("Pictures"), tr("Moments")});
  tools().addWidget(across_);
  what_ = make_choice("wall_map", tr("The map in each cell"),
                      {tr("Attention of CLS"), tr("Similarity to a click")});
  tools().addWidget(what_);
  difference_ = new QCheckBox(tr("Difference to the first row"));
  difference_->setObjectName(QStringLiteral("wall_difference"));
  difference_->setToolTip(tr("Every other row less the first one, blue below and red above"));
  tools().addWidget(difference_);
  tools().addStretch();
  tools().addWidget(make_label(tr("A click in one cell is a click in all."), TextStyle::Small, "hint"));
}

QString WallView::name_of(const QString& run) const {
  const RunView* view = context_.record().run(run);
  return view == nullptr ? run : run_name(view->run);
}

QStringList WallView::rows() const {
  QStringList all = context_.run().isEmpty() ? QStringList{QString()} : QStringList{context_.run()};
  for (const QString& run : runs_) {
    if (run != context_.run() && all.size() < kMostRows) all << run;
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
      if (!known && across_->currentIndex() == kSteps) ask_soon();
    });
    follower->follow(context_.record().folder(), run);
  }
  std::erase_if(followers_, [this](const auto& each) { return !runs_.contains(each.first); });
  std::erase_if(histories_, [this](const auto& each) { return !runs_.contains(each.first); });
  refresh_menu();
  ask_soon();
}

void WallView::refresh_menu() {
  if (menu_->isVisible()) return;  // not under the hand
  const QStringList shown = rows();
  menu_->clear();
  for (const auto& [id, view] : context_.record().runs()) {
    if (view.run.trashed) continue;
    QAction* action = menu_->addAction(run_name(view.run));
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
  choose_->setText(shown.size() == 1 ? tr("Runs: 1") : tr("Runs: %1").arg(shown.size()));
}

std::vector<qint64> WallView::moments_of(const QString& run) {
  const RunHistory* history = &context_.history();
  if (run != context_.run()) {
    const auto found = histories_.find(run);
    if (found == histories_.end()) return {};
    history = found->second.get();
  }
  std::set<qint64> kept;
  for (const record::Checkpoint& each : history->weights) kept.insert(each.step);
  std::vector<qint64> moments;
  if (kept.empty()) return moments;
  for (int i = 0; i < kMoments; ++i) {
    const double wanted = static_cast<double>(*kept.rbegin()) * i / (kMoments - 1);
    moments.push_back(*std::min_element(kept.begin(), kept.end(), [&](qint64 a, qint64 b) {
      return std::fabs(static_cast<double>(a) - wanted) < std::fabs(static_cast<double>(b) - wanted);
    }));
  }
  return moments;
}

void WallView::plan_cells() {
  plan_.clear();
  const bool steps = across_->currentIndex() == kSteps;
  std::vector<int> pictures = context_.readable();
  pictures.resize(std::min<std::size_t>(pictures.size(), steps ? 1 : kMostColumns));
  columns_ = steps ? kMoments : static_cast<int>(pictures.size());
  for (const QString& run : rows()) {
    protocol::NetworkChoice network = context_.network();
    network.run = run.toStdString();
    // Of the other runs the newest: a step of one is none of another.
    if (run != context_.run()) network.step = LookContext::kNewest;
    if (!steps) {
      for (const int picture : pictures) {
        const QString& name = context_.pictures()[static_cast<std::size_t>(picture)].name;
        plan_.push_back({network, picture, tr("%1 \u00b7 %2").arg(name_of(run), name), {}, 0, 0, {}});
      }
      continue;
    }
    const std::vector<qint64> moments = moments_of(run);
    for (std::size_t i = 0; i < static_cast<std::size_t>(kMoments); ++i) {
      network.step = i < moments.size() ? moments[i] : LookContext::kNewest;
      const QString moment = i < moments.size()
                                 ? tr("step %1").arg(QString::fromStdString(base::format_count(moments[i])))
                                 : tr("newest");
      plan_.push_back(
          {network, pictures.front(), tr("%1 \u00b7 %2").arg(name_of(run), moment), {}, 0, 0, {}});
    }
  }
}

void WallView::arrange() {
  while (cells_.size() > plan_.size()) {
    delete cells_.back();
    cells_.pop_back();
  }
  while (cells_.size() < plan_.size()) {
    auto* cell = new PatchCanvas;
    cell->setObjectName(QStringLiteral("wall_cell_%1").arg(cells_.size()));
    cells_.push_back(cell);
    watch(*cell);
    connect(cell, &PatchCanvas::pointed, this, [this](PatchAt patch) {
      for (PatchCanvas* each : cells_) each->set_hovered(patch);
    });
    connect(cell, &PatchCanvas::picked, this, [this](PatchAt patch, bool) {
      patch_ = patch;
      if (what_->currentIndex() == kSimilarity) return ask_soon();
      what_->setCurrentIndex(kSimilarity);
    });
    connect(cell, &PatchCanvas::opacity_turned, this,
            [this](double by) { context_.set_opacity(context_.opacity() + by); });
  }
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const int at = static_cast<int>(i);
    grid_->addWidget(cells_[i], at / std::max(1, columns_), at % std::max(1, columns_));
    cells_[i]->set_title(plan_[i].title);
    dress(*cells_[i]);
  }
}

void WallView::ask() {
  ++question_;
  plan_cells();
  arrange();
  if (plan_.empty()) return;
  if (what_->currentIndex() == kSimilarity) return ask_similarity();
  ask_attention(0);
}

void WallView::ask_similarity() {
  // One request: the clicked patch is that of each network's own first picture.
  protocol::SimilarityRequest request;
  const bool steps = across_->currentIndex() == kSteps;
  const auto across = static_cast<std::size_t>(columns_);
  std::vector<int> asked;
  for (std::size_t i = 0; i < plan_.size(); i += steps ? 1 : across)
    request.networks.push_back(plan_[i].network);
  for (std::size_t i = 0; i < (steps ? 1 : across); ++i) asked.push_back(plan_[i].picture);
  for (const int picture : asked) request.pictures.push_back(context_.choice(picture));
  request.patch = place_of(patch_);
  request.pixels = true;
  request.leave_out = true;
  const quint64 question = question_;
  send<protocol::SimilarityReply>(request.to_message(), kTag,
                                  [this, question, asked](const protocol::SimilarityReply& reply) {
                                    if (leaves_out(asked, reply.left_out)) return;
                                    if (question != question_ || reply.maps.size() != plan_.size()) return;
                                    std::vector<QImage> seen;
                                    for (const protocol::SeenPicture& picture : reply.pictures)
                                      seen.push_back(image_of(picture));
                                    for (std::size_t i = 0; i < plan_.size(); ++i) {
                                      const std::size_t picture = i % reply.pictures.size();
                                      plan_[i].values = reply.maps[i];
                                      plan_[i].rows = reply.pictures[picture].rows;
                                      plan_[i].columns = reply.pictures[picture].columns;
                                      plan_[i].seen = seen[picture];
                                    }
                                    redraw();
                                  });
}

void WallView::ask_attention(std::size_t cell) {
  protocol::AttentionRequest request;
  request.network = plan_[cell].network;
  request.picture = context_.choice(plan_[cell].picture);
  request.pixels = true;
  const quint64 question = question_;
  send<protocol::AttentionReply>(
      request.to_message(), kTag, [this, question, cell](const protocol::AttentionReply& reply) {
        if (question != question_ || cell >= plan_.size()) return;
        Cell& into = plan_[cell];
        into.rows = reply.picture.rows;
        into.columns = reply.picture.columns;
        into.seen = image_of(reply.picture);
        into.values.assign(static_cast<std::size_t>(into.rows * into.columns), 0);
        for (std::size_t head = 0; head < static_cast<std::size_t>(reply.heads); ++head) {
          const std::vector<float> map = reply.map(0, head);
          for (std::size_t i = 0; i < map.size(); ++i)
            into.values[i] += map[i] / static_cast<float>(reply.heads);
        }
        redraw();
        if (cell + 1 < plan_.size() && isVisible()) ask_attention(cell + 1);
      });
}

void WallView::redraw() {
  const auto across = static_cast<std::size_t>(std::max(1, columns_));
  const bool similarity = what_->currentIndex() == kSimilarity;
  const bool difference = difference_->isChecked() && plan_.size() > across;
  figure::Range shared{0, 0}, apart{0, 1e-6};
  std::vector<std::vector<float>> maps(plan_.size());
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    maps[i] = plan_[i].values;
    const std::vector<float>& base = plan_[i % across].values;
    const bool compared = difference && i >= across && base.size() == maps[i].size();
    for (std::size_t at = 0; at < maps[i].size(); ++at) {
      if (compared) maps[i][at] -= base[at];
      const auto value = static_cast<double>(maps[i][at]);
      figure::Range& range = compared ? apart : shared;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }
  const double most = std::max(std::fabs(apart.low), apart.high);
  apart = {-most, most};
  if (shared.high <= shared.low) shared.high = shared.low + 1;
  for (std::size_t i = 0; i < plan_.size() && i < cells_.size(); ++i) {
    PatchPicture content;
    const bool compared = difference && i >= across;
    content.picture = plan_[i].seen;
    content.rows = plan_[i].rows;
    content.columns = plan_[i].columns;
    content.values = std::move(maps[i]);
    content.colours = compared     ? figure::ColourMap::Difference
                      : similarity ? figure::ColourMap::Viridis
                                   : figure::ColourMap::Inferno;
    content.range = compared ? apart : shared;
    if (similarity && i % across == 0) content.mark = patch_;
    if (similarity && across_->currentIndex() == kSteps) content.mark = patch_;
    cells_[i]->set_content(std::move(content));
  }
  set_colours(similarity ? figure::ColourMap::Viridis : figure::ColourMap::Inferno, shared);
  QString text = similarity
                     ? tr("Cosine similarity with %1, last layer")
                           .arg(patch_.is_patch() ? tr("the patch in row %1, column %2 of the first picture")
                                                        .arg(patch_.row + 1)
                                                        .arg(patch_.column + 1)
                                                  : tr("the CLS token"))
                     : tr("Attention of CLS, last layer, mean of the heads");
  text += tr(" \u00b7 %1 \u00b7 colours of all %2")
              .arg(context_.student() ? tr("student") : tr("teacher"), range_text(shared));
  if (difference) text += tr("; differences to %1 %2").arg(name_of(rows().front()), range_text(apart));
  set_caption(text);
}

void WallView::set_dimmed(bool dimmed) {
  for (PatchCanvas* each : cells_) each->set_dimmed(dimmed);
}

void WallView::refresh_display() {
  for (PatchCanvas* each : cells_) dress(*each);
}

void WallView::hideEvent(QHideEvent* event) {
  LookView::hideEvent(event);
  ask_soon();  // what was not answered is asked when somebody looks again
}

QImage WallView::picture() const {
  if (plan_.empty()) return {};
  QImage image(2 * sheet_->size(), QImage::Format_RGB32);
  image.setDevicePixelRatio(2);
  sheet_->render(&image);
  return image;
}

QString WallView::why_no_command() const {
  return tr("The wall is saved as it is seen.");
}

bool WallView::take_key(int key) {
  if (key == Qt::Key_D) {
    difference_->toggle();
    return true;
  }
  if (key != Qt::Key_Escape) return false;
  patch_ = {};
  what_->setCurrentIndex(kAttention);
  return true;
}

}  // namespace ibot::ui
