// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QListWidget;

namespace ibot::ui {

class LookContext;

/// The pinned pictures: the probe pictures of the run, and files of one's own, opened or dropped.
class FilmStrip final : public QWidget {
  Q_OBJECT

 public:
  explicit FilmStrip(LookContext& context, QWidget* parent = nullptr);

  void open_picture();
  QListWidget& list() { return *list_; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refresh();
  void remove_current();

  LookContext& context_;
  QListWidget* list_;
};

}  // namespace ibot::ui
