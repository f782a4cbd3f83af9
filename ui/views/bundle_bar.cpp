// SPDX-License-Identifier: GPL-3.0-or-later
#include "bundle_bar.h"

#include <ibot/base/text.h>

#include <ui/widgets/parts.h>

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <cmath>
#include <utility>

namespace ibot::ui {
namespace {

constexpr int kSteps = 1000;
// The record's thread closes what it reads in its own time; then the folder of a bundle goes.
constexpr int kLeaveMillis = 1000;

}  // namespace

BundleBar::BundleBar(Record& record, QWidget* parent)
    : QFrame(parent), record_(record), files_(new BundleFiles(this)) {
  setObjectName(QStringLiteral("bundle_bar"));
  setProperty("role", "banner");
  set_style_property(this, "level", QStringLiteral("info"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(metrics::kMedium, metrics::kSmall, metrics::kMedium, metrics::kSmall);
  layout->setSpacing(metrics::kSmall);
  words_ = make_label({});
  words_->setObjectName(QStringLiteral("bundle_words"));
  words_->setTextFormat(Qt::PlainText);
  words_->setWordWrap(true);
  layout->addWidget(words_, 1);
  progress_ = new QProgressBar;
  progress_->setObjectName(QStringLiteral("bundle_progress"));
  progress_->setAccessibleName(tr("How much of the bundle is checked"));
  progress_->setRange(0, kSteps);
  progress_->setFixedWidth(200);
  progress_->setTextVisible(false);
  layout->addWidget(progress_);
  const auto add = [layout](const char* name, const QString& text) {
    QPushButton* button = make_button(text);
    button->setObjectName(QString::fromLatin1(name));
    layout->addWidget(button);
    return button;
  };
  cancel_ = add("bundle_cancel", tr("Cancel"));
  beside_ = add("bundle_beside", {});
  merge_ = add("bundle_merge", {});
  close_ = add("bundle_close", tr("Leave the bundle"));
  connect(cancel_, &QPushButton::clicked, this, [this] {
    files_->cancel();
    checking_.clear();
    refresh();
  });
  connect(merge_, &QPushButton::clicked, this, [this] {
    if (before_.isEmpty()) {
      Q_EMIT target_wanted();
    } else {
      merge_into(before_);
    }
  });
  connect(beside_, &QPushButton::clicked, this, &BundleBar::leave_for_comparison);
  connect(close_, &QPushButton::clicked, this, [this] { Q_EMIT workspace_wanted(before_); });

  connect(files_, &BundleFiles::progressed, this,
          [this](double share) { progress_->setValue(static_cast<int>(std::lround(share * kSteps))); });
  connect(files_, &BundleFiles::opened, this, [this](const OpenedBundlePtr& bundle) {
    checking_.clear();
    if (std::exchange(wanted_beside_, false)) {
      refresh();
      Q_EMIT beside(bundle);
      return;
    }
    // From one bundle to another the workspace before both is what one comes back to.
    if (!shown_) before_ = record_.folder();
    QTimer::singleShot(kLeaveMillis, [kept = std::exchange(bundle_, bundle)] {});
    shown_ = false;
    Q_EMIT workspace_wanted(bundle->folder());
    refresh();
  });
  connect(files_, &BundleFiles::refused, this, [this](const QString& file, const QString& why) {
    checking_.clear();
    refresh();
    Q_EMIT refused(tr("%1 was not opened. %2").arg(QFileInfo(file).fileName(), why));
  });
  connect(files_, &BundleFiles::merged, this,
          [this](const OpenedBundlePtr& bundle, const QString& workspace, const record::MergeReport& report) {
            merging_ = false;
            to_tell_ = [this, name = bundle->name(), report] { Q_EMIT merged(name, report); };
            target_ = QDir::cleanPath(workspace);
            refresh();
            if (record_.folder() == target_) return tell_merged(target_);
            Q_EMIT workspace_wanted(target_);
          });
  connect(files_, &BundleFiles::not_merged, this, [this](const QString& workspace, const QString& why) {
    merging_ = false;
    refresh();
    Q_EMIT refused(tr("Nothing was merged into %1. %2").arg(QFileInfo(workspace).fileName(), why));
  });
  connect(&record, &Record::opened, this, &BundleBar::workspace_opened);
  connect(&record, &Record::closed, this, &BundleBar::leave);
  refresh();
}

void BundleBar::open_beside(const QString& file) {
  open(file);
  wanted_beside_ = true;
}

void BundleBar::leave_for_comparison() {
  if (!shown_ || before_.isEmpty()) return;
  to_tell_ = [this, bundle = bundle_] { Q_EMIT beside(bundle); };
  target_ = before_;
  Q_EMIT workspace_wanted(before_);
}

void BundleBar::open(const QString& file) {
  wanted_beside_ = false;
  checking_ = QFileInfo(file).fileName();
  progress_->setValue(0);
  files_->open(file);
  refresh();
}

void BundleBar::merge_into(const QString& workspace) {
  if (!shown_ || merging_) return;
  merging_ = true;
  target_ = workspace;
  files_->merge(bundle_, workspace);
  refresh();
}

void BundleBar::workspace_opened(const QString& folder) {
  const bool was = shown_;
  shown_ = bundle_ && folder == bundle_->folder();
  if (!shown_ && was) leave();
  refresh();
  if (was != shown_) Q_EMIT changed();
  tell_merged(folder);
}

void BundleBar::tell_merged(const QString& folder) {
  if (!to_tell_ || folder != target_) return;
  // After everybody else has heard that it is open.
  QTimer::singleShot(0, this, std::exchange(to_tell_, nullptr));
}

void BundleBar::leave() {
  if (!shown_) return refresh();
  shown_ = false;
  QTimer::singleShot(kLeaveMillis, [kept = std::exchange(bundle_, nullptr)] {});
  refresh();
  Q_EMIT changed();
}

void BundleBar::refresh() {
  const bool checking = !checking_.isEmpty();
  setVisible(checking || shown_ || merging_);
  progress_->setVisible(checking);
  cancel_->setVisible(checking);
  merge_->setVisible(shown_ && !checking);
  beside_->setVisible(shown_ && !checking && !before_.isEmpty());
  close_->setVisible(shown_ && !checking);
  merge_->setEnabled(!merging_);
  beside_->setEnabled(!merging_);
  close_->setEnabled(!merging_);
  if (checking) return words_->setText(tr("Checking every file of %1\u2026").arg(checking_));
  if (merging_)
    return words_->setText(tr("Taking the runs over into %1\u2026").arg(QFileInfo(target_).fileName()));
  if (!shown_) return;
  const bundle::Manifest& manifest = bundle_->files.manifest();
  const QString title = QString::fromStdString(base::quote_untrusted(manifest.title));
  QString text =
      tr("%1, %2 of %3: %4, opened as a workspace by itself that is only read. Every hash is right; "
         "the hashes tell damage, not who made it.")
          .arg(bundle_->name(), title, QString::fromStdString(manifest.created).left(10),
               bundle_->runs() == 1 ? tr("one run") : tr("%1 runs").arg(bundle_->runs()));
  const QString place = QFileInfo(before_).fileName();
  text += QLatin1Char(' ') + (before_.isEmpty()
                                  ? tr("Merge it into a workspace to compare its runs with those there.")
                                  : tr("Its runs can be compared with those of %1 as they are, or be taken "
                                       "over.")
                                        .arg(place));
  words_->setText(text);
  beside_->setText(tr("Compare with %1").arg(place));
  beside_->setToolTip(
      tr("Goes back to %1 and compares its runs with these; nothing is taken over.").arg(place));
  merge_->setText(before_.isEmpty() ? tr("Merge into\u2026") : tr("Merge into %1").arg(place));
  merge_->setToolTip(
      tr("Takes its runs over with all that was recorded of them. Runs that are there stay as "
         "they are; what was added can be put into the trash afterwards."));
  close_->setToolTip(before_.isEmpty() ? tr("Closes it; the file stays where it is.")
                                       : tr("Back to %1; the file stays where it is.").arg(place));
}

}  // namespace ibot::ui
