// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/base/text.h>
#include <ibot/weights/match.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace ibot::weights {
namespace {

using base::Error;
using base::ErrorCode;
using base::quote_untrusted;
using base::str;

using FileTensors = std::map<std::string, const TensorView*>;  // by canonical name

bool is_floating(DType dtype) {
  return dtype == DType::F64 || dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16;
}

// [1, 1 + n * n, D].
bool is_position_embedding(std::span<const std::int64_t> shape) {
  if (shape.size() != 3 || shape[0] != 1 || shape[1] < 2) return false;
  const std::int64_t cells = shape[1] - 1;
  const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(cells))));
  return side * side == cells;
}

bool is_classifier(std::string_view name) {
  return name == "head.weight" || name == "head.bias" || name.starts_with("head_dist.") ||
         name.starts_with("fc.");
}

// A part of other models that this one is known not to have; empty for a name nobody knows.
std::string known_part(std::string_view name, bool model_has_head) {
  if (is_classifier(name)) return "classifier";
  if (name == "masked_embed") return "mask token";
  if (!model_has_head && (name.starts_with("head.") || name.starts_with("ibot_head.")))
    return "projection head";
  if (name == "center" || name == "center2" || name.starts_with("ibot_loss.") ||
      name.starts_with("dino_loss.")) {
    return "loss state";
  }
  return "";
}

// Shared layers of the head are written under each of their names, and a model may ask for one of them alone.
std::string copy_of(std::string_view name, const TensorView& tensor,
                    const std::vector<MatchReport::Matched>& matched) {
  if (!name.starts_with("head.")) return "";
  for (const MatchReport::Matched& other : matched) {
    const bool same = other.tensor.dtype == tensor.dtype && other.tensor.shape == tensor.shape &&
                      std::equal(tensor.bytes.begin(), tensor.bytes.end(), other.tensor.bytes.begin());
    if (same && canonical_name(other.name).name.starts_with("head.")) return "copy of " + other.name;
  }
  return "";
}

// The tensors of the wanted network by canonical name; the other network's go to the report.
base::Result<FileTensors> select(const TensorFile& file, std::optional<Network> wanted, MatchReport& report) {
  std::vector<CanonicalName> names;
  bool has_student = false, has_teacher = false;
  for (const TensorView& tensor : file.tensors()) {
    names.push_back(canonical_name(tensor.name));
    has_student |= names.back().network == Network::Student;
    has_teacher |= names.back().network == Network::Teacher;
  }
  if (has_student && has_teacher && !wanted) {
    return Error{ErrorCode::Incompatible, "the file holds a student and a teacher, and none was chosen", "",
                 "Choose one; the teacher is what is usually evaluated and exported"};
  }
  if (wanted && (has_student || has_teacher) && !(*wanted == Network::Student ? has_student : has_teacher)) {
    return Error{ErrorCode::Incompatible, str("the file holds no ", to_string(*wanted)),
                 str("a file with tensors of the ", to_string(*wanted)),
                 str("It holds a ", has_student ? "student" : "teacher")};
  }
  FileTensors tensors;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const TensorView& tensor = file.tensors()[i];
    if (wanted && names[i].network && names[i].network != wanted) {
      report.left_out.push_back({tensor.name, std::string(to_string(*names[i].network))});
      continue;
    }
    const auto [other, inserted] = tensors.emplace(names[i].name, &tensor);
    if (!inserted) {
      return Error{
          ErrorCode::Incompatible,
          str("the tensors ", quote_untrusted(other->second->name), " and ", quote_untrusted(tensor.name),
              " of the file are both ", quote_untrusted(names[i].name)),
          "one of each", ""};
    }
  }
  return tensors;
}

std::string shorten(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) text += str(" and ", names.size() - kShown, " more");
  return text;
}

std::vector<std::string> quoted_names(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const std::string& name : names) result.push_back(quote_untrusted(name));
  return result;
}

}  // namespace

