// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/comparison_follower.h>
#include <ui/models/comparison_tray.h>

#include <QObject>
#include <QTimer>
#include <vector>

namespace ibot::ui {

/// What is compared, shared by all tabs of the Compare page: the tray, how runs are judged, and the newest
/// answer. Tabs follow view_changed() and read view(); nothing is asked for while nobody watches. Lives on
/// the window's thread.
class ComparisonContext final : public QObject {
  Q_OBJECT

 public:
  /// The record outlives it.
  explicit ComparisonContext(Record& record, QObject* parent = nullptr);

  Record& record() const { return record_; }
  ComparisonTray& tray() { return tray_; }
  /// Never null; of the runs of the tray that are in the record, and of the bundles. The baseline first.
  const ComparisonViewPtr& view() const { return view_; }
  /// Whether a newer one is on its way.
  bool is_busy() const { return follower_.is_busy(); }

  /// Bundles whose runs are compared as well, without being taken over. They go with the workspace and, while
  /// their files are where they were, come back with it.
  const std::vector<OpenedBundlePtr>& bundles() const { return bundles_; }
  /// Nothing where its file is compared already.
  void add_bundle(const OpenedBundlePtr& bundle);
  void remove_bundle(const OpenedBundlePtr& bundle);
  bool is_empty() { return tray_.runs().isEmpty() && bundles_.empty(); }

  /// Remembered for each workspace.
  const ComparisonChoice& choice() const { return choice_; }
  void choose(const ComparisonChoice& choice);
  /// Whether only rows in which runs differ are shown. On at first.
  bool only_differences() const { return only_differences_; }
  void set_only_differences(bool only);

  /// Whether the page is seen.
  void set_watching(bool watching);

 Q_SIGNALS:
  void view_changed();
  void bundles_changed();
  void choice_changed();
  void only_differences_changed(bool only);
  /// What was compared when this workspace was open last and is not there any more, in words.
  void missed(const QString& words);

 private:
  void ask();
  /// The runs of the bundles are others.
  void bundles_are_others();
  /// Of the bundles that were compared when this workspace was open last.
  void open_next();
  void save_bundles();
  void load_choice();
  void save_choice() const;
  QString setting(const char* key) const;

  Record& record_;
  ComparisonTray tray_;
  ComparisonFollower follower_;
  BundleFiles* files_;
  QStringList awaited_;  ///< files of bundles that are still to be opened
  std::vector<OpenedBundlePtr> bundles_;
  ComparisonViewPtr view_ = std::make_shared<const ComparisonView>();
  ComparisonChoice choice_;
  bool only_differences_ = true;
  bool watching_ = false;
  bool stale_ = false;
  QTimer news_;
};

}  // namespace ibot::ui
