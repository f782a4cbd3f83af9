// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Marks what the two shared libraries offer. Everything else is hidden (-fvisibility=hidden).
#define IBOT_API __attribute__((visibility("default")))
