// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>
#include <QStringList>
#include <QWidget>

namespace ibot::ui {

/// What dropping something on the window would do.
struct DropPlan {
  enum class Kind { Nothing = 1, OpenWorkspace, LookAtPictures, EditRecipe, OpenBundle };
  Kind kind = Kind::Nothing;
  QString path;      ///< what is opened: for a single picture, the folder in which it lies
  QString sentence;  ///< said before the drop; why nothing would happen, and what could be dropped
};

/// Looks at the disk: for a thread that may wait.
DropPlan plan_drop(const QStringList& paths);

/// Takes what is dropped anywhere on a window, also on fields that would take it for text. While something is
/// dragged it lies over the window and says what would happen.
class DropOverlay final : public QWidget {
  Q_OBJECT

 public:
  explicit DropOverlay(QWidget* window);

  /// Of what is dragged now, as far as it is known.
  const DropPlan& plan() const { return plan_; }

 Q_SIGNALS:
  /// It is known what would happen.
  void planned();
  void dropped(ibot::ui::DropPlan plan);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void begin(const QStringList& paths);
  void end();
  void take(quint64 asked, const DropPlan& plan);

  QStringList paths_;
  DropPlan plan_;
  bool known_ = false;
  bool waiting_ = false;  ///< it was dropped before it was known what it is
  quint64 asked_ = 0;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::DropPlan)
