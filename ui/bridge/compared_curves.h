// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/compare/replicates.h>
#include <ibot/compare/run_data.h>

#include <QMetaType>
#include <QObject>
#include <QStringList>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace ibot::ui {

/// One metric of one run: every value, or where there are more than kWholeComparedCurve the means of
/// `points_of` steps each, at their middle and about the time of it.
struct ComparedCurve {
  double images_per_step = 1;
  std::int64_t branch_step = 0;
  std::int64_t points_of = 1;
  std::vector<record::CurvePoint> points;  ///< ascending by step
};
inline constexpr std::int64_t kWholeComparedCurve = 20'000;

/// Curves of runs that are compared, with what tells the runs apart. Shared, never changed after it was sent.
struct ComparedCurves {
  QStringList runs;  ///< those that are in the record, in the order asked for
  QString metric;
  std::vector<compare::RunData> data;           ///< one a run
  std::vector<ComparedCurve> curves;            ///< one a run
  std::vector<compare::Replicates> replicates;  ///< places in `data`
  QString problem;                              ///< why they cannot be read, in words; else empty
};
using ComparedCurvesPtr = std::shared_ptr<const ComparedCurves>;

/// Reads curves to compare, on a thread of the pool. A question that comes while another is answered replaces
/// it: only the newest is answered. Thread: the window's; no call waits.
class ComparedCurveReader final : public QObject {
  Q_OBJECT

 public:
  explicit ComparedCurveReader(QObject* parent = nullptr);
  ~ComparedCurveReader() override;

  /// Asks anew, also after the same question: a run that trains has more and more.
  void read(const QString& workspace, const QStringList& runs, const QString& metric);
  /// Leaves the question open: nobody wants its answer any more.
  void forget();
  bool is_reading() const { return reading_; }

 Q_SIGNALS:
  void found(ibot::ui::ComparedCurvesPtr curves);

 private:
  void answer(std::int64_t question, const ComparedCurvesPtr& curves);

  std::shared_ptr<std::atomic<std::int64_t>> newest_ = std::make_shared<std::atomic<std::int64_t>>(0);
  bool reading_ = false;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::ComparedCurvesPtr)
