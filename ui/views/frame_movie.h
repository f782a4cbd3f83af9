// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QObject>
#include <QSize>
#include <QString>
#include <memory>

namespace ibot::ui {

/// Frames on their way into an animated PNG, packed on a thread of the pool, one after the other: add() the
/// next one when packed() has come. All get the size of the first, with some room below it for captions that
/// grow. Lives on the window's thread.
class FrameMovie final : public QObject {
  Q_OBJECT

 public:
  explicit FrameMovie(const QString& file, QObject* parent = nullptr);
  ~FrameMovie() override;

  const QString& file() const { return file_; }
  /// `frame` at two device pixels a px becomes one pixel a px.
  void add(const QImage& frame, int milliseconds);
  /// Writes the file, whole or not at all.
  void finish();

 Q_SIGNALS:
  /// The frame is packed, or not: then `problem` says why.
  void packed(const QString& problem);
  void finished(const QString& problem);

 private:
  struct Packing;
  /// `work` on the pool, then `done` here, unless this has gone.
  template <class Work, class Done>
  void start(Work work, Done done);

  QString file_;
  QSize size_;
  std::shared_ptr<Packing> packing_;
};

}  // namespace ibot::ui
