// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/api.h>
#include <ibot/base/result.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ibot::params {

/// What a parameter holds. Lists are homogeneous.
enum class Type : unsigned char { Boolean = 1, Integer, Real, Text, IntegerList, RealList, TextList };

/// The value of one parameter. The alternative is fixed by the parameter's Type (Boolean -> bool, Integer ->
/// int64, Real -> double, Text -> string, and vectors of those).
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                           std::vector<double>, std::vector<std::string>>;

/// One parameter: everything that YAML checks, --set, forms, help, documentation, hashes and diffs need to
/// know. Declared once, in code, through Describer.
struct IBOT_API Definition {
  std::string key;  ///< lower_snake_case, dotted for groups: "blur.probability"
  Type type = Type::Boolean;
  Value default_value;
  std::string unit;       ///< "px", "epochs", "1/256 images"; empty: a pure number
  std::string help;       ///< one or two sentences: meaning, and the effect when raised
  std::string source;     ///< where the default comes from: "paper 3.2", "main_ibot.py", "measured"
  std::string group;      ///< heading in forms; empty: the section's own
  bool advanced = false;  ///< folded away in forms
  std::vector<std::string> choices;        ///< allowed texts; empty: any
  std::optional<double> minimum, maximum;  ///< inclusive unless open; for lists: of each element
  bool minimum_open = false, maximum_open = false;
  std::optional<std::size_t> min_items, max_items;  ///< for lists
  std::string applies_when;  ///< "key=value" of the same schema; empty: always. Only a hint to forms.

  bool operator==(const Definition&) const = default;
};

/// An ordered set of definitions with unique keys.
class IBOT_API Schema {
 public:
  /// Throws Exception (Internal) on a duplicate or malformed key: a programmer's error.
  void add(Definition definition);
  /// Why the definition cannot be added: malformed, contradicting itself or a known key; nullopt if it can.
  std::optional<std::string> conflict(const Definition& definition) const;
  const std::vector<Definition>& definitions() const { return definitions_; }
  const Definition* find(std::string_view key) const;
  std::vector<std::string> keys() const;
  bool operator==(const Schema&) const = default;

 private:
  std::vector<Definition> definitions_;
};

/// Lossless, for plugin manifests and `ibot schema --json`. from_json treats its input as untrusted.
IBOT_API nlohmann::json to_json(const Schema& schema);
IBOT_API base::Result<Schema> schema_from_json(const nlohmann::json& json);

/// Values of one schema by key. Complete after validation: every key of the schema is present.
using Values = std::map<std::string, Value, std::less<>>;

/// Declares the fields of an options struct, once. The default is the member's initialiser and nowhere else.
///
///   struct BlockMaskOptions {
///     std::vector<double> ratio = {0.0, 0.3};
///     static void describe(params::Describer& d, BlockMaskOptions& o) {
///       d.field("ratio", o.ratio).between(0, 1).help("Share of masked patches; one entry is drawn per
///       crop.");
///     }
///   };
///
///   Schema schema = params::schema_of<BlockMaskOptions>();
///   BlockMaskOptions options = params::bind<BlockMaskOptions>(values);
///
/// Field types: bool, int, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
/// std::vector<std::string>. A nested struct is a dotted group: d.group("blur", o.blur).
class IBOT_API Describer {
 public:
  class IBOT_API Field {
   public:
    Field& unit(std::string text);
    Field& help(std::string text);
    Field& source(std::string text);
    Field& group(std::string text);
    Field& advanced();
    Field& choices(std::vector<std::string> names);
    Field& between(double low, double high);  ///< low <= x <= high
    Field& at_least(double low);
    Field& at_most(double high);
    Field& above(double low);   ///< low < x
    Field& below(double high);  ///< x < high
    Field& items(std::size_t low, std::size_t high);
    Field& applies_when(std::string condition);

   private:
    friend class Describer;
    explicit Field(Definition* definition) : definition_(definition) {}
    Definition* definition_;
  };

  Field field(std::string_view key, bool& member);
  Field field(std::string_view key, int& member);
  Field field(std::string_view key, std::int64_t& member);
  Field field(std::string_view key, double& member);
  Field field(std::string_view key, std::string& member);
  Field field(std::string_view key, std::vector<std::int64_t>& member);
  Field field(std::string_view key, std::vector<double>& member);
  Field field(std::string_view key, std::vector<std::string>& member);

  template <class Options>
  void group(std::string_view prefix, Options& member) {
    const std::string before = prefix_;
    prefix_ += std::string(prefix) + ".";
    Options::describe(*this, member);
    prefix_ = before;
  }

  Schema schema() const;
  /// Writes values into the described members; keys absent from `values` keep their defaults.
  /// Precondition: validated against schema(); a wrong alternative throws Exception (Internal).
  void assign(const Values& values) const;
  /// Reads the members' present values.
  Values read() const;

 private:
  struct Entry {
    Definition definition;
    std::function<void(const Value&)> set;
    std::function<Value()> get;
  };
  Field add(std::string_view key, Type type, Value value, std::function<void(const Value&)> set,
            std::function<Value()> get);
  std::string prefix_;
  std::vector<std::unique_ptr<Entry>> entries_;
};

template <class Options>
Schema schema_of() {
  Options options;
  Describer describer;
  Options::describe(describer, options);
  return describer.schema();
}

template <class Options>
Options bind(const Values& values) {
  Options options;
  Describer describer;
  Options::describe(describer, options);
  describer.assign(values);
  return options;
}

template <class Options>
Values values_of(Options options) {
  Describer describer;
  Options::describe(describer, options);
  return describer.read();
}

}  // namespace ibot::params
