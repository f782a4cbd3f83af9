// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/compare/comparison_lines.h>
#include <ibot/record/reader.h>

#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ibot::ui {

/// Earlier runs whose curves are drawn as a band: is this normal? Those that are looked at are left out of
/// it.
struct EarlierRuns {
  QString name;      ///< what they are, for people; empty: no band is wanted
  QString study;     ///< all runs of this study; empty:
  QStringList runs;  ///< these

  bool operator==(const EarlierRuns&) const = default;
};
/// The newest so many of them are read.
inline constexpr std::size_t kMostEarlierRuns = 100;

using EarlierCurvesPtr = std::shared_ptr<const compare::EarlierCurves>;

/// Ids of earlier runs, each with the change at which it was read (record::Run::changed).
using EarlierState = std::vector<std::pair<std::string, std::int64_t>>;
/// Whether any of the runs is one of them.
bool holds_any(const EarlierState& state, const QStringList& runs);

/// Which runs the earlier ones are now: a folder or a study gets others, and those that train get on.
struct EarlierList {
  std::string name;               ///< what they are, for people
  std::vector<record::Run> runs;  ///< oldest first
  std::size_t compared = 0;       ///< see compare::EarlierCurves

  EarlierState state() const;
};
/// The earlier runs but for those of `without` (ids). Thread: any that may wait. Errors: those of the reader;
/// NotFound (the study).
base::Result<EarlierList> list_earlier_runs(const record::Workspace& workspace, record::Reader& reader,
                                            const EarlierRuns& earlier,
                                            const std::vector<std::string>& without);

/// Reads one metric of them. nullptr: `unwanted` said so. Thread: any that may wait. Errors: those of the
/// reader.
base::Result<EarlierCurvesPtr> read_earlier_curves(record::Reader& reader, const EarlierList& list,
                                                   const std::string& metric,
                                                   const std::function<bool()>& unwanted);

/// Curves of earlier runs by metric. Shared, never changed after it was sent.
struct EarlierReply {
  QString workspace;
  EarlierRuns earlier;
  QStringList without;
  EarlierState state;  ///< of the runs when they were read
  std::map<QString, EarlierCurvesPtr> curves;
  QStringList studies;  ///< names of all studies of the workspace
  QString problem;      ///< why they cannot be read, in words; else empty
};
using EarlierReplyPtr = std::shared_ptr<const EarlierReply>;

/// Reads curves of earlier runs for plots of several metrics, on a thread of the pool; what was read for the
/// same runs is not read again until one of them has changed. Of questions that overlap the newest is
/// answered. Thread: the window's.
class EarlierCurveReader final : public QObject {
  Q_OBJECT

 public:
  explicit EarlierCurveReader(QObject* parent = nullptr);
  ~EarlierCurveReader() override;

  /// Without a name of `earlier` the studies alone.
  void read(const QString& workspace, const EarlierRuns& earlier, const QStringList& without,
            const QStringList& metrics);
  void forget();
  bool is_reading() const { return reading_; }

 Q_SIGNALS:
  void found(ibot::ui::EarlierReplyPtr reply);

 private:
  void answer(std::int64_t question, const EarlierReplyPtr& reply);

  std::shared_ptr<std::atomic<std::int64_t>> newest_ = std::make_shared<std::atomic<std::int64_t>>(0);
  EarlierReplyPtr last_;
  bool reading_ = false;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::EarlierReplyPtr)
