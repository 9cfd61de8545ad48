// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>
#include <QString>

#include <algorithm>
#include <array>
#include <optional>

namespace Shardboard {

/// What a value of an enumeration is called, in files or in sentences.
template <typename Enum>
struct EnumName
{
    Enum value;
    QLatin1StringView name;
};

/// Empty for a value that has no name.
template <typename Enum, size_t count>
QString nameOf(const std::array<EnumName<Enum>, count> &names, Enum value)
{
    const auto found = std::ranges::find(names, value, &EnumName<Enum>::value);
    return found == names.end() ? QString() : QString(found->name);
}

template <typename Enum, size_t count>
std::optional<Enum> valueNamed(const std::array<EnumName<Enum>, count> &names, const QString &name)
{
    const auto found = std::ranges::find(names, name, &EnumName<Enum>::name);
    return found == names.end() ? std::nullopt : std::optional(found->value);
}

} // namespace Shardboard
