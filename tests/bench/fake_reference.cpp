// SPDX-License-Identifier: GPL-3.0-or-later
// A reference program for tests: speaks the protocol without doing any work, or misbehaves in the way its
// argument names: error, garbage, dies, deaf, negative.
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <iostream>
#include <string>

namespace {

using nlohmann::json;

json answer_to(const json& request, const std::string& fault) {
  const std::string op = request.at("op");
  if (op == "hello") return {{"name", "fake"}, {"torch", "0.0"}, {"threads", 2}};
  if (fault == "error") return {{"error", "no such bench: " + request.value("bench", "")}};
  if (op == "prepare") return {{"ok", true}};
  if (op == "run") {
    const double seconds = fault == "negative" ? -1.0 : 0.5 * request.at("iterations").get<double>();
    return {{"seconds", seconds},
            {"items", 8 * request.at("iterations").get<int>()},
            {"stages", {{"forward", 0.75 * seconds}}}};
  }
  if (op == "memory") return {{"peak_rss", 3000}, {"rss_before_model", 1000}};
  return {{"error", "unknown op " + op}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string fault = argc > 1 ? argv[1] : "";
  if (fault == "deaf") ::pause();
  for (std::string line; std::getline(std::cin, line);) {
    const json request = json::parse(line);
    const std::string op = request.at("op");
    if (op == "quit") return 0;
    if (op != "hello") {
      if (fault == "dies") return 3;
      if (fault == "garbage") {
        std::cout << "Loading model...\n" << std::flush;
        continue;
      }
    }
    std::cout << answer_to(request, fault).dump() << "\n" << std::flush;
  }
  return 0;
}
