// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/options.h>
#include <ibot/plan/derived.h>
#include <ibot/plan/places.h>
#include <ibot/plan/plan.h>

#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <optional>
#include <string>

namespace ibot::ui {

/// What is known of a data set.
struct FoundData {
  std::optional<plan::DatasetFacts> facts;  ///< nothing: it cannot be opened, see `problem`
  std::string content_hash;
  QString description;  ///< one line
  QStringList notes;    ///< what a person should know of it
  QString problem;
  bool scenes_missing = false;  ///< that is: the built-in scenes are not drawn yet, or not to the end
  std::optional<std::uint64_t> free_bytes;  ///< on the disk of the workspace
  bool workspace_exists = false;
  plan::MissingPlaces missing;  ///< pictures that evaluators cannot read
  std::string asked;            ///< see plan::asked_places(); empty: nobody looked for them
};

/// What a run would find on the disks: opens data sets on a thread of the pool, so that a folder of many
/// pictures holds up nothing. A question that comes while another is answered replaces it: only the newest is
/// answered. Thread: the window's.
class DataFacts final : public QObject {
  Q_OBJECT

 public:
  explicit DataFacts(QObject* parent = nullptr);

  /// Asks anew, also after the same question: folders change.
  /// `workspace`: the folder where runs would be kept; it need not be there. `plan`: whose evaluators'
  /// pictures are looked for; nothing while there is none.
  void look(const data::DataOptions& options, const std::optional<plan::Plan>& plan,
            const QString& workspace);
  bool is_looking() const { return looking_; }

 Q_SIGNALS:
  void found(const ibot::ui::FoundData& data);

 private:
  void answer(int question, const FoundData& data);

  int question_ = 0;
  bool looking_ = false;
};

}  // namespace ibot::ui

Q_DECLARE_METATYPE(ibot::ui::FoundData)
