// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "window_page.h"

#include <ui/bridge/data_survey.h>
#include <ui/forms/configuration.h>

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
/// What the recipe names is looked through by itself once somebody is here, unless they chose others.
class DataPage final : public QWidget, public WindowPage {
  Q_OBJECT

 public:
  explicit DataPage(QWidget* parent = nullptr);

  /// Looks through a folder or a CSV list. Opening what is open already changes nothing.
  void open(const QString& path);
  /// Shows what the recipe names, and what another recipe names when it is opened. Once; it outlives the
  /// page.
  void follow(const Configuration& recipe);
  QWidget* inspector() override;
  PictureGrid& grid() { return *grid_; }

 Q_SIGNALS:
  /// "Use these pictures": data.path and data.kind for the recipe that is being edited.
  void use_wanted(const QString& path, const QString& kind);
  /// All files below `path` were opened, and so many of the pictures cannot be read.
  void looked_through(const QString& path, qint64 pictures, qint64 unreadable);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_header();
  void choose_folder();
  void choose_list();
  void begin(const data::DataOptions& options);
  void clear();
  void show_path(const QString& path);
  void take_recipe();
  /// Once what is edited has settled, and somebody looks.
  void look_at_recipe();
  bool reads(const data::DataOptions& options) const;
  void show_nothing(const QString& title, const QString& words);
  void show_nothing();
  void take_listing(qint64 pictures);
  void take_found(const DataFoundPtr& found);
  void take_sizes(const PictureSizes& sizes);
  void take_facts(const SurveyFactsPtr& facts, bool complete);
  void take_problem(const DataProblem& problem);
  void say_why_nothing(const DataProblem& problem);
  void cancel();
  void set_working(bool working);
  void say_bad_files();
  void show_bad_files(bool on);
  void show_hint(qint64 hovered);
  void refresh_use();
  /// Whether training would have no picture at all.
  bool is_nothing_readable() const;

  DataSurvey survey_;
  const Configuration* recipe_ = nullptr;
  Draft seen_;              ///< whose pictures were taken, as it was opened
  bool due_ = false;        ///< the recipe's pictures are to be looked through
  bool chosen_ = false;     ///< somebody chose what is shown, and the recipe does not read it
  bool of_recipe_ = false;  ///< what is shown is what the recipe named
  data::DataOptions asked_;
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
