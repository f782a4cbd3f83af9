// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin_folder.h"

#include <ibot/base/file.h>
#include <ibot/base/hash.h>
#include <ibot/base/text.h>
#include <ibot/data/mask.h>
#include <ibot/plugin/abi.h>
#include <ibot/plugin/loader.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace ibot::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Loads one fixture and gives its record.
PluginRecord load_fixture(const std::string& id) {
  FixtureFolder folder;
  folder.install(id);
  Loader loader = folder.discover();
  EXPECT_FALSE(loader.load(Kind::Masking, id).ok()) << id;
  EXPECT_TRUE(loader.registry().ids(Kind::Masking).empty()) << id << " left something behind";
  EXPECT_EQ(loader.plugins().size(), 1u);
  EXPECT_TRUE(std::filesystem::is_empty(folder.state())) << id << " left a marker behind";
  return loader.plugins().front();
}

TEST(Loader, LoadsASoundPlugin) {
  FixtureFolder folder;
  folder.install("sound");
  Loader loader = folder.discover();
  ASSERT_EQ(loader.plugins().size(), 1u);
  EXPECT_EQ(loader.plugins().front().state, State::Compatible);
  EXPECT_EQ(loader.plugins().front().load_seconds, 0);

  const auto factory = loader.masking("sound");
  ASSERT_TRUE(factory.ok()) << factory.error().to_text();
  EXPECT_NE((*factory)({{"strength", 0.5}}), nullptr);
  const PluginRecord& record = loader.plugins().front();
  EXPECT_EQ(record.state, State::Registered);
  EXPECT_GT(record.load_seconds, 0);
  EXPECT_EQ(record.name(), "masking/sound");
  EXPECT_TRUE(loader.load(Kind::Masking, "sound").ok()) << "a second time costs nothing";
}

TEST(Loader, DiscoveryRunsNoCode) {
  FixtureFolder folder;
  folder.install("crashes_on_load");
  const Loader loader = folder.discover();
  const auto record = loader.find(Kind::Masking, "crashes_on_load");
  ASSERT_TRUE(record.ok());
  EXPECT_EQ((*record)->state, State::Compatible);
  EXPECT_NE((*record)->manifest.schema.find("strength"), nullptr);
}

TEST(Loader, FactoriesOutliveTheLoader) {
  FixtureFolder folder;
  folder.install("sound");
  MaskingFactory factory;
  {
    Loader loader = folder.discover();
    factory = loader.masking("sound").value();
  }
  EXPECT_NE(factory({{"strength", 0.5}}), nullptr);
}

TEST(Loader, AnUnknownNameBringsTheNearestAndAll) {
  FixtureFolder folder;
  folder.install("sound");
  folder.install("half_registers");
  Loader loader = folder.discover();
  const auto error = loader.masking("sund").error();
  EXPECT_EQ(
      error.to_text(),
      "there is no masking plugin \"sund\" (expected: half_registers or sound). Did you mean \"sound\"?");
  EXPECT_EQ(loader.loss("sound").error().to_text(),
            "there is no loss plugin \"sound\" (expected: a loss plugin, but none was found). "
            "Set IBOT_PLUGIN_PATH to the folder that holds it");
}

// What is wrong with the outer layer is found before any field behind it is read.

TEST(Loader, RefusesAnotherAbi) {
  const PluginRecord record = load_fixture("wrong_abi_major");
  EXPECT_EQ(record.state, State::Failed);
  EXPECT_EQ(record.reached, State::Compatible);
  EXPECT_EQ(record.reason, "the plugin was built for plugin ABI 2.0 (expected: 1.0)");
  EXPECT_THAT(record.hint, StartsWith("The plugin is newer than this program"));
}

TEST(Loader, RefusesANewerMinorVersion) {
  EXPECT_EQ(load_fixture("newer_abi_minor").reason,
            "the plugin was built for plugin ABI 1.1 (expected: 1.0)");
}

TEST(Loader, RefusesAnotherSize) {
  const std::size_t size = sizeof(IbotPluginDescriptor);
  EXPECT_EQ(
      load_fixture("wrong_size").reason,
      base::str("the descriptor has ", size - 8, " bytes (expected: ", size, " bytes for plugin ABI 1.0)"));
}

TEST(Loader, RefusesAnotherBuildFieldByField) {
  const Fingerprint host = host_fingerprint();
  const PluginRecord record = load_fixture("wrong_fingerprint");
  EXPECT_EQ(record.reason, base::str("the library was built for another program: compiler: expected \"",
                                     host.compiler, "\", found \"GNU 4.8.5\"; sdk_version: expected \"",
                                     host.sdk_version, "\", found \"0.0.9\""));
  EXPECT_EQ(record.hint, "Build it with the compiler and the SDK of this program");
}

