// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>
#include <ibot/figure/picture.h>

#include <cstddef>
#include <span>
#include <string_view>

namespace ibot::figure {

/// One array of a run's probe history as colours, one pixel a patch:
///
/// - "attention_cls", [heads, rows, columns] bytes: the mean of the heads, each in its own unit, from nothing
///   (black) to the largest value, Inferno;
/// - "pca", [rows, columns, 3] bytes: three components as red, green and blue;
/// - "clusters", [rows, columns] bytes, and "prototypes", [rows, columns] int32: one colour a number, the
/// same
///   at every step (prototypes outnumber the colours, so that two may share one).
///
/// `meta_json` and `data` come out of a record and are not trusted. Errors: Corrupt (an array that is not
/// what it says), Unsupported (a kind that is not named above).
IBOT_API base::Result<Picture> draw_probe(std::string_view kind, std::string_view meta_json,
                                          std::span<const std::byte> data);

}  // namespace ibot::figure
