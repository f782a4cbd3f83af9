// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/weights/match.h>
#include <ibot/weights/tensor_file.h>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>

using namespace ibot::weights;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// Whatever is accepted keeps the promises of TensorFile; whatever is not has a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  const auto file = TensorFile::parse_safetensors({bytes, bytes + size});
  if (!file) {
    require(!file.error().message.empty());
    return 0;
  }
  std::size_t total = 0;
  for (const TensorView& tensor : file->tensors()) {
    require(tensor.bytes.size() == static_cast<std::uint64_t>(byte_size(tensor.shape, tensor.dtype).value()));
    require(file->find(tensor.name) == &tensor);
    require(to_doubles(tensor).size() == tensor.bytes.size() / item_size(tensor.dtype));
    total += tensor.bytes.size();
  }
  require(total <= size);
  const ExpectedTensor expected[]{{"cls_token", {1, 1, 2}}, {"pos_embed", {1, 5, 2}}, {"norm.weight", {2}}};
  if (const auto report = match(expected, *file, {.interpolate_positions = true})) {
    require(!report->to_text().empty());
    require(report->to_json().is_object());
    if (!report->complete()) require(!report->error().message.empty());
  }
  return 0;
}