TEST(Loader, SeesAnotherBuildInTheManifestWithoutLoading) {
  FixtureFolder folder;
  Manifest manifest = FixtureFolder::honest_manifest("crashes_on_load");
  manifest.fingerprint.torch_version = "1.0.0";
  folder.install(manifest);
  manifest = FixtureFolder::honest_manifest("exits_on_load");
  manifest.abi_major = 7;
  folder.install(manifest);
  Loader loader = folder.discover();
  loader.load_all();
  ASSERT_EQ(loader.plugins().size(), 2u);
  EXPECT_THAT(
      loader.plugins()[0].reason,
      HasSubstr("torch_version: expected \"" + host_fingerprint().torch_version + "\", found \"1.0.0\""));
  EXPECT_EQ(loader.plugins()[1].reason, "the plugin was built for plugin ABI 7.0 (expected: 1.0)");
  EXPECT_EQ(loader.plugins()[1].reached, State::Found);
}

TEST(Loader, NamesTheUndefinedSymbol) {
  const PluginRecord record = load_fixture("missing_symbol");
  EXPECT_THAT(record.reason, HasSubstr("undefined symbol"));
  EXPECT_THAT(record.reason, HasSubstr("ibot_fixture_undefined_function"));
  EXPECT_THAT(record.hint, HasSubstr("-Wl,-z,defs"));
}

TEST(Loader, RefusesLibrariesThatAreNoPlugins) {
  EXPECT_EQ(load_fixture("no_entry_point").reason,
            "the library exports no ibot_plugin_descriptor (expected: a plugin)");
  EXPECT_EQ(load_fixture("no_descriptor").reason, "the library returns no descriptor");
  EXPECT_THAT(load_fixture("not_a_library").reason, HasSubstr("the library cannot be loaded: "));
  EXPECT_THAT(load_fixture("no_register_function").reason,
              HasSubstr("a function of the descriptor is absent"));
  EXPECT_THAT(load_fixture("broken_schema").reason, HasSubstr("parameter"));
}

TEST(Loader, RefusesALibraryThatIsNotThere) {
  FixtureFolder folder;
  folder.install_text("absent", to_text(FixtureFolder::honest_manifest("absent")));
  Loader loader = folder.discover();
  EXPECT_THAT(loader.masking("absent").error().message, HasSubstr("absent.so does not exist"));
}

// Registering: all or nothing.

TEST(Loader, AThrowWhileRegisteringLeavesNothing) {
  EXPECT_EQ(load_fixture("throws_while_registering").reason,
            "registering failed: an exception was thrown: \"the tables are missing\"");
}

TEST(Loader, HalfARegistrationLeavesNothing) {
  EXPECT_EQ(load_fixture("half_registers").reason,
            "registering failed: an exception was thrown: \"the second half is missing\"");
}

TEST(Loader, KeepsTheReasonThatThePluginGives) {
  EXPECT_EQ(load_fixture("fails_with_reason").reason,
            "registering failed: the licence of the tables has ended");
}

TEST(Loader, APluginRegistersItselfAndNothingElse) {
  EXPECT_EQ(load_fixture("registers_another_id").reason,
            "it registers \"masking/block\" (expected: exactly masking/registers_another_id)");
  EXPECT_EQ(load_fixture("registers_two").reason,
            "it registers \"masking/registers_two, masking/registers_three\" (expected: exactly "
            "masking/registers_two)");
}

TEST(Loader, OneThatIsNotAvailableRestsWithItsReason) {
  const PluginRecord record = load_fixture("not_available");
  EXPECT_EQ(record.state, State::Loaded);
  EXPECT_EQ(record.reason, "it is not available here: it needs a left-handed processor");
}

TEST(Loader, TheReasonIsRepeatedToWhoeverAsksLater) {
  FixtureFolder folder;
  folder.install("half_registers");
  Loader loader = folder.discover();
  loader.load_all();
  const auto error = loader.masking("half_registers").error();
  EXPECT_EQ(error.message,
            "masking plugin \"half_registers\" failed: registering failed: an exception was thrown: "
            "\"the second half is missing\"");
  EXPECT_EQ(loader.find(Kind::Masking, "half_registers").error().message, error.message);
  EXPECT_TRUE(loader.usable_ids(Kind::Masking).empty());
}

// Manifests.

TEST(Loader, AManifestThatLiesIsFoundOut) {
  FixtureFolder folder;
  Manifest manifest = FixtureFolder::honest_manifest("sound");
  manifest.version = "2.0.0";
  manifest.schema = params::Schema();
  folder.install(manifest);
  Loader loader = folder.discover();
  const auto error = loader.masking("sound").error();
  EXPECT_THAT(error.message,
              HasSubstr("the manifest (expected) says something else than the library (found): "
                        "version: expected \"2.0.0\", found \"1.0.0\"; "
                        "parameter strength: expected \"absent\", found "));
  EXPECT_TRUE(loader.registry().ids(Kind::Masking).empty());
}

