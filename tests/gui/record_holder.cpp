// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a record as another program might: `gui_record_holder FILE writing|alone`. Says "held", and lets go
// when its standard input ends. "writing": nobody else may write; "alone": nobody else may open it either.
#include <sqlite3.h>

#include <iostream>
#include <string>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  sqlite3* database = nullptr;
  const bool alone = std::string(argv[2]) == "alone";
  const char* sql = alone ? "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE";
  if (sqlite3_open(argv[1], &database) != SQLITE_OK ||
      sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    std::cerr << sqlite3_errmsg(database) << "\n";
    sqlite3_close(database);
    return 1;
  }
  std::cout << "held" << std::endl;
  std::string nothing;
  while (std::getline(std::cin, nothing)) {
  }
  sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(database);
  return 0;
}
