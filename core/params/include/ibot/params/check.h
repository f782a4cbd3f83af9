// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/params/schema.h>

namespace ibot::params {

/// What a definition allows, in words: "a number from 0 to 1", "one of adamw, sgd or lars", "a list of 1 to 4
/// whole numbers above 0". Used by every message and by the generated reference.
IBOT_API std::string expectation(const Definition& definition);

/// Why the value is not allowed, seen value first ("1.5 is too large"); nullopt if it is. A value of another
/// type than the definition's is refused as well.
IBOT_API std::optional<std::string> violation(const Definition& definition, const Value& value);

/// Why the definition contradicts itself (malformed key, default outside its own range, ...); nullopt if it
/// is sound.
IBOT_API std::optional<std::string> defect(const Definition& definition);

/// The schema's default values.
IBOT_API Values default_values(const Schema& schema);

}  // namespace ibot::params
