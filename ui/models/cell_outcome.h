// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QJsonObject;

namespace ibot::ui {

class Record;

/// What will be done with one cell of an ablation, in words.
struct CellOutcome {
  QString words;  ///< short, for a column
  QString whole;  ///< with the id of the run that it is about
};

/// `cell`: one of "cells" in what `ibot matrix --json` says.
CellOutcome outcome_of(const QJsonObject& cell, const Record& record);

}  // namespace ibot::ui
