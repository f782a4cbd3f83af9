// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe_file.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>

namespace ibot::ui {

base::Result<QString> RecipeFile::write(const Configuration& configuration) {
  const auto& plan = configuration.result().plan;
  if (!plan) {
    return base::Error{base::ErrorCode::InvalidArgument, "the configuration has mistakes", "",
                       "They are listed below the form"};
  }
  if (!configuration.file().empty() && !configuration.is_changed())
    return QString::fromStdString(configuration.file().string());
  if (!folder_.isValid())
    return base::Error{base::ErrorCode::Io, "a temporary folder cannot be made", "", "Is the disk full?"};
  // A new file each time: a child may still read the last one.
  const std::string stem = configuration.file().empty() ? "recipe" : configuration.file().stem().string();
  const std::string name = base::str(stem, "-edited-", ++number_, ".yaml");
  const QString path = folder_.filePath(QString::fromStdString(name));
  IBOT_CHECK_OK(base::write_file_atomically(path.toStdString(), std::string_view(plan->to_yaml())));
  return path;
}

}  // namespace ibot::ui
