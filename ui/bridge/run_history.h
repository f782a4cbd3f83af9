// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "probe_view.h"

#include <ibot/record/reader.h>

#include <QImage>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QThread>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace ibot::ui {

/// A probe picture of a run.
struct ProbePicture {
  QString image;  ///< stable id in the record
  QString source;
  QImage picture;  ///< null: it cannot be read
};

/// What the teacher saw in all probe pictures at one step: maps of one pixel a patch in the order of
/// kProbeKinds; a null one was not recorded.
struct ProbeLook {
  using Maps = std::array<QImage, kProbeKinds.size()>;

  qint64 step = 0;
  std::vector<Maps> maps;  ///< in the order of RunHistory::pictures

  const QImage& map(std::size_t picture, ProbeKind kind) const {
    return maps[picture][static_cast<std::size_t>(kind) - 1];
  }
};
using ProbeLookPtr = std::shared_ptr<const ProbeLook>;

/// A value to compare a curve with: what colours reach, what the network reached before its first step.
struct HistoryReference {
  enum class Kind : std::uint8_t { Untrained = 1, Colours };
  Kind kind = Kind::Untrained;
  double value = 0;
  bool operator==(const HistoryReference&) const = default;
};

/// A folder of pictures and that of their masks; empty: there are none.
struct MaskedFolders {
  QString pictures, masks;
};

/// What a run left of its past, for a timeline: every look at its probe pictures, the weights that are kept,
/// and a curve to find one's way by. Shared, never changed after it was sent.
struct RunHistory {
  QString run;
  std::vector<ProbePicture> pictures;
  std::vector<ProbeLookPtr> looks;           ///< ascending by step; while not `complete` with gaps
  std::vector<record::Checkpoint> weights;   ///< those that are there, ascending by step
  std::vector<record::Checkpoint> lost;      ///< kept after the record, but their files are not there
  QString metric;                            ///< of `curve`
  std::vector<record::CurvePoint> curve;     ///< finite values, few enough to draw
  std::vector<HistoryReference> references;  ///< of `curve`
  std::vector<record::Evaluation> parts;     ///< agreement with masks, of one protocol's settings
  std::vector<record::Evaluation> computed;  ///< the same, whenever somebody asked for it, of any settings
  MaskedFolders masked;                      ///< of the pictures that it trained on, if they have masks
  bool complete = false;                     ///< every look has been read

  /// The newest look at or before `step`; nullptr: none.
  const ProbeLook* look_at(qint64 step) const;
  /// Whether weights of that step are kept; `full` asks for a full checkpoint, which holds both networks.
  bool keeps(qint64 step, bool full = false) const;
  /// Steps of which weights are kept, ascending, each once.
  std::vector<std::int64_t> kept_steps(bool full = false) const;
  /// Place of a picture by its id; -1: none.
  int find(const QString& image) const;
};
using RunHistoryPtr = std::shared_ptr<const RunHistory>;

class HistoryReader;

/// Follows the past of one run on a thread of its own: hundreds of looks are many small reads, and nobody who
/// waits for the record should wait for them. Lives on the window's thread; no call waits.
class HistoryFollower final : public QObject {
  Q_OBJECT

 public:
  explicit HistoryFollower(QObject* parent = nullptr);
  ~HistoryFollower() override;

  /// changed() comes at once, while the past is being read, and whenever there is more of it. An empty run
  /// ends it.
  void follow(const QString& workspace, const QString& run);

 Q_SIGNALS:
  void changed(ibot::ui::RunHistoryPtr history);
  /// The run's past cannot be read, in words; it is not followed any more.
  void problem(const QString& words);

 private:
  QThread thread_;
  HistoryReader* reader_;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::RunHistoryPtr)
