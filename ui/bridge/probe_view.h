// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/record/reader.h>

#include <QImage>
#include <QMetaType>
#include <QString>
#include <array>
#include <memory>
#include <vector>

namespace ibot::ui {

/// What of a probe picture can be looked at, in the order of columns.
enum class ProbeKind : std::uint8_t { Attention = 1, Components, Clusters, Prototypes };
inline constexpr std::array kProbeKinds = {ProbeKind::Attention, ProbeKind::Components, ProbeKind::Clusters,
                                           ProbeKind::Prototypes};

/// One probe picture with what the teacher saw in it. Maps have one pixel a patch; a null one was not
/// recorded.
struct ProbeRow {
  QString source;
  QImage picture;
  std::array<QImage, kProbeKinds.size()> maps;
};

/// All probe pictures of a run at one step. `step` is negative if the run has none.
struct ProbeView {
  QString run;
  qint64 step = -1;
  qint64 time = 0;  ///< microseconds
  std::vector<ProbeRow> rows;
};
using ProbeViewPtr = std::shared_ptr<const ProbeView>;

/// Reads and decodes probe snapshots; keeps the pictures of the last run, which never change. Lives on the
/// record's thread.
class ProbeReader {
 public:
  /// The newest view of `run`; null if it is the one of step `known`.
  base::Result<ProbeViewPtr> newest(record::Reader& reader, const QString& run, qint64 known);
  void clear() { run_.clear(); }

 private:
  base::Status read_pictures(record::Reader& reader, const QString& run);

  QString run_;
  std::vector<std::string> images_;
  std::vector<ProbeRow> pictures_;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::ProbeViewPtr)
