// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ibot::base {

/// What kind of thing went wrong, as a person who has to act on it would sort it.
/// Each kind maps to one exit code of the program `ibot` (see exit_code).
enum class ErrorCode : std::uint8_t {
  InvalidArgument = 1,  ///< a value that the caller chose is outside what is allowed
  NotFound,             ///< a file, run, plugin or name does not exist
  AlreadyExists,        ///< something of that name is there and would be overwritten
  Corrupt,              ///< data contradicts itself: cut off, lying lengths, bad checksum
  Unsupported,          ///< well formed, but of a kind or version this program does not know
  Incompatible,         ///< two things do not fit each other: shapes, versions, fingerprints
  PermissionDenied,     ///< the system refused access
  OutOfSpace,           ///< a disk, quota or size limit is full
  Io,                   ///< any other failure of reading or writing
  Busy,                 ///< held by somebody else at the moment
  Cancelled,            ///< stopped on request
  NonFinite,            ///< a loss or weight became NaN or infinite
  OutOfMemory,          ///< the machine or device has not enough memory
  Internal,             ///< a promise of this program to itself was broken: a bug
};

/// The stable lower-case name ("not_found"), for JSON and tests.
IBOT_API std::string_view to_string(ErrorCode code);

/// Exit code of `ibot` for an error: 2 usage (InvalidArgument), 3 not found, 4 bad data (Corrupt,
/// Unsupported, Incompatible, AlreadyExists), 5 system (PermissionDenied, OutOfSpace, Io, Busy, OutOfMemory),
/// 6 non-finite, 7 internal, 130 cancelled. 0 is success; 1 is never used on purpose.
IBOT_API int exit_code(ErrorCode code);

/// An expected failure: what happened, why most likely, what to do.
struct IBOT_API Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;   ///< what was attempted and what happened, with the value seen
  std::string expected;  ///< the value or condition that was expected; may be empty
  std::string hint;      ///< what the person can do; may be empty

  /// "message (expected: ...). hint", in one line.
  std::string to_text() const;

  /// The same error with "context: " before its message.
  Error with_context(std::string_view context) const;
};

/// Carries an Error through code that cannot return one: constructors called by libraries, tensor code.
/// Thrown where a failure is fatal to the run; caught at the edge of trainer, command or plugin boundary.
class IBOT_API Exception : public std::runtime_error {
 public:
  explicit Exception(Error error);
  ~Exception() override;
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

}  // namespace ibot::base