TEST(Loader, ALibraryOfAnotherHashIsRefusedBeforeItIsLoaded) {
  FixtureFolder folder;
  Manifest manifest = FixtureFolder::honest_manifest("crashes_on_load");
  manifest.library_sha256 = std::string(64, '0');
  folder.install(manifest);
  Loader loader = folder.discover();
  EXPECT_THAT(loader.masking("crashes_on_load").error().message, HasSubstr("the library has SHA-256 "));
}

TEST(Loader, AHashThatHoldsIsAccepted) {
  FixtureFolder folder;
  Manifest manifest = FixtureFolder::honest_manifest("sound");
  manifest.library_sha256 = base::sha256_file(fixture_libraries() / "sound.so").value();
  folder.install(manifest);
  Loader loader = folder.discover();
  EXPECT_TRUE(loader.masking("sound").ok());
}

TEST(Loader, UnreadableManifestsAreListedWithTheirReason) {
  FixtureFolder folder;
  folder.install_text("cut_off", "{\"format\": \"ibot-plu");
  folder.install("sound");
  Loader loader = folder.discover();
  loader.load_all();
  ASSERT_EQ(loader.plugins().size(), 2u);
  const PluginRecord& broken = loader.plugins()[0];
  EXPECT_EQ(broken.name(), "masking/cut_off");
  EXPECT_FALSE(broken.manifest_readable);
  EXPECT_EQ(broken.state, State::Failed);
  EXPECT_THAT(broken.reason, HasSubstr("not JSON, at byte"));
  EXPECT_EQ(loader.plugins()[1].state, State::Registered);
}

TEST(Loader, AManifestUnderAnotherNameIsRefused) {
  FixtureFolder folder;
  folder.install_text("alias", to_text(FixtureFolder::honest_manifest("sound")));
  const Loader loader = folder.discover();
  EXPECT_EQ(loader.plugins().front().reason,
            "the manifest of \"sound\" is called \"alias.plugin.json\" (expected: sound.plugin.json)");
}

TEST(Loader, ASecondPluginOfTheSameIdIsAnError) {
  FixtureFolder first, second;
  first.install("sound");
  second.install("sound");
  LoaderOptions options = first.options();
  options.folders.push_back({second.path(), false});
  options.folders.push_back({first.path(), false});  // named twice: the same plugin, not a second one
  Loader loader = Loader::discover(options);
  loader.load_all();
  ASSERT_EQ(loader.plugins().size(), 2u);
  EXPECT_EQ(loader.plugins()[0].state, State::Registered);
  EXPECT_EQ(loader.plugins()[1].state, State::Failed);
  EXPECT_THAT(loader.plugins()[1].reason, StartsWith("another masking plugin is called \"sound\": "));
  EXPECT_TRUE(loader.masking("sound").ok());
}

TEST(Loader, FoldersThatAreNotThereAreNoError) {
  LoaderOptions options;
  options.folders = {{"/nowhere/at/all", false}};
  const Loader loader = Loader::discover(options);
  EXPECT_TRUE(loader.plugins().empty());
  EXPECT_TRUE(loader.folder_errors().empty());
}

// Crashes.

TEST(Loader, ACrashIsQuarantinedAtTheNextStart) {
  FixtureFolder folder;
  folder.install("crashes_on_load");
  folder.install("sound");
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    Loader victim = folder.discover();
    (void)victim.masking("crashes_on_load");
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));

  Loader next = folder.discover();
  next.load_all();
  EXPECT_EQ(next.plugins()[0].state, State::Disabled);
  EXPECT_EQ(next.plugins()[0].reason,
            "it brought the program down while it was loaded: signal 11 (Segmentation fault)");
  EXPECT_THAT(next.plugins()[0].hint, HasSubstr("ibot plugins --enable masking/crashes_on_load"));
  EXPECT_EQ(next.plugins()[1].state, State::Registered) << "the others are not affected";

  EXPECT_TRUE(next.enable("masking/crashes_on_load").ok());
  EXPECT_EQ(next.plugins()[0].state, State::Compatible);
  EXPECT_EQ(folder.discover().plugins()[0].state, State::Compatible) << "also in later processes";
}

