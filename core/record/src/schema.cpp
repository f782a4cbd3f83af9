// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema.h"

#include "migrations.h"

#include <ibot/base/text.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace ibot::record {
namespace {

using base::ErrorCode;
using base::str;

struct Identity {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t objects = 0;  // tables and indexes

  bool is_empty() const { return application == 0 && version == 0 && objects == 0; }
};

// Precondition: in a transaction, so that the three answers are of one moment.
base::Result<Identity> identify(Database& database) {
  Identity identity;
  IBOT_TRY(identity.application, database.query_integer("PRAGMA application_id"));
  IBOT_TRY(identity.version, database.query_integer("PRAGMA user_version"));
  IBOT_TRY(identity.objects, database.query_integer("SELECT count(*) FROM sqlite_schema"));
  return identity;
}

struct SchemaObject {
  std::string name;
  std::string definition;
  bool operator==(const SchemaObject&) const = default;
};

// Names beginning with "sqlite_" are SQLite's own: statistics and automatic indexes come and go.
base::Result<std::vector<SchemaObject>> schema_of(Database& database) {
  IBOT_TRY(auto query,
           database.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE "
                            "'\\' ORDER BY name LIMIT 1000"));
  return collect<SchemaObject>(query, [](const Statement& row) {
    return SchemaObject{row.text(0), row.text(1)};
  });
}

// What the migrations make, found by making it once in memory.
const base::Result<std::vector<SchemaObject>>& expected_schema() {
  static const auto expected = []() -> base::Result<std::vector<SchemaObject>> {
    IBOT_TRY(auto model, Database::in_memory());
    for (const char* migration : migrations()) IBOT_CHECK_OK(model.execute(migration));
    return schema_of(model);
  }();
  return expected;
}

base::Error foreign(const Database& database, const Identity& identity) {
  return {ErrorCode::Incompatible,
          str(database.file(), " is a database of another program (application id ", identity.application,
              ", schema version ", identity.version, ", ", identity.objects,
              " tables and indexes); it was left alone"),
          str("a record of this program (application id ", kApplicationId, ")"),
          "Choose another workspace folder, or move that file aside"};
}

base::Status check_identity(const Database& database, const Identity& identity) {
  if (identity.application != kApplicationId) return foreign(database, identity);
  if (identity.version > supported_schema_version()) {
    return base::Error{
        ErrorCode::Unsupported,
        str(database.file(), " was written by a newer version of this program: its schema version is ",
            identity.version),
        str("at most ", supported_schema_version()), "Update this program; the file was left as it is"};
  }
  if (identity.version < 1) {
    return base::Error{
        ErrorCode::Corrupt,
        str(database.file(), " carries this program's mark but schema version ", identity.version),
        str("1 to ", supported_schema_version()), "Put the record back from a copy"};
  }
  return {};
}

// Two processes may create or migrate at the same moment: everything is asked again under the write lock.
base::Status migrate(Database& database) {
  IBOT_TRY(auto transaction, Transaction::begin(database, Transaction::Kind::WriteDurable));
  IBOT_TRY(const Identity identity, identify(database));
  if (!identity.is_empty()) IBOT_CHECK_OK(check_identity(database, identity));
  for (std::int64_t version = identity.version; version < supported_schema_version(); ++version) {
    IBOT_CHECK_OK(database.execute(migrations()[static_cast<std::size_t>(version)]));
  }
  IBOT_CHECK_OK(database.execute(str("PRAGMA application_id = ", kApplicationId).c_str()));
  IBOT_CHECK_OK(database.execute(str("PRAGMA user_version = ", supported_schema_version()).c_str()));
  return transaction.commit();
}

base::Status set_log_mode(Database& database) {
  IBOT_TRY(auto mode, database.prepare("PRAGMA journal_mode = WAL"));
  IBOT_TRY(const bool row, mode.next());
  const std::string got = row ? mode.text(0) : "";
  if (got == "wal") return {};
  return base::Error{ErrorCode::Incompatible,
                     str(database.file(), ": the file system offers no write-ahead log (got \"", got, "\")"),
                     "wal", "Choose a workspace folder on a local disk"};
}

// The mode is stored in the file and changes once in its life. SQLite does not wait for the lock that this
// needs, so whoever reads the file at this moment is waited for here.
base::Status use_write_ahead_log(Database& database) {
  constexpr int kAttempts = 100;
  constexpr std::chrono::milliseconds kPause{20};
  for (int attempt = 1;; ++attempt) {
    const base::Status status = set_log_mode(database);
    if (status || status.error().code != ErrorCode::Busy || attempt == kAttempts) return status;
    std::this_thread::sleep_for(kPause);
  }
}

base::Status check_tables(Database& database) {
  IBOT_TRY(const auto found, schema_of(database));
  if (!expected_schema()) return expected_schema().error();
  for (const SchemaObject& object : *expected_schema()) {
    const auto same_name = [&](const SchemaObject& other) { return other.name == object.name; };
    const auto match = std::find_if(found.begin(), found.end(), same_name);
    if (match != found.end() && match->definition == object.definition) continue;
    return base::Error{
        ErrorCode::Corrupt,
        str(database.file(), ": the table or index ", object.name,
            match == found.end() ? " is missing" : " is not defined as this program defines it"),
        str("the tables of schema version ", supported_schema_version()),
        "The file was changed by another program; put the record back from a copy"};
  }
  return {};
}

}  // namespace

std::int64_t supported_schema_version() {
  return static_cast<std::int64_t>(migrations().size());
}

base::Status prepare_schema(Database& database, Access access) {
  Identity identity;
  {
    IBOT_TRY(const auto transaction, Transaction::begin(database, Transaction::Kind::Read));
    IBOT_TRY(identity, identify(database));
  }
  if (!identity.is_empty() || access == Access::Read) {
    if (identity.is_empty()) {
      return base::Error{ErrorCode::NotFound, database.file() + " is empty: no run was recorded in it", "",
                         "Start a run with this workspace, or choose another one"};
    }
    IBOT_CHECK_OK(check_identity(database, identity));
  }
  if (access == Access::Write) IBOT_CHECK_OK(use_write_ahead_log(database));
  if (identity.version < supported_schema_version()) {
    if (access == Access::Read) {
      return base::Error{
          ErrorCode::Unsupported,
          str(database.file(), " has schema version ", identity.version,
              ", older than this program's, and is opened for reading only"),
          str(supported_schema_version()),
          "Start a run in this workspace with this program: that brings the record up to date"};
    }
    IBOT_CHECK_OK(migrate(database));
  }
  return check_tables(database);
}

}  // namespace ibot::record
