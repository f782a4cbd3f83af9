// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_names.h"

#include "run_column.h"

#include <ui/bridge/record.h>

#include <QDateTime>
#include <QObject>
#include <map>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kShortId = 6;  // its random digits

using Places = std::vector<std::size_t>;  // in the list

QString time_of(const NamedRun& run) {
  return QDateTime::fromMSecsSinceEpoch(run.created / 1000).toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

// Adds one mark after the other to the names of those that are still called alike.
class Distinction {
 public:
  Distinction(const std::vector<NamedRun>& runs, bool seeds_beside)
      : runs_(runs), seeds_beside_(seeds_beside) {
    Places all(runs.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      names_.push_back(runs[i].name);
      all[i] = i;
    }
    for (const auto& [name, alike] : groups(all, [this](std::size_t i) { return runs_[i].name; }))
      by_seed(alike);
  }
  QStringList take() { return std::move(names_); }

 private:
  template <class Key>
  static std::map<QString, Places> groups(const Places& places, Key key) {
    std::map<QString, Places> found;
    for (const std::size_t i : places) found[key(i)].push_back(i);
    return found;
  }
  void add(std::size_t place, const QString& mark) {
    QString& name = names_[static_cast<qsizetype>(place)];
    name = QStringLiteral("%1 \u00b7 %2").arg(name, mark);
  }

  void by_seed(const Places& alike) {
    if (alike.size() == 1) return;
    const auto seeds = groups(alike, [this](std::size_t i) { return runs_[i].seed; });
    for (const auto& [seed, same] : seeds) {
      for (const std::size_t i : same) {
        if (seeds.size() > 1 && !seeds_beside_ && !seed.isEmpty()) add(i, QObject::tr("seed %1").arg(seed));
      }
      by_time(same);
    }
  }
  void by_time(const Places& alike) {
    if (alike.size() == 1) return;
    const auto times = groups(alike, [this](std::size_t i) { return time_of(runs_[i]); });
    for (const auto& [time, same] : times) {
      if (times.size() > 1) {
        for (const std::size_t i : same) add(i, time);
      }
      by_id(same);
    }
  }
  void by_id(const Places& alike) {
    if (alike.size() == 1) return;
    const auto ends = groups(alike, [this](std::size_t i) { return runs_[i].id.right(kShortId); });
    for (const std::size_t i : alike)
      add(i, ends.size() == alike.size() ? runs_[i].id.right(kShortId) : runs_[i].id);
  }

  const std::vector<NamedRun>& runs_;
  bool seeds_beside_;
  QStringList names_;
};

}  // namespace

QStringList names_in_list(const std::vector<NamedRun>& runs, bool seeds_beside) {
  return Distinction(runs, seeds_beside).take();
}

NamedRun named_run(const Record& record, const QString& run) {
  const RunView* view = record.run(run);
  if (view == nullptr) return {run, run, {}, 0};
  const RunTraits* traits = record.traits(run);
  const runs::Parameter* seed = traits == nullptr ? nullptr : runs::find(*traits->parameters, "seed");
  return {run, run_name(view->run), seed == nullptr ? QString() : QString::fromStdString(seed->text),
          view->run.created};
}

QStringList names_in_list(const Record& record, const QStringList& runs) {
  std::vector<NamedRun> named;
  named.reserve(static_cast<std::size_t>(runs.size()));
  for (const QString& run : runs) named.push_back(named_run(record, run));
  return names_in_list(named);
}

}  // namespace ibot::ui
