// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "window_page.h"

#include <ui/bridge/data_survey.h>

#include <QWidget>

class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace ibot::ui {

class Banner;
class DataDetails;
class PictureGrid;

/// What the network will see: a folder or list of pictures, looked through while one watches, and browsed.
class DataPage final : public QWidget, public WindowPage {
  Q_OBJECT

 public:
  explicit DataPage(QWidget* parent = nullptr);

  /// Looks through a folder or a CSV list. Opening what is open already changes nothing.
  void open(const QString& path);
  QWidget* inspector() override;
  PictureGrid& grid() { return *grid_; }

 Q_SIGNALS:
  /// "Use these pictures": data.path and data.kind for the recipe that is being edited.
  void use_wanted(const QString& path, const QString& kind);
  /// All files below `path` were opened, and so many of the pictures cannot be read.
  void looked_through(const QString& path, qint64 pictures, qint64 unreadable);

 private:
  QWidget* make_header();
  void choose_folder();
  void choose_list();
  void begin(const QString& path, const QString& kind);
  void take_listing(qint64 pictures);
  void take_found(const DataFoundPtr& found);
  void take_sizes(const PictureSizes& sizes);
  void take_facts(const SurveyFactsPtr& facts, bool complete);
  void take_problem(const DataProblem& problem);
  void cancel();
  void set_working(bool working);
  void say_bad_files();
  void show_bad_files(bool on);
  void show_hint(qint64 hovered);
  void refresh_use();
  /// Whether training would have no picture at all.
  bool is_nothing_readable() const;

  DataSurvey survey_;
  QString path_;
  DataFoundPtr found_;
  SurveyFactsPtr facts_;
  DataDetails* details_;
  PictureGrid* grid_;
  QStackedWidget* stack_;
  QLabel* place_;
  QLabel* sentence_;
  QLabel* notes_;
  QLabel* hint_;
  QProgressBar* progress_;
  QPushButton* cancel_;
  QPushButton* use_;
  Banner* problem_;
  Banner* bad_;
  QListWidget* bad_list_;
};

}  // namespace ibot::ui
