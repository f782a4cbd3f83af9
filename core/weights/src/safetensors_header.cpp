// SPDX-License-Identifier: GPL-3.0-or-later
#include "safetensors_header.h"

#include <ibot/base/text.h>

#include <nlohmann/json.hpp>

#include <unordered_set>

namespace ibot::weights {
namespace {

using base::Error;
using base::ErrorCode;
using base::quote_untrusted;
using base::str;

constexpr std::size_t kMaxDimensions = 16;
constexpr std::string_view kMetadataName = "__metadata__";

// Receives the JSON event by event and knows at each moment which events are legal. Every method returns
// whether to go on; the first refusal is kept.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Header header;
  std::optional<Error> refusal;

  bool null() override { return wrong_value("null"); }
  bool boolean(bool) override { return wrong_value("true or false"); }
  bool number_float(number_float_t, const string_t& text) override {
    return wrong_value("the number " + text.substr(0, 40));
  }
  bool binary(binary_t&) override { return wrong_value("binary data"); }

  bool number_integer(number_integer_t value) override {
    if (place_ != Place::Shape && place_ != Place::Offsets) return wrong_value(str("the number ", value));
    return refuse(
        str(subject(), ": ", place_ == Place::Shape ? "the shape" : "data_offsets", " holds ", value),
        "non-negative integers");
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ == Place::Shape) {
      if (value > static_cast<number_unsigned_t>(INT64_MAX)) {
        return refuse(str(subject(), ": the shape holds ", value), "sizes below 2^63");
      }
      if (entry_.shape.size() == kMaxDimensions) {
        return refuse(str(subject(), ": the shape has more than ", kMaxDimensions, " dimensions"), "");
      }
      entry_.shape.push_back(static_cast<std::int64_t>(value));
      return true;
    }
    if (place_ == Place::Offsets) {
      if (offsets_ == 2)
        return refuse(subject() + ": data_offsets holds more than two numbers", "[begin, end]");
      (offsets_++ == 0 ? entry_.begin : entry_.end) = value;
      return true;
    }
    return wrong_value(str("the number ", value));
  }

  bool string(string_t& value) override {
    if (place_ == Place::Metadata) {
      header.metadata.emplace(metadata_key_, std::move(value));
      return true;
    }
    if (place_ != Place::Entry || field_ != "dtype") return wrong_value("the text " + quote_untrusted(value));
    const auto dtype = parse_dtype(value);
    if (!dtype) {
      return refuse(str(subject(), ": elements of type ", quote_untrusted(value)),
                    "F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL", ErrorCode::Unsupported);
    }
    entry_.dtype = *dtype;
    return true;
  }

  bool start_object(std::size_t) override {
    switch (place_) {
      case Place::Outside:
        place_ = Place::Top;
        return true;
      case Place::Top:
        place_ = entry_.name == kMetadataName ? Place::Metadata : Place::Entry;
        return true;
      default:
        return wrong_value("an object");
    }
  }

  bool key(string_t& name) override {
    if (place_ == Place::Top) {
      if (!names_.insert(name).second) {
        return refuse(str("the header names the tensor ", quote_untrusted(name), " twice"), "each name once");
      }
      entry_ = HeaderEntry{};
      entry_.name = std::move(name);
      fields_.clear();
      offsets_ = 0;
      return true;
    }
    if (place_ == Place::Metadata) {
      if (header.metadata.contains(name)) {
        return refuse(str("__metadata__ has the key ", quote_untrusted(name), " twice"), "each key once");
      }
      metadata_key_ = std::move(name);
      return true;
    }
    if (name != "dtype" && name != "shape" && name != "data_offsets") {
      return refuse(str(subject(), ": unknown field ", quote_untrusted(name)),
                    "dtype, shape and data_offsets");
    }
    if (!fields_.insert(name).second)
      return refuse(str(subject(), ": the field ", name, " occurs twice"), "");
    field_ = std::move(name);
    return true;
  }

  bool end_object() override {
    if (place_ == Place::Top) {
      place_ = Place::Done;
      return true;
    }
    if (place_ == Place::Entry) {
      for (const char* needed : {"dtype", "shape", "data_offsets"}) {
        if (!fields_.contains(needed))
          return refuse(str(subject(), ": the field ", needed, " is missing"), "");
      }
      header.entries.push_back(std::move(entry_));
    }
    place_ = Place::Top;
    return true;
  }

  bool start_array(std::size_t) override {
    if (place_ != Place::Entry || field_ == "dtype") return wrong_value("a list");
    place_ = field_ == "shape" ? Place::Shape : Place::Offsets;
    return true;
  }

  bool end_array() override {
    if (place_ == Place::Offsets && offsets_ != 2) {
      return refuse(str(subject(), ": data_offsets holds ", offsets_, " numbers"), "[begin, end]");
    }
    place_ = Place::Entry;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    return refuse(str("the header is not valid JSON (byte ", position, " of it)"), "");
  }

 private:
  enum class Place : unsigned char { Outside = 1, Top, Entry, Shape, Offsets, Metadata, Done };

  bool refuse(std::string message, std::string expected, ErrorCode code = ErrorCode::Corrupt) {
    if (!refusal) refusal = Error{code, std::move(message), std::move(expected), ""};
    return false;
  }

  std::string subject() const { return "tensor " + quote_untrusted(entry_.name); }

  bool wrong_value(const std::string& seen) {
    switch (place_) {
      case Place::Outside:
      case Place::Done:
        return refuse("the header is " + seen, "a JSON object");
      case Place::Top:
        return refuse(str(subject(), " is described by ", seen),
                      "an object with dtype, shape and data_offsets");
      case Place::Metadata:
        return refuse(str("__metadata__ ", quote_untrusted(metadata_key_), " is ", seen), "a text");
      case Place::Entry:
        return refuse(str(subject(), ": ", field_, " is ", seen),
                      field_ == "dtype" ? "a text" : "a list of non-negative integers");
      case Place::Shape:
      case Place::Offsets:
        return refuse(str(subject(), ": ", field_, " holds ", seen), "non-negative integers");
    }
    return false;
  }

  Place place_ = Place::Outside;
  HeaderEntry entry_;
  std::string field_;
  std::string metadata_key_;
  std::unordered_set<std::string> fields_;
  std::unordered_set<std::string> names_;
  unsigned offsets_ = 0;
};

}  // namespace

base::Result<Header> parse_header(std::string_view json) {
  HeaderReader reader;
  const bool complete = nlohmann::json::sax_parse(json, &reader);
  if (reader.refusal) return *reader.refusal;
  if (!complete) return Error{ErrorCode::Corrupt, "the header is not valid JSON", "", ""};
  return std::move(reader.header);
}

}  // namespace ibot::weights
