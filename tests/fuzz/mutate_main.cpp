// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz harness without libFuzzer: <program> <mutations> [folder of seeds [first mutation]]. The same
// mutations each time; a failure says which one it was.
#include <ibot/base/file.h>
#include <ibot/base/random.h>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;
using ibot::base::RandomStream;

std::vector<Input> read_seeds(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Input> seeds;
  for (const auto& path : paths) {
    const auto bytes = ibot::base::read_file(path).value();
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    seeds.emplace_back(begin, begin + bytes.size());
  }
  return seeds;
}

// One small change: of a byte, of the length, or of the order.
void mutate(Input& input, RandomStream& random) {
  if (input.empty()) {
    input.push_back(static_cast<std::uint8_t>(random.below(256)));
    return;
  }
  const auto at = static_cast<std::ptrdiff_t>(random.below(input.size()));
  const auto length = static_cast<std::ptrdiff_t>(1 + random.below(std::min<std::size_t>(16, input.size())));
  const auto end = std::min<std::ptrdiff_t>(at + length, static_cast<std::ptrdiff_t>(input.size()));
  switch (random.below(7)) {
    case 0:
      input[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1U << random.below(8));
      break;
    case 1:
      input[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random.below(256));
      break;
    case 2:
      input.erase(input.begin() + at, input.begin() + end);
      break;
    case 3: {
      const Input piece(input.begin() + at, input.begin() + end);
      const auto where = static_cast<std::ptrdiff_t>(random.below(input.size() + 1));
      input.insert(input.begin() + where, piece.begin(), piece.end());
      break;
    }
    case 4:
      input.resize(static_cast<std::size_t>(at));
      break;
    case 5:
      std::fill(input.begin() + at, input.begin() + end, random.chance(0.5) ? 0xFF : 0x00);
      break;
    default: {
      // Characters on which text formats turn.
      constexpr std::string_view kSharp = "{}[]\":,-0123456789eE.\\/ \n\t#&*!|>'%@";
      input[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(kSharp[random.below(kSharp.size())]);
    }
  }
}

// Which mutation runs; 0: still the seeds.
volatile std::sig_atomic_t current = 0;

// A harness that finds a broken promise aborts.
void report_failure(int) {
  char text[] = "failed at mutation 0000000000\n";
  std::sig_atomic_t number = current;
  for (std::size_t digit = sizeof text - 3; number > 0; --digit, number /= 10) {
    text[digit] = static_cast<char>('0' + number % 10);
  }
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(2);
  _exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t mutations = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  std::vector<Input> seeds{{}};
  if (argc > 2) {
    const auto more = read_seeds(argv[2]);
    seeds.insert(seeds.end(), more.begin(), more.end());
  }
  std::signal(SIGABRT, report_failure);
  for (const Input& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
  for (std::uint64_t i = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0; i < mutations; ++i) {
    current = static_cast<std::sig_atomic_t>(i);
    RandomStream random(1, ibot::base::Purpose::Test, 0, i);
    Input input = seeds[random.below(seeds.size())];
    for (std::uint64_t changes = 1 + random.below(6); changes > 0; --changes) mutate(input, random);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::cout << seeds.size() << " seeds and " << mutations << " mutations survived\n";
}
