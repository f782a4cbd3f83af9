// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/image/planes.h>

namespace ibot::image {

void interleave(const Planes& planes, Image& image) {
  image.reshape(planes.width, planes.height);
  std::uint8_t* out = image.data();
  for (std::size_t i = 0; i < planes.size(); ++i, out += Image::kChannels) {
    out[0] = planes.red()[i];
    out[1] = planes.green()[i];
    out[2] = planes.blue()[i];
  }
}

void deinterleave(const Image& image, const Planes& planes) {
  const std::uint8_t* in = image.data();
  for (std::size_t i = 0; i < planes.size(); ++i, in += Image::kChannels) {
    planes.red()[i] = in[0];
    planes.green()[i] = in[1];
    planes.blue()[i] = in[2];
  }
}

}  // namespace ibot::image
