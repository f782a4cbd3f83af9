// SPDX-License-Identifier: GPL-3.0-or-later
#include "history_reader.h"

#include <ibot/figure/probe_map.h>
#include <ibot/image/decode.h>
#include <ibot/protocol/comparison.h>

#include <QElapsedTimer>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <set>
#include <string_view>

namespace ibot::ui {
namespace {

constexpr std::array kNames = {"attention_cls", "pca", "clusters", "prototypes"};  // as kProbeKinds
constexpr std::string_view kParts = "part_clusters";
constexpr const char* kOfTokens = "nmi";
constexpr const char* kOfHead = "projection_nmi";
constexpr std::int64_t kCurvePoints = 600;
constexpr std::size_t kMostLooks = 4000;
constexpr std::size_t kMostPictures = 64;
constexpr qint64 kSliceMillis = 60;  // between two messages: often enough for a hand that waits

QImage image_of(int width, int height, const std::uint8_t* rgb) {
  return QImage(rgb, width, height, 3 * width, QImage::Format_RGB888).convertToFormat(QImage::Format_RGB32);
}

// Every 16th, then every 4th, then the rest: whoever drags soon meets a look not far from the hand. The next
// one to be read stands at the end.
std::vector<qint64> coarse_first(const std::vector<qint64>& steps) {
  std::vector<qint64> order;
  const auto add = [&](const auto& wanted) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::size_t from_end = steps.size() - 1 - i;
      if (wanted(from_end)) order.push_back(steps[i]);
    }
  };
  add([](std::size_t at) { return at % 16 == 0; });
  add([](std::size_t at) { return at % 4 == 0 && at % 16 != 0; });
  add([](std::size_t at) { return at % 4 != 0; });
  std::reverse(order.begin(), order.end());
  return order;
}

// Of a picture "DATA/train/a/b.png" with masks in "DATA/masks/train/a" the folders DATA/val and
// DATA/masks/val, which nobody trained on, or those of its own split.
MaskedFolders masked_folders(const std::string& picture) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path file(picture);
  for (fs::path above = file.parent_path(); !above.empty(); above = above.parent_path()) {
    const fs::path masks = above / "masks";
    const fs::path inside = file.lexically_relative(above);
    if (inside != file.filename() && fs::is_directory(masks, ignored)) {
      for (const fs::path& split : {fs::path("val"), *inside.begin()}) {
        if (fs::is_directory(above / split, ignored) && fs::is_directory(masks / split, ignored))
          return {QString::fromStdString((above / split).string()),
                  QString::fromStdString((masks / split).string())};
      }
    }
    if (above == above.root_path()) break;
  }
  return {};
}

// The demo draws its pictures beside its workspace; the shipped run was trained on the same ones elsewhere.
MaskedFolders drawn_beside(const std::string& workspace) {
  std::error_code ignored;
  const std::filesystem::path parts = std::filesystem::path(workspace).parent_path() / "parts";
  const std::filesystem::path masks = parts / "masks" / "val";
  if (!std::filesystem::is_directory(masks, ignored)) return {};
  return {QString::fromStdString((parts / "val").string()), QString::fromStdString(masks.string())};
}

}  // namespace

HistoryReader::HistoryReader() : timer_(new QTimer(this)), slices_(new QTimer(this)) {
  timer_->setInterval(kPollMillis);
  slices_->setInterval(0);
  connect(timer_, &QTimer::timeout, this, &HistoryReader::poll);
  connect(slices_, &QTimer::timeout, this, &HistoryReader::read_slice);
}

void HistoryReader::stop() {
  timer_->stop();
  slices_->stop();
  reader_.reset();
  run_.clear();
  parts_ = {};
  images_.clear();
  looks_.clear();
  missing_.clear();
  counter_ = -1;
}

void HistoryReader::follow(const QString& workspace, const QString& run) {
  stop();
  if (workspace.isEmpty() || run.isEmpty()) return;
  const auto folder = record::Workspace::open(workspace.toStdString());
  if (!folder) return fail(folder.error());
  auto reader = record::Reader::open(*folder);
  if (!reader) return fail(reader.error());
  reader_ = std::move(*reader);
  run_ = run.toStdString();
  workspace_ = workspace.toStdString();
  parts_.run = run;
  timer_->start();
  poll();
}

