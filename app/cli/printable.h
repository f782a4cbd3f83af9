// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iostream>
#include <streambuf>
#include <string>
#include <string_view>

// Names of runs and studies may come from somebody else's bundle, and a terminal obeys control characters.
namespace ibot::cli {

/// While it lives, control characters (C0 but for line feed and tab, DEL, C1) leave the stream as the text
/// "\u001b", which JSON reads as the same character. The sequence with which progress is drawn anew in its
/// line, "\r\033[K" at the beginning of a write, passes.
class PrintableStream final : private std::streambuf {
 public:
  explicit PrintableStream(std::ostream& stream) : stream_(stream), sink_(stream.rdbuf(this)) {}
  PrintableStream(const PrintableStream&) = delete;
  PrintableStream& operator=(const PrintableStream&) = delete;
  ~PrintableStream() override;

 private:
  int_type overflow(int_type character) override;
  std::streamsize xsputn(const char* characters, std::streamsize size) override;
  int sync() override;
  void add(char character, std::string& text);
  bool send(const std::string& text);

  std::ostream& stream_;
  std::streambuf* sink_;
  bool after_c2_ = false;  // the first of two bytes that may be a control character together
};

/// The text with control characters, line feeds too, as "?": for a name in a line of its own.
std::string one_line(std::string_view text);

}  // namespace ibot::cli
