// SPDX-License-Identifier: GPL-3.0-or-later
#include "strict_json.h"

#include <ibot/base/text.h>

#include <set>
#include <string>
#include <vector>

namespace ibot::plugin {
namespace {

[[noreturn]] void refuse(std::string message, std::string expected) {
  throw base::Exception({base::ErrorCode::Corrupt, std::move(message), std::move(expected), ""});
}

}  // namespace

base::Result<nlohmann::json> parse_strict_json(std::string_view text, int depth_limit) {
  using Event = nlohmann::json::parse_event_t;
  std::vector<std::set<std::string>> keys_of_open_objects;
  // The library's own tree would take the last of several equal keys, and any depth.
  const auto watch = [&](int depth, Event event, nlohmann::json& parsed) {
    switch (event) {
      case Event::object_start:
      case Event::array_start:
        if (depth >= depth_limit) {
          refuse(base::str("JSON nested deeper than ", depth_limit), "");
        }
        if (event == Event::object_start) keys_of_open_objects.emplace_back();
        break;
      case Event::object_end:
        keys_of_open_objects.pop_back();
        break;
      case Event::key: {
        const auto& key = parsed.get_ref<const std::string&>();
        if (!keys_of_open_objects.back().insert(key).second) {
          refuse("key " + base::quote_untrusted(key) + " appears twice", "each key once");
        }
        break;
      }
      default:
        break;
    }
    return true;
  };
  try {
    return nlohmann::json::parse(text, watch);
  } catch (const base::Exception& exception) {
    return exception.error();
  } catch (const nlohmann::json::parse_error& error) {
    return base::Error{base::ErrorCode::Corrupt, base::str("not JSON, at byte ", error.byte), "a JSON object",
                       ""};
  } catch (const nlohmann::json::exception&) {  // a number beyond double
    return base::Error{base::ErrorCode::Corrupt, "a number does not fit", "a JSON object", ""};
  }
}

}  // namespace ibot::plugin
