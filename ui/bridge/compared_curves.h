// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bundle_file.h"
#include "earlier_curves.h"

#include <ibot/compare/comparison_lines.h>

#include <QMetaType>
#include <QObject>
#include <QStringList>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace ibot::ui {

struct CurveRequest {
  QString workspace;
  QStringList runs;                      ///< in this order; those that are not in the record are left out
  std::vector<OpenedBundlePtr> bundles;  ///< whose runs are compared as well
  QString metric;
  EarlierRuns earlier = {};
};

/// Curves of runs that are compared. Shared, never changed after it was sent.
struct CurveReply {
  CurveRequest request;  ///< its bundles apart
  compare::ComparedCurves curves;
  EarlierState earlier;  ///< of the band's runs when they were read
  QStringList studies;   ///< names of all studies of the workspace
  QString problem;       ///< why the curves cannot be read, in words; else empty
};
using CurveReplyPtr = std::shared_ptr<const CurveReply>;

/// Reads curves to compare, on a thread of the pool. A question that comes while another is answered replaces
/// it: only the newest is answered. Thread: the window's; no call waits.
class ComparedCurveReader final : public QObject {
  Q_OBJECT

 public:
  explicit ComparedCurveReader(QObject* parent = nullptr);
  ~ComparedCurveReader() override;

  /// Asks anew, also after the same question: a run that trains has more and more. The band of earlier runs
  /// is read again when one of them has changed.
  void read(const CurveRequest& request);
  /// Leaves the question open: nobody wants its answer any more.
  void forget();
  bool is_reading() const { return reading_; }

 Q_SIGNALS:
  void found(ibot::ui::CurveReplyPtr reply);

 private:
  void answer(std::int64_t question, const CurveReplyPtr& reply);

  std::shared_ptr<std::atomic<std::int64_t>> newest_ = std::make_shared<std::atomic<std::int64_t>>(0);
  CurveReplyPtr last_;  ///< the newest answer, whose band may be kept
  bool reading_ = false;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::CurveReplyPtr)
