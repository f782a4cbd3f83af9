// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ibot/base/error.h>

#include <optional>
#include <utility>
#include <variant>

namespace ibot::base {

/// A value or the reason why there is none (std::expected is C++23). Fallible functions return it;
/// constructors do not fail.
///
///   Result<Image> image = decode(bytes);
///   if (!image) return image.error();
///   use(image.value());
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  /// Precondition: ok(). Otherwise throws the error as Exception, so that a forgotten check is loud.
  T& value() & { return checked(), std::get<0>(state_); }
  const T& value() const& { return checked(), std::get<0>(state_); }
  T&& value() && { return checked(), std::move(std::get<0>(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

  /// Precondition: !ok().
  const Error& error() const { return std::get<1>(state_); }

 private:
  void checked() const {
    if (!ok()) throw Exception(std::get<1>(state_));
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  void value() const {
    if (error_) throw Exception(*error_);
  }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace ibot::base

#define IBOT_CONCAT_INNER(a, b) a##b
#define IBOT_CONCAT(a, b) IBOT_CONCAT_INNER(a, b)

/// Propagates a failure: IBOT_TRY(auto image, decode(bytes));
#define IBOT_TRY(declaration, expression)                                                       \
  auto IBOT_CONCAT(ibot_result_, __LINE__) = (expression);                                      \
  if (!IBOT_CONCAT(ibot_result_, __LINE__)) return IBOT_CONCAT(ibot_result_, __LINE__).error(); \
  declaration = std::move(IBOT_CONCAT(ibot_result_, __LINE__)).value()

/// The same for an expression without a value: IBOT_CHECK_OK(file.sync());
#define IBOT_CHECK_OK(expression)                                                  \
  do {                                                                             \
    if (auto ibot_status = (expression); !ibot_status) return ibot_status.error(); \
  } while (false)