void HistoryReader::poll() {
  if (!reader_) return;
  const auto counter = reader_->change_counter();
  if (!counter) return fail(counter.error());
  if (*counter == counter_) return;
  counter_ = *counter;
  if (const auto status = refresh(); !status) fail(status.error());
}

base::Status HistoryReader::refresh() {
  IBOT_TRY(parts_.weights, reader_->checkpoints(run_));
  std::erase_if(parts_.weights,
                [](const auto& each) { return each.state != record::CheckpointState::Present; });
  // Somebody may have copied the record without the folder of its runs.
  const auto lost = std::stable_partition(parts_.weights.begin(), parts_.weights.end(),
                                          [this](const auto& each) { return is_file_there(each); });
  parts_.lost.assign(lost, parts_.weights.end());
  parts_.weights.erase(lost, parts_.weights.end());
  // Pictures are recorded with the first look.
  if (images_.empty()) IBOT_CHECK_OK(read_pictures());
  std::vector<std::int64_t> steps;
  if (!images_.empty()) {
    IBOT_TRY(steps, reader_->probe_steps(run_, kNames[0], images_.front()));
  }
  if (steps.size() > kMostLooks) steps.erase(steps.begin(), steps.end() - kMostLooks);
  const std::set<qint64> there(steps.begin(), steps.end());
  // A run that was resumed may have gone back behind what was known.
  std::erase_if(looks_, [&](const auto& look) { return !there.contains(look.first); });
  std::vector<qint64> missing;
  for (const qint64 step : there) {
    if (!looks_.contains(step)) missing.push_back(step);
  }
  missing_ = coarse_first(missing);
  IBOT_CHECK_OK(read_curve());
  send();
  if (!missing_.empty()) slices_->start();
  return {};
}

bool HistoryReader::is_file_there(const record::Checkpoint& checkpoint) const {
  std::error_code error;
  const std::filesystem::path runs = std::filesystem::path(workspace_) / "runs";
  // Where nobody may look, nobody can say that it is gone.
  return std::filesystem::exists(runs / run_ / checkpoint.path, error) || error;
}

base::Status HistoryReader::read_pictures() {
  IBOT_TRY(const auto probes, reader_->probes(run_));
  if (!probes.empty()) parts_.masked = masked_folders(probes.front().source);
  if (parts_.masked.masks.isEmpty()) parts_.masked = drawn_beside(workspace_);
  for (const record::Probe& probe : probes) {
    if (images_.size() == kMostPictures) break;
    ProbePicture row{QString::fromStdString(probe.image), QString::fromStdString(probe.source), {}};
    image::Image picture;
    // One that cannot be read keeps its place: its maps are still worth a look.
    if (image::decode(probe.image_file, picture))
      row.picture = image_of(picture.width(), picture.height(), picture.data());
    images_.push_back(probe.image);
    parts_.pictures.push_back(std::move(row));
  }
  return {};
}

