// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_error.h"

#include <ibot/base/text.h>

#include <sqlite3.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <string>

namespace ibot::record {
namespace {

using base::ErrorCode;

struct Meaning {
  ErrorCode code;
  const char* reason;
  const char* hint;
};

constexpr Meaning kDiskFull{ErrorCode::OutOfSpace, "the disk or quota is full",
                            "Free some space; everything that was committed before is intact"};
constexpr Meaning kDamaged{
    ErrorCode::Corrupt, "the database is damaged",
    "Checkpoints and logs of the runs lie in files of their own and are not affected. "
    "Put the record back from a copy, or move it and the files beside it whose names begin "
    "like its own aside to begin a new one; `sqlite3 FILE .recover` saves what is "
    "readable"};

// What the system said is often overwritten by the time SQLite reports it, so the disk is asked as well.
bool is_full(int system_error, const std::string& file) {
  if (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG) return true;
  struct statvfs info {};
  constexpr std::uint64_t kTooLittle = 256 << 10;  // less than one commit may need
  return ::statvfs(file.c_str(), &info) == 0 && info.f_blocks > 0 &&
         info.f_bavail * info.f_frsize < kTooLittle;
}

Meaning meaning_of(int code, int system_error, const std::string& file) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return kDiskFull;
    case SQLITE_IOERR:
      if (is_full(system_error, file)) return kDiskFull;
      if (code == SQLITE_IOERR_CORRUPTFS) return kDamaged;
      if (code == SQLITE_IOERR_NOMEM) return {ErrorCode::OutOfMemory, "there is not enough memory", ""};
      return {ErrorCode::Io, "the system reported an error while reading or writing",
              "Look at the disk (dmesg, smartctl); what was committed before is kept"};
    case SQLITE_CORRUPT:
      return kDamaged;
    case SQLITE_NOTADB:
      return {ErrorCode::Corrupt, "the file is not an SQLite database",
              "Choose another workspace folder, or move that file aside"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::Busy, "another program holds the record", "Try again in a moment"};
    case SQLITE_READONLY:
      return {ErrorCode::PermissionDenied, "the record cannot be written",
              "Check the owner and mode of the file and its folder"};
    case SQLITE_CANTOPEN:
      return {ErrorCode::PermissionDenied, "the record cannot be opened",
              "Check the owner and mode of the file and its folder"};
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::PermissionDenied, "access to the record was refused", ""};
    case SQLITE_NOMEM:
      return {ErrorCode::OutOfMemory, "there is not enough memory", ""};
    case SQLITE_TOOBIG:
      return {ErrorCode::InvalidArgument, "a value is too large for the record", ""};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::InvalidArgument, "a rule of the record forbids it", ""};
    case SQLITE_INTERRUPT:
      return {ErrorCode::Io, "the record took too long to answer and was given up",
              "The file may be damaged, or its disk very slow"};
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
      // The statements are this program's own: a table that does not fit them was tampered with.
      return {ErrorCode::Corrupt, "the tables of the record are not as expected", kDamaged.hint};
    default:
      return {ErrorCode::Internal, "the database library refused", ""};
  }
}

}  // namespace

base::Error sqlite_error(sqlite3* connection, int code, std::string_view attempted, std::string_view file) {
  const int extended = connection != nullptr ? sqlite3_extended_errcode(connection) : code;
  // The connection's code is the more precise one only while it is about the same failure.
  const int precise = (extended & 0xff) == (code & 0xff) ? extended : code;
  const int system_error = connection != nullptr ? sqlite3_system_errno(connection) : 0;
  const Meaning meaning = meaning_of(precise, system_error, std::string(file));
  std::string detail = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  // What it means comes first: the rest is for whoever repairs the file.
  return {meaning.code,
          base::str(meaning.reason, ": ", file, " (SQLite could not ", attempted, ": ",
                    base::quote_untrusted(detail, 200), ", code ", precise, ")"),
          "", meaning.hint};
}

}  // namespace ibot::record
