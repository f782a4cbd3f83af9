// SPDX-License-Identifier: GPL-3.0-or-later
// A full disk for programs that are not built for tests: while this library is preloaded, nothing can be
// written at a place of a file, which is how SQLite writes.
#include <unistd.h>

#include <cerrno>

extern "C" __attribute__((visibility("default"))) ssize_t pwrite64(int /*file*/, const void* /*bytes*/,
                                                                   size_t /*count*/, off64_t /*place*/) {
  errno = ENOSPC;
  return -1;
}

extern "C" __attribute__((visibility("default"))) ssize_t pwrite(int /*file*/, const void* /*bytes*/,
                                                                 size_t /*count*/, off_t /*place*/) {
  errno = ENOSPC;
  return -1;
}
