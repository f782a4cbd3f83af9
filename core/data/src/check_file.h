// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/result.h>
#include <ibot/image/decode.h>

#include <filesystem>

namespace ibot::data {

/// What a picture's header says, if the file looks whole: the header is read and the last bytes are looked
/// at; a file that does not end as its kind does is decoded to be sure. Finds what is no picture and what is
/// cut off in some ten microseconds; damage in the middle is found by decoding alone. Errors: as
/// image::decode, NotFound, PermissionDenied, OutOfSpace (above kMaximumPictureBytes), Io.
base::Result<image::ImageInfo> check_file(const std::filesystem::path& path);

}  // namespace ibot::data
