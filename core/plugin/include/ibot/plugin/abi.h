/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef IBOT_PLUGIN_ABI_H
#define IBOT_PLUGIN_ABI_H

/* The outer layer between the program and a plugin library: plain C, so that a library of another compiler,
 * another standard library or another year can be recognised and refused in words before one C++ object
 * crosses.
 *
 * A plugin exports one function, ibot_plugin_descriptor. It returns a static struct that lives as long as the
 * library, and libraries are never unloaded. The host checks struct_size, abi_major and abi_minor before it
 * reads any other field. Authors write none of this: IBOT_PLUGIN in <ibot/sdk/plugin.h> does.
 *
 * The rule of change: fields are only ever appended, and appending one raises the minor version. Anything
 * else raises the major version. A host takes plugins of its own major version and of its own or an older
 * minor version. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IBOT_PLUGIN_ABI_MAJOR 1u
#define IBOT_PLUGIN_ABI_MINOR 0u

/* Version of the C++ interfaces that cross the boundary (factories, strategies, backbones, losses,
 * evaluators). Raised whenever one of them changes its layout or meaning; host and plugin must have the same.
 */
#define IBOT_SDK_VERSION "0.1.0"

typedef struct IbotPluginDescriptor {
  uint32_t struct_size; /* sizeof(IbotPluginDescriptor) in the plugin's build */
  uint32_t abi_major;   /* IBOT_PLUGIN_ABI_MAJOR in the plugin's build */
  uint32_t abi_minor;   /* IBOT_PLUGIN_ABI_MINOR in the plugin's build */
  int32_t cuda_major;   /* major version of the CUDA runtime that it links, 0: none */

  const char* id;      /* lower_snake_case, the name in YAML, unique within its kind */
  const char* kind;    /* "backbone", "masking", "loss" or "evaluator" */
  const char* version; /* of the plugin itself */
  const char* summary; /* one sentence for lists */

  const char* compiler;      /* "GNU 12.2.0" */
  const char* cxx_abi;       /* "libstdc++ cxx11=1" */
  const char* torch_version; /* "2.11.0", or "none" for a plugin through which no tensor passes */
  const char* sdk_version;   /* IBOT_SDK_VERSION in the plugin's build */

  /* The parameters as the JSON of ibot::params::to_json(Schema). The text lives as long as the library. NULL
   * for failure, with the reason as below. */
  const char* (*schema_json)(char* reason, size_t capacity);

  /* 0 when the plugin can work on this machine. Otherwise writes the reason as zero-terminated text of at
   * most capacity bytes. */
  int32_t (*available)(char* reason, size_t capacity);

  /* Offers factories to the context, an ibot::plugin::RegisterContext. 0 for success; otherwise writes the
   * reason as above. Lets no exception out. */
  int32_t (*register_plugin)(void* context, char* reason, size_t capacity);
} IbotPluginDescriptor;

/* The one symbol that a plugin exports. */
typedef const IbotPluginDescriptor* (*IbotPluginDescriptorFunction)(void);
#define IBOT_PLUGIN_ENTRY_POINT "ibot_plugin_descriptor"

#define IBOT_PLUGIN_EXPORT __attribute__((visibility("default")))

/* The fingerprint of the translation unit that includes this header. */
#define IBOT_PLUGIN_TEXT_INNER(x) #x
#define IBOT_PLUGIN_TEXT(x) IBOT_PLUGIN_TEXT_INNER(x)
#if defined(__clang__)
#define IBOT_PLUGIN_COMPILER                                                                             \
  "Clang " IBOT_PLUGIN_TEXT(__clang_major__) "." IBOT_PLUGIN_TEXT(__clang_minor__) "." IBOT_PLUGIN_TEXT( \
      __clang_patchlevel__)
#elif defined(__GNUC__)
#define IBOT_PLUGIN_COMPILER                                                                   \
  "GNU " IBOT_PLUGIN_TEXT(__GNUC__) "." IBOT_PLUGIN_TEXT(__GNUC_MINOR__) "." IBOT_PLUGIN_TEXT( \
      __GNUC_PATCHLEVEL__)
#else
#define IBOT_PLUGIN_COMPILER "unknown"
#endif

#ifdef __cplusplus
} /* extern "C" */

/* For C++ alone: what decides the layout of std::string and std::vector. <cstddef> brings the library's own
 * macros, which <stddef.h> does not. */
#include <cstddef>
#if defined(_LIBCPP_VERSION)
#define IBOT_PLUGIN_CXX_ABI "libc++ abi=" IBOT_PLUGIN_TEXT(_LIBCPP_ABI_VERSION)
#elif defined(_GLIBCXX_USE_CXX11_ABI) && defined(_GLIBCXX_DEBUG)
#define IBOT_PLUGIN_CXX_ABI "libstdc++ debug cxx11=" IBOT_PLUGIN_TEXT(_GLIBCXX_USE_CXX11_ABI)
#elif defined(_GLIBCXX_USE_CXX11_ABI)
#define IBOT_PLUGIN_CXX_ABI "libstdc++ cxx11=" IBOT_PLUGIN_TEXT(_GLIBCXX_USE_CXX11_ABI)
#else
#define IBOT_PLUGIN_CXX_ABI "unknown"
#endif
#endif /* __cplusplus */

#endif /* IBOT_PLUGIN_ABI_H */
