// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/test/pretended_cuda.h>

#include <ATen/EmptyTensor.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/resize_native.h>
#include <ATen/ops/set_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <cstdlib>
#include <cstring>

namespace ibot::test {
namespace {

constexpr c10::DeviceType kType = c10::DeviceType::CUDA;
const c10::Device kDevice(kType, 0);

// What a tensor says of its address leads nowhere, as that of a GPU does for the processor: whoever reads it
// directly is stopped.
constexpr std::uintptr_t kElsewhere = std::uintptr_t{1} << 62U;

void* away(void* memory) {
  return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(memory) ^ kElsewhere);
}

void release(void* memory) {
  std::free(memory);
}

struct HostAllocator final : c10::Allocator {
  c10::DataPtr allocate(std::size_t bytes) override {
    void* memory = bytes == 0 ? nullptr : std::aligned_alloc(64, (bytes + 63) / 64 * 64);
    return {memory == nullptr ? nullptr : away(memory), memory, &release, kDevice};
  }
  // Context and address differ, so that no raw pointer can be given back.
  c10::DeleterFnPtr raw_deleter() const override { return nullptr; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    std::memcpy(away(to), away(const_cast<void*>(from)), bytes);
  }
};

HostAllocator& allocator() {
  static HostAllocator instance;
  return instance;
}

struct Guard final : c10::impl::DeviceGuardImplInterface {
  c10::DeviceType type() const override { return kType; }
  c10::Device exchangeDevice(c10::Device) const override { return kDevice; }
  c10::Device getDevice() const override { return kDevice; }
  void setDevice(c10::Device) const override {}
  void uncheckedSetDevice(c10::Device) const noexcept override {}
  c10::Stream getStream(c10::Device) const noexcept override { return stream(); }
  c10::Stream getDefaultStream(c10::Device) const override { return stream(); }
  c10::Stream exchangeStream(c10::Stream) const noexcept override { return stream(); }
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
  bool queryStream(const c10::Stream&) const override { return true; }
  void synchronizeStream(const c10::Stream&) const override {}
  void synchronizeDevice(c10::DeviceIndex) const override {}
  void recordDataPtrOnStream(const c10::DataPtr&, const c10::Stream&) const override {}
  // Work is done when the call returns, so there is nothing to wait for.
  void record(void**, const c10::Stream&, c10::DeviceIndex, c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  void destroyEvent(void*, c10::DeviceIndex) const noexcept override {}

 private:
  static c10::Stream stream() { return c10::Stream(c10::Stream::DEFAULT, kDevice); }
};

// Autograd asks what kind of accelerator there is.
struct Hooks final : at::CUDAHooksInterface {
  explicit Hooks(at::CUDAHooksArgs) {}
  void init() const override {}
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasCUDA() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
  c10::DeviceIndex getCurrentDevice() const override { return 0; }
  c10::DeviceIndex current_device() const override { return 0; }
  int getNumGPUs() const override { return 1; }
};

at::Tensor empty(at::IntArrayRef size, std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
                 std::optional<at::Device>, std::optional<bool>, std::optional<at::MemoryFormat> format) {
  return at::detail::empty_generic(size, &allocator(), c10::DispatchKeySet(c10::DispatchKey::CUDA),
                                   dtype.value_or(at::kFloat), format);
}

at::Tensor empty_strided(at::IntArrayRef size, at::IntArrayRef stride, std::optional<at::ScalarType> dtype,
                         std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>) {
  return at::detail::empty_strided_generic(
      size, stride, &allocator(), c10::DispatchKeySet(c10::DispatchKey::CUDA), dtype.value_or(at::kFloat));
}

// The same memory as a tensor of the processor.
at::Tensor on_host(const at::Tensor& tensor) {
  if (tensor.is_cpu()) return tensor;
  if (tensor.numel() == 0)
    return at::from_blob(nullptr, tensor.sizes(), at::TensorOptions(tensor.scalar_type()));
  return at::from_blob(away(tensor.data_ptr()), tensor.sizes(), tensor.strides(),
                       at::TensorOptions(tensor.scalar_type()));
}

at::Tensor& copy(at::Tensor& to, const at::Tensor& from, bool) {
  if (to.numel() > 0) on_host(to).copy_(on_host(from));
  return to;
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool) {
  if (to.numel() > 0) on_host(to).copy_(on_host(from));
  return to;
}

at::Tensor copy_from_and_resize(const at::Tensor& from, const at::Tensor& to) {
  at::native::resize_(to, from.sizes());
  return copy_from(from, to, false);
}

at::Scalar read(const at::Tensor& tensor) {
  return on_host(tensor).item();
}

at::Tensor& set_storage(at::Tensor& result, at::Storage storage, std::int64_t offset, at::IntArrayRef size,
                        at::IntArrayRef stride) {
  return at::native::set_storage_cpu_(result, std::move(storage), offset, size, stride);
}

// Everything else: on the processor, after a look at where its tensors are.
void on_processor(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  bool here = false, there = false;
  const auto look = [&](const at::Tensor& tensor) {
    if (!tensor.defined() || tensor.dim() == 0) return;
    (tensor.is_cpu() ? there : here) = true;
  };
  for (const c10::IValue& value : torch::jit::last(*stack, op.schema().arguments().size())) {
    if (value.isTensor()) look(value.toTensor());
    if (value.isTensorList()) {
      for (const at::Tensor& tensor : value.toTensorVector()) look(tensor);
    }
    if (value.isOptionalTensorList()) {
      for (const std::optional<at::Tensor>& tensor : value.toOptionalTensorVector()) {
        if (tensor) look(*tensor);
      }
    }
  }
  TORCH_CHECK(!here || !there, op.operator_name(),
              " was given tensors of the processor and of cuda together");
  at::native::cpu_fallback(op, stack, /*error_on_views=*/true);
}

void register_operators() {
  static torch::Library operators(torch::Library::IMPL, "aten", c10::DispatchKey::CUDA, __FILE__, __LINE__);
  operators.impl("empty.memory_format", &empty);
  operators.impl("empty_strided", &empty_strided);
  operators.impl("copy_", &copy);
  operators.impl("_copy_from", &copy_from);
  operators.impl("_copy_from_and_resize", &copy_from_and_resize);
  operators.impl("_local_scalar_dense", &read);
  operators.impl("view", &at::native::view);
  operators.impl("as_strided", &at::native::as_strided_tensorimpl);
  operators.impl("_reshape_alias", &at::native::_reshape_alias);
  operators.impl("set_.source_Storage_storage_offset", &set_storage);
  operators.impl("resize_", &at::native::resize_);
  static torch::Library others(torch::Library::IMPL, "_", c10::DispatchKey::CUDA, __FILE__, __LINE__);
  others.fallback(torch::CppFunction::makeFromBoxedFunction<&on_processor>());
}

}  // namespace

bool pretend_cuda() {
  static const bool done = [] {
    if (c10::impl::hasDeviceGuardImpl(kType)) return false;
    static const c10::impl::DeviceGuardImplRegistrar guard(kType, new Guard);
    c10::SetAllocator(kType, &allocator());
    at::CUDAHooksRegistry()->Register(
        "CUDAHooks", [](at::CUDAHooksArgs arguments) -> std::unique_ptr<at::CUDAHooksInterface> {
          return std::make_unique<Hooks>(arguments);
        });
    register_operators();
    return true;
  }();
  return done;
}

}  // namespace ibot::test
