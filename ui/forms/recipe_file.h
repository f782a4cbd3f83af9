// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "configuration.h"

#include <QString>
#include <QTemporaryDir>

namespace ibot::ui {

/// A file that says what the window says: what the program is given. The recipe itself where it was not
/// changed; otherwise the whole resolved configuration in a folder of its own, removed with this object.
/// Thread: the window's; a few kilobytes are written.
class RecipeFile final {
 public:
  /// Errors: InvalidArgument (the configuration has mistakes), those of writing.
  base::Result<QString> write(const Configuration& configuration);

 private:
  QTemporaryDir folder_;
  int number_ = 0;
};

}  // namespace ibot::ui
