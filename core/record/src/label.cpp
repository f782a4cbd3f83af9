// SPDX-License-Identifier: GPL-3.0-or-later
#include "label.h"

#include <ibot/base/text.h>

namespace ibot::record {
namespace {

bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    // U+0080 to U+009F in UTF-8: some terminals obey them too.
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

}  // namespace

base::Status check_label(std::string_view text, std::string_view what) {
  if (!has_control_character(text)) return {};
  return base::Error{base::ErrorCode::InvalidArgument,
                     base::str("a ", what, " cannot hold control characters: ", base::quote_untrusted(text)),
                     "one line of text", ""};
}

}  // namespace ibot::record
