// SPDX-License-Identifier: GPL-3.0-or-later
#include "database.h"

#include "sqlite_error.h"

#include <ibot/base/text.h>

#include <sqlite3.h>

#include <cmath>
#include <limits>
#include <map>

namespace ibot::record {
namespace {

// A crafted file must not make one value eat the memory; no value of ours comes near.
constexpr int kMaxValueBytes = 256 << 20;
constexpr std::size_t kMaxAnswerBytes = std::size_t{1} << 30;
constexpr int kProgressInstructions = 20'000;
// Fold the log when it holds this many pages: SQLite's own habit.
constexpr int kLongLogPages = 1000;

// Percent-encodes what has a meaning in an SQLite URI.
std::string file_uri(const std::filesystem::path& file, std::string_view parameters) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr char kDigits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      uri += c;
    }
  }
  return uri + std::string(parameters);
}

}  // namespace

struct Database::Impl {
  sqlite3* handle = nullptr;
  std::string file;
  std::map<std::string, std::vector<sqlite3_stmt*>, std::less<>> idle;
  std::optional<Turns> turns;
  int log_pages = 0;
  int busy_milliseconds = 0;
  std::int64_t deadline_micros = 0;
  std::chrono::steady_clock::time_point deadline;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    for (auto& [sql, statements] : idle) {
      for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
    }
    sqlite3_close_v2(handle);
  }

  void start_clock() {
    if (deadline_micros > 0) {
      deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(deadline_micros);
    }
  }

  static int on_commit(void* self, sqlite3*, const char*, int pages) {
    static_cast<Impl*>(self)->log_pages = pages;
    return SQLITE_OK;
  }

  static int on_progress(void* self) {
    return std::chrono::steady_clock::now() > static_cast<Impl*>(self)->deadline ? 1 : 0;
  }
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

