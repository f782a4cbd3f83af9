// SPDX-License-Identifier: GPL-3.0-or-later
#include "clusters_view.h"

#include "canvas_set.h"
#include "look_text.h"
#include "token_bar.h"

#include <ibot/base/text.h>

#include <ui/widgets/card_grid.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/side_column.h>
#include <ui/widgets/swatch_list.h>

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_clusters";
constexpr int kClusters = 1, kComponents = 2;
constexpr std::int64_t kNearest = 4;

QColor cluster_qcolour(int cluster) {
  const figure::Colour c = figure::cluster_colour(static_cast<std::size_t>(cluster));
  return {c.red, c.green, c.blue};
}

}  // namespace

ClustersView::ClustersView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("clusters_view"));
  make_tools();
  set_ = new CanvasSet(context);
  set_->setObjectName(QStringLiteral("clusters_canvases"));
  adopt(*set_);
  body().addWidget(set_, 1);
  body().addWidget(make_side());
  set_->canvas(0).set_choosing(false);

  connect(what_, &QButtonGroup::idClicked, this, [this] {
    count_->setEnabled(!shows_components());
    count_->setToolTip(shows_components() ? tr("Components have no number of clusters.")
                                          : tr("Number of clusters"));
    if (context_.step() != LookContext::kNewest && !context_.can_ask()) {
      if (const ProbeLook* look = context_.look()) show_recorded(*look);
      return;
    }
    redraw();
  });
  adopt(*tokens_);
  connect(count_, &QSpinBox::valueChanged, this, &ClustersView::ask_soon);
  connect(joint_, &QCheckBox::toggled, this, &ClustersView::ask_soon);
  connect(foreground_, &QComboBox::currentIndexChanged, this, &ClustersView::ask_soon);
  connect(set_, &CanvasSet::pointed, this, &ClustersView::point);
  connect(gallery_, &CardGrid::chosen, this, [this](qint64 cluster) {
    pointed_ = static_cast<int>(cluster);
    redraw();
  });
}

QWidget* ClustersView::make_side() {
  auto* side = new SideColumn;
  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kSmall);
  legend_ = new SwatchList;
  legend_->setObjectName(QStringLiteral("clusters_legend"));
  layout->addWidget(legend_);
  gallery_ = new CardGrid;
  gallery_->setObjectName(QStringLiteral("clusters_gallery"));
  gallery_->setAccessibleName(tr("Clusters, their sizes and the patches nearest to their centres"));
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidget(gallery_);
  gallery_->setAutoFillBackground(false);  // the scroll area has just said otherwise
  scroll->viewport()->setAutoFillBackground(false);
  gallery_scroll_ = scroll;
  layout->addWidget(scroll, 1);
  return side;
}

void ClustersView::make_tools() {
  what_ = new QButtonGroup(this);
  struct Choice {
    int id;
    const char* name;
    QString text, help;
  };
  for (const Choice& choice : {Choice{kClusters, "clusters_kmeans", tr("k-means"),
                                      tr("k-means++ with a fixed seed, of tokens of unit length")},
                               Choice{kComponents, "clusters_pca", tr("PCA"),
                                      tr("The first three principal components as red, green and blue")}}) {
    auto* button = new QToolButton;
    button->setObjectName(QString::fromLatin1(choice.name));
    button->setText(choice.text);
    button->setToolTip(choice.help);
    button->setCheckable(true);
    button->setChecked(choice.id == kClusters);
    what_->addButton(button, choice.id);
    tools().addWidget(button);
  }
  count_ = new QSpinBox;
  count_->setObjectName(QStringLiteral("clusters_count"));
  count_->setAccessibleName(tr("Number of clusters"));
  count_->setToolTip(tr("Number of clusters"));
  count_->setRange(2, static_cast<int>(protocol::ClustersRequest::kMostClusters));
  count_->setValue(6);
  count_->setFixedWidth(64);
  tools().addWidget(count_);
  tokens_ = new TokenBar;
  tools().addWidget(tokens_);
  foreground_ = new QComboBox;
  foreground_->setObjectName(QStringLiteral("clusters_foreground"));
  foreground_->setAccessibleName(tr("Which patches"));
  foreground_->addItem(tr("All patches"), static_cast<int>(protocol::Foreground::All));
  foreground_->addItem(tr("Foreground by component"), static_cast<int>(protocol::Foreground::Component));
  foreground_->addItem(tr("Foreground by attention"), static_cast<int>(protocol::Foreground::Attention));
  foreground_->setToolTip(
      tr("By component: the smaller side of the first principal component, as in DINOv2's pictures. By "
         "attention: "
         "the patches that hold 60 % of the CLS token's attention."));
  tools().addWidget(foreground_);
  joint_ = new QCheckBox(tr("All pictures together"));
  joint_->setObjectName(QStringLiteral("clusters_joint"));
  joint_->setChecked(true);
  joint_->setToolTip(tr("A colour means the same in each picture; otherwise each picture has its own"));
  tools().addWidget(joint_);
  tools().addStretch();
}

