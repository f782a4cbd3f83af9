// SPDX-License-Identifier: GPL-3.0-or-later
#include "output_problem.h"

#include <ibot/record/output_file.h>

namespace ibot::ui {

QString output_problem(const QString& path) {
  const base::Status allowed = record::check_output_path(path.toStdString());
  return allowed ? QString() : QString::fromStdString(allowed.error().to_text());
}

}  // namespace ibot::ui
