// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ui/bridge/recent_workspaces.h>

#include <QStringList>
#include <QWidget>

class QBoxLayout;
class QFrame;
class QScrollArea;
class QSpacerItem;
class QVBoxLayout;

namespace ibot::ui {

/// The first page: three things to do, and the workspaces of late; beside each other, or one below the other
/// where there is no room for that.
class WelcomePage final : public QWidget {
  Q_OBJECT

 public:
  explicit WelcomePage(QWidget* parent = nullptr);
  void set_recent(const QStringList& folders);

 Q_SIGNALS:
  void demo_wanted();
  void pictures_wanted();
  void workspace_wanted();
  void recent_wanted(const QString& folder);
  /// Takes it out of the list.
  void forget_wanted(const QString& folder);

 protected:
  /// Looks into the workspaces anew: they may have gone on, or away.
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void look_into_recent();

  RecentWorkspaces workspaces_;
  QStringList folders_;
  void arrange();

  QBoxLayout* columns_;
  QSpacerItem* head_;  ///< beside the title
  QList<QFrame*> cards_;
  QScrollArea* scroll_;
  QVBoxLayout* recent_;
};

}  // namespace ibot::ui
