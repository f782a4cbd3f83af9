// SPDX-License-Identifier: GPL-3.0-or-later
#include "metric_names.h"

#include <QCoreApplication>
#include <QHash>
#include <cmath>

namespace ibot::ui {

QString metric_title(const QString& metric) {
  static const QHash<QString, const char*> titles = {
      {QStringLiteral("loss"), QT_TRANSLATE_NOOP("Metric", "Loss")},
      {QStringLiteral("cls"), QT_TRANSLATE_NOOP("Metric", "CLS loss, weighted")},
      {QStringLiteral("patch"), QT_TRANSLATE_NOOP("Metric", "Patch loss, weighted")},
      {QStringLiteral("koleo"), QT_TRANSLATE_NOOP("Metric", "KoLeo loss, weighted")},
      {QStringLiteral("acc"), QT_TRANSLATE_NOOP("Metric", "Views with the same prototype, share")},
      {QStringLiteral("teacher_entropy"),
       QT_TRANSLATE_NOOP("Metric", "Entropy of the teacher's CLS targets, nats")},
      {QStringLiteral("patch_teacher_entropy"),
       QT_TRANSLATE_NOOP("Metric", "Entropy of the teacher's patch targets, nats")},
      {QStringLiteral("lr"), QT_TRANSLATE_NOOP("Metric", "Learning rate")},
      {QStringLiteral("weight_decay"), QT_TRANSLATE_NOOP("Metric", "Weight decay")},
      {QStringLiteral("teacher_momentum"), QT_TRANSLATE_NOOP("Metric", "Teacher momentum")},
      {QStringLiteral("teacher_temp"), QT_TRANSLATE_NOOP("Metric", "Teacher temperature, CLS")},
      {QStringLiteral("patch_teacher_temp"), QT_TRANSLATE_NOOP("Metric", "Teacher temperature, patches")},
      {QStringLiteral("gradient_norm"), QT_TRANSLATE_NOOP("Metric", "Norm of the gradient")},
      {QStringLiteral("images_per_second"), QT_TRANSLATE_NOOP("Metric", "Images per second")},
      {QStringLiteral("data_wait"), QT_TRANSLATE_NOOP("Metric", "Time spent waiting for data, share")},
      {QStringLiteral("health/feature_std"), QT_TRANSLATE_NOOP("Metric", "Spread of the features, 0 to 1")},
      {QStringLiteral("health/feature_rank"), QT_TRANSLATE_NOOP("Metric", "Effective rank of the features")},
      {QStringLiteral("health/prototypes_used"), QT_TRANSLATE_NOOP("Metric", "Prototypes in use, share")},
      {QStringLiteral("health/target_entropy"),
       QT_TRANSLATE_NOOP("Metric", "Entropy of the targets, share of the largest")},
      {QStringLiteral("health/centre_norm"), QT_TRANSLATE_NOOP("Metric", "Norm of the centre")},
      {QStringLiteral("knn/top1"), QT_TRANSLATE_NOOP("Metric", "k-NN top-1, %")},
      {QStringLiteral("knn/top5"), QT_TRANSLATE_NOOP("Metric", "k-NN top-5, %")},
      {QStringLiteral("part_clusters/nmi"), QT_TRANSLATE_NOOP("Metric", "NMI of patch clusters with parts")},
      {QStringLiteral("part_clusters/projection_nmi"),
       QT_TRANSLATE_NOOP("Metric", "NMI of patch clusters with parts, after the head")},
  };
  const auto found = titles.find(metric);
  return found == titles.end() ? metric : QCoreApplication::translate("Metric", *found);
}

const QStringList& schedule_metrics() {
  static const QStringList names = {QStringLiteral("lr"), QStringLiteral("weight_decay"),
                                    QStringLiteral("teacher_momentum"), QStringLiteral("teacher_temp"),
                                    QStringLiteral("patch_teacher_temp")};
  return names;
}

bool is_occasional(const QString& metric) {
  return metric.contains(QLatin1Char('/'));
}

QString format_metric(double value) {
  if (!std::isfinite(value)) return QCoreApplication::translate("Metric", "not finite");
  const double size = std::fabs(value);
  if (size != 0 && (size < 1e-3 || size >= 1e6)) return QString::number(value, 'e', 2);
  return QString::number(value, 'f', size < 10 ? 4 : size < 1000 ? 2 : 0);
}

}  // namespace ibot::ui
