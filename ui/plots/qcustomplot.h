// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The library's header spells Qt's keywords, which this program switches off (QT_NO_KEYWORDS).
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
