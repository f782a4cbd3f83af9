// SPDX-License-Identifier: GPL-3.0-or-later
#include "safetensors_header.h"

#include <ibot/base/file.h>
#include <ibot/base/text.h>
#include <ibot/weights/tensor_file.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <new>

namespace ibot::weights {
namespace {

using base::Error;
using base::ErrorCode;
using base::quote_untrusted;
using base::str;

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kDataAlignment = 64;

Error corrupt(std::string message, std::string expected = "") {
  return {ErrorCode::Corrupt, std::move(message), std::move(expected),
          "The file is damaged, incomplete, or not a safetensors file; copy or export it again"};
}

std::string tensor_text(const std::string& name) {
  return "tensor " + quote_untrusted(name);
}

// Every entry in the data, as long as its shape says, and the entries side by side without a hole or an
// overlap.
base::Status check_layout(std::vector<HeaderEntry>& entries, std::uint64_t data_bytes) {
  for (const HeaderEntry& entry : entries) {
    const std::string place = str("data_offsets [", entry.begin, ", ", entry.end, "]");
    if (entry.begin > entry.end)
      return corrupt(str(tensor_text(entry.name), ": ", place, " ends before it begins"));
    if (entry.end > data_bytes) {
      return corrupt(str(tensor_text(entry.name), ": ", place, " reaches beyond the data"),
                     str("at most ", data_bytes, ", the bytes of data in the file"));
    }
    const auto needed = byte_size(entry.shape, entry.dtype);
    if (!needed) {
      return corrupt(
          str(tensor_text(entry.name), ": the shape ", format_shape(entry.shape), " overflows 64 bits"));
    }
    if (entry.end - entry.begin != static_cast<std::uint64_t>(*needed)) {
      return corrupt(str(tensor_text(entry.name), ": ", place, " holds ", entry.end - entry.begin, " bytes"),
                     str(*needed, " bytes for ", to_string(entry.dtype), " ", format_shape(entry.shape)));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const HeaderEntry& a, const HeaderEntry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  std::uint64_t position = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const HeaderEntry& entry = entries[i];
    if (entry.begin < position) {
      return corrupt(str(tensor_text(entry.name), " begins at byte ", entry.begin, ", inside ",
                         tensor_text(entries[i - 1].name)));
    }
    if (entry.begin > position) {
      return corrupt(str("bytes ", position, " to ", entry.begin, " of the data, before ",
                         tensor_text(entry.name), ", belong to no tensor"));
    }
    position = entry.end;
  }
  if (position != data_bytes) {
    return corrupt(str(data_bytes - position, " bytes after the last tensor belong to none"));
  }
  return {};
}

// Throws nlohmann::json::exception for a text that is not UTF-8.
std::string header_text(std::span<const TensorView* const> order,
                        const std::map<std::string, std::string>& metadata) {
  std::string text = "{";
  if (!metadata.empty()) text += "\"__metadata__\":" + nlohmann::json(metadata).dump();
  std::uint64_t position = 0;
  for (const TensorView* tensor : order) {
    if (text.size() > 1) text += ',';
    const std::uint64_t end = position + tensor->bytes.size();
    text += str(nlohmann::json(tensor->name).dump(), ":{\"dtype\":\"", to_string(tensor->dtype),
                "\",\"shape\":", nlohmann::json(tensor->shape).dump(), ",\"data_offsets\":[", position, ",",
                end, "]}");
    position = end;
  }
  return text + "}";
}

}  // namespace

base::Result<TensorFile> TensorFile::open_safetensors(const std::filesystem::path& path) {
  try {
    IBOT_TRY(auto bytes, base::read_file(path, kMaxFileBytes));
    auto file = parse_safetensors(std::move(bytes));
    if (!file) return file.error().with_context(path.string());
    return file;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::OutOfMemory, "cannot read " + path.string() + ": not enough memory", "", ""};
  }
}

base::Result<TensorFile> TensorFile::parse_safetensors(std::vector<std::byte> bytes) {
  if (bytes.size() < kLengthBytes) {
    return corrupt(str("the file has ", bytes.size(), " bytes"), "at least 8, the length of the header");
  }
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), kLengthBytes);
  if (header_bytes > bytes.size() - kLengthBytes) {
    return corrupt(str("the file says that its header has ", header_bytes, " bytes, but it has ",
                       bytes.size(), " bytes in all"));
  }
  if (header_bytes > kMaxHeaderBytes) {
    return corrupt(str("the header has ", header_bytes, " bytes"), str("at most ", kMaxHeaderBytes));
  }
  const std::string_view json(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, header_bytes);
  if (json.empty() || json.front() != '{') return corrupt("the header does not begin with {");
  IBOT_TRY(Header header, parse_header(json));
  const std::uint64_t data_begin = kLengthBytes + header_bytes;
  IBOT_CHECK_OK(check_layout(header.entries, bytes.size() - data_begin));

  TensorFile file;
  file.file_ = std::move(bytes);
  const auto data = std::span<const std::byte>(file.file_).subspan(data_begin);
  file.metadata_ = std::move(header.metadata);
  file.tensors_.reserve(header.entries.size());
  for (HeaderEntry& entry : header.entries) {
    file.tensors_.push_back({std::move(entry.name), entry.dtype, std::move(entry.shape),
                             data.subspan(entry.begin, entry.end - entry.begin)});
  }
  std::sort(file.tensors_.begin(), file.tensors_.end(),
            [](const TensorView& a, const TensorView& b) { return a.name < b.name; });
  return file;
}

base::Status write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                               const std::map<std::string, std::string>& metadata) {
  std::vector<const TensorView*> order;
  for (const TensorView& tensor : tensors) {
    if (tensor.name == "__metadata__") {
      return Error{ErrorCode::InvalidArgument,
                   "cannot write a tensor named __metadata__: the name is reserved", "", ""};
    }
    const auto needed = byte_size(tensor.shape, tensor.dtype);
    if (!needed || tensor.bytes.size() != static_cast<std::uint64_t>(*needed)) {
      return Error{ErrorCode::InvalidArgument,
                   str("cannot write ", tensor_text(tensor.name), ": it has ", tensor.bytes.size(), " bytes"),
                   str("as many as ", to_string(tensor.dtype), " ", format_shape(tensor.shape), " needs"),
                   ""};
    }
    order.push_back(&tensor);
  }
  std::sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
    const std::size_t width_a = item_size(a->dtype), width_b = item_size(b->dtype);
    return width_a != width_b ? width_a > width_b : a->name < b->name;
  });

  std::vector<std::string_view> names;
  for (const TensorView* tensor : order) names.push_back(tensor->name);
  std::sort(names.begin(), names.end());
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end()) {
    return Error{ErrorCode::InvalidArgument, str("cannot write two tensors named ", quote_untrusted(*twice)),
                 "each name once", ""};
  }
  std::string json;
  try {
    json = header_text(order, metadata);
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorCode::InvalidArgument,
                 "cannot write " + path.string() + ": a name or metadata text is not UTF-8", "", ""};
  }
  json.append((kDataAlignment - (kLengthBytes + json.size()) % kDataAlignment) % kDataAlignment, ' ');

  const std::uint64_t header_bytes = json.size();
  IBOT_TRY(auto file, base::AtomicFile::create(path));
  IBOT_CHECK_OK(file.write(std::as_bytes(std::span(&header_bytes, 1))));
  IBOT_CHECK_OK(file.write(json));
  for (const TensorView* tensor : order) IBOT_CHECK_OK(file.write(tensor->bytes));
  return file.commit();
}

}  // namespace ibot::weights