base::Result<Database> Database::open(const std::filesystem::path& file, Mode mode,
                                      std::chrono::milliseconds busy_timeout) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return base::Error{base::ErrorCode::Corrupt, "the record " + file.string() + " is a folder",
                       "a database file", "Choose another workspace folder, or move that one aside"};
  }
  auto impl = std::make_unique<Impl>();
  impl->file = file.string();
  int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == Mode::Immutable ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::ReadWriteCreate) flags |= SQLITE_OPEN_CREATE;
  const std::string uri = file_uri(file, mode == Mode::Immutable ? "?immutable=1" : "");
  if (const int code = sqlite3_open_v2(uri.c_str(), &impl->handle, flags, nullptr); code != SQLITE_OK) {
    return sqlite_error(impl->handle, code, "open the database", impl->file);
  }
  // What a file says about itself is not believed: no triggers, no views, no functions in its schema, no
  // writing to its internals, and pages are checked as they are read.
  for (const int option :
       {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW, SQLITE_DBCONFIG_TRUSTED_SCHEMA}) {
    sqlite3_db_config(impl->handle, option, 0, nullptr);
  }
  sqlite3_db_config(impl->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(impl->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_limit(impl->handle, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  impl->busy_milliseconds = static_cast<int>(busy_timeout.count());
  sqlite3_busy_timeout(impl->handle, impl->busy_milliseconds);
  Database database(std::move(impl));
  IBOT_CHECK_OK(database.execute("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0"));
  if (mode == Mode::QueryOnly) IBOT_CHECK_OK(database.execute("PRAGMA query_only = ON"));
  return database;
}

base::Result<Database> Database::in_memory() {
  auto impl = std::make_unique<Impl>();
  impl->file = ":memory:";
  if (const int code =
          sqlite3_open_v2(":memory:", &impl->handle,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, nullptr);
      code != SQLITE_OK) {
    return sqlite_error(impl->handle, code, "open a database", impl->file);
  }
  return Database(std::move(impl));
}

sqlite3* Database::handle() const {
  return impl_->handle;
}

const std::string& Database::file() const {
  return impl_->file;
}

base::Result<Statement> Database::prepare(std::string_view sql) {
  if (const auto found = impl_->idle.find(sql); found != impl_->idle.end() && !found->second.empty()) {
    sqlite3_stmt* statement = found->second.back();
    found->second.pop_back();
    impl_->start_clock();
    return Statement(this, statement);
  }
  sqlite3_stmt* statement = nullptr;
  impl_->start_clock();
  const int code = sqlite3_prepare_v3(impl_->handle, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK)
    return sqlite_error(impl_->handle, code, "prepare " + base::quote_untrusted(sql), impl_->file);
  return Statement(this, statement);
}

base::Status Database::execute(const char* sql) {
  impl_->start_clock();
  if (const int code = sqlite3_exec(impl_->handle, sql, nullptr, nullptr, nullptr); code != SQLITE_OK) {
    return sqlite_error(impl_->handle, code, "execute " + base::quote_untrusted(sql), impl_->file);
  }
  return {};
}

base::Result<std::int64_t> Database::query_integer(std::string_view sql) {
  IBOT_TRY(auto query, prepare(sql));
  IBOT_TRY(const bool row, query.next());
  return row ? query.integer(0) : 0;
}

std::int64_t Database::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(impl_->handle);
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(impl_->handle);
}

bool Database::is_read_only() const {
  return sqlite3_db_readonly(impl_->handle, "main") == 1;
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(impl_->handle) == 0;
}

void Database::fold_log_on_close(bool fold) {
  sqlite3_db_config(impl_->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, fold ? 0 : 1, nullptr);
}

base::Status Database::fold_log() {
  if (impl_->turns) IBOT_CHECK_OK(impl_->turns->take());
  // Not waiting for readers: other writers would have to wait as well.
  sqlite3_busy_timeout(impl_->handle, 0);
  const int code =
      sqlite3_wal_checkpoint_v2(impl_->handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(impl_->handle, impl_->busy_milliseconds);
  if (impl_->turns) impl_->turns->give_back();
  // Busy: a reader still needs the log, and what it did not need was moved.
  if (code == SQLITE_OK || code == SQLITE_BUSY) return {};
  return sqlite_error(impl_->handle, code, "fold the log", impl_->file);
}

void Database::use_turns(Turns turns) {
  impl_->turns.emplace(std::move(turns));
  // In place of SQLite's own folding after a commit, which would be outside of the turn.
  sqlite3_wal_hook(impl_->handle, &Impl::on_commit, impl_.get());
}

void Database::set_deadline(std::int64_t micros) {
  impl_->deadline_micros = micros;
  sqlite3_progress_handler(impl_->handle, kProgressInstructions, &Impl::on_progress, impl_.get());
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      bound_(other.bound_),
      bind_error_(other.bind_error_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  reset();
  database_->impl_->idle[sqlite3_sql(statement_)].push_back(statement_);
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bytes_read_ = 0;
  bound_ = 0;
  bind_error_ = SQLITE_OK;
}

void Statement::remember(int code) {
  if (bind_error_ == SQLITE_OK) bind_error_ = code;
}

void Statement::bind_next(std::int64_t value) {
  remember(sqlite3_bind_int64(statement_, ++bound_, value));
}

void Statement::bind_next(double value) {
  remember(sqlite3_bind_double(statement_, ++bound_, value));
}

void Statement::bind_next(std::string_view value) {
  // A null pointer would bind NULL, and an empty view may hold one.
  const char* data = value.data() != nullptr ? value.data() : "";
  remember(sqlite3_bind_text64(statement_, ++bound_, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_next(std::span<const std::byte> value) {
  ++bound_;
  remember(value.empty()
               ? sqlite3_bind_zeroblob(statement_, bound_, 0)
               : sqlite3_bind_blob64(statement_, bound_, value.data(), value.size(), SQLITE_TRANSIENT));
}

void Statement::bind_next(std::nullptr_t) {
  remember(sqlite3_bind_null(statement_, ++bound_));
}

base::Error Statement::error(int code) const {
  return sqlite_error(database_->handle(), code, "execute " + base::quote_untrusted(sqlite3_sql(statement_)),
                      database_->file());
}

base::Result<bool> Statement::next() {
  if (bind_error_ != SQLITE_OK) return error(bind_error_);
  if (bytes_read_ > kMaxAnswerBytes) {
    return base::Error{base::ErrorCode::Corrupt,
                       base::str("the record ", database_->file(), " answers \"", sqlite3_sql(statement_),
                                 "\" with more than ", base::format_bytes(kMaxAnswerBytes)),
                       "", "The file is damaged, or not what it seems"};
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  base::Error failure = error(code);
  sqlite3_reset(statement_);
  return failure;
}

base::Status Statement::run() {
  IBOT_TRY([[maybe_unused]] const bool row, next());
  reset();
  return {};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::number(int column) const {
  return is_null(column) ? std::numeric_limits<double>::quiet_NaN()
                         : sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
  const unsigned char* data = sqlite3_column_text(statement_, column);
  if (data == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  bytes_read_ += size;
  return {reinterpret_cast<const char*>(data), size};
}

std::vector<std::byte> Statement::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  bytes_read_ += size;
  return {data, data + size};
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

base::Result<Transaction> Transaction::begin(Database& database, Kind kind) {
  if (kind == Kind::Read) {
    IBOT_CHECK_OK(database.execute("BEGIN"));
    return Transaction(&database, kind);
  }
  if (database.impl_->turns) IBOT_CHECK_OK(database.impl_->turns->take());
  Transaction transaction(&database, kind);  // gives the turn back, whatever happens
  IBOT_CHECK_OK(database.execute(kind == Kind::WriteDurable ? "PRAGMA synchronous = FULL"
                                                            : "PRAGMA synchronous = NORMAL"));
  IBOT_CHECK_OK(database.execute("BEGIN IMMEDIATE"));
  return transaction;
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)), kind_(other.kind_) {}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  // After some errors SQLite has rolled back already. A rollback that fails leaves nothing to do: the
  // connection's next transaction, or the next process, finishes it.
  if (database_->in_transaction()) static_cast<void>(database_->execute("ROLLBACK"));
  end();
}

base::Status Transaction::commit() {
  IBOT_CHECK_OK(database_->execute("COMMIT"));
  Database::Impl& impl = *database_->impl_;
  if (impl.turns && impl.log_pages >= kLongLogPages) {
    // A log that cannot be folded now (readers, a full disk) only grows until it can.
    static_cast<void>(
        sqlite3_wal_checkpoint_v2(impl.handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr));
    impl.log_pages = 0;
  }
  end();
  database_ = nullptr;
  return {};
}

void Transaction::end() {
  if (kind_ != Kind::Read && database_->impl_->turns) database_->impl_->turns->give_back();
}

}  // namespace ibot::record
