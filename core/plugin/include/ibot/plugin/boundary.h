// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ibot::plugin {

/// The exception in flight as an Error: an Exception's own error, what() of others. Call inside a catch block
/// only.
IBOT_API base::Error current_exception_as_error() noexcept;

/// Copies text into a plain C buffer of `capacity` bytes, cut to fit and zero-terminated.
IBOT_API void copy_text(std::string_view text, char* buffer, std::size_t capacity) noexcept;

/// Host side of the boundary: runs code of a plugin; an exception becomes the result's error, its message led
/// by `what` ("masking plugin block").
///
///   IBOT_TRY(auto strategy, stop_exceptions("masking plugin block", [&] { return factory(values); }));
template <class Body>
auto stop_exceptions(std::string_view what, Body&& body) noexcept
    -> base::Result<std::invoke_result_t<Body>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Body>>) {
      std::forward<Body>(body)();
      return {};
    } else {
      return std::forward<Body>(body)();
    }
  } catch (...) {
    return current_exception_as_error().with_context(what);
  }
}

/// Plugin side of the boundary: runs a body behind a plain C function; an exception becomes text and 1.
template <class Body>
std::int32_t stop_exceptions_c(char* reason, std::size_t capacity, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    copy_text(current_exception_as_error().to_text(), reason, capacity);
    return 1;
  }
}

}  // namespace ibot::plugin
