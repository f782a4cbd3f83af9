# SPDX-License-Identifier: GPL-3.0-or-later
# Our own imported target for LibTorch 2.11 from the Python wheel.
#
# find_package(Torch) of that wheel demands a CUDA toolkit, detects GPUs at configure time and adds foreign paths to
# RUNPATH. Headers and two libraries are all that the engine needs; CUDA code lives in core/cuda alone.

set(IBOT_TORCH_DIR "" CACHE PATH "Folder `torch` of an unpacked PyPI wheel (has include/ and lib/)")
if(NOT IBOT_TORCH_DIR AND DEFINED ENV{IBOT_TORCH_DIR})
  set(IBOT_TORCH_DIR "$ENV{IBOT_TORCH_DIR}" CACHE PATH "" FORCE)
endif()
if(NOT IBOT_TORCH_DIR)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(_ibot_cache "$ENV{XDG_CACHE_HOME}")
  else()
    set(_ibot_cache "$ENV{HOME}/.cache")
  endif()
  set(IBOT_TORCH_DIR "${_ibot_cache}/ibot-workbench/libtorch-2.11.0/torch" CACHE PATH "" FORCE)
endif()
if(NOT EXISTS "${IBOT_TORCH_DIR}/lib/libtorch_cpu.so")
  message(FATAL_ERROR "LibTorch was not found: ${IBOT_TORCH_DIR}/lib/libtorch_cpu.so does not exist.\n"
                      "Run `./workbench setup`, or set IBOT_TORCH_DIR to the folder `torch` of an unpacked wheel.")
endif()
file(STRINGS "${IBOT_TORCH_DIR}/include/torch/headeronly/version.h" _ibot_torch_version
     REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH)")
string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" IBOT_TORCH_VERSION
                     "${_ibot_torch_version}")
if(NOT IBOT_TORCH_VERSION STREQUAL "2.11.0")
  message(FATAL_ERROR "LibTorch ${IBOT_TORCH_VERSION} found in ${IBOT_TORCH_DIR}, expected 2.11.0 (pinned). "
                      "Run `./workbench setup`.")
endif()

add_library(ibot_torch INTERFACE)
target_include_directories(ibot_torch SYSTEM INTERFACE "${IBOT_TORCH_DIR}/include"
                                                       "${IBOT_TORCH_DIR}/include/torch/csrc/api/include")
target_link_libraries(ibot_torch INTERFACE "${IBOT_TORCH_DIR}/lib/libtorch_cpu.so" "${IBOT_TORCH_DIR}/lib/libc10.so")
add_library(ibot::torch ALIAS ibot_torch)
message(STATUS "LibTorch ${IBOT_TORCH_VERSION}: ${IBOT_TORCH_DIR}")
