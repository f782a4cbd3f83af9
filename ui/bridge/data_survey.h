// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/dataset.h>
#include <ibot/data/options.h>
#include <ibot/data/summary.h>

#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QThreadPool>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace ibot::ui {

/// A data set that is being looked through. Shared, never changed after it was sent.
struct DataFound {
  std::shared_ptr<const data::Dataset> dataset;
  QString path;  ///< data.path and data.kind of a recipe that reads these pictures, without a split
  QString kind;
  data::DataOptions asked;  ///< what was looked for
};
using DataFoundPtr = std::shared_ptr<const DataFound>;

/// Everything that is known in the end.
struct SurveyFacts {
  data::DatasetSummary summary;
  std::optional<data::PixelStatistics> pixels;  ///< none: no picture of the sample could be decoded
};
using SurveyFactsPtr = std::shared_ptr<const SurveyFacts>;
using PictureSizes = std::shared_ptr<const std::vector<data::PictureSize>>;

/// Why a folder cannot be used, in words.
struct DataProblem {
  QString what;
  QString hint;
  QStringList splits;           ///< folders below that could be used instead: "train", "val"
  bool is_gone = false;         ///< it is not there
  bool scenes_missing = false;  ///< the built-in scenes are not drawn (yet)
};

/// Looks through a folder or CSV list on a thread of its own: lists it, reads every header, decodes a sample.
/// Lives on the window's thread; nothing here waits.
///
///   open() -> listing()* -> found() -> sizes()* -> facts(), or refused()
///
/// cancel() answers at once: nothing of what was asked for before is signalled after it.
class DataSurvey final : public QObject {
  Q_OBJECT

 public:
  explicit DataSurvey(QObject* parent = nullptr);
  ~DataSurvey() override;

  /// Begins; what was begun before is given up.
  void open(const data::DataOptions& options);
  /// The same for a folder or list whose kind is to be found out.
  void open(const QString& path);
  void cancel();
  bool is_working() const { return working_; }

 Q_SIGNALS:
  void listing(qint64 pictures);
  void found(ibot::ui::DataFoundPtr found);
  /// Of the next pictures, in order.
  void sizes(ibot::ui::PictureSizes sizes);
  /// Headers are read; a sample is being decoded for the statistics.
  void measuring(ibot::ui::SurveyFactsPtr so_far);
  void facts(ibot::ui::SurveyFactsPtr facts);
  void refused(ibot::ui::DataProblem problem);

 private:
  /// Calls `signal` on the window's thread, unless the job was given up meanwhile. Any thread.
  template <class Signal>
  void post(quint64 job, Signal signal);

  QThreadPool pool_;
  std::stop_source stop_;
  quint64 job_ = 0;
  bool working_ = false;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::DataFoundPtr)
Q_DECLARE_METATYPE(ibot::ui::SurveyFactsPtr)
Q_DECLARE_METATYPE(ibot::ui::PictureSizes)
Q_DECLARE_METATYPE(ibot::ui::DataProblem)
