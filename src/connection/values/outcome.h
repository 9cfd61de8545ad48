// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/servererror.h"

#include <QtGlobal>

#include <utility>
#include <variant>

namespace Shardboard {

/// The value of something that has nothing to say but that it is done.
struct Nothing
{
};

/// The user's (or a newer request's) wish, not a failure: shown nowhere as an error.
struct Cancelled
{
};

/// What became of a request: a value, an error, or cancelled. Errors are values here; no exception crosses a thread.
template <typename T>
class [[nodiscard]] Outcome
{
public:
    Outcome(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Outcome(ServerError error) : m_state(std::in_place_index<1>, std::move(error)) {}
    Outcome(Cancelled cancelled) : m_state(std::in_place_index<2>, cancelled) {}

    bool isOk() const { return m_state.index() == 0; }
    bool isError() const { return m_state.index() == 1; }
    bool isCancelled() const { return m_state.index() == 2; }
    explicit operator bool() const { return isOk(); }

    const T &value() const &
    {
        Q_ASSERT(isOk());
        return *std::get_if<0>(&m_state);
    }
    T &&value() &&
    {
        Q_ASSERT(isOk());
        return std::move(*std::get_if<0>(&m_state));
    }
    const T *operator->() const { return &value(); }
    const T &operator*() const & { return value(); }

    const ServerError &error() const
    {
        Q_ASSERT(isError());
        return *std::get_if<1>(&m_state);
    }

    /// The same failure or cancellation, as the outcome of a caller that returns another type. Not for a value.
    template <typename U>
    Outcome<U> failure() const
    {
        if (isError())
            return error();
        return Cancelled{};
    }

private:
    std::variant<T, ServerError, Cancelled> m_state;
};

using Completion = Outcome<Nothing>;

} // namespace Shardboard
