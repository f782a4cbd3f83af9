// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/weights/key_map.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace ibot::weights {
namespace {

bool remove_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_index(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "blocks", "1", "3", "ls1", "gamma" -> "blocks.3.gamma_1".
std::string canonical_block_name(std::string_view name) {
  std::vector<std::string> parts = base::split(name, '.');
  if (parts.size() > 3 && is_index(parts[1]) && is_index(parts[2])) parts.erase(parts.begin() + 1);
  if (parts.size() == 4 && parts[3] == "gamma" && (parts[2] == "ls1" || parts[2] == "ls2")) {
    parts[2] = parts[2] == "ls1" ? "gamma_1" : "gamma_2";
    parts.pop_back();
  }
  std::string joined = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) joined += "." + parts[i];
  return joined;
}

std::string canonical_head_name(std::string_view name) {
  constexpr std::string_view kParametrized = ".parametrizations.weight.original";
  std::string text(name);
  if (const auto at = text.find(kParametrized); at != std::string::npos) {
    const std::string which = text.substr(at + kParametrized.size());
    if (which == "0") return text.substr(0, at) + ".weight_g";
    if (which == "1") return text.substr(0, at) + ".weight_v";
  }
  return text;
}

struct StyleName {
  KeyStyle style;
  std::string_view name;
};
constexpr std::array kStyles{StyleName{KeyStyle::Ibot, "ibot"}, StyleName{KeyStyle::Dino, "dino"},
                             StyleName{KeyStyle::Timm, "timm"}};

}  // namespace

std::string_view to_string(Network network) {
  return network == Network::Student ? "student" : "teacher";
}

CanonicalName canonical_name(std::string_view name) {
  CanonicalName result;
  for (bool stripped = true; stripped;) {
    stripped = remove_prefix(name, "module.") || remove_prefix(name, "_orig_mod.");
    if (remove_prefix(name, "student.")) {
      result.network = Network::Student;
      stripped = true;
    } else if (remove_prefix(name, "teacher.")) {
      result.network = Network::Teacher;
      stripped = true;
    }
  }
  remove_prefix(name, "backbone.");
  if (name == "mask_token") {
    result.name = "masked_embed";
  } else if (name.starts_with("blocks.")) {
    result.name = canonical_block_name(name);
  } else if (remove_prefix(name, "dino_head.")) {
    result.name = canonical_head_name("head." + std::string(name));
  } else if (name.starts_with("head.")) {
    result.name = canonical_head_name(name);
  } else {
    result.name = name;
  }
  return result;
}

std::string_view to_string(KeyStyle style) {
  return std::find_if(kStyles.begin(), kStyles.end(),
                      [style](const StyleName& s) { return s.style == style; })
      ->name;
}

std::optional<KeyStyle> parse_key_style(std::string_view text) {
  const auto* found =
      std::find_if(kStyles.begin(), kStyles.end(), [text](const StyleName& s) { return s.name == text; });
  if (found == kStyles.end()) return std::nullopt;
  return found->style;
}

std::optional<std::string> exported_name(std::string_view name, KeyStyle style) {
  const std::string canonical = canonical_name(name).name;
  const bool in_head = canonical.starts_with("head.");
  if (style == KeyStyle::Ibot) return in_head ? canonical : "backbone." + canonical;
  if (in_head) return std::nullopt;
  if (style == KeyStyle::Dino) return canonical;
  if (canonical == "masked_embed") return std::nullopt;
  if (canonical.starts_with("blocks.")) {
    const std::size_t dot = canonical.rfind('.');
    const std::string_view last = std::string_view(canonical).substr(dot + 1);
    if (last == "gamma_1" || last == "gamma_2") {
      return canonical.substr(0, dot) + (last == "gamma_1" ? ".ls1.gamma" : ".ls2.gamma");
    }
  }
  return canonical;
}

}  // namespace ibot::weights
