// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/data/mask.h>
#include <ibot/params/schema.h>
#include <ibot/plugin/abi.h>
#include <ibot/plugin/boundary.h>
#include <ibot/plugin/factories.h>
#include <ibot/plugin/kind.h>
#include <ibot/plugin/manifest.h>
#include <ibot/plugin/registry.h>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

// All that a plugin's author includes, beside the header of the product: <ibot/nn/backbone.h>,
// <ibot/train/loss_term.h> or <ibot/evaluate/evaluator.h> (the one of masking strategies is included here).

// Set by ibot_plugin() for plugins through which tensors pass.
#ifndef IBOT_PLUGIN_TORCH_VERSION
#define IBOT_PLUGIN_TORCH_VERSION "none"
#endif
#ifndef IBOT_PLUGIN_CUDA_MAJOR
#define IBOT_PLUGIN_CUDA_MAJOR 0
#endif

/// Makes the library a plugin. Once per library, at global scope, in a source file:
///
///   class Stripes final : public ibot::data::MaskStrategy {
///    public:
///     struct Options {
///       std::int64_t period = 4;
///       static void describe(ibot::params::Describer& d, Options& o) {
///         d.field("period", o.period).at_least(2).unit("patches").help("Distance of two masked columns.");
///       }
///     };
///     explicit Stripes(const Options& options) : options_(options) {}
///     void fill(...) const override;
///   };
///   IBOT_PLUGIN(Masking, Stripes, "stripes", "1.0.0", "Masks every n-th column.");
///
/// `KIND` is a value of plugin::Kind. `CLASS` derives from the kind's product, has a nested `Options` with
/// `describe` (params::Describer), and a constructor that takes
///   Masking              (const Options&)
///   Backbone             (const Options&, const plugin::BackboneRequest&)
///   Loss                 (const Options&, const plugin::LossRequest&)
///   Evaluator            (const Options&, const plugin::EvaluatorRequest&)
/// The constructor may throw base::Exception (InvalidArgument) for options that contradict each other. A
/// static member `std::string available()` is optional: why the plugin cannot work on this machine, empty if
/// it can.
#define IBOT_PLUGIN(KIND, CLASS, ID, VERSION, SUMMARY)                                     \
  namespace {                                                                              \
  struct IbotPluginIdentity {                                                              \
    using Class = CLASS;                                                                   \
    static constexpr ::ibot::plugin::Kind kKind = ::ibot::plugin::Kind::KIND;              \
    static constexpr const char* kId = ID;                                                 \
    static constexpr const char* kVersion = VERSION;                                       \
    static constexpr const char* kSummary = SUMMARY;                                       \
  };                                                                                       \
  }                                                                                        \
  extern "C" IBOT_PLUGIN_EXPORT const IbotPluginDescriptor* ibot_plugin_descriptor(void) { \
    return ::ibot::sdk::descriptor<IbotPluginIdentity>();                                  \
  }                                                                                        \
  static_assert(true, "IBOT_PLUGIN(...) ends with a semicolon")

namespace ibot::sdk {

/// A factory for products made from options, and from what the host asks for where the kind has a request.
template <class Class, class... Request>
auto factory() {
  using Options = typename Class::Options;
  static_assert(std::is_constructible_v<Class, const Options&, const Request&...>,
                "the class given to IBOT_PLUGIN lacks the constructor that its kind asks for");
  return [](const params::Values& values, const Request&... request) {
    return std::make_unique<Class>(params::bind<Options>(values), request...);
  };
}

template <class Identity>
void offer(plugin::RegisterContext& context) {
  using Class = typename Identity::Class;
  constexpr plugin::Kind kKind = Identity::kKind;
  static_assert(
      kKind == plugin::Kind::Masking || std::string_view(IBOT_PLUGIN_TORCH_VERSION) != "none",
      "build this plugin with ibot_plugin(), which links the engine and states the LibTorch version");
  if constexpr (kKind == plugin::Kind::Masking) {
    static_assert(std::is_base_of_v<data::MaskStrategy, Class>, "a masking plugin derives from MaskStrategy");
    context.add_masking(Identity::kId, factory<Class>());
  } else if constexpr (kKind == plugin::Kind::Backbone) {
    static_assert(std::is_base_of_v<nn::Backbone, Class>, "a backbone plugin derives from Backbone");
    context.add_backbone(Identity::kId, factory<Class, plugin::BackboneRequest>());
  } else if constexpr (kKind == plugin::Kind::Loss) {
    static_assert(std::is_base_of_v<train::LossTerm, Class>, "a loss plugin derives from LossTerm");
    context.add_loss(Identity::kId, factory<Class, plugin::LossRequest>());
  } else {
    static_assert(std::is_base_of_v<evaluate::Evaluator, Class>,
                  "an evaluator plugin derives from Evaluator");
    context.add_evaluator(Identity::kId, factory<Class, plugin::EvaluatorRequest>());
  }
}

template <class Identity>
const char* schema_json(char* reason, std::size_t capacity) {
  const char* result = nullptr;
  (void)plugin::stop_exceptions_c(reason, capacity, [&] {
    static const std::string text =
        plugin::schema_text(params::schema_of<typename Identity::Class::Options>());
    result = text.c_str();
    return 0;
  });
  return result;
}

template <class Identity>
std::int32_t available([[maybe_unused]] char* reason, [[maybe_unused]] std::size_t capacity) {
  if constexpr (requires { Identity::Class::available(); }) {
    return plugin::stop_exceptions_c(reason, capacity, [&] {
      const std::string obstacle = Identity::Class::available();
      plugin::copy_text(obstacle, reason, capacity);
      return obstacle.empty() ? 0 : 1;
    });
  } else {
    return 0;
  }
}

template <class Identity>
std::int32_t register_plugin(void* context, char* reason, std::size_t capacity) {
  return plugin::stop_exceptions_c(reason, capacity, [&] {
    offer<Identity>(*static_cast<plugin::RegisterContext*>(context));
    return 0;
  });
}

template <class Identity>
const IbotPluginDescriptor* descriptor() {
  static const IbotPluginDescriptor instance = {
      .struct_size = sizeof(IbotPluginDescriptor),
      .abi_major = IBOT_PLUGIN_ABI_MAJOR,
      .abi_minor = IBOT_PLUGIN_ABI_MINOR,
      .cuda_major = IBOT_PLUGIN_CUDA_MAJOR,
      .id = Identity::kId,
      .kind = plugin::to_string(Identity::kKind).data(),
      .version = Identity::kVersion,
      .summary = Identity::kSummary,
      .compiler = IBOT_PLUGIN_COMPILER,
      .cxx_abi = IBOT_PLUGIN_CXX_ABI,
      .torch_version = IBOT_PLUGIN_TORCH_VERSION,
      .sdk_version = IBOT_SDK_VERSION,
      .schema_json = schema_json<Identity>,
      .available = available<Identity>,
      .register_plugin = register_plugin<Identity>,
  };
  return &instance;
}

}  // namespace ibot::sdk