bool ClustersView::shows_components() const {
  return what_->checkedId() == kComponents;
}

void ClustersView::ask() {
  protocol::ClustersRequest request;
  request.network = context_.network();
  const std::vector<int> pictures = set_->pictures();
  for (const int picture : pictures) request.pictures.push_back(context_.choice(picture));
  request.tokens = tokens_->tokens();
  request.clusters = count_->value();
  request.joint = joint_->isChecked();
  request.foreground = static_cast<protocol::Foreground>(foreground_->currentData().toInt());
  request.pixels = true;
  request.leave_out = true;
  request.nearest = request.joint ? kNearest : 0;
  // Colours of a moment follow those of the newest weights, so that they do not flip while one goes through
  // time.
  if (context_.step() != LookContext::kNewest && request.joint) {
    request.aligned_to = context_.network();
    request.aligned_to->step = LookContext::kNewest;
  }
  send<protocol::ClustersReply>(request.to_message(), kTag,
                                [this, pictures](const protocol::ClustersReply& reply) {
                                  if (leaves_out(pictures, reply.left_out)) return;
                                  if (pictures == set_->pictures()) take(reply);
                                });
}

void ClustersView::take(const protocol::ClustersReply& reply) {
  reply_ = reply;
  recorded_ = false;
  tokens_->set_network(reply.network);
  seen_.clear();
  for (protocol::SeenPicture& picture : reply_.pictures) {
    seen_.push_back(image_of(picture));
    picture.pixels.clear();
  }
  pointed_ = -1;
  fill_gallery();
  redraw();
  // The mouse may rest on a patch, of another cluster now.
  for (std::size_t place = 0; place < set_->pictures().size(); ++place) {
    const PatchAt under = set_->canvas(place).hovered();
    if (under.is_patch()) return point(set_->pictures()[place], under);
  }
}

void ClustersView::fill_gallery() {
  std::vector<CardGrid::Card> cards;
  for (int cluster = 0; cluster < reply_.clusters; ++cluster) {
    const auto at = static_cast<std::size_t>(cluster);
    const std::int64_t size = reply_.sizes[at];
    QString number =
        size == 1 ? tr("1 patch") : tr("%1 patches").arg(QString::fromStdString(base::format_count(size)));
    if (at < reply_.purity.size() && reply_.purity[at] >= 0)
      number = tr("%1, %2 % pure").arg(number).arg(100 * reply_.purity[at], 0, 'f', 0);
    CardGrid::Card card{cluster, tr("cluster %1").arg(cluster + 1), number, {}, cluster_qcolour(cluster)};
    if (at < reply_.nearest.size()) {
      for (const protocol::PatchMatch& match : reply_.nearest[at]) {
        const auto picture = static_cast<std::size_t>(match.picture);
        if (picture >= seen_.size()) continue;
        // The patch in the middle third, as on the cards of prototypes.
        const int wide = seen_[picture].width() / std::max(1, reply_.pictures[picture].columns);
        const int high = seen_[picture].height() / std::max(1, reply_.pictures[picture].rows);
        card.pictures.push_back(
            seen_[picture].copy((match.column - 1) * wide, (match.row - 1) * high, 3 * wide, 3 * high));
      }
    }
    card.pictures.resize(static_cast<std::size_t>(kNearest));
    cards.push_back(std::move(card));
  }
  gallery_->set_cards(std::move(cards));
  gallery_->set_chosen(-1);
  gallery_->setToolTip(reply_.masked_pictures > 0 ? tr("Pure: of a cluster's patches that lie on a region of "
                                                       "a mask the share on the commonest kind of "
                                                       "region; %1 of %2 pictures have masks")
                                                        .arg(reply_.masked_pictures)
                                                        .arg(reply_.pictures.size())
                                                  : QString());
}

