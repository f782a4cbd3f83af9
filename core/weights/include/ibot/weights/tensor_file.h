// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibot::weights {

/// Element types that are read and written. Little-endian; Bool is one byte, 0 or 1.
enum class DType : unsigned char { F64 = 1, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

/// The name in a safetensors header ("F32", "BF16", "BOOL").
IBOT_API std::string_view to_string(DType dtype);
/// The inverse of to_string; nullopt for a name that is not one of ours.
IBOT_API std::optional<DType> parse_dtype(std::string_view name);
/// Bytes of one element.
IBOT_API std::size_t item_size(DType dtype);

/// A tensor that somebody else owns: row-major, contiguous, possibly unaligned (copy the bytes, do not cast
/// them).
struct TensorView {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;   ///< empty: a scalar; a zero: no elements
  std::span<const std::byte> bytes;  ///< exactly product(shape) * item_size(dtype) bytes
};

/// product(shape) * item_size(dtype); nullopt for a negative size or a product beyond 2^63 - 1.
IBOT_API std::optional<std::int64_t> byte_size(std::span<const std::int64_t> shape, DType dtype);

/// "[2, 3, 16, 16]".
IBOT_API std::string format_shape(std::span<const std::int64_t> shape);

/// All elements as double (exact for every type but integers beyond 2^53). For tests, reports and figures.
IBOT_API std::vector<double> to_doubles(const TensorView& tensor);

/// The tensors of one file, in memory.
///
/// The file is untrusted. Everything that its header says is checked before a tensor is handed out, so that a
/// view is always within the file and as long as its shape says. Each lie has its own message
/// (ErrorCode::Corrupt); a type that this program does not read is Unsupported. The file is read, not mapped:
/// a mapped file that somebody truncates kills the process that looks at it.
///
///   IBOT_TRY(const auto file, TensorFile::open_safetensors("teacher.safetensors"));
///   if (const TensorView* bias = file.find("norm.bias")) use(*bias);
///
/// Immutable after opening, so any thread may read. Views live as long as the file object or what it was
/// moved to.
class IBOT_API TensorFile {
 public:
  static constexpr std::uint64_t kMaxFileBytes = std::uint64_t{32} << 30;
  static constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  ///< as the reference implementation

  /// Errors: those of base::read_file, OutOfMemory, Corrupt, Unsupported.
  static base::Result<TensorFile> open_safetensors(const std::filesystem::path& path);
  /// The same for a file that is in memory already.
  static base::Result<TensorFile> parse_safetensors(std::vector<std::byte> file);

  TensorFile(TensorFile&&) noexcept = default;
  TensorFile& operator=(TensorFile&&) noexcept = default;
  TensorFile(const TensorFile&) = delete;  // Views point into the bytes.
  TensorFile& operator=(const TensorFile&) = delete;

  /// Sorted by name.
  const std::vector<TensorView>& tensors() const { return tensors_; }
  /// nullptr if there is none of that name.
  const TensorView* find(std::string_view name) const;
  /// The texts of `__metadata__`.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  TensorFile() = default;
  std::vector<std::byte> file_;
  std::vector<TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// Writes a safetensors file that appears whole or not at all (base::AtomicFile). The same tensors give the
/// same bytes in whatever order they come: widest elements first, then by name, so that all are aligned; data
/// start at a multiple of 64 bytes.
///
/// Errors: InvalidArgument (a name twice, the reserved name `__metadata__`, bytes that do not fit the shape,
/// a text that is not UTF-8), and those of base::AtomicFile.
IBOT_API base::Status write_safetensors(const std::filesystem::path& path,
                                        std::span<const TensorView> tensors,
                                        const std::map<std::string, std::string>& metadata = {});

}  // namespace ibot::weights
