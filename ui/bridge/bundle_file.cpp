// SPDX-License-Identifier: GPL-3.0-or-later
#include "bundle_file.h"

#include <ibot/base/clock.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QPointer>
#include <QThreadPool>
#include <optional>
#include <utility>

namespace ibot::ui {
namespace {

constexpr double kTellSeconds = 0.1;

QString words(const base::Error& error) {
  QString text = QString::fromStdString(error.message);
  if (!error.expected.empty())
    text += QStringLiteral(" (expected: %1)").arg(QString::fromStdString(error.expected));
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  text += QLatin1Char('.');
  if (!error.hint.empty()) text += QStringLiteral(" %1.").arg(QString::fromStdString(error.hint));
  return text;
}

// Whether the asker is still there is looked up on its thread.
template <class Work>
void tell(const QPointer<BundleFiles>& self, Work work) {
  QMetaObject::invokeMethod(QCoreApplication::instance(), [self, work] {
    if (self) work(*self);
  });
}

}  // namespace

QString OpenedBundle::name() const {
  return QFileInfo(file).fileName();
}

QString OpenedBundle::folder() const {
  return QString::fromStdString(files.workspace().folder().string());
}

BundleFiles::BundleFiles(QObject* parent) : QObject(parent) {}

BundleFiles::~BundleFiles() {
  cancel();
}

void BundleFiles::cancel() {
  if (stop_) stop_->store(true);
  stop_.reset();
}

void BundleFiles::open(const QString& file) {
  cancel();
  stop_ = std::make_shared<std::atomic<bool>>(false);
  QThreadPool::globalInstance()->start([self = QPointer<BundleFiles>(this), file, stop = stop_] {
    std::optional<base::Stopwatch> told;
    const bundle::Progress progress = [&](std::uint64_t done, std::uint64_t total) {
      if (!told || told->seconds() > kTellSeconds) {
        told.emplace();
        const double share = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
        tell(self, [stop, share](BundleFiles& files) {
          if (files.stop_ == stop) Q_EMIT files.progressed(share);
        });
      }
      return !stop->load();
    };
    auto opened = bundle::TemporaryBundle::open(file.toStdString(), {}, progress);
    if (!opened) {
      tell(self, [stop, file, why = words(opened.error())](BundleFiles& files) {
        if (files.stop_ != stop) return;
        files.stop_.reset();
        Q_EMIT files.refused(file, why);
      });
      return;
    }
    const auto bundle = std::make_shared<OpenedBundle>(OpenedBundle{std::move(*opened), file});
    tell(self, [stop, bundle](BundleFiles& files) {
      if (files.stop_ != stop) return;
      files.stop_.reset();
      Q_EMIT files.opened(bundle);
    });
  });
}

void BundleFiles::merge(const OpenedBundlePtr& bundle, const QString& workspace) {
  QThreadPool::globalInstance()->start([self = QPointer<BundleFiles>(this), bundle, workspace] {
    const auto merge = [&]() -> base::Result<record::MergeReport> {
      IBOT_TRY(const record::Workspace target, record::Workspace::open(workspace.toStdString()));
      return record::merge_record(bundle->files.workspace(), target);
    };
    const auto report = merge();
    if (report) {
      tell(self, [bundle, workspace, said = *report](BundleFiles& files) {
        Q_EMIT files.merged(bundle, workspace, said);
      });
    } else {
      tell(self, [workspace, why = words(report.error())](BundleFiles& files) {
        Q_EMIT files.not_merged(workspace, why);
      });
    }
  });
}

}  // namespace ibot::ui
