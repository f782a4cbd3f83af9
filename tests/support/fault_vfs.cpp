// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/random.h>
#include <ibot/test/fault_vfs.h>

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace ibot::test {
namespace {

constexpr std::size_t kSector = 512;

enum class Needs : std::uint8_t { Space = 1, Nothing };

struct PendingWrite {
  std::size_t offset;
  std::vector<char> bytes;
};

// What a file holds for good, and what was written or cut off since.
struct Durability {
  std::vector<char> synced;
  std::vector<PendingWrite> pending;
  std::optional<std::size_t> truncated_to;
};

std::vector<char> contents(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::vector<char> bytes(error ? 0 : size);
  std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

}  // namespace

struct FaultVfs::State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  std::map<std::string, Durability> files;
  std::int64_t count = 0;
  std::int64_t strike_at = -1;
  Fault fault = Fault::NoSpace;
  Lasting lasting = Lasting::Once;
  bool struck = false;

  // The fault that the operation about to happen meets, if any.
  std::optional<Fault> next(Needs needs) {
    const std::int64_t now = count++;
    if (strike_at < 0 || now < strike_at) return std::nullopt;
    if (now > strike_at && lasting == Lasting::Once && fault != Fault::Death) return std::nullopt;
    if (needs == Needs::Nothing && (fault == Fault::NoSpace || fault == Fault::ShortWrite))
      return std::nullopt;
    if (fault == Fault::Kill) static_cast<void>(std::raise(SIGKILL));
    struck = true;
    return fault;
  }
};

namespace {

using State = FaultVfs::State;

// What SQLite sees as its open file; the real one lies behind it in the same allocation.
struct File {
  sqlite3_file head;
  State* state;
  const std::string* path;  // owned by State::files; null for temporary files
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  Durability* durability() { return path != nullptr ? &state->files[*path] : nullptr; }
};

File* as_file(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}

State* as_state(sqlite3_vfs* vfs) {
  return static_cast<State*>(vfs->pAppData);
}

// Sets errno as the system would: SQLite asks for it to tell a full disk from a broken one.
int failure(Fault fault, int io_code) {
  errno = fault == Fault::NoSpace || fault == Fault::ShortWrite ? ENOSPC : EIO;
  return io_code;
}

int write(sqlite3_file* handle, const void* data, int size, sqlite3_int64 offset) {
  File* file = as_file(handle);
  const auto fault = file->state->next(Needs::Space);
  int survives = size;
  if (fault) survives = *fault == Fault::ShortWrite ? size / 2 : 0;
  if (survives > 0) {
    if (Durability* durability = file->durability()) {
      const char* bytes = static_cast<const char*>(data);
      durability->pending.push_back({static_cast<std::size_t>(offset), {bytes, bytes + survives}});
    }
    const int code = file->real()->pMethods->xWrite(file->real(), data, survives, offset);
    if (code != SQLITE_OK) return code;
  }
  if (!fault) return SQLITE_OK;
  const bool full = *fault == Fault::NoSpace || *fault == Fault::ShortWrite;
  return failure(*fault, full ? SQLITE_FULL : SQLITE_IOERR_WRITE);
}

int truncate(sqlite3_file* handle, sqlite3_int64 size) {
  File* file = as_file(handle);
  if (const auto fault = file->state->next(Needs::Nothing)) return failure(*fault, SQLITE_IOERR_TRUNCATE);
  if (Durability* durability = file->durability()) durability->truncated_to = static_cast<std::size_t>(size);
  return file->real()->pMethods->xTruncate(file->real(), size);
}

int sync(sqlite3_file* handle, int) {
  File* file = as_file(handle);
  if (const auto fault = file->state->next(Needs::Nothing)) return failure(*fault, SQLITE_IOERR_FSYNC);
  if (Durability* durability = file->durability()) *durability = {contents(*file->path), {}, {}};
  return SQLITE_OK;
}

int close(sqlite3_file* handle) {
  File* file = as_file(handle);
  return file->real()->pMethods->xClose(file->real());
}

int map_shared(sqlite3_file* handle, int page, int page_size, int extend, void volatile** out) {
  File* file = as_file(handle);
  if (extend != 0) {
    if (const auto fault = file->state->next(Needs::Space)) return failure(*fault, SQLITE_IOERR_SHMSIZE);
  }
  return file->real()->pMethods->xShmMap(file->real(), page, page_size, extend, out);
}

template <auto Method, class... Args>
int pass(sqlite3_file* handle, Args... args) {
  File* file = as_file(handle);
  return (file->real()->pMethods->*Method)(file->real(), args...);
}

constexpr sqlite3_io_methods make_methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 2;
  methods.xClose = close;
  methods.xRead = pass<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>;
  methods.xWrite = write;
  methods.xTruncate = truncate;
  methods.xSync = sync;
  methods.xFileSize = pass<&sqlite3_io_methods::xFileSize, sqlite3_int64*>;
  methods.xLock = pass<&sqlite3_io_methods::xLock, int>;
  methods.xUnlock = pass<&sqlite3_io_methods::xUnlock, int>;
  methods.xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock, int*>;
  methods.xFileControl = pass<&sqlite3_io_methods::xFileControl, int, void*>;
  methods.xSectorSize = pass<&sqlite3_io_methods::xSectorSize>;
  methods.xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>;
  methods.xShmMap = map_shared;
  methods.xShmLock = pass<&sqlite3_io_methods::xShmLock, int, int, int>;
  methods.xShmBarrier = [](sqlite3_file* handle) {
    as_file(handle)->real()->pMethods->xShmBarrier(as_file(handle)->real());
  };
  methods.xShmUnmap = pass<&sqlite3_io_methods::xShmUnmap, int>;
  return methods;
}

constexpr sqlite3_io_methods kMethods = make_methods();

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* handle, int flags, int* out_flags) {
  State* state = as_state(vfs);
  File* file = new (handle) File{};
  file->state = state;
  int exists = 0;
  if (name != nullptr) state->real->xAccess(state->real, name, SQLITE_ACCESS_EXISTS, &exists);
  if (exists == 0 && (flags & SQLITE_OPEN_CREATE) != 0) {
    if (const auto fault = state->next(Needs::Space)) return failure(*fault, SQLITE_CANTOPEN);
  }
  const int code = state->real->xOpen(state->real, name, file->real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  file->head.pMethods = &kMethods;
  if (name != nullptr) {
    const auto [found, fresh] = state->files.try_emplace(name);
    if (fresh) found->second.synced = contents(name);
    file->path = &found->first;
  }
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  State* state = as_state(vfs);
  if (const auto fault = state->next(Needs::Nothing)) return failure(*fault, SQLITE_IOERR_DELETE);
  // Kept under its name: an open file may still point to it.
  if (const auto found = state->files.find(name); found != state->files.end()) found->second = {};
  static_cast<void>(sync_folder);
  return state->real->xDelete(state->real, name, 0);
}

}  // namespace