void ClustersView::redraw() {
  if (recorded_ || reply_.pictures.empty() || seen_.size() != reply_.pictures.size()) return;
  const bool components = shows_components();
  for (std::size_t place = 0; place < seen_.size() && place < set_->pictures().size(); ++place) {
    const protocol::SeenPicture& picture = reply_.pictures[place];
    PatchPicture content;
    content.picture = seen_[place];
    content.rows = picture.rows;
    content.columns = picture.columns;
    const std::vector<std::uint8_t>& labels = reply_.labels[place];
    if (components) {
      content.patches = patches_of(reply_.components[place], picture.rows, picture.columns, true);
    } else {
      content.patches = labels_of({labels.begin(), labels.end()}, picture.rows, picture.columns,
                                  protocol::ClustersReply::kBackground);
      content.categorical = true;
    }
    if (pointed_ >= 0) {
      content.inside.resize(labels.size());
      for (std::size_t i = 0; i < labels.size(); ++i) content.inside[i] = labels[i] == pointed_ ? 1 : 0;
    }
    set_->canvas(place).set_content(std::move(content));
  }
  std::vector<SwatchList::Row> rows;
  QString what;
  if (components) {
    QStringList shares;
    for (const double share : reply_.explained) shares << QString::number(100 * share, 'f', 0);
    what = tr("Principal components 1 to 3 as red, green, blue, %1 % of the variance")
               .arg(shares.join(QStringLiteral(", ")));
    const QColor colours[] = {Qt::red, Qt::green, Qt::blue};  // as the components are drawn
    for (std::size_t i = 0; i < std::min<std::size_t>(3, reply_.explained.size()); ++i)
      rows.push_back({colours[i], tr("component %1").arg(i + 1),
                      QStringLiteral("%1 %").arg(100 * reply_.explained[i], 0, 'f', 1)});
  } else {
    what = tr("%1 clusters by k-means").arg(reply_.clusters);
  }
  legend_->setVisible(components);
  gallery_scroll_->setVisible(!components);
  legend_->set_rows(rows);
  set_caption(tr("%1 \u00b7 %2 \u00b7 %3 \u00b7 %4 \u00b7 %5")
                  .arg(what, joint_->isChecked() ? tr("all pictures together") : tr("each picture alone"),
                       reply_.tokens.projection ? tr("head's projection")
                                                : layer_text(reply_.tokens.layer, reply_.network),
                       network_text(reply_.network), foreground_->currentText().toLower()) +
              left_out_text());
}

void ClustersView::point(int picture, PatchAt patch) {
  if (recorded_ || shows_components() || reply_.labels.empty()) return;
  int cluster = -1;
  const auto place =
      std::find(set_->pictures().begin(), set_->pictures().end(), picture) - set_->pictures().begin();
  if (patch.is_patch() && place < static_cast<std::ptrdiff_t>(reply_.labels.size())) {
    const auto at = static_cast<std::size_t>(place);
    const protocol::SeenPicture& seen = reply_.pictures[at];
    const std::uint8_t label =
        patch.row < seen.rows && patch.column < seen.columns
            ? reply_.labels[at][static_cast<std::size_t>(patch.row * seen.columns + patch.column)]
            : protocol::ClustersReply::kBackground;
    if (label != protocol::ClustersReply::kBackground) cluster = label;
  }
  if (cluster == pointed_) return;
  pointed_ = cluster;
  gallery_->set_chosen(cluster);
  redraw();
}

bool ClustersView::show_recorded(const ProbeLook& look) {
  const ProbeKind kind = shows_components() ? ProbeKind::Components : ProbeKind::Clusters;
  bool any = false;
  for (std::size_t place = 0; place < set_->pictures().size(); ++place) {
    const int picture = set_->pictures()[place];
    const QImage map = context_.recorded(look, picture, kind);
    PatchPicture content;
    content.picture = context_.pictures()[static_cast<std::size_t>(picture)].image;
    content.patches = map;
    content.categorical = kind == ProbeKind::Clusters;
    content.rows = map.height();
    content.columns = map.width();
    any = any || !map.isNull();
    set_->canvas(place).set_content(std::move(content));
  }
  recorded_ = any;
  if (!any) return false;
  legend_->set_rows({});
  gallery_->set_cards({});
  set_caption(tr("%1 \u00b7 last layer, all probe pictures together \u00b7 %2")
                  .arg(shows_components() ? tr("Principal components 1 to 3 as red, green, blue")
                                          : tr("Clusters by k-means"),
                       recorded_text(look, run_name_text())));
  return true;
}

QStringList ClustersView::command() const {
  if (reply_.pictures.empty() || recorded_ || !context_.can_ask() || set_->pictures().empty()) return {};
  QStringList arguments = QStringList{QStringLiteral("clusters")} + source_arguments(set_->pictures());
  arguments << tokens_->arguments() << QStringLiteral("--clusters") << QString::number(count_->value());
  if (!joint_->isChecked()) arguments << QStringLiteral("--alone");
  if (shows_components()) arguments << QStringLiteral("--components");
  const auto rule = static_cast<protocol::Foreground>(foreground_->currentData().toInt());
  const std::string_view name = protocol::to_string(rule);
  arguments << QStringLiteral("--foreground")
            << QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
  // As ask() does.
  if (context_.step() != LookContext::kNewest && joint_->isChecked() && context_.weights().isEmpty())
    arguments << QStringLiteral("--aligned-to") << context_.run();
  return arguments;
}

}  // namespace ibot::ui
