// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/image/decode.h>

#include <cstdint>
#include <cstdlib>

using namespace ibot::image;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// Two programs: fuzz_jpeg and fuzz_png begin with seeds of one kind each. A file is decoded to the size that
// its header says, or refused with a message. Sizes are limited, so that the time goes into parsing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Image image;
  const std::span<const std::byte> file(reinterpret_cast<const std::byte*>(data), size);
  const DecodeLimits limits{.side = 2000, .pixels = 40'000, .file_bytes = 1 << 20};
  const auto info = probe(file, limits);
  const auto status = decode(file, image, limits);
  if (!status) {
    require(!status.error().message.empty());
    return 0;
  }
  require(info.ok() && image.width() == info->width && image.height() == info->height);
  volatile unsigned sum = 0;  // all of it can be read
  for (std::size_t i = 0; i < image.bytes(); ++i) sum = sum + image.data()[i];
  return 0;
}
