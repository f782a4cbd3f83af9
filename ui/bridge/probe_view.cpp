// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_view.h"

#include <ibot/figure/probe_map.h>
#include <ibot/image/decode.h>

#include <algorithm>

namespace ibot::ui {
namespace {

constexpr std::array kNames = {"attention_cls", "pca", "clusters", "prototypes"};
constexpr std::size_t kMostPictures = 64;

QImage image_of(int width, int height, const std::uint8_t* rgb) {
  return QImage(rgb, width, height, 3 * width, QImage::Format_RGB888).convertToFormat(QImage::Format_RGB32);
}

}  // namespace

base::Status ProbeReader::read_pictures(record::Reader& reader, const QString& run) {
  run_.clear();
  images_.clear();
  pictures_.clear();
  IBOT_TRY(const auto probes, reader.probes(run.toStdString()));
  for (const record::Probe& probe : probes) {
    if (images_.size() == kMostPictures) break;
    ProbeRow row;
    row.source = QString::fromStdString(probe.source);
    image::Image picture;
    // One that cannot be read keeps its place: its maps are still worth a look.
    if (image::decode(probe.image_file, picture))
      row.picture = image_of(picture.width(), picture.height(), picture.data());
    images_.push_back(probe.image);
    pictures_.push_back(std::move(row));
  }
  // Pictures are recorded at the first look; until then there is something to ask for again.
  if (!images_.empty()) run_ = run;
  return {};
}

base::Result<ProbeViewPtr> ProbeReader::newest(record::Reader& reader, const QString& run, qint64 known) {
  if (run != run_) IBOT_CHECK_OK(read_pictures(reader, run));
  auto view = std::make_shared<ProbeView>();
  view->run = run;
  if (images_.empty()) return known == view->step ? ProbeViewPtr() : ProbeViewPtr(view);
  const std::string id = run.toStdString();
  IBOT_TRY(const auto steps, reader.probe_steps(id, kNames[0], images_.front()));
  if (!steps.empty()) view->step = steps.back();
  if (view->step == known) return ProbeViewPtr();
  if (steps.empty()) return ProbeViewPtr(view);
  view->rows = pictures_;
  for (std::size_t i = 0; i < images_.size(); ++i) {
    for (std::size_t kind = 0; kind < kNames.size(); ++kind) {
      const auto snapshot = reader.probe_snapshot(id, kNames[kind], images_[i], view->step);
      if (!snapshot) {
        if (snapshot.error().code == base::ErrorCode::NotFound) continue;
        return snapshot.error();
      }
      view->time = std::max<qint64>(view->time, snapshot->time);
      IBOT_TRY(const figure::Picture map,
               figure::draw_probe(kNames[kind], snapshot->meta_json, snapshot->data));
      view->rows[i].maps[kind] = image_of(map.width, map.height, map.rgb.data());
    }
  }
  return ProbeViewPtr(view);
}

}  // namespace ibot::ui
