// SPDX-License-Identifier: GPL-3.0-or-later
#include "look_page.h"

#include "agreement_view.h"
#include "attention_view.h"
#include "cka_view.h"
#include "clusters_view.h"
#include "correspondence_view.h"
#include "embedding_view.h"
#include "film_strip.h"
#include "network_bar.h"
#include "norms_view.h"
#include "prediction_view.h"
#include "prototypes_view.h"
#include "similarity_view.h"
#include "timeline_bar.h"
#include "wall_view.h"

#include <ibot/data/dataset.h>

#include <ui/bridge/record.h>
#include <ui/style/theme.h>
#include <ui/widgets/banner.h>
#include <ui/widgets/parts.h>
#include <ui/widgets/row_layout.h>

#include <QButtonGroup>
#include <QCheckBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QStackedWidget>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

QStringList dropped_files(const QMimeData* dragged) {
  QStringList files;
  for (const QUrl& url : dragged->urls()) {
    const QString file = url.toLocalFile();
    if (data::has_picture_extension(file.toStdString()) || file.endsWith(QLatin1String(".safetensors")))
      files << file;
  }
  return files;
}

}  // namespace

LookPage::LookPage(Record& record, Inspector& inspector, QWidget* parent)
    : QWidget(parent),
      context_(record, inspector),
      switch_(new QButtonGroup(this)),
      stack_(new QStackedWidget) {
  setObjectName(QStringLiteral("look_page"));
  setAcceptDrops(true);
  setProperty("role", "canvas");
  setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  banner_ = new Banner(QStringLiteral("look_banner"));
  layout->addWidget(make_bar());
  layout->addWidget(make_hairline());
  layout->addWidget(banner_);
  body_ = new QStackedWidget;
  body_->addWidget(make_empty());
  body_->addWidget(make_views());
  layout->addWidget(body_, 1);

  add_view(new AttentionView(context_), "view_attention", tr("Attention"),
           tr("Where the CLS token or a clicked patch looks, in every layer and head"));
  add_view(new SimilarityView(context_), "view_similarity", tr("Similarity"),
           tr("Which patches, here and in the other pictures, are like the clicked one"));
  add_view(new ClustersView(context_), "view_clusters", tr("Clusters"),
           tr("Patch tokens in groups, or their principal components as colours"));
  add_view(new EmbeddingView(context_), "view_embedding", tr("Scatter"),
           tr("Patches as points of a plane, linked with the pictures both ways"));
  add_view(new PrototypesView(context_), "view_prototypes", tr("Prototypes"),
           tr("What each prototype of the patch head answers to, and where it fires in the picture"));
  add_view(new CorrespondenceView(context_), "view_correspondence", tr("Correspondence"),
           tr("Patches of two pictures that are each other's most similar ones"));
  add_view(new PredictionView(context_), "view_prediction", tr("Prediction"),
           tr("What the student says of hidden patches, beside what the teacher sees there"));
  add_view(new WallView(context_), "view_wall", tr("Wall"),
           tr("Runs beside each other, over pictures or moments, under one cursor"));
  add_view(new NormsView(context_), "view_norms", tr("Norms"),
           tr("Lengths of patch tokens, and how many stand out"));
  add_view(new CkaView(context_), "view_cka", tr("CKA"),
           tr("How alike layers are, of one network or of two"));
  add_view(new AgreementView(context_), "view_agreement", tr("Parts"),
           tr("Agreement with masks over training: purity, NMI, attention, click similarity"));
  connect(switch_, &QButtonGroup::idClicked, this, &LookPage::show_view);
  connect(&context_, &LookContext::display_changed, this, &LookPage::refresh_display);
  connect(&context_, &LookContext::problem, this,
          [this](const QString& words) { banner_->say(Banner::Level::Warning, words); });
  connect(&record, &Record::runs_changed, this, &LookPage::choose_newest);
  connect(&context_, &LookContext::network_changed, this, &LookPage::refresh_body);
  connect_saving();
  refresh_body();
  show_view(0);
  refresh_display();
}

