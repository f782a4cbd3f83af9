// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/bundle/bundle.h>
#include <ibot/record/merge.h>

#include <QObject>
#include <QString>
#include <atomic>
#include <memory>

namespace ibot::ui {

/// A bundle that was opened: a workspace that cannot be written, in a temporary folder that goes with the
/// last owner.
struct OpenedBundle {
  bundle::TemporaryBundle files;
  QString file;  ///< where it came from

  QString name() const;
  QString folder() const;
  qsizetype runs() const { return static_cast<qsizetype>(files.manifest().runs.size()); }
};
using OpenedBundlePtr = std::shared_ptr<OpenedBundle>;

/// Opens and merges bundles, on a thread of the pool: every file of a bundle is unpacked and its hash
/// checked, which takes as long as the bundle is large. One at a time; what is asked while another is opened
/// ends that one. Thread: the window's; no call waits.
class BundleFiles final : public QObject {
  Q_OBJECT

 public:
  explicit BundleFiles(QObject* parent = nullptr);
  ~BundleFiles() override;

  void open(const QString& file);
  /// Ends the opening; nothing of it is left, and nobody is told.
  void cancel();
  bool is_opening() const { return stop_ != nullptr; }

  /// Takes the runs over into a workspace: all of them or none. Cannot be stopped.
  void merge(const OpenedBundlePtr& bundle, const QString& workspace);

 Q_SIGNALS:
  /// 0 to 1, some times a second.
  void progressed(double share);
  void opened(ibot::ui::OpenedBundlePtr bundle);
  /// In words: what is wrong with the file, and what may be done.
  void refused(const QString& file, const QString& why);
  void merged(ibot::ui::OpenedBundlePtr bundle, const QString& workspace,
              const ibot::record::MergeReport& report);
  void not_merged(const QString& workspace, const QString& why);

 private:
  using Flag = std::shared_ptr<std::atomic<bool>>;

  Flag stop_;  ///< of the bundle that is being opened; nullptr: none is
};

}  // namespace ibot::ui
