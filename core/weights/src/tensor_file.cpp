// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/weights/tensor_file.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace ibot::weights {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensors are stored little-endian and copied as they are");

struct TypeInfo {
  DType dtype;
  std::string_view name;
  std::size_t item_size;
};

constexpr std::array kTypes{
    TypeInfo{DType::F64, "F64", 8},   TypeInfo{DType::F32, "F32", 4}, TypeInfo{DType::F16, "F16", 2},
    TypeInfo{DType::BF16, "BF16", 2}, TypeInfo{DType::I64, "I64", 8}, TypeInfo{DType::I32, "I32", 4},
    TypeInfo{DType::I16, "I16", 2},   TypeInfo{DType::I8, "I8", 1},   TypeInfo{DType::U8, "U8", 1},
    TypeInfo{DType::Bool, "BOOL", 1},
};

const TypeInfo& info(DType dtype) {
  return *std::find_if(kTypes.begin(), kTypes.end(),
                       [dtype](const TypeInfo& type) { return type.dtype == dtype; });
}

double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int fraction = bits & 0x3ff;
  double magnitude = 0;
  if (exponent == 0) {
    magnitude = std::ldexp(fraction, -24);
  } else if (exponent == 0x1f) {
    magnitude = fraction == 0 ? HUGE_VAL : std::nan("");
  } else {
    magnitude = std::ldexp(fraction + 1024, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

double bfloat_to_double(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

template <class Stored, class Convert>
std::vector<double> convert_all(std::span<const std::byte> bytes, Convert convert) {
  std::vector<double> values(bytes.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = convert(stored);
  }
  return values;
}

template <class Stored>
std::vector<double> widen(std::span<const std::byte> bytes) {
  return convert_all<Stored>(bytes, [](Stored value) { return static_cast<double>(value); });
}

}  // namespace

std::string_view to_string(DType dtype) {
  return info(dtype).name;
}

std::optional<DType> parse_dtype(std::string_view name) {
  const auto* found =
      std::find_if(kTypes.begin(), kTypes.end(), [name](const TypeInfo& type) { return type.name == name; });
  if (found == kTypes.end()) return std::nullopt;
  return found->dtype;
}

std::size_t item_size(DType dtype) {
  return info(dtype).item_size;
}

std::optional<std::int64_t> byte_size(std::span<const std::int64_t> shape, DType dtype) {
  auto bytes = static_cast<std::int64_t>(item_size(dtype));
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes)) return std::nullopt;
  }
  return bytes;
}

std::string format_shape(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

std::vector<double> to_doubles(const TensorView& tensor) {
  switch (tensor.dtype) {
    case DType::F64:
      return widen<double>(tensor.bytes);
    case DType::F32:
      return widen<float>(tensor.bytes);
    case DType::F16:
      return convert_all<std::uint16_t>(tensor.bytes, half_to_double);
    case DType::BF16:
      return convert_all<std::uint16_t>(tensor.bytes, bfloat_to_double);
    case DType::I64:
      return widen<std::int64_t>(tensor.bytes);
    case DType::I32:
      return widen<std::int32_t>(tensor.bytes);
    case DType::I16:
      return widen<std::int16_t>(tensor.bytes);
    case DType::I8:
      return widen<std::int8_t>(tensor.bytes);
    case DType::U8:
    case DType::Bool:
      return widen<std::uint8_t>(tensor.bytes);
  }
  return {};
}

const TensorView* TensorFile::find(std::string_view name) const {
  const auto found =
      std::lower_bound(tensors_.begin(), tensors_.end(), name,
                       [](const TensorView& tensor, std::string_view key) { return tensor.name < key; });
  return found != tensors_.end() && found->name == name ? &*found : nullptr;
}

}  // namespace ibot::weights
