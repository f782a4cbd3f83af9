// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/protocol/views.h>

#include <ui/bridge/run_history.h>

#include <QImage>
#include <QObject>
#include <QString>
#include <QStringList>
#include <vector>

namespace ibot::ui {

class Inspector;
class Record;

/// A picture that the views of the Look page are about.
struct PinnedPicture {
  QString name;
  QString probe;  ///< of the run's record; empty: `file`
  QString file;
  QImage image;     ///< for the film strip; may be null
  QString problem;  ///< why the inspection process cannot read it; views of several pictures leave it out
};

/// What the Look page looks at: which network at which of its moments, which pictures, and how maps are laid
/// over them. Shared by its views, so that a step, a picture or an opacity is chosen once. Of the window's
/// thread.
class LookContext final : public QObject {
  Q_OBJECT

 public:
  static constexpr qint64 kNewest = protocol::NetworkChoice::kNewest;

  /// Both outlive it.
  LookContext(Record& record, Inspector& inspector, QObject* parent = nullptr);

  Record& record() { return record_; }
  Inspector& inspector() { return inspector_; }

  // --- the network

  void set_run(const QString& run);
  /// A safetensors file instead of a run; `recipe` may be empty.
  void set_weights(const QString& file, const QString& recipe = {});
  void set_student(bool student);
  /// kNewest, or a step at which something was seen or kept.
  void set_step(qint64 step);
  const QString& run() const { return run_; }
  const QString& weights() const { return weights_; }
  bool student() const { return student_; }
  qint64 step() const { return step_; }
  bool has_network() const { return !run_.isEmpty() || !weights_.isEmpty(); }
  /// What the run kept has been read; until then nobody can say what is missing.
  bool known() const { return known_ || run_.isEmpty(); }
  /// Whether weights are there that can be asked; otherwise why_not() says in words what is.
  bool can_ask() const;
  QString why_not() const;
  /// The kept step that is nearest to the one shown; negative: none.
  qint64 nearest_kept() const;
  protocol::NetworkChoice network() const;
  /// Never null.
  const RunHistory& history() const { return *history_; }
  /// What the run recorded at the step that is shown; nullptr for the newest, or where there is nothing.
  const ProbeLook* look() const;
  /// Keeps the run's past up to date while somebody looks.
  void set_watching(bool watching);

  // --- pictures

  const std::vector<PinnedPicture>& pictures() const { return pictures_; }
  int current() const { return current_; }
  void set_current(int picture);
  /// Pins a file and makes it the current picture; one that is there already is only made current.
  void add_picture(const QString& file);
  void remove_picture(int picture);
  /// What was found out about a pinned picture. Says pictures_changed().
  void set_problem(int picture, const QString& problem);
  protocol::PictureChoice choice(int picture) const;
  /// The current one first.
  std::vector<int> order() const;
  /// The same without those that cannot be read, unless none can.
  std::vector<int> readable() const;
  /// A map of `look` of a pinned picture; null: none was recorded.
  QImage recorded(const ProbeLook& look, int picture, ProbeKind kind) const;

  // --- how maps are shown

  double opacity() const { return opacity_; }
  bool smooth() const { return smooth_; }
  bool overlay() const { return overlay_; }
  void set_opacity(double opacity);
  void set_smooth(bool smooth);
  void set_overlay(bool overlay);

 Q_SIGNALS:
  /// Another network, or newer weights of it.
  void network_changed();
  /// The step alone: while somebody drags, at every place.
  void step_changed();
  void pictures_changed();
  void current_changed();
  void display_changed();
  /// The image of a pinned file, made in the background.
  void thumbnail_ready();
  /// The run's past: more of it was read, or there is more of it.
  void history_changed();
  /// The run's past cannot be read, in words.
  void problem(const QString& words);

 private:
  void take_history(const RunHistoryPtr& history);
  /// Of those whose files are missing the newest; nullptr: none is.
  const record::Checkpoint* newest_lost() const;
  void pin_probes();
  void pin_file(const QString& file);
  void take_thumbnail(const QString& file, const QImage& image);

  Record& record_;
  Inspector& inspector_;
  HistoryFollower follower_;
  QString run_, weights_, recipe_;
  bool student_ = false, watching_ = false, known_ = false;
  qint64 step_ = kNewest;
  RunHistoryPtr history_ = std::make_shared<const RunHistory>();
  std::vector<PinnedPicture> pictures_;
  int current_ = -1;
  double opacity_ = 0.65;
  bool smooth_ = false, overlay_ = true;
};

}  // namespace ibot::ui
