// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <string>
#include <string_view>

// Names come from other people's bundles and folders, and a terminal obeys control characters.
namespace ibot::base {

/// Whether a byte of UTF-8 is a control character: C0 or DEL.
IBOT_API bool is_control(unsigned char byte);
/// Whether a byte that follows 0xC2 makes a control character with it: C1, U+0080 to U+009F.
IBOT_API bool ends_c1(unsigned char byte);
/// "\u001b", which JSON reads as the same character. Below 0x100.
IBOT_API std::string escaped_character(unsigned char code);

/// The text on one line: control characters, line feeds and tabs too, as escaped_character() writes them.
IBOT_API std::string escape_control_characters(std::string_view text);

}  // namespace ibot::base
