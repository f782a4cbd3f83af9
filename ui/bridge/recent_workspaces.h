// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QList>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QThreadPool>

namespace ibot::ui {

/// What the welcome page says of a workspace that was open before.
struct RecentWorkspace {
  QString folder;
  bool there = true;       ///< false: it cannot be opened, `sentence` says why
  QString sentence;        ///< the last result: "demo, completed: k-NN 51.2 % at step 8,000"
  QList<QImage> pictures;  ///< the first probe pictures of its last run, at most four
};

/// Looks into workspaces on a thread of its own, one after the other. Lives on the window's thread; nothing
/// here waits.
class RecentWorkspaces final : public QObject {
  Q_OBJECT

 public:
  static constexpr int kPictures = 4;

  explicit RecentWorkspaces(QObject* parent = nullptr);
  ~RecentWorkspaces() override;

  /// read() follows for each of them. What was asked for before and is not read yet is forgotten.
  void look_into(const QStringList& folders, int picture_side);

 Q_SIGNALS:
  void read(ibot::ui::RecentWorkspace workspace);

 private:
  QThreadPool pool_;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::RecentWorkspace)
