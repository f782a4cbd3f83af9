// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "program.h"

#include <ibot/base/result.h>
#include <ibot/data/options.h>
#include <ibot/runs/parameters.h>

#include <QObject>
#include <QString>
#include <optional>

namespace ibot::ui {

/// Whether an error says that the built-in scenes are not drawn, or not to the end: its hint names the
/// command that draws them.
bool scenes_are_missing(const base::Error& error);
/// What such an error says, without the command: here a button draws them.
QString missing_scenes_text(const base::Error& error);

/// The built-in scenes that a run was trained on; nullopt where its pictures are others. Where its folder is
/// not there (any more, or on this machine) they belong into the user's cache, where the views look for them.
std::optional<data::DataOptions> scenes_of(const runs::Parameters& plan);

/// Draws the built-in scenes where they belong: a call of `ibot dataset parts`, which keeps what is there and
/// completes it. Thread: the window's.
class SceneDrawing final : public QObject {
  Q_OBJECT

 public:
  explicit SceneDrawing(QObject* parent = nullptr);

  /// While others are drawn nothing happens.
  void draw(const data::DataOptions& options);
  bool is_running() const { return program_.is_running(); }
  /// What was drawn stays. finished() is not said.
  void cancel() { program_.cancel(); }

 Q_SIGNALS:
  /// How far it is, in a line.
  void said(const QString& line);
  void cancelled();
  /// `problem` empty: they are all there.
  void finished(const QString& problem);

 private:
  Program program_;
};

}  // namespace ibot::ui