QWidget* LookPage::make_empty() {
  QPushButton* open = make_button(tr("Open weights\u2026"), "primary");
  open->setObjectName(QStringLiteral("look_open_weights"));
  connect(open, &QPushButton::clicked, this, [this] { network_->open_weights(); });
  return make_empty_state(
      tr("Nothing to look at yet"),
      tr("What a network attends to, and which of its patch tokens are alike, is shown here: of a run from "
         "its first step on, or of a file of weights."),
      open);
}

QWidget* LookPage::make_views() {
  auto* views = new QWidget;
  auto* layout = new QVBoxLayout(views);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  auto* middle = new QHBoxLayout;
  middle->setSpacing(0);
  strip_ = new FilmStrip(context_);
  middle->addWidget(strip_);
  auto* right = new QVBoxLayout;
  right->setSpacing(0);
  switch_layout_ = new RowLayout;
  switch_layout_->setContentsMargins(metrics::kSmall, metrics::kSmall, metrics::kMedium, 0);
  switch_layout_->setSpacing(metrics::kTiny);
  switch_layout_->addStretch();
  right->addLayout(switch_layout_);
  right->addWidget(stack_, 1);
  middle->addLayout(right, 1);
  layout->addLayout(middle, 1);
  layout->addWidget(make_hairline());
  timeline_ = new TimelineBar(context_);
  layout->addWidget(timeline_);
  return views;
}

// The tools of the bar are for a picture that is shown.
void LookPage::refresh_body() {
  const bool something = context_.has_network();
  show_page(*body_, something ? 1 : 0);
  for (QWidget* tools : tools_) tools->setEnabled(something);
}

QWidget* LookPage::make_bar() {
  auto* bar = new QWidget;
  bar->setProperty("role", "panel");
  bar->setAttribute(Qt::WA_StyledBackground);
  auto* layout = new RowLayout(bar);
  layout->setContentsMargins(metrics::kMedium, metrics::kTiny, metrics::kMedium, metrics::kTiny);
  layout->setSpacing(metrics::kSmall);
  network_ = new NetworkBar(context_);
  layout->addWidget(network_);
  layout->addSpacing(metrics::kSmall);
  layout->addStretch();
  const auto add_group = [layout] {
    auto* group = new QWidget;
    auto* row = new QHBoxLayout(group);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kSmall);
    layout->addWidget(group);
    return group;
  };
  tools_ = {add_group(), add_group()};
  make_display_tools(*static_cast<QHBoxLayout*>(tools_[0]->layout()));
  make_save_tools(*static_cast<QHBoxLayout*>(tools_[1]->layout()));
  return bar;
}

void LookPage::make_display_tools(QHBoxLayout& layout) {
  layout.addWidget(make_label(tr("Overlay"), TextStyle::Small, "label"));
  opacity_ = new QSlider(Qt::Horizontal);
  opacity_->setObjectName(QStringLiteral("look_opacity"));
  opacity_->setAccessibleName(tr("Opacity of the map over the picture"));
  opacity_->setToolTip(tr("Opacity of the map over the picture (Alt and the wheel; O shows and hides it)"));
  opacity_->setRange(0, 100);
  opacity_->setFixedWidth(72);
  layout.addWidget(opacity_);
  smooth_ = new QCheckBox(tr("Smooth"));
  smooth_->setObjectName(QStringLiteral("look_smooth"));
  smooth_->setToolTip(
      tr("Between the middles of patches; otherwise one flat square a patch, as it was computed"));
  layout.addWidget(smooth_);
  connect(opacity_, &QSlider::valueChanged, this, [this](int value) { context_.set_opacity(value / 100.0); });
  connect(smooth_, &QCheckBox::toggled, &context_, &LookContext::set_smooth);
}