TEST(Loader, AProbeTurnsACrashIntoAReason) {
  FixtureFolder folder;
  folder.install("crashes_on_load");
  folder.install("exits_on_load");
  folder.install("half_registers");
  folder.install("sound");
  folder.install("throws_on_load");
  LoaderOptions options = folder.options();
  options.probe = true;
  Loader loader = Loader::discover(options);
  loader.load_all();
  EXPECT_EQ(loader.plugins()[0].state, State::Failed);
  EXPECT_EQ(loader.plugins()[0].reason,
            "a trial in a child process ended it: signal 11 (Segmentation fault)");
  EXPECT_EQ(loader.plugins()[1].reason, "a trial in a child process ended it: exit code 3");
  EXPECT_THAT(loader.plugins()[2].reason, HasSubstr("the second half is missing"));
  EXPECT_EQ(loader.plugins()[3].state, State::Registered);
  EXPECT_EQ(loader.plugins()[4].reason, "a trial in a child process ended it: signal 6 (Aborted)");
  EXPECT_EQ(folder.discover().plugins()[0].state, State::Disabled) << "and it is remembered";
}

TEST(Loader, APluginThatEndedTheProcessQuietlyIsProbedNextTime) {
  FixtureFolder folder;
  folder.install("exits_on_load");
  const pid_t child = ::fork();
  if (child == 0) {
    Loader victim = folder.discover();
    (void)victim.masking("exits_on_load");
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 3);

  Loader next = folder.discover();
  EXPECT_EQ(next.plugins()[0].state, State::Compatible);
  EXPECT_THAT(next.masking("exits_on_load").error().message, HasSubstr("exit code 3"));
  EXPECT_EQ(folder.discover().plugins()[0].state, State::Disabled);
}

TEST(Loader, TheSafeModeLoadsShippedPluginsOnly) {
  FixtureFolder shipped, foreign;
  shipped.install("sound");
  foreign.install("half_registers");
  LoaderOptions options = foreign.options();
  options.folders.push_back({shipped.path(), true});
  options.safe_mode = true;
  Loader loader = Loader::discover(options);
  loader.load_all();
  EXPECT_EQ(loader.plugins()[0].name(), "masking/sound");
  EXPECT_EQ(loader.plugins()[0].state, State::Registered);
  EXPECT_EQ(loader.plugins()[1].state, State::Disabled);
  EXPECT_EQ(loader.plugins()[1].reason, "the safe mode loads the program's own plugins only");
}

TEST(Loader, WhatAPersonSwitchedOffStaysOff) {
  FixtureFolder folder;
  folder.install("sound");
  folder.install("half_registers");
  Loader loader = folder.discover();
  ASSERT_TRUE(loader.disable("masking/sound").ok());
  EXPECT_EQ(loader.find(Kind::Masking, "sound").error().message,
            "masking plugin \"sound\" is disabled: it was switched off");
  Loader next = folder.discover();
  EXPECT_EQ(next.plugins()[1].off_by, OffBy::Person);
  EXPECT_THAT(next.plugins()[1].hint, HasSubstr("ibot plugins --enable masking/sound"));
  EXPECT_EQ(next.usable_ids(Kind::Masking), std::vector<std::string>{"half_registers"});
  ASSERT_TRUE(next.enable("masking/sound").ok());
  EXPECT_TRUE(next.load(Kind::Masking, "sound").ok());
  EXPECT_EQ(folder.discover().plugins()[1].state, State::Compatible);

  EXPECT_EQ(next.disable("masking/soundd").error().code, base::ErrorCode::NotFound);
  EXPECT_EQ(folder.discover().enable("masking/sound").error().code, base::ErrorCode::NotFound)
      << "it is not off";
  LoaderOptions nowhere = folder.options();
  nowhere.state_folder.clear();
  EXPECT_EQ(Loader::discover(nowhere).disable("masking/sound").error().code, base::ErrorCode::Unsupported);
}

TEST(Loader, InTheSafeModePluginsAreEnabledOneByOne) {
  FixtureFolder folder;
  folder.install("half_registers");
  folder.install("sound");
  ASSERT_TRUE(folder.discover().set_safe_mode(true).ok());
  Loader loader = folder.discover();
  EXPECT_TRUE(loader.safe_mode());
  EXPECT_EQ(loader.plugins()[0].off_by, OffBy::SafeMode);
  EXPECT_EQ(loader.plugins()[1].off_by, OffBy::SafeMode);
  ASSERT_TRUE(loader.enable("masking/sound").ok());
  EXPECT_TRUE(loader.load(Kind::Masking, "sound").ok());
  EXPECT_EQ(folder.discover().plugins()[0].state, State::Disabled);
  EXPECT_EQ(folder.discover().plugins()[1].state, State::Compatible);

  ASSERT_TRUE(folder.discover().set_safe_mode(false).ok());
  EXPECT_EQ(folder.discover().plugins()[0].state, State::Compatible);
  ASSERT_TRUE(folder.discover().set_safe_mode(true).ok());
  EXPECT_EQ(folder.discover().plugins()[1].state, State::Disabled) << "it begins anew";
}

}  // namespace
}  // namespace ibot::plugin
