// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_survey.h"

#include "scene_drawing.h"

#include <ibot/base/text.h>
#include <ibot/data/open.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <algorithm>

namespace ibot::ui {
namespace {

// The statistics' sample: all pictures of a small data set, and a couple of thousand of a large one.
constexpr std::int64_t kSamplePictures = 2000;
constexpr std::uint64_t kSampleBytes = 64'000'000;
constexpr int kLargestCrop = 224;
constexpr qint64 kListingMillis = 100;  // between two words on how far the listing is

// Where the pictures are that the options describe.
QString place_of(const data::DataOptions& options) {
  if (options.kind == "parts") return QString::fromStdString(data::parts_folder(options).string());
  const QString path = QString::fromStdString(options.path);
  const QString split = QDir(path).filePath(QString::fromStdString(options.split));
  return !options.split.empty() && QFileInfo(split).isDir() ? split : path;
}

QString kind_of(const data::Dataset& dataset, const QString& path) {
  if (QFileInfo(path).isFile()) return QStringLiteral("list");
  if (dataset.description().starts_with("drawn scenes")) return QStringLiteral("parts");
  return dataset.class_names().empty() ? QStringLiteral("pictures") : QStringLiteral("folder");
}

DataProblem problem_of(const base::Error& error, const QString& path) {
  DataProblem problem;
  problem.what = QString::fromStdString(error.message);
  problem.hint = QString::fromStdString(error.hint);
  problem.is_gone = error.code == base::ErrorCode::NotFound;
  problem.scenes_missing = scenes_are_missing(error);
  for (const char* split : {"train", "training", "val", "valid", "validation", "test"}) {
    const QString name = QString::fromLatin1(split);
    if (QFileInfo(QDir(path).filePath(name)).isDir()) problem.splits.push_back(name);
  }
  return problem;
}

std::int64_t sample_size(const data::DatasetSummary& summary) {
  if (summary.bytes <= kSampleBytes) return summary.pictures;
  return std::min(kSamplePictures, summary.pictures);
}

// Not larger than the pictures are: enlarging them would only blur what is measured.
data::EvalOptions sample_options(const data::DatasetSummary& summary) {
  data::EvalOptions options;
  const int side = std::clamp(summary.median_shorter_side, 1, kLargestCrop);
  options.transform = {side, side};
  options.workers = 1;
  options.niceness = 5;  // a training beside it goes first
  return options;
}

}  // namespace

DataSurvey::DataSurvey(QObject* parent) : QObject(parent) {
  pool_.setMaxThreadCount(1);
}

DataSurvey::~DataSurvey() {
  stop_.request_stop();
  pool_.waitForDone();
}

void DataSurvey::cancel() {
  stop_.request_stop();
  ++job_;
  working_ = false;
}

template <class Signal>
void DataSurvey::post(quint64 job, Signal signal) {
  QMetaObject::invokeMethod(
      this,
      [this, job, signal = std::move(signal)] {
        if (job == job_) signal();
      },
      Qt::QueuedConnection);
}

void DataSurvey::open(const QString& path) {
  data::DataOptions options;
  options.path = path.toStdString();
  open(options);
}

void DataSurvey::open(const data::DataOptions& options) {
  cancel();
  stop_ = std::stop_source();
  working_ = true;
  pool_.start([this, options, job = job_, stop = stop_.get_token()] {
    const QString path = place_of(options);
    const auto refuse = [&](const base::Error& error) {
      post(job, [this, problem = problem_of(error, path)] {
        working_ = false;
        Q_EMIT refused(problem);
      });
    };
    QElapsedTimer since;
    data::ListingWatch watch{stop, [&](std::int64_t pictures) {
                               if (since.isValid() && since.elapsed() < kListingMillis) return;
                               since.start();
                               post(job, [this, pictures] { Q_EMIT listing(pictures); });
                             }};
    auto opened = data::open_dataset(options, data::IndexCache::of_user(), watch);
    if (!opened) return refuse(opened.error());
    const std::shared_ptr<const data::Dataset> dataset = std::move(*opened);
    post(job, [this, result = std::make_shared<const DataFound>(DataFound{
                         dataset, path, kind_of(*dataset, path), options})] { Q_EMIT found(result); });

    data::SummaryOptions all;
    all.probes = dataset->size();
    all.stop = stop;
    all.probed = [&](std::span<const data::PictureSize> next) {
      auto piece = std::make_shared<const std::vector<data::PictureSize>>(next.begin(), next.end());
      post(job, [this, piece = std::move(piece)] { Q_EMIT sizes(piece); });
    };
    auto summary = data::summarise(*dataset, all);
    if (!summary) return refuse(summary.error());
    auto so_far = std::make_shared<SurveyFacts>(SurveyFacts{*summary, {}});
    post(job, [this, so_far] { Q_EMIT measuring(so_far); });

    auto complete = std::make_shared<SurveyFacts>(*so_far);
    data::PictureSource source(*dataset, 0);
    std::vector<data::BadPicture> bad;
    if (auto pixels =
            data::measure_pixels(source, sample_options(*summary), sample_size(*summary), stop, &bad))
      complete->pixels = *pixels;
    data::add_unreadable(complete->summary, bad);
    post(job, [this, complete] {
      working_ = false;
      Q_EMIT facts(complete);
    });
  });
}

}  // namespace ibot::ui