FaultVfs::FaultVfs() : state_(std::make_unique<State>()) {
  state_->real = sqlite3_vfs_find(nullptr);
  assert(std::strcmp(state_->real->zName, "ibot-fault") != 0 && "one FaultVfs at a time");
  sqlite3_vfs& vfs = state_->vfs;
  vfs = *state_->real;  // all that is not replaced below ignores its first argument
  vfs.pNext = nullptr;
  vfs.zName = "ibot-fault";
  vfs.pAppData = state_.get();
  vfs.szOsFile = static_cast<int>(sizeof(File)) + state_->real->szOsFile;
  vfs.xOpen = open;
  vfs.xDelete = remove;
  sqlite3_vfs_register(&vfs, 1);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
  sqlite3_vfs_register(state_->real, 1);
}

void FaultVfs::arm(Fault fault, std::int64_t after_operations, Lasting lasting) {
  state_->fault = fault;
  state_->strike_at = after_operations;
  state_->lasting = lasting;
  state_->count = 0;
  state_->struck = false;
}

void FaultVfs::disarm() {
  state_->strike_at = -1;
}

std::int64_t FaultVfs::operations() const {
  return state_->count;
}

bool FaultVfs::struck() const {
  return state_->struck;
}

void FaultVfs::power_cut(const std::filesystem::path& folder, std::uint64_t seed) {
  std::uint64_t index = 0;
  for (auto& [path, durability] : state_->files) {
    base::RandomStream chance(seed, base::Purpose::Test, 0, index++);
    if (std::filesystem::path(path).parent_path() != folder || !std::filesystem::exists(path)) continue;
    std::vector<char> left = durability.synced;
    for (const PendingWrite& pending : durability.pending) {
      // Disks write sectors whole, in any order.
      for (std::size_t begin = 0; begin < pending.bytes.size();) {
        const std::size_t sector_end = ((pending.offset + begin) / kSector + 1) * kSector - pending.offset;
        const std::size_t end = std::min(sector_end, pending.bytes.size());
        if (chance.chance(0.5)) {
          if (left.size() < pending.offset + end) left.resize(pending.offset + end);
          std::copy(pending.bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                    pending.bytes.begin() + static_cast<std::ptrdiff_t>(end),
                    left.begin() + static_cast<std::ptrdiff_t>(pending.offset + begin));
        }
        begin = end;
      }
    }
    if (durability.truncated_to && chance.chance(0.5)) {
      left.resize(std::min(left.size(), *durability.truncated_to));
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(left.data(), static_cast<std::streamsize>(left.size()));
  }
  // The index of the log lives in memory and is made anew.
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().ends_with("-shm")) std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace ibot::test