base::Result<MatchReport> match(std::span<const ExpectedTensor> expected, const TensorFile& file,
                                const MatchOptions& options) {
  MatchReport report;
  IBOT_TRY(FileTensors tensors, select(file, options.network, report));
  bool model_has_head = false;
  for (const ExpectedTensor& wanted : expected) {
    const std::string name = canonical_name(wanted.name).name;
    model_has_head |= name.starts_with("head.");
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      (wanted.optional ? report.kept : report.missing).push_back(wanted.name);
      continue;
    }
    const TensorView& tensor = *found->second;
    const bool same_shape = tensor.shape == wanted.shape;
    const bool resizable = !same_shape && name == "pos_embed" && options.interpolate_positions &&
                           is_position_embedding(tensor.shape) && is_position_embedding(wanted.shape) &&
                           tensor.shape[2] == wanted.shape[2];
    if (is_floating(tensor.dtype) == wanted.integer) {
      report.mismatched.push_back({wanted.name, tensor.name,
                                   wanted.integer ? "integer elements" : "floating-point elements",
                                   str(to_string(tensor.dtype))});
    } else if (same_shape || resizable) {
      report.matched.push_back({wanted.name, tensor, resizable});
    } else {
      report.mismatched.push_back(
          {wanted.name, tensor.name, format_shape(wanted.shape), format_shape(tensor.shape)});
    }
    tensors.erase(found);
  }
  for (const auto& [name, tensor] : tensors) {
    std::string part = known_part(name, model_has_head);
    if (part.empty()) part = copy_of(name, *tensor, report.matched);
    if (part.empty()) {
      report.unexpected.push_back(tensor->name);
    } else {
      report.left_out.push_back({tensor->name, part});
    }
  }
  const auto by_name = [](const auto& a, const auto& b) { return a.file_name < b.file_name; };
  std::sort(report.missing.begin(), report.missing.end());
  std::sort(report.kept.begin(), report.kept.end());
  std::sort(report.unexpected.begin(), report.unexpected.end());
  std::sort(report.mismatched.begin(), report.mismatched.end(), by_name);
  std::sort(report.left_out.begin(), report.left_out.end(), by_name);
  return report;
}

Error MatchReport::error() const {
  if (!mismatched.empty()) {
    const Mismatch& first = mismatched.front();
    const bool positions = canonical_name(first.name).name == "pos_embed";
    return {ErrorCode::Incompatible,
            str(mismatched.size(), " of the file's tensors do not fit the model; the first is ",
                quote_untrusted(first.file_name), " with ", first.found),
            first.expected,
            positions ? "The position embedding is for another number of patches; ask for its interpolation"
                      : "The file is of a model of another size"};
  }
  if (!missing.empty()) {
    std::string hint = matched.empty() ? "Nothing in the file has a name that the model knows" : "";
    if (const auto near = base::nearest_name(missing.front(), unexpected)) {
      hint = "The file has " + quote_untrusted(*near);
    }
    return {ErrorCode::Incompatible,
            str("the file lacks ", missing.size(), " of the model's tensors: ", shorten(missing)), "", hint};
  }
  return {ErrorCode::Incompatible,
          str("the file has ", unexpected.size(),
              " tensors that the model does not know: ", shorten(quoted_names(unexpected))),
          "", "The file is of another kind of model, or of a variant with more parts"};
}

std::string MatchReport::to_text() const {
  std::string text;
  const auto line = [&text](std::string_view label, std::size_t count, const std::string& details) {
    if (count == 0 && label != "matched") return;
    text +=
        str(label, std::string(14 - label.size(), ' '), count, details.empty() ? "" : ": ", details, "\n");
  };
  std::string resized;
  for (const Matched& entry : matched) {
    if (entry.interpolate) resized = "positions interpolated from " + format_shape(entry.tensor.shape);
  }
  line("matched", matched.size(), resized);
  line("kept", kept.size(), shorten(kept) + " (absent, optional)");
  line("missing", missing.size(), shorten(missing));
  std::vector<std::string> details;
  for (const Mismatch& entry : mismatched) {
    details.push_back(
        str(quote_untrusted(entry.file_name), " ", entry.found, " instead of ", entry.expected));
  }
  line("mismatched", mismatched.size(), shorten(details));
  line("unexpected", unexpected.size(), shorten(quoted_names(unexpected)));
  std::map<std::string, std::vector<std::string>> parts;
  for (const LeftOut& entry : left_out) parts[entry.part].push_back(quote_untrusted(entry.file_name));
  for (const auto& [part, names] : parts)
    line("left out", names.size(), str(part, " (", shorten(names), ")"));
  return text;
}

nlohmann::json MatchReport::to_json() const {
  nlohmann::json json{{"complete", complete()},
                      {"matched", nlohmann::json::array()},
                      {"kept", kept},
                      {"missing", missing},
                      {"mismatched", nlohmann::json::array()},
                      {"unexpected", unexpected},
                      {"left_out", nlohmann::json::array()}};
  for (const Matched& entry : matched) {
    json["matched"].push_back({{"name", entry.name},
                               {"file_name", entry.tensor.name},
                               {"shape", entry.tensor.shape},
                               {"dtype", to_string(entry.tensor.dtype)},
                               {"interpolate", entry.interpolate}});
  }
  for (const Mismatch& entry : mismatched) {
    json["mismatched"].push_back({{"name", entry.name},
                                  {"file_name", entry.file_name},
                                  {"expected", entry.expected},
                                  {"found", entry.found}});
  }
  for (const LeftOut& entry : left_out) {
    json["left_out"].push_back({{"file_name", entry.file_name}, {"part", entry.part}});
  }
  return json;
}

}  // namespace ibot::weights
