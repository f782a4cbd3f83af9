// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts_files.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/image/encode.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

namespace ibot::data {

namespace {

constexpr std::string_view kPartialMark = ".partial-";
constexpr std::string_view kTrain = "train";
constexpr std::string_view kVal = "val";
constexpr std::string_view kMasks = "masks";

// The last bytes of a whole file: end of image; CRC of the chunk IEND.
constexpr std::array<unsigned char, 2> kJpegEnd{0xFF, 0xD9};
constexpr std::array<unsigned char, 4> kPngEnd{0xAE, 0x42, 0x60, 0x82};

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  // Closes; false with errno where the system reports a late failure.
  bool close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
  int descriptor_;
};

// After a loss of power a file may be there without its contents: its end tells.
bool is_whole(const std::filesystem::path& path, std::span<const unsigned char> end) {
  const File file(path, O_RDONLY);
  if (file.get() < 0) return false;
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  std::array<unsigned char, 4> tail{};
  const auto length = static_cast<off_t>(end.size());
  if (size < length) return false;
  if (::pread(file.get(), tail.data(), end.size(), size - length) != length) return false;
  return std::equal(end.begin(), end.end(), tail.begin());
}

// Whole or not at all, like base::AtomicFile, but synced later with all the others.
base::Status write_whole(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  const std::filesystem::path partial =
      path.string() + std::string(kPartialMark) + std::to_string(::getpid());
  const auto failed = [&](int error) -> base::Status {
    ::unlink(partial.c_str());
    return base::error_from_errno(error, base::str("write ", base::quote_untrusted(path.string(), 300)));
  };
  File file(partial, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) return failed(errno);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed(written < 0 ? errno : EIO);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (!file.close()) return failed(errno);
  if (::rename(partial.c_str(), path.c_str()) != 0) return failed(errno);
  return {};
}

base::Status make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    return base::error_from_errno(error.value(),
                                  base::str("create ", base::quote_untrusted(folder.string(), 300)));
  return {};
}

void remove_partial_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().filename().string().find(kPartialMark) != std::string::npos)
      found.push_back(entry.path());
  }
  // One that cannot be removed is in nobody's way: it has no picture's extension.
  for (const std::filesystem::path& path : found) std::filesystem::remove(path, error);
}

}  // namespace

PartsFiles::PartsFiles(std::filesystem::path folder, const PartsOptions& options)
    : folder_(std::move(folder)), options_(options) {}

base::Status PartsFiles::prepare() const {
  for (const std::filesystem::path& root : {folder_, folder_ / kMasks}) {
    for (const std::string_view split : {kTrain, kVal}) {
      for (const std::string& name : parts_class_names()) {
        const std::filesystem::path folder = root / split / name;
        IBOT_CHECK_OK(make_folder(folder));
        remove_partial_files(folder);
      }
    }
  }
  return {};
}

PartsFiles::Names PartsFiles::names_of(std::int64_t number) const {
  const bool training = number < options_.train;
  const auto in_split = static_cast<std::uint64_t>(training ? number : number - options_.train);
  Names names;
  names.index = in_split + (training ? 0 : kPartsValidationStart);
  const std::string& label =
      parts_class_names()[static_cast<std::size_t>(PartsGenerator::label(names.index))];
  const std::string digits = std::to_string(in_split);
  const std::string name = std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
  const std::filesystem::path place = std::filesystem::path(training ? kTrain : kVal) / label;
  names.picture = folder_ / place / (name + (options_.format == "png" ? ".png" : ".jpg"));
  names.mask = folder_ / kMasks / place / (name + ".png");
  return names;
}

base::Result<bool> PartsFiles::write_if_missing(const PartsGenerator& generator, std::int64_t number) const {
  const Names names = names_of(number);
  const bool png = options_.format == "png";
  const auto end = png ? std::span<const unsigned char>(kPngEnd) : std::span<const unsigned char>(kJpegEnd);
  if (is_whole(names.picture, end) && is_whole(names.mask, kPngEnd)) return false;
  const PartsScene scene = generator.draw(names.index);
  const int size = scene.picture.width();
  IBOT_CHECK_OK(write_whole(names.mask, image::encode_png_grey(scene.mask, size, size)));
  IBOT_CHECK_OK(write_whole(names.picture, png ? image::encode_png(scene.picture)
                                               : image::encode_jpeg(scene.picture, options_.jpeg_quality)));
  return true;
}

}  // namespace ibot::data