base::Result<bool> HistoryReader::read_agreement() {
  parts_.references.clear();
  parts_.curve.clear();
  IBOT_TRY(std::vector<record::Evaluation> all, reader_->evaluations(run_));
  parts_.computed.clear();
  std::copy_if(all.begin(), all.end(), std::back_inserter(parts_.computed), [](const auto& each) {
    return each.protocol == protocol::kAgreementProtocol && std::isfinite(each.value);
  });
  std::erase_if(all, [](const record::Evaluation& each) {
    return each.protocol != kParts || !std::isfinite(each.value);
  });
  // Figures of other settings are no points of one curve: those with the most moments are shown.
  // What the head makes of patch tokens is where iBOT compares them, and where it looks for parts (paper
  // sec. 4.3); the tokens themselves stand for it where a network has no head.
  const auto of_head = std::count_if(all.begin(), all.end(), [](const record::Evaluation& each) {
    return each.network == "teacher" && each.metric == kOfHead;
  });
  const std::string wanted = of_head > 1 ? kOfHead : kOfTokens;
  const auto is_curve = [&](const record::Evaluation& each) {
    return each.network == "teacher" && each.metric == wanted;
  };
  std::map<std::string, int> moments;
  for (const record::Evaluation& each : all) moments[each.settings_json] += is_curve(each) ? 1 : 0;
  const auto most = std::max_element(moments.begin(), moments.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == moments.end()) {
    parts_.parts.clear();
    return false;
  }
  std::erase_if(all, [&](const record::Evaluation& each) { return each.settings_json != most->first; });
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
  for (const record::Evaluation& each : all) {
    using Kind = HistoryReference::Kind;
    if (is_curve(each)) parts_.curve.push_back({each.step, each.time, each.value});
    const bool untrained = each.network == "untrained" || (each.network == "teacher" && each.step == 0);
    if (untrained && each.metric == wanted) parts_.references.push_back({Kind::Untrained, each.value});
    if (each.network == "raw_pixels" && each.metric == kOfTokens)
      parts_.references.push_back({Kind::Colours, each.value});
  }
  // Measured more than once: the newest stands.
  std::map<HistoryReference::Kind, double> newest;
  for (const HistoryReference& each : parts_.references) newest[each.kind] = each.value;
  parts_.references.clear();
  for (const auto& [kind, value] : newest) parts_.references.push_back({kind, value});
  parts_.parts = std::move(all);
  parts_.metric = QStringLiteral("part_clusters/") + QString::fromStdString(wanted);
  return parts_.curve.size() > 1;
}

base::Status HistoryReader::read_curve() {
  // Agreement with parts says most about what the pictures show; every run has a loss.
  IBOT_TRY(const bool parts, read_agreement());
  if (parts) return {};
  parts_.references.clear();
  parts_.metric = QStringLiteral("loss");
  parts_.curve.clear();
  IBOT_TRY(const auto summary, reader_->coarse_curve(run_, "loss", kCurvePoints));
  if (summary.size() > 2) {
    for (const record::CoarsePoint& point : summary)
      parts_.curve.push_back({point.first_step + point.width / 2, 0, point.mean});
  } else {
    IBOT_TRY(parts_.curve, reader_->curve(run_, "loss", -1, 100 * kCurvePoints));
  }
  std::erase_if(parts_.curve, [](const record::CurvePoint& point) { return !std::isfinite(point.value); });
  return {};
}

base::Result<ProbeLookPtr> HistoryReader::read_look(qint64 step) {
  auto look = std::make_shared<ProbeLook>();
  look->step = step;
  look->maps.resize(images_.size());
  for (std::size_t i = 0; i < images_.size(); ++i) {
    for (std::size_t kind = 0; kind < kNames.size(); ++kind) {
      const auto snapshot = reader_->probe_snapshot(run_, kNames[kind], images_[i], step);
      if (!snapshot) {
        if (snapshot.error().code == base::ErrorCode::NotFound) continue;
        return snapshot.error();
      }
      IBOT_TRY(const figure::Picture map,
               figure::draw_probe(kNames[kind], snapshot->meta_json, snapshot->data));
      look->maps[i][kind] = image_of(map.width, map.height, map.rgb.data());
    }
  }
  return ProbeLookPtr(std::move(look));
}

void HistoryReader::read_slice() {
  QElapsedTimer timer;
  timer.start();
  while (!missing_.empty() && timer.elapsed() < kSliceMillis) {
    const qint64 step = missing_.back();
    missing_.pop_back();
    auto look = read_look(step);
    if (!look) return fail(look.error());
    looks_[step] = std::move(*look);
  }
  if (missing_.empty()) slices_->stop();
  send();
}

void HistoryReader::send() {
  auto history = std::make_shared<RunHistory>(parts_);
  history->looks.reserve(looks_.size());
  for (const auto& [step, look] : looks_) history->looks.push_back(look);
  history->complete = missing_.empty();
  Q_EMIT changed(std::move(history));
}

void HistoryReader::fail(const base::Error& error) {
  stop();
  Q_EMIT problem(QString::fromStdString(error.to_text()));
}

}  // namespace ibot::ui
