// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/error.h>

namespace ibot::base {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "invalid_argument";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::AlreadyExists:
      return "already_exists";
    case ErrorCode::Corrupt:
      return "corrupt";
    case ErrorCode::Unsupported:
      return "unsupported";
    case ErrorCode::Incompatible:
      return "incompatible";
    case ErrorCode::PermissionDenied:
      return "permission_denied";
    case ErrorCode::OutOfSpace:
      return "out_of_space";
    case ErrorCode::Io:
      return "io";
    case ErrorCode::Busy:
      return "busy";
    case ErrorCode::Cancelled:
      return "cancelled";
    case ErrorCode::NonFinite:
      return "non_finite";
    case ErrorCode::OutOfMemory:
      return "out_of_memory";
    case ErrorCode::Internal:
      return "internal";
  }
  return "internal";
}

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return 2;
    case ErrorCode::NotFound:
      return 3;
    case ErrorCode::Corrupt:
    case ErrorCode::Unsupported:
    case ErrorCode::Incompatible:
    case ErrorCode::AlreadyExists:
      return 4;
    case ErrorCode::PermissionDenied:
    case ErrorCode::OutOfSpace:
    case ErrorCode::Io:
    case ErrorCode::Busy:
    case ErrorCode::OutOfMemory:
      return 5;
    case ErrorCode::NonFinite:
      return 6;
    case ErrorCode::Cancelled:
      return 130;
    case ErrorCode::Internal:
      return 7;
  }
  return 7;
}

std::string Error::to_text() const {
  std::string text = message;
  if (!expected.empty()) text += " (expected: " + expected + ")";
  if (!hint.empty()) text += ". " + hint;
  return text;
}

Error Error::with_context(std::string_view context) const {
  Error copy = *this;
  copy.message = std::string(context) + ": " + message;
  return copy;
}

Exception::Exception(Error error) : std::runtime_error(error.to_text()), error_(std::move(error)) {}
Exception::~Exception() = default;

}  // namespace ibot::base