void LookPage::make_save_tools(QHBoxLayout& layout) {
  auto* copied = new QToolButton;
  copied->setObjectName(QStringLiteral("look_copy"));
  copied->setText(tr("Copy"));
  copied->setToolTip(tr("Copies the picture with its caption (Ctrl+C)"));
  layout.addWidget(copied);
  auto* frames = new QToolButton;
  frames->setObjectName(QStringLiteral("look_frames"));
  frames->setText(tr("Frames\u2026"));
  frames->setToolTip(tr("Saves this view at every step that was recorded, as a series of PNG"));
  layout.addWidget(frames);
  connect(frames, &QToolButton::clicked, this, [this] {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Save the frames into a folder"));
    if (!folder.isEmpty()) save_frames(folder);
  });
  auto* movie = new QToolButton;
  movie->setObjectName(QStringLiteral("look_animation"));
  movie->setText(tr("Animation\u2026"));
  movie->setToolTip(
      tr("Saves this view at every step that was recorded as one animated PNG, which plays as the "
         "timeline does"));
  layout.addWidget(movie);
  connect(movie, &QToolButton::clicked, this, [this] {
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save the animation"), QStringLiteral("look.png"), tr("Animated PNG (*.png *.apng)"));
    if (!file.isEmpty()) save_animation(file);
  });
  auto* save_button = new QToolButton;
  save_button->setObjectName(QStringLiteral("look_save"));
  save_button->setText(tr("Save\u2026"));
  save_button->setToolTip(tr("Saves a figure as PNG or SVG, drawn as `ibot inspect` draws it"));
  layout.addWidget(save_button);
  connect(copied, &QToolButton::clicked, this, &LookPage::copy);
  connect(save_button, &QToolButton::clicked, this, &LookPage::ask_where_to_save);
}

void LookPage::add_view(LookView* view, const char* name, const QString& title, const QString& help) {
  auto* button = new QToolButton;
  button->setObjectName(QString::fromLatin1(name));
  button->setText(title);
  button->setToolTip(help);
  button->setCheckable(true);
  switch_->addButton(button, static_cast<int>(views_.size()));
  switch_layout_->insertWidget(switch_layout_->count() - 1, button);  // before the stretch
  views_.push_back(view);
  infos_.push_back({name, title});
  stack_->addWidget(view);
  connect(view, &LookView::picture_wanted, strip_, &FilmStrip::open_picture);
  connect(view, &LookView::scenes_wanted, this, [this] { Q_EMIT scenes_wanted(context_.run()); });
}

void LookPage::look_again() {
  for (LookView* view : views_) view->look_again();
}

LookView& LookPage::view() const {
  return *views_[static_cast<std::size_t>(stack_->currentIndex())];
}

void LookPage::show_view(int index) {
  stack_->setCurrentIndex(index);
  switch_->button(index)->setChecked(true);
}

void LookPage::refresh_display() {
  const QSignalBlocker quiet_opacity(opacity_), quiet_smooth(smooth_);
  opacity_->setValue(static_cast<int>(100 * context_.opacity() + 0.5));
  smooth_->setChecked(context_.smooth());
}

void LookPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  context_.set_watching(true);
  choose_newest();
}

// Whoever comes here first wants to see the run that was worked on last.
void LookPage::choose_newest() {
  if (!isVisible() || context_.has_network()) return;
  const RunView* newest = nullptr;
  for (const auto& [id, view] : context_.record().runs()) {
    if (!view.run.trashed && (newest == nullptr || view.run.changed > newest->run.changed)) newest = &view;
  }
  if (newest != nullptr) context_.set_run(QString::fromStdString(newest->run.id));
}

void LookPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  timeline_->set_playing(false);
  context_.set_watching(false);
}

void LookPage::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return copy();
  Qt::KeyboardModifiers held = event->modifiers();
  held.setFlag(Qt::KeypadModifier, false);
  if (held == Qt::NoModifier) {
    switch (event->key()) {
      case Qt::Key_Space:
        return timeline_->set_playing(!timeline_->playing());
      case Qt::Key_O:
        return context_.set_overlay(!context_.overlay());
      case Qt::Key_T:
        if (context_.history().weights.empty()) break;
        return context_.set_student(!context_.student());
      default:
        break;
    }
    if (view().take_key(event->key())) return;
  }
  QWidget::keyPressEvent(event);
}

void LookPage::dragEnterEvent(QDragEnterEvent* event) {
  if (!dropped_files(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void LookPage::dropEvent(QDropEvent* event) {
  for (const QString& file : dropped_files(event->mimeData())) {
    if (file.endsWith(QLatin1String(".safetensors"))) {
      context_.set_weights(file);
    } else {
      context_.add_picture(file);
    }
  }
  event->acceptProposedAction();
}

}  // namespace ibot::ui
