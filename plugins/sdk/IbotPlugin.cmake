# SPDX-License-Identifier: GPL-3.0-or-later
# ibot_plugin(<id> KIND backbone|masking|loss|evaluator SOURCES <files>... [LINK <targets>...])
#
# One plugin: a shared library that exports ibot_plugin_descriptor alone, in lib/plugins/<kind>/<id>/ of the build tree,
# with its manifest beside it. Masking plugins link libibot_base; the other kinds handle tensors and link the engine.
# Used by the plugins of this tree and, through find_package(ibot_sdk), by those of other trees.
function(ibot_plugin id)
  cmake_parse_arguments(arg "" "KIND" "SOURCES;LINK" ${ARGN})
  if(NOT arg_KIND MATCHES "^(backbone|masking|loss|evaluator)$")
    message(FATAL_ERROR "ibot_plugin(${id}): KIND is \"${arg_KIND}\", expected backbone, masking, loss or evaluator")
  endif()
  if(NOT arg_KIND STREQUAL "masking" AND NOT TARGET ibot::engine)
    message(FATAL_ERROR "ibot_plugin(${id}): a ${arg_KIND} plugin needs the engine, and this SDK was built without it")
  endif()

  set(target ibot_${arg_KIND}_${id})
  set(folder ${CMAKE_BINARY_DIR}/lib/plugins/${arg_KIND}/${id})
  add_library(${target} MODULE ${arg_SOURCES})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_link_libraries(${target} PRIVATE ibot::sdk $<TARGET_NAME_IF_EXISTS:ibot_warnings> ${arg_LINK})
  if(NOT arg_KIND STREQUAL "masking")
    target_link_libraries(${target} PRIVATE ibot::engine)
    target_compile_definitions(${target} PRIVATE IBOT_PLUGIN_TORCH_VERSION="${IBOT_TORCH_VERSION}")
  endif()
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${folder}
    LINK_DEPENDS $<TARGET_FILE:ibot::manifest>)
  # An undefined symbol is an error here and not on a user's machine. clang links a sanitizer's runtime into programs
  # alone, so that its symbols are missing here.
  if(NOT (IBOT_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang"))
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  add_dependencies(${target} ibot::manifest)
  # Leak reports of LibTorch's globals must not fail the build of a sanitised plugin.
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:ibot::manifest> $<TARGET_FILE:${target}>
    BYPRODUCTS ${folder}/${id}.plugin.json
    COMMENT "Manifest of ${arg_KIND} plugin ${id}" VERBATIM)
endfunction()
