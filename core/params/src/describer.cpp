// SPDX-License-Identifier: GPL-3.0-or-later
#include <ibot/params/schema.h>

#include <limits>

namespace ibot::params {
namespace {

template <class T>
const T& held(const Value& value, std::string_view key) {
  if (const T* typed = std::get_if<T>(&value)) return *typed;
  throw base::Exception({base::ErrorCode::Internal,
                         "parameter " + std::string(key) + " was bound without validation",
                         "a value of the declared type", ""});
}

}  // namespace

using Field = Describer::Field;

Field& Field::unit(std::string text) {
  definition_->unit = std::move(text);
  return *this;
}
Field& Field::help(std::string text) {
  definition_->help = std::move(text);
  return *this;
}
Field& Field::source(std::string text) {
  definition_->source = std::move(text);
  return *this;
}
Field& Field::group(std::string text) {
  definition_->group = std::move(text);
  return *this;
}
Field& Field::advanced() {
  definition_->advanced = true;
  return *this;
}
Field& Field::choices(std::vector<std::string> names) {
  definition_->choices = std::move(names);
  return *this;
}
Field& Field::between(double low, double high) {
  return at_least(low).at_most(high);
}
Field& Field::at_least(double low) {
  definition_->minimum = low;
  definition_->minimum_open = false;
  return *this;
}
Field& Field::at_most(double high) {
  definition_->maximum = high;
  definition_->maximum_open = false;
  return *this;
}
Field& Field::above(double low) {
  definition_->minimum = low;
  definition_->minimum_open = true;
  return *this;
}
Field& Field::below(double high) {
  definition_->maximum = high;
  definition_->maximum_open = true;
  return *this;
}
Field& Field::items(std::size_t low, std::size_t high) {
  definition_->min_items = low;
  definition_->max_items = high;
  return *this;
}
Field& Field::applies_when(std::string condition) {
  definition_->applies_when = std::move(condition);
  return *this;
}

Field Describer::add(std::string_view key, Type type, Value value, std::function<void(const Value&)> set,
                     std::function<Value()> get) {
  auto entry = std::make_unique<Entry>();
  entry->definition.key = prefix_ + std::string(key);
  entry->definition.type = type;
  entry->definition.default_value = std::move(value);
  entry->set = std::move(set);
  entry->get = std::move(get);
  entries_.push_back(std::move(entry));
  return Field(&entries_.back()->definition);
}

Field Describer::field(std::string_view key, int& member) {
  Field field = add(
      key, Type::Integer, std::int64_t{member},
      [&member, name = std::string(key)](const Value& value) {
        member = static_cast<int>(held<std::int64_t>(value, name));
      },
      [&member] { return Value(std::int64_t{member}); });
  // What a wider value would lose, validation refuses.
  field.between(std::numeric_limits<int>::min(), std::numeric_limits<int>::max());
  return field;
}

#define IBOT_DESCRIBE(MEMBER, TYPE)                                                                     \
  Field Describer::field(std::string_view key, MEMBER& member) {                                        \
    return add(                                                                                         \
        key, Type::TYPE, Value(member),                                                                 \
        [&member, name = std::string(key)](const Value& value) { member = held<MEMBER>(value, name); }, \
        [&member] { return Value(member); });                                                           \
  }
IBOT_DESCRIBE(bool, Boolean)
IBOT_DESCRIBE(std::int64_t, Integer)
IBOT_DESCRIBE(double, Real)
IBOT_DESCRIBE(std::string, Text)
IBOT_DESCRIBE(std::vector<std::int64_t>, IntegerList)
IBOT_DESCRIBE(std::vector<double>, RealList)
IBOT_DESCRIBE(std::vector<std::string>, TextList)
#undef IBOT_DESCRIBE

Schema Describer::schema() const {
  Schema schema;
  for (const auto& entry : entries_) schema.add(entry->definition);
  return schema;
}

void Describer::assign(const Values& values) const {
  for (const auto& entry : entries_) {
    const auto found = values.find(entry->definition.key);
    if (found != values.end()) entry->set(found->second);
  }
}

Values Describer::read() const {
  Values values;
  for (const auto& entry : entries_) values[entry->definition.key] = entry->get();
  return values;
}

}  // namespace ibot::params
