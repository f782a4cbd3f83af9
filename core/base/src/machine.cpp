// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/machine.h>

#include <cpuid.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace ibot::base {
namespace {

int usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? static_cast<int>(online) : 1;
}

std::uint64_t all_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGE_SIZE);
  if (pages <= 0 || page <= 0) return 0;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
}

// Leaf 7: AVX512_BF16 is bit 5 of EAX in subleaf 1, AMX-BF16 bit 22 of EDX in subleaf 0 (Intel SDM vol. 2A,
// CPUID).
bool has_bf16_products() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d >> 22 & 1U) != 0) return true;
  const bool subleaf = a >= 1;
  return subleaf && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 5 & 1U) != 0 &&
         __builtin_cpu_supports("avx512f") != 0;
}

Machine examine() {
  Machine machine;
  machine.processors = usable_processors();
  machine.memory_bytes = all_memory();
  if (__builtin_cpu_supports("avx512f") != 0) {
    machine.vector_units = Machine::VectorUnits::Avx512;
  } else if (__builtin_cpu_supports("avx2") != 0) {
    machine.vector_units = Machine::VectorUnits::Avx2;
  }
  machine.bf16_products = has_bf16_products();
  return machine;
}

}  // namespace

const Machine& this_machine() {
  static const Machine machine = examine();
  return machine;
}

std::optional<std::uint64_t> peak_memory() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0 || usage.ru_maxrss <= 0) return std::nullopt;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // the system counts in KiB
}

std::optional<std::uint64_t> free_disk(std::filesystem::path path) {
  std::error_code error;
  path = std::filesystem::absolute(path, error);
  while (!error && !std::filesystem::exists(path, error) && path.has_relative_path()) {
    path = path.parent_path();
    error.clear();
  }
  const auto space = std::filesystem::space(path, error);
  return error ? std::nullopt : std::optional<std::uint64_t>(space.available);
}

}  // namespace ibot::base
