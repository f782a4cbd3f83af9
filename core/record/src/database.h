// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turns.h"

#include <ibot/base/result.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace ibot::record {

class Database;

/// A prepared statement in use. Going out of scope resets it, so that no read transaction outlives its reader
/// and the write-ahead log can be folded back; the compiled statement returns to its Database for the next
/// use.
///
///   IBOT_TRY(auto query, database.prepare("SELECT step FROM metrics WHERE run = ?"));
///   query.bind(run);
///   for (;;) {
///     IBOT_TRY(const bool row, query.next());
///     if (!row) break;
///     use(query.integer(0));
///   }
///
/// Parameters are bound and columns read in order, counted from 0. Text and blobs are copied.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  template <class... Values>
  Statement& bind(const Values&... values) {
    (bind_next(values), ...);
    return *this;
  }

  /// Goes to the next row; false after the last. A failed bind is reported here. Errors: Corrupt also where
  /// the texts and blobs read from this query have grown beyond reason: a small crafted file can repeat its
  /// rows without end.
  base::Result<bool> next();
  /// Ends the use, forgets what was bound.
  void reset();
  /// Executes a statement from which no row is expected, and makes it ready to be bound again.
  base::Status run();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  /// NULL reads as NaN: SQLite cannot store NaN in any other way.
  double number(int column) const;
  std::string text(int column) const;
  std::vector<std::byte> blob(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;

 private:
  friend class Database;
  Statement(Database* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}

  void bind_next(std::int64_t value);
  void bind_next(int value) { bind_next(static_cast<std::int64_t>(value)); }
  void bind_next(bool value) { bind_next(static_cast<std::int64_t>(value)); }
  void bind_next(double value);
  void bind_next(std::string_view value);
  void bind_next(const std::string& value) { bind_next(std::string_view(value)); }
  void bind_next(const char* value) { bind_next(std::string_view(value)); }
  void bind_next(std::span<const std::byte> value);
  void bind_next(const std::vector<std::byte>& value) { bind_next(std::span<const std::byte>(value)); }
  void bind_next(std::nullptr_t);
  template <class T>
  void bind_next(const std::optional<T>& value) {
    value ? bind_next(*value) : bind_next(nullptr);
  }
  void remember(int code);
  base::Error error(int code) const;

  Database* database_;
  sqlite3_stmt* statement_;
  mutable std::size_t bytes_read_ = 0;
  int bound_ = 0;
  int bind_error_ = 0;
};

/// One connection to one SQLite file. Not for two threads at once.
class Database {
 public:
  enum class Mode : std::uint8_t {
    ReadWriteCreate = 1,
    QueryOnly,  ///< refuses statements that write; as the last to close it tidies the log away like any other
    Immutable,  ///< promises SQLite that nobody changes the file: no locks, no log
  };
  static base::Result<Database> open(const std::filesystem::path& file, Mode mode,
                                     std::chrono::milliseconds busy_timeout);
  /// An empty database in memory.
  static base::Result<Database> in_memory();

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  base::Result<Statement> prepare(std::string_view sql);
  /// One statement with parameters and without rows.
  template <class... Values>
  base::Status run(std::string_view sql, const Values&... values) {
    IBOT_TRY(auto statement, prepare(sql));
    return statement.bind(values...).run();
  }
  /// One or more statements without parameters and rows.
  base::Status execute(const char* sql);
  /// The single integer that a query or pragma yields.
  base::Result<std::int64_t> query_integer(std::string_view sql);
  std::int64_t last_insert_rowid() const;
  /// The system allows no writing to the file.
  bool is_read_only() const;
  /// Rows that the last INSERT, UPDATE or DELETE touched.
  std::int64_t changes() const;
  bool in_transaction() const;

  /// Whether the last connection to close folds the log into the file. Off until a file was recognised as
  /// ours, so that looking at another program's database changes nothing.
  void fold_log_on_close(bool fold);
  /// Moves the log into the file and empties it, as far as readers allow. Takes a turn.
  base::Status fold_log();
  /// From now on write transactions take turns, and fold the log themselves when it has grown.
  void use_turns(Turns turns);
  /// Every query that is still running after this many microseconds ends with an error.
  void set_deadline(std::int64_t micros);
  const std::string& file() const;

 private:
  friend class Statement;
  friend class Transaction;
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  sqlite3* handle() const;
  std::unique_ptr<Impl> impl_;
};

/// Committed whole or rolled back when it leaves scope. One that writes holds the turn, if the database uses
/// turns.
class Transaction {
 public:
  enum class Kind : std::uint8_t {
    Read = 1,      ///< one consistent view for several queries
    Write,         ///< survives a crash of the program
    WriteDurable,  ///< survives a power cut too: one sync of the log
  };
  static base::Result<Transaction> begin(Database& database, Kind kind);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  base::Status commit();

 private:
  Transaction(Database* database, Kind kind) : database_(database), kind_(kind) {}
  void end();
  Database* database_;
  Kind kind_;
};

/// All rows of a query, each made by `make(query)`, which gives a T or the reason why the row is refused.
/// Precondition: the query has a LIMIT or few rows.
template <class T, class Make>
base::Result<std::vector<T>> collect(Statement& query, Make&& make) {
  std::vector<T> rows;
  for (;;) {
    IBOT_TRY(const bool row, query.next());
    if (!row) return rows;
    base::Result<T> value = make(std::as_const(query));
    if (!value) return value.error();
    rows.push_back(std::move(value).value());
  }
}

}  // namespace ibot::record
