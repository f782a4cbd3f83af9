// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/plugin/fingerprint.h>

#include <gtest/gtest.h>

namespace ibot::plugin {
namespace {

const Fingerprint kHost = {"GNU 12.2.0", "libstdc++ cxx11=1", "2.11.0", 13, "0.1.0"};

TEST(Fingerprint, EqualOnesFit) {
  EXPECT_TRUE(mismatches(kHost, kHost).empty());
}

TEST(Fingerprint, LibrariesThatAreNotUsedFitAnyHost) {
  Fingerprint plugin = kHost;
  plugin.torch_version = "none";
  plugin.cuda_major = 0;
  EXPECT_TRUE(mismatches(kHost, plugin).empty());
}

TEST(Fingerprint, APluginWithTensorsDoesNotFitAHostWithoutThem) {
  Fingerprint host = kHost;
  host.torch_version = "none";
  EXPECT_EQ(to_text(mismatches(host, kHost)), "torch_version: expected \"none\", found \"2.11.0\"");
}

TEST(Fingerprint, NamesEachFieldWithBothValues) {
  const Fingerprint plugin = {"Clang 16.0.0", "libc++ abi=1", "2.10.0", 12, "0.2.0"};
  EXPECT_EQ(to_text(mismatches(kHost, plugin)),
            "compiler: expected \"GNU 12.2.0\", found \"Clang 16.0.0\"; "
            "cxx_abi: expected \"libstdc++ cxx11=1\", found \"libc++ abi=1\"; "
            "torch_version: expected \"2.11.0\", found \"2.10.0\"; "
            "cuda_major: expected \"13\", found \"12\"; "
            "sdk_version: expected \"0.1.0\", found \"0.2.0\"");
}

}  // namespace
}  // namespace ibot::plugin
