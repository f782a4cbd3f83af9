// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/bundle_file.h>
#include <ui/bridge/record.h>

#include <QFrame>
#include <functional>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ibot::ui {

/// A bundle on its way into the window, and while it is shown: how far its files are checked; then, as long
/// as its runs are on the pages, that they are those of a bundle and only read, with the ways to take them
/// over or to leave them.
///
/// A bundle is a workspace by itself, in a temporary folder: its runs are shown alone. Merging takes them
/// over into the workspace that was open before, where they stand beside its own.
class BundleBar final : public QFrame {
  Q_OBJECT

 public:
  explicit BundleBar(Record& record, QWidget* parent = nullptr);

  /// Checks and opens; workspace_wanted() follows, or refused().
  void open(const QString& file);
  /// Takes the shown bundle's runs over into a workspace; workspace_wanted() and merged() follow, or
  /// refused().
  void merge_into(const QString& workspace);
  /// Checks it as open() does; then its runs are to stand beside those of the workspace that is open:
  /// beside() follows, or refused().
  void open_beside(const QString& file);
  /// Of the bundle whose runs are shown; nullptr: those of a usual workspace are.
  const OpenedBundle* shown() const { return shown_ ? bundle_.get() : nullptr; }
  /// The workspace that was open before the bundle; empty: none.
  const QString& before() const { return before_; }

 Q_SIGNALS:
  /// This folder is to be opened; empty: the workspace is to be closed.
  void workspace_wanted(const QString& folder);
  /// Where to merge to is to be asked for: none was open before.
  void target_wanted();
  void refused(const QString& why);
  /// The bundle's runs are to be compared with those of the workspace that is open now, and stay where they
  /// are.
  void beside(const ibot::ui::OpenedBundlePtr& bundle);
  /// The workspace is open, and its runs are known soon.
  void merged(const QString& bundle, const ibot::record::MergeReport& report);
  /// shown() is another one.
  void changed();

 private:
  void workspace_opened(const QString& folder);
  void leave();
  void refresh();
  void tell_merged(const QString& folder);
  void leave_for_comparison();

  Record& record_;
  BundleFiles* files_;
  QLabel* words_;
  QProgressBar* progress_;
  QPushButton* cancel_;
  QPushButton* merge_;
  QPushButton* beside_;
  QPushButton* close_;
  OpenedBundlePtr bundle_;  ///< shown, or about to be
  QString before_;
  QString checking_;               ///< name of the file that is being opened
  QString target_;                 ///< of a merge that is under way or was made
  std::function<void()> to_tell_;  ///< once the target is open
  bool shown_ = false;
  bool wanted_beside_ = false;  ///< the bundle that is being opened
  bool merging_ = false;
};

}  // namespace ibot::ui
