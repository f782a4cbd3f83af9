// SPDX-License-Identifier: GPL-3.0-or-later
#include "printable.h"

#include <ibot/base/printable.h>

namespace ibot::cli {
namespace {

using base::ends_c1;
using base::is_control;

constexpr std::string_view kRedraw = "\r\033[K";
constexpr unsigned char kC2 = 0xC2;

}  // namespace

PrintableStream::~PrintableStream() {
  PrintableStream::sync();
  // Setting a buffer forgets that writing has failed.
  const auto state = stream_.rdstate();
  stream_.rdbuf(sink_);
  stream_.clear(state);
}

void PrintableStream::add(char character, std::string& text) {
  const auto byte = static_cast<unsigned char>(character);
  if (after_c2_) {
    after_c2_ = false;
    if (ends_c1(byte)) {
      text += base::escaped_character(byte);
      return;
    }
    text += static_cast<char>(kC2);
  }
  if (byte == kC2)
    after_c2_ = true;
  else if (is_control(byte) && character != '\n' && character != '\t')
    text += base::escaped_character(byte);
  else
    text += character;
}

bool PrintableStream::send(const std::string& text) {
  const auto size = static_cast<std::streamsize>(text.size());
  return sink_->sputn(text.data(), size) == size;
}

PrintableStream::int_type PrintableStream::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
  std::string text;
  add(traits_type::to_char_type(character), text);
  return send(text) ? character : traits_type::eof();
}

std::streamsize PrintableStream::xsputn(const char* characters, std::streamsize size) {
  const std::string_view all(characters, static_cast<std::size_t>(size));
  std::string text;
  text.reserve(all.size());
  const bool redraws = all.starts_with(kRedraw);
  if (redraws) text = kRedraw;
  for (const char character : all.substr(redraws ? kRedraw.size() : 0)) add(character, text);
  return send(text) ? size : 0;
}

int PrintableStream::sync() {
  bool well = true;
  if (after_c2_) {
    after_c2_ = false;
    well = send(std::string(1, static_cast<char>(kC2)));
  }
  return sink_->pubsync() == 0 && well ? 0 : -1;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == kC2 && i + 1 < text.size() && ends_c1(static_cast<unsigned char>(text[i + 1]));
    line += is_control(byte) || c1 ? '?' : text[i];
    i += c1;
  }
  return line;
}

}  // namespace ibot::cli
