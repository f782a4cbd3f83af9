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

/// Reads one metric of the earlier runs but for those of `without` (ids). nullptr: `unwanted` said so.
/// Thread: any that may wait. Errors: those of the reader; NotFound (the study).
base::Result<EarlierCurvesPtr> read_earlier_curves(const record::Workspace& workspace, record::Reader& reader,
                                                   const EarlierRuns& earlier,
                                                   const std::vector<std::string>& without,
                                                   const std::string& metric,
                                                   const std::function<bool()>& unwanted);

/// Curves of earlier runs by metric. Shared, never changed after it was sent.
struct EarlierReply {
  QString workspace;
  EarlierRuns earlier;
  QStringList without;
  std::map<QString, EarlierCurvesPtr> curves;
  QStringList studies;  ///< names of all studies of the workspace
  QString problem;      ///< why they cannot be read, in words; else empty
};
using EarlierReplyPtr = std::shared_ptr<const EarlierReply>;

/// Reads curves of earlier runs for plots of several metrics, on a thread of the pool; what was read for the
/// same runs is not read again. Of questions that overlap the newest is answered. Thread: the window's.
class EarlierCurveReader final : public QObject {
  Q_OBJECT

 public:
  explicit EarlierCurveReader(QObject* parent = nullptr);
  ~EarlierCurveReader() override;

  /// Without a name of `earlier` the studies alone.
  void read(const QString& workspace, const EarlierRuns& earlier, const QStringList& without,
            const QStringList& metrics);
  void forget();

 Q_SIGNALS:
  void found(ibot::ui::EarlierReplyPtr reply);

 private:
  void answer(std::int64_t question, const EarlierReplyPtr& reply);

  std::shared_ptr<std::atomic<std::int64_t>> newest_ = std::make_shared<std::atomic<std::int64_t>>(0);
  EarlierReplyPtr last_;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::EarlierReplyPtr)
