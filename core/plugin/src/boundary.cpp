// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/plugin/boundary.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

namespace ibot::plugin {

base::Error current_exception_as_error() noexcept {
  // A foreign exception's text may be anything: it is quoted, and kept short.
  constexpr std::size_t kLongestText = 500;
  try {
    throw;
  } catch (const base::Exception& exception) {
    return exception.error();
  } catch (const std::bad_alloc&) {
    return {base::ErrorCode::OutOfMemory, "not enough memory", "", ""};
  } catch (const std::exception& exception) {
    return {base::ErrorCode::Internal,
            "an exception was thrown: " + base::quote_untrusted(exception.what(), kLongestText), "", ""};
  } catch (...) {
    return {base::ErrorCode::Internal, "an exception of unknown type was thrown", "", ""};
  }
}

void copy_text(std::string_view text, char* buffer, std::size_t capacity) noexcept {
  if (buffer == nullptr || capacity == 0) return;
  const std::size_t length = std::min(text.size(), capacity - 1);
  std::memcpy(buffer, text.data(), length);
  buffer[length] = '\0';
}

}  // namespace ibot::plugin
