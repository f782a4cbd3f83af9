// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_details.h"

#include <ibot/base/text.h>

#include <ui/style/theme.h>
#include <ui/widgets/bar_list.h>
#include <ui/widgets/parts.h>

#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

namespace ibot::ui {
namespace {

const QString kDot = QStringLiteral("  \u00b7  ");

QString count_text(qint64 count) {
  return QString::fromStdString(base::format_count(count));
}

// Names of files are bytes; those that are no UTF-8 are shown with replacement marks.
QString text_of(std::string_view bytes) {
  return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

QStringList facts_of(const data::Dataset& dataset, qint64 index, data::PictureSize size) {
  const data::Sample sample = dataset.sample(index);
  QStringList facts;
  facts << (size.width == 0 ? QObject::tr("cannot be read")
                            : QObject::tr("%1 x %2 px").arg(count_text(size.width), count_text(size.height)));
  facts << QString::fromStdString(base::format_bytes(sample.file_size));
  if (sample.label >= 0)
    facts << QString::fromStdString(dataset.class_names()[static_cast<std::size_t>(sample.label)]);
  return facts;
}

// Powers of two, of which the first stands for all that is smaller (data/summary.h).
QString sides_text(int from) {
  constexpr int kSecond = 32;
  constexpr int kLast = 4096;
  if (from < kSecond) return DataDetails::tr("below %1").arg(kSecond);
  if (from >= kLast) return DataDetails::tr("from %1").arg(kLast);
  return DataDetails::tr("%1 to %2").arg(from).arg(2 * from - 1);
}

}  // namespace

QString picture_words(const data::Dataset& dataset, qint64 index, data::PictureSize size) {
  return (QStringList{text_of(dataset.sample(index).path)} + facts_of(dataset, index, size)).join(kDot);
}

DataDetails::DataDetails(QWidget* parent) : QScrollArea(parent) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget;
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(metrics::kMedium, metrics::kMedium, metrics::kMedium, metrics::kMedium);
  layout->setSpacing(metrics::kSmall);
  name_ = make_label({}, TextStyle::Heading);
  name_->setObjectName(QStringLiteral("picture_name"));
  name_->setWordWrap(true);
  name_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  facts_ = make_label({}, TextStyle::Body, "label");
  facts_->setWordWrap(true);
  copy_ = make_button(tr("Copy path"));
  folder_ = make_button(tr("Open its folder"));
  auto* actions = new QHBoxLayout;
  actions->setSpacing(metrics::kSmall);
  actions->addWidget(copy_);
  actions->addWidget(folder_);
  actions->addStretch();
  layout->addWidget(name_);
  layout->addWidget(facts_);
  layout->addLayout(actions);
  connect(copy_, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(file_); });
  connect(folder_, &QPushButton::clicked, this,
          [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(file_).absolutePath())); });

  set_ = new QWidget;
  auto* set = new QVBoxLayout(set_);
  set->setContentsMargins(0, metrics::kSmall, 0, 0);
  set->setSpacing(metrics::kSmall);
  const auto add_group = [&](const QString& title) {
    set->addWidget(make_hairline());
    QLabel* label = make_label(title, TextStyle::Heading);
    set->addWidget(label);
    return label;
  };
  add_group(tr("Mean and deviation, 0 to 1"));
  auto* channels = new QGridLayout;
  channels->setHorizontalSpacing(metrics::kMedium);
  channels->setVerticalSpacing(metrics::kTiny);
  channels->setColumnStretch(0, 1);
  int row = 0;
  for (const QString& channel : {tr("Red"), tr("Green"), tr("Blue")}) {
    channels->addWidget(make_label(channel, TextStyle::Small, "label"), row, 0);
    QLabel* value = make_label({}, TextStyle::Small);
    value->setObjectName(QStringLiteral("channel_%1").arg(row));
    value->setAlignment(Qt::AlignRight);
    channels->addWidget(value, row, 1);
    channels_[static_cast<std::size_t>(row++)] = value;
  }
  set->addLayout(channels);
  sample_ = make_label({}, TextStyle::Small, "hint");
  sample_->setObjectName(QStringLiteral("sample_words"));
  sample_->setWordWrap(true);
  set->addWidget(sample_);
  add_group(tr("Shorter side, px"));
  sides_ = new BarList(tr("Pictures by their shorter side"));
  sides_->setObjectName(QStringLiteral("side_bars"));
  set->addWidget(sides_);
  add_group(tr("Formats"));
  formats_ = new BarList(tr("Pictures by format"));
  set->addWidget(formats_);
  classes_title_ = add_group(tr("Classes"));
  classes_ = new BarList(tr("Pictures by class"));
  classes_->setObjectName(QStringLiteral("class_bars"));
  set->addWidget(classes_);
  layout->addWidget(set_);
  layout->addStretch();
  setWidget(content);
  show_dataset(nullptr);
}

void DataDetails::show_dataset(const DataFoundPtr& found) {
  found_ = found;
  set_->setVisible(false);
  show_picture(-1, {});
}

void DataDetails::show_facts(const SurveyFactsPtr& facts, bool complete) {
  const data::DatasetSummary& summary = facts->summary;
  std::vector<BarList::Row> rows;
  const auto& names = found_->dataset->class_names();
  for (std::size_t i = 0; i < names.size(); ++i)
    rows.push_back({QString::fromStdString(names[i]), summary.class_sizes[i]});
  classes_title_->setText(
      names.empty() ? tr("No classes") : tr("%1 classes").arg(count_text(static_cast<qint64>(names.size()))));
  classes_->set_rows(std::move(rows));
  rows.clear();
  for (const auto& sides : summary.shorter_sides) rows.push_back({sides_text(sides.from), sides.pictures});
  sides_->set_rows(std::move(rows));
  rows.clear();
  if (summary.jpeg > 0) rows.push_back({tr("JPEG"), summary.jpeg});
  if (summary.png > 0) rows.push_back({tr("PNG"), summary.png});
  if (summary.unreadable_count > 0) rows.push_back({tr("cannot be read"), summary.unreadable_count});
  formats_->set_rows(std::move(rows));
  show_pixels(facts->pixels, summary.pictures, complete);
  set_->setVisible(true);
}

void DataDetails::show_pixels(const std::optional<data::PixelStatistics>& pixels, qint64 of, bool complete) {
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    channels_[i]->setText(
        pixels ? QStringLiteral("%1 \u00b1 %2").arg(pixels->mean[i], 0, 'f', 3).arg(pixels->std[i], 0, 'f', 3)
               : QStringLiteral("\u2013"));
  }
  sample_->setText(
      !pixels && complete ? tr("Not measured: none of the pictures looked at can be read.")
      : !pixels           ? tr("Being measured.")
      : pixels->pictures == of
          ? tr("Of all pictures, their central squares.")
          : tr("Of the central squares of %1 pictures, evenly spread.").arg(count_text(pixels->pictures)));
}

void DataDetails::show_picture(qint64 index, data::PictureSize size) {
  const bool any = found_ && index >= 0;
  file_ = any ? QString::fromStdString(found_->dataset->file_path(index).string()) : QString();
  name_->setText(any ? text_of(found_->dataset->sample(index).path) : tr("No picture is selected"));
  facts_->setText(any ? facts_of(*found_->dataset, index, size).join(kDot)
                      : tr("Click one, or walk with the arrow keys."));
  for (QPushButton* button : {copy_, folder_}) {
    button->setEnabled(any);
    button->setToolTip(any ? file_ : tr("No picture is selected."));
  }
}

}  // namespace ibot::ui
