// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/random.h>
#include <ibot/base/result.h>

#include <cmath>
#include <numbers>

namespace ibot::base {

std::uint64_t mix64(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = 0xD2511F53ULL * counter[0];
    const std::uint64_t b = 0xCD9E8D57ULL * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, std::uint64_t epoch, std::uint64_t sample,
                           std::uint64_t crop) {
  if (epoch >= (1U << 24) || crop >= (1U << 24)) {
    throw Exception(
        {ErrorCode::InvalidArgument, "random stream: epoch or crop is out of range", "below 2^24", ""});
  }
  // 64 bits of seed x purpose in the key; sample (64 bits), epoch and crop are mixed into the upper three
  // counter words, the lowest counts blocks. Two mixed words of 48 bits each keep streams apart without a
  // table.
  const std::uint64_t key = mix64(seed ^ mix64(static_cast<std::uint64_t>(purpose)));
  key_ = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
  const std::uint64_t place = epoch | (crop << 24);
  const std::uint64_t who = mix64(sample) ^ mix64(mix64(place) + 1);
  counter_ = {0, static_cast<std::uint32_t>(who), static_cast<std::uint32_t>(who >> 32),
              static_cast<std::uint32_t>(mix64(sample + 0x5bd1e995ULL) ^ place)};
}

void RandomStream::refill() {
  block_ = philox4x32(counter_, key_);
  ++counter_[0];
  used_ = 0;
}

std::uint32_t RandomStream::next_u32() {
  if (used_ == 4) refill();
  return block_[used_++];
}

std::uint64_t RandomStream::next_u64() {
  const std::uint64_t low = next_u32();
  return low | (static_cast<std::uint64_t>(next_u32()) << 32);
}

double RandomStream::uniform() {
  return static_cast<double>(next_u64() >> 11) * 0x1.0p-53;
}

double RandomStream::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
  // Lemire, "Fast random integer generation in an interval", 2019.
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(next_u64()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t threshold = (0 - bound) % bound;
    while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<Wide>(next_u64()) * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

bool RandomStream::chance(double p) {
  return uniform() < p;
}

}  // namespace ibot::base
