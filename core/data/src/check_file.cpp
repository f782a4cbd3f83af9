// SPDX-License-Identifier: GPL-3.0-or-later
#include "check_file.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/data/dataset.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace ibot::data {
namespace {

constexpr std::size_t kHead = 16 * 1024;  // holds most headers
constexpr std::size_t kTail = 8;

class OpenFile {
 public:
  // O_NONBLOCK: a pipe that took a picture's place must not hang the program.
  explicit OpenFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int descriptor() const { return descriptor_; }
  bool read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t got =
          ::pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      done += static_cast<std::size_t>(got);
    }
    return true;
  }

 private:
  int descriptor_;
};

bool ends_as_it_should(image::Format format, const std::array<std::byte, kTail>& tail) {
  if (format == image::Format::Jpeg)
    return tail[kTail - 2] == std::byte{0xff} && tail[kTail - 1] == std::byte{0xd9};
  return std::memcmp(tail.data(), "IEND", 4) == 0;
}

base::Result<image::ImageInfo> decode_whole(const std::filesystem::path& path) {
  IBOT_TRY(const std::vector<std::byte> file, base::read_file(path, Dataset::kMaximumPictureBytes));
  IBOT_TRY(const image::ImageInfo info, image::probe(file));
  image::Image picture;
  IBOT_CHECK_OK(image::decode(file, picture));
  return info;
}

}  // namespace

base::Result<image::ImageInfo> check_file(const std::filesystem::path& path) {
  const auto failed = [] { return base::error_from_errno(errno, "read the picture"); };
  const OpenFile file(path);
  struct stat status {};
  if (file.descriptor() < 0 || ::fstat(file.descriptor(), &status) != 0) return failed();
  if (!S_ISREG(status.st_mode))
    return base::Error{base::ErrorCode::Unsupported, "it is no regular file", "a picture", ""};
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::array<std::byte, kHead> head;
  const std::span<std::byte> bytes(head.data(),
                                   static_cast<std::size_t>(std::min<std::uint64_t>(size, kHead)));
  errno = EIO;
  if (!file.read_at(0, bytes)) return failed();
  const auto info = image::probe(bytes);
  if (!info) return size > kHead ? decode_whole(path) : info;
  std::array<std::byte, kTail> tail{};
  if (size < kTail || !file.read_at(size - kTail, tail) || !ends_as_it_should(info->format, tail))
    return decode_whole(path);
  return info;
}

}  // namespace ibot::data
