// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/data_survey.h>

#include <QScrollArea>
#include <array>

class QLabel;
class QPushButton;

namespace ibot::ui {

class BarList;

/// The Data page's part of the inspector: the picture that is selected, and what the whole set is like:
/// classes, sizes, formats, mean and deviation of the channels.
class DataDetails final : public QScrollArea {
  Q_OBJECT

 public:
  explicit DataDetails(QWidget* parent = nullptr);

  void show_dataset(const DataFoundPtr& found);
  /// `complete`: nothing more will come to be known.
  void show_facts(const SurveyFactsPtr& facts, bool complete);
  /// -1: none is selected.
  void show_picture(qint64 index, data::PictureSize size);

 private:
  void show_pixels(const std::optional<data::PixelStatistics>& pixels, qint64 of, bool complete);

  DataFoundPtr found_;
  QLabel* name_;
  QLabel* facts_;
  QPushButton* copy_;
  QPushButton* folder_;
  QString file_;
  QWidget* set_;
  QLabel* classes_title_;
  BarList* classes_;
  BarList* sides_;
  BarList* formats_;
  std::array<QLabel*, 3> channels_{};
  QLabel* sample_;
};

/// "dogs/1.jpg  ·  500 x 375 px  ·  48 kB  ·  dog".
QString picture_words(const data::Dataset& dataset, qint64 index, data::PictureSize size);

}  // namespace ibot::ui
