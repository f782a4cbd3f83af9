# SPDX-License-Identifier: GPL-3.0-or-later
# One function per kind of target.

# ibot_core_module(<name> LIBRARY base|engine SOURCES ... [USES <core modules>...] [LINK <targets>...])
#
# A core module: private sources, public headers below include/ibot/<name>/. Its objects become part of libibot_base or
# libibot_engine, so that registries exist once in a process. USES names the core modules whose headers it may include;
# the list is the module's place in the dependency graph and is checked by the arch tests.
function(ibot_core_module name)
  cmake_parse_arguments(arg "" "LIBRARY" "SOURCES;USES;LINK" ${ARGN})
  set(target ibot_core_${name})
  add_library(${target} OBJECT ${arg_SOURCES})
  target_include_directories(${target} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ibot_warnings PUBLIC ${arg_LINK})
  foreach(module IN LISTS arg_USES)
    # Usage requirements only: the objects meet in the shared library.
    target_include_directories(${target} PUBLIC $<TARGET_PROPERTY:ibot_core_${module},INTERFACE_INCLUDE_DIRECTORIES>)
  endforeach()
  set_property(GLOBAL APPEND PROPERTY IBOT_MODULES_${arg_LIBRARY} ${target})
  set_property(GLOBAL APPEND PROPERTY IBOT_INCLUDES_${arg_LIBRARY} ${CMAKE_CURRENT_SOURCE_DIR}/include)
  set_property(GLOBAL APPEND PROPERTY IBOT_LINK_${arg_LIBRARY} ${arg_LINK})
endfunction()

# ibot_plugin(<id> KIND backbone|masking|loss|evaluator SOURCES ...) is in plugins/sdk/IbotPlugin.cmake.

# ibot_test(<name> LABEL unit|golden|integration|arch|gui|gpu SOURCES ... [LINK <targets>...] [TIMEOUT <seconds>])
function(ibot_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;LINK;DEFINITIONS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(IBOT_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 5")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ibot_warnings ibot_test_support ${arg_LINK} GTest::gtest GTest::gmock)
  target_compile_definitions(${name} PRIVATE ${arg_DEFINITIONS})
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
