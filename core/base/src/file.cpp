// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/file.h>
#include <ibot/base/output_target.h>
#include <ibot/base/text.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ibot::base {
namespace {

std::function<int(FileStep, const std::filesystem::path&)>& fault_hook() {
  static std::function<int(FileStep, const std::filesystem::path&)> hook;
  return hook;
}

// 0, or the errno with which the step fails.
int injected(FileStep step, const std::filesystem::path& path) {
  return fault_hook() ? fault_hook()(step, path) : 0;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Status sync_folder(const std::filesystem::path& folder, const std::filesystem::path& path) {
  if (const int error = injected(FileStep::SyncFolder, path))
    return error_from_errno(error, "sync " + folder.string());
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return error_from_errno(errno, "open folder " + folder.string());
  // Some file systems refuse to sync a folder (EINVAL); the rename itself is done by then.
  if (::fsync(fd.get()) != 0 && errno != EINVAL) return error_from_errno(errno, "sync " + folder.string());
  return {};
}

}  // namespace

namespace {

// A folder that is missing is none that was asked for: the system refuses to write there.
Error error_of_writing(int error_number, std::string_view attempted, const std::filesystem::path& path) {
  Error error = error_from_errno(error_number, attempted);
  if (error.code != ErrorCode::NotFound) return error;
  error.code = ErrorCode::Io;
  if (path.has_parent_path())
    error.hint = "Make the folder " + path.parent_path().string() + " first, or write elsewhere";
  return error;
}

}  // namespace

Error error_from_errno(int error_number, std::string_view attempted) {
  ErrorCode code = ErrorCode::Io;
  std::string hint;
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      code = ErrorCode::NotFound;
      break;
    case EACCES:
    case EPERM:
      code = ErrorCode::PermissionDenied;
      break;
    case EROFS:
      code = ErrorCode::PermissionDenied;
      hint = "The file system is read-only";
      break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      code = ErrorCode::OutOfSpace;
      hint = "Free some space or choose another folder; what was written before is intact";
      break;
    case ENOMEM:
      code = ErrorCode::OutOfMemory;
      break;
    default:
      break;
  }
  return {code, str("cannot ", attempted, ": ", std::strerror(error_number)), "", hint};
}

void set_file_fault_hook(std::function<int(FileStep, const std::filesystem::path&)> hook) {
  fault_hook() = std::move(hook);
}

Result<std::vector<std::byte>> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return error_from_errno(errno, "open " + path.string());
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return error_from_errno(errno, "inspect " + path.string());
  if (!S_ISREG(info.st_mode)) {
    return Error{ErrorCode::InvalidArgument, "cannot read " + path.string() + ": it is not a regular file",
                 "", ""};
  }
  if (static_cast<std::uint64_t>(info.st_size) > limit) {
    return Error{ErrorCode::OutOfSpace,
                 str("cannot read ", path.string(), ": it has ",
                     format_bytes(static_cast<std::uint64_t>(info.st_size))),
                 "at most " + format_bytes(limit), ""};
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(fd.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return error_from_errno(errno, "read " + path.string());
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  bytes.resize(done);
  return bytes;
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::uint64_t limit) {
  IBOT_TRY(const auto bytes, read_file(path, limit));
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Status remove_file(const std::filesystem::path& path) {
  if (const int error = injected(FileStep::Remove, path))
    return error_from_errno(error, "delete " + path.string());
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return error_from_errno(errno, "delete " + path.string());
  return {};
}

struct AtomicFile::State {
  std::filesystem::path path;
  std::filesystem::path partial;  // empty: written in place
  int fd = -1;

  ~State() {
    if (fd < 0) return;
    ::close(fd);
    if (!partial.empty()) ::unlink(partial.c_str());
  }
};

AtomicFile::AtomicFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
AtomicFile::AtomicFile(AtomicFile&&) noexcept = default;
AtomicFile& AtomicFile::operator=(AtomicFile&&) noexcept = default;
AtomicFile::~AtomicFile() = default;

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& path) {
  static std::atomic<unsigned> counter{0};
  IBOT_TRY(const OutputTarget target, output_target(path));
  auto state = std::make_unique<State>();
  state->path = target.path;
  if (const int error = injected(FileStep::Create, path))
    return error_from_errno(error, "create " + path.string());
  if (target.in_place) {
    state->fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (state->fd < 0) return error_of_writing(errno, "write " + path.string(), path);
    return AtomicFile(std::move(state));
  }
  state->partial = target.path;
  state->partial += str(".partial-", ::getpid(), "-", counter++);
  state->fd = ::open(state->partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (state->fd < 0) return error_of_writing(errno, "create " + path.string(), path);
  return AtomicFile(std::move(state));
}

Status AtomicFile::write(std::span<const std::byte> bytes) {
  if (const int error = injected(FileStep::Write, state_->path)) {
    return error_from_errno(error, "write " + state_->path.string());
  }
  while (!bytes.empty()) {
    const ssize_t n = ::write(state_->fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return error_from_errno(errno, "write " + state_->path.string());
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Status AtomicFile::write(std::string_view text) {
  return write(std::as_bytes(std::span(text)));
}

Status AtomicFile::commit() {
  if (state_->partial.empty()) {
    // Pipes and most devices have nothing to sync; what a device could not take, write() has said.
    const int fd = std::exchange(state_->fd, -1);
    if (::close(fd) != 0) return error_from_errno(errno, "write " + state_->path.string());
    return {};
  }
  if (const int error = injected(FileStep::Sync, state_->path)) {
    return error_from_errno(error, "sync " + state_->path.string());
  }
  if (::fsync(state_->fd) != 0) return error_from_errno(errno, "sync " + state_->path.string());
  if (const int error = injected(FileStep::Rename, state_->path)) {
    return error_from_errno(error, "rename to " + state_->path.string());
  }
  if (::rename(state_->partial.c_str(), state_->path.c_str()) != 0) {
    return error_of_writing(errno, "write " + state_->path.string(), state_->path);
  }
  ::close(state_->fd);
  state_->fd = -1;
  const auto folder =
      state_->path.has_parent_path() ? state_->path.parent_path() : std::filesystem::path(".");
  return sync_folder(folder, state_->path);
}

Status write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  IBOT_TRY(auto file, AtomicFile::create(path));
  IBOT_CHECK_OK(file.write(bytes));
  return file.commit();
}

Status write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  return write_file_atomically(path, std::as_bytes(std::span(text)));
}

}  // namespace ibot::base
