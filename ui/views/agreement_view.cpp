// SPDX-License-Identifier: GPL-3.0-or-later
#include "agreement_view.h"

#include "look_text.h"

#include <ibot/base/clock.h>
#include <ibot/base/text.h>
#include <ibot/protocol/agreement_record.h>

#include <ui/bridge/record.h>
#include <ui/models/metric_names.h>
#include <ui/plots/curve_plot.h>
#include <ui/style/theme.h>
#include <ui/widgets/elided_label.h>
#include <ui/widgets/parts.h>

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

namespace ibot::ui {
namespace {

constexpr const char* kTag = "look_agreement";
constexpr qint64 kUntrained = -2;  // beside steps and LookContext::kNewest
using Figures = protocol::AgreementReply::Figures;

// Where a moment stands in the curves. A file of weights has no step.
qint64 place_of(qint64 moment) {
  return moment == kUntrained ? 0 : std::max<qint64>(moment, 1);
}

struct Metric {
  const char* id;
  QString label;
  double (*value)(const Figures&);
};

std::vector<Metric> computed_metrics() {
  const auto tr = [](const char* text) { return QCoreApplication::translate("Agreement", text); };
  return {{"click", tr("click IoU"), [](const Figures& f) { return f.click_iou; }},
          {"attention", tr("attention Jaccard"), [](const Figures& f) { return f.attention_jaccard; }},
          {"purity", tr("purity"), [](const Figures& f) { return f.purity; }},
          {"nmi", tr("NMI"), [](const Figures& f) { return f.nmi; }}};
}

}  // namespace

AgreementView::AgreementView(LookContext& context, QWidget* parent) : LookView(context, parent) {
  setObjectName(QStringLiteral("agreement_view"));
  make_tools();
  auto* column = new QWidget;
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(metrics::kTiny);
  plot_ = new CurvePlot(tr("Agreement with masks"));
  plot_->setObjectName(QStringLiteral("agreement_plot"));
  plot_->set_smoothing(0);
  layout->addWidget(plot_, 1);
  sentence_ = new ElidedLabel(TextStyle::Small, "label");
  sentence_->setObjectName(QStringLiteral("agreement_sentence"));
  layout->addWidget(sentence_);
  body().addWidget(column, 1);
  connect(&context.record(), &Record::opened, this, [this](const QString& folder, const QString& mode) {
    writable_ = mode.isEmpty() && !QFileInfo::exists(folder + QStringLiteral("/bundle.json"));
  });
  connect(&context.record(), &Record::closed, this, [this] { writable_ = false; });
  connect(&context, &LookContext::history_changed, this, &AgreementView::follow_history);
  connect(&context, &LookContext::network_changed, this, &AgreementView::follow_history);
  connect(&Theme::instance(), &Theme::changed, this, &AgreementView::redraw);
  for (QLineEdit* edit : {pictures_, masks_})
    connect(edit, &QLineEdit::textEdited, this, &AgreementView::forget);
  connect(limit_, &QSpinBox::valueChanged, this, &AgreementView::forget);
  connect(compute_, &QPushButton::clicked, this, [this] { computing_ ? stop() : compute(); });
  follow_history();
}

QLineEdit* AgreementView::add_folder(const char* name, const QString& what, const QString& help) {
  // Label, line and button stay in one line wherever that stands.
  auto* group = new QWidget;
  auto* row = new QHBoxLayout(group);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(metrics::kSmall);
  auto* edit = new QLineEdit;
  edit->setObjectName(QString::fromLatin1(name));
  edit->setAccessibleName(what);
  edit->setPlaceholderText(tr("A folder"));
  edit->setToolTip(help);
  edit->setMinimumWidth(96);
  QPushButton* choose = make_button(tr("Choose\u2026"));
  choose->setObjectName(QString::fromLatin1(name) + QStringLiteral("_choose"));
  choose->setAccessibleName(tr("Choose the folder: %1").arg(what));
  choose->setToolTip(help);
  row->addWidget(make_label(what, TextStyle::Small, "label"));
  row->addWidget(edit, 1);
  row->addWidget(choose);
  tools().addWidget(group, 1);
  connect(choose, &QPushButton::clicked, this, [this, edit, what] {
    const QString folder = QFileDialog::getExistingDirectory(this, what, edit->text());
    if (folder.isEmpty() || folder == edit->text()) return;
    edit->setText(folder);
    forget();
  });
  return edit;
}

void AgreementView::make_tools() {
  pictures_ = add_folder("agreement_pictures", tr("Pictures"), tr("Folder of pictures, searched in depth"));
  masks_ = add_folder("agreement_masks", tr("Masks"),
                      tr("Folder with a PNG (one colour a region) or YOLO polygons of each picture's name"));
  limit_ = new QSpinBox;
  limit_->setObjectName(QStringLiteral("agreement_limit"));
  limit_->setAccessibleName(tr("Pictures at most"));
  limit_->setToolTip(tr("Pictures at most, evenly spread"));
  limit_->setRange(1, 100'000);
  limit_->setValue(100);
  limit_->setKeyboardTracking(false);
  limit_->setFixedWidth(72);
  compute_ = make_button(tr("Compute"));
  compute_->setMinimumWidth(compute_->sizeHint().width());
  compute_->setObjectName(QStringLiteral("agreement_compute"));
  tools().addWidget(limit_);
  tools().addWidget(compute_);
}

void AgreementView::follow_history() {
  const QString source =
      context_.run() + context_.weights() + (context_.student() ? QStringLiteral("|student") : QString());
  if (source != run_) {
    run_ = source;
    forget();
    pictures_->clear();
    masks_->clear();
  }
  const MaskedFolders& folders = context_.history().masked;
  if (pictures_->text().isEmpty() && masks_->text().isEmpty() && !folders.masks.isEmpty()) {
    pictures_->setText(folders.pictures);
    masks_->setText(folders.masks);
  }
  take_recorded();
  if (!computing_) redraw();
}

void AgreementView::forget() {
  stop();
  computed_.clear();
  last_ = {};
  take_recorded();
  redraw();
}

protocol::AgreementRequest AgreementView::request() const {
  protocol::AgreementRequest request;
  request.pictures = pictures_->text().toStdString();
  request.masks = masks_->text().toStdString();
  request.limit = limit_->value();
  return request;
}

void AgreementView::take_recorded() {
  const protocol::AgreementRequest question = request();
  const std::string own = context_.student() ? "student" : "teacher";
  std::map<qint64, protocol::AgreementReply::Figures> found;
  for (const record::Evaluation& row : context_.history().computed) {
    const bool untrained = row.network == "untrained", box = row.network == "centred_box";
    if (!untrained && !box && row.network != own) continue;
    const auto seen = protocol::seen_under(row.settings_json, question);
    if (!seen) continue;
    if (box) {
      // An answer of now knows better.
      if (!last_.networks.empty()) continue;
      last_ = *seen;
      last_.box_iou = row.value;
    } else {
      set_figure(found[untrained ? 0 : place_of(row.step)], row.metric, row.value);
    }
  }
  // What was computed now is newer.
  computed_.merge(found);
}

void AgreementView::keep() {
  if (!writable_ || context_.run().isEmpty()) return;
  const std::vector<record::Evaluation> rows =
      protocol::agreement_rows(request(), last_, 0, base::now_micros());
  context_.record().write([run = context_.run().toStdString(),
                           rows](record::Store& store) { return store.add_evaluations(run, rows); },
                          tr("Keeping the agreement with masks"));
}

std::vector<qint64> AgreementView::moments() const {
  if (!context_.weights().isEmpty()) return {LookContext::kNewest};
  const std::vector<std::int64_t> kept = context_.history().kept_steps(context_.student());
  std::vector<qint64> steps(kept.begin(), kept.end());
  // Step 0 is the untrained network, which is asked by its name.
  std::erase(steps, 0);
  return steps;
}

void AgreementView::compute() {
  if (computing_ || !context_.has_network()) return;
  say({});
  todo_.clear();
  for (const qint64 step : moments()) {
    if (!computed_.contains(place_of(step))) todo_.push_back(step);
  }
  // The newest first: that is what one wants to know.
  if (!computed_.contains(0)) todo_.insert(todo_.begin(), kUntrained);
  planned_ = todo_.size();
  computing_ = !todo_.empty();
  if (computing_) ask_next();
  refresh_tools();
}

void AgreementView::stop() {
  if (!computing_) return;
  computing_ = false;
  todo_.clear();
  context_.inspector().cancel(kTag);
  redraw();
}

void AgreementView::ask_next() {
  const qint64 step = todo_.back();
  protocol::AgreementRequest asked = request();
  asked.networks = {context_.network()};
  asked.networks.front().step = step == kUntrained ? LookContext::kNewest : step;
  asked.networks.front().untrained = step == kUntrained;
  protocol::Message message = asked.to_message();
  message.tag = kTag;
  const std::size_t place = planned_ - todo_.size() + 1;
  const QString moment = step == kUntrained
                             ? tr("untrained")
                             : tr("step %1").arg(QString::fromStdString(base::format_count(step)));
  const auto tell = [this, place, moment](qint64 done, qint64 total) {
    sentence_->setText(tr("Moment %1 of %2 (%3): picture %4 of %5")
                           .arg(place)
                           .arg(planned_)
                           .arg(moment)
                           .arg(done)
                           .arg(total));
  };
  tell(0, asked.limit);
  context_.inspector().ask(
      std::move(message), this,
      [this, step](const base::Result<protocol::Message>& result) {
        if (!computing_) return;
        const auto reply = result ? protocol::AgreementReply::from_message(*result)
                                  : base::Result<protocol::AgreementReply>(result.error());
        if (!reply) {
          stop();
          return say(QString::fromStdString(reply.error().to_text()), true);
        }
        last_ = *reply;
        computed_[place_of(step)] = reply->networks.front();
        keep();
        todo_.pop_back();
        computing_ = !todo_.empty();
        redraw();
        if (computing_) ask_next();
        Q_EMIT shown();
      },
      [tell](const QString&, qint64 done, qint64 total) { tell(done, total); });
}

void AgreementView::ask() {
  say({});
  if (!computing_) redraw();
}

bool AgreementView::show_recorded(const ProbeLook&) {
  if (!computing_) redraw();
  return true;
}

void AgreementView::redraw() {
  const std::vector<Metric> shown_metrics = computed_metrics();
  const RunHistory& history = context_.history();
  // What the run recorded: by metric of the teacher.
  std::map<QString, std::pair<QVector<double>, QVector<double>>> recorded;
  for (const record::Evaluation& each : history.parts) {
    if (each.network != "teacher") continue;
    auto& [steps, values] = recorded[QString::fromStdString(each.metric)];
    steps << static_cast<double>(each.step);
    values << each.value;
  }
  std::vector<PlotSeries> series;
  std::size_t index = 0;
  for (const Metric& metric : shown_metrics) {
    if (!computed_.empty())
      series.push_back({QString::fromLatin1(metric.id), metric.label, curve_colour(index)});
    ++index;
  }
  for (const auto& [metric, points] : recorded) {
    const QString label = metric == QLatin1String("nmi") ? tr("NMI, recorded")
                          : metric == QLatin1String("projection_nmi")
                              ? tr("NMI of the head's projection, recorded")
                              : tr("%1, recorded").arg(metric);
    series.push_back({QStringLiteral("recorded/") + metric, label, curve_colour(index++), Qt::DashLine});
  }
  plot_->set_series(series);
  for (const Metric& metric : shown_metrics) {
    QVector<double> steps, values;
    for (const auto& [step, figures] : computed_) {
      steps << static_cast<double>(step);
      values << metric.value(figures);
    }
    if (!computed_.empty()) plot_->add_points(QString::fromLatin1(metric.id), steps, values, true);
  }
  for (const auto& [metric, points] : recorded)
    plot_->add_points(QStringLiteral("recorded/") + metric, points.first, points.second, true);
  std::vector<PlotReference> references;
  for (const HistoryReference& each : history.references) {
    references.push_back(
        {each.kind == HistoryReference::Kind::Colours ? tr("NMI of colours alone") : tr("NMI untrained"),
         each.value});
  }
  if (!computed_.empty()) references.push_back({tr("IoU of a box in the middle"), last_.box_iou});
  plot_->set_references(std::move(references));
  plot_->set_empty_text(tr("This run recorded no agreement with masks. Compute it where there are some."));
  QString text = tr("1: agrees with the masks, 0: has nothing in common with them");
  if (!recorded.empty()) text = tr("NMI of clusters of patches on parts, as the run evaluated it");
  if (!computed_.empty()) {
    text = tr("Computed on %1 pictures with %2 regions, 64 clusters of patches, 60 % of the attention")
               .arg(last_.pictures)
               .arg(last_.regions);
    if (last_.unreadable > 0)
      text += tr(" \u00b7 %1 left out, which cannot be read: %2")
                  .arg(last_.unreadable)
                  .arg(QString::fromStdString(protocol::names_of(last_.left_out)));
  }
  if (!computing_ && !moments().empty() && !names_folders())
    text +=
        tr(" \u00b7 To compute it at each kept moment, name a folder of pictures and that of their masks");
  sentence_->setText(text);
  clear_colours();
  set_caption(tr("Agreement with masks over training \u00b7 %1 of %2")
                  .arg(context_.student() ? tr("student") : tr("teacher"),
                       context_.weights().isEmpty() ? run_name_text() : context_.weights()));
  refresh_tools();
}

bool AgreementView::names_folders() const {
  return !pictures_->text().isEmpty() && !masks_->text().isEmpty();
}

void AgreementView::refresh_tools() {
  compute_->setText(computing_ ? tr("Stop") : tr("Compute"));
  const bool asked = names_folders();
  const bool any = !moments().empty();
  compute_->setEnabled(computing_ || (asked && any));
  compute_->setToolTip(computing_ ? tr("Keeps what is computed")
                       : !any     ? tr("This run keeps no weights.")
                       : !asked
                           ? tr("Name a folder of pictures and that of their masks.")
                           : tr("Click IoU, attention, purity and NMI at each of the %1 kept moments, and of "
                                "the untrained network")
                                 .arg(moments().size()));
  for (QWidget* each :
       std::initializer_list<QWidget*>{pictures_->parentWidget(), masks_->parentWidget(), limit_})
    each->setEnabled(!computing_);
}

void AgreementView::set_dimmed(bool) {
  // Curves of the past stay what they are, whatever moment is shown.
}

QImage AgreementView::picture() const {
  return plot_->points() > 0 ? plot_->to_image() : QImage();
}

QStringList AgreementView::command() const {
  // The program computes all moments at once, as many as one request may have.
  if (computed_.empty() || computing_ || computed_.size() > protocol::AgreementRequest::kMostNetworks)
    return {};
  // Of what the record knows some weights may be gone by now.
  const std::vector<qint64> kept = moments();
  for (const auto& [step, figures] : computed_) {
    const bool there = step == 0 || std::any_of(kept.begin(), kept.end(),
                                                [at = step](qint64 each) { return place_of(each) == at; });
    if (!there) return {};
  }
  QStringList arguments{QStringLiteral("agreement")};
  if (context_.weights().isEmpty()) {
    arguments << context_.run() << QStringLiteral("--workspace") << context_.record().folder()
              << QStringLiteral("--step") << QString::number(computed_.rbegin()->first);
  } else {
    arguments << QStringLiteral("--weights") << context_.weights();
  }
  if (context_.student()) arguments << QStringLiteral("--network") << QStringLiteral("student");
  arguments << QStringLiteral("--pictures") << pictures_->text() << QStringLiteral("--masks")
            << masks_->text() << QStringLiteral("--limit") << QString::number(limit_->value());
  QStringList beside;
  for (const auto& [step, figures] : computed_) {
    if (step == 0) beside << QStringLiteral("untrained");
    if (step > 0 && step != computed_.rbegin()->first) beside << QStringLiteral("@%1").arg(step);
  }
  if (!beside.isEmpty()) arguments << QStringLiteral("--beside") << beside;
  return arguments;
}

QString AgreementView::why_no_command() const {
  return computing_ ? tr("It is still being computed.") : tr("The curves are saved as they are seen.");
}

}  // namespace ibot::ui
