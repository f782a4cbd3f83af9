// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QSplitter;

namespace ibot::ui {

/// Keeps a splitter's sizes from one start to the next, by its object name, which must be set before.
void remember_sizes(QSplitter* splitter);

}  // namespace ibot::ui
