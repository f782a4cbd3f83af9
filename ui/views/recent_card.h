// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/recent_workspaces.h>

#include <QFrame>

class QLabel;
class QPushButton;

namespace ibot::ui {

/// One workspace of late on the welcome page: its name, its last result and four of its pictures.
class RecentCard final : public QFrame {
  Q_OBJECT

 public:
  static constexpr int kPictureSide = 48;  ///< px

  explicit RecentCard(const QString& folder, QWidget* parent = nullptr);
  void show_workspace(const RecentWorkspace& workspace);
  const QString& folder() const { return folder_; }

 Q_SIGNALS:
  void open_wanted(const QString& folder);
  void remove_wanted(const QString& folder);

 private:
  QString folder_;
  QPushButton* name_;
  QLabel* sentence_;
  QLabel* pictures_;
};

}  // namespace ibot::ui
