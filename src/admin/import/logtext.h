// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this room: what the formats of access logs have in common.
#include "admin/import/digits.h"
#include "admin/import/logline.h"

#include <optional>
#include <string_view>

namespace Shardboard::LogText {

using Text = std::string_view;

inline constexpr Text noValue = "-";

bool areDigits(Text text);

/// An IPv4 or IPv6 address in the text, which may have a port behind it and brackets around it; empty when there is
/// none.
Text addressIn(Text text);

/// Undoes the escapes of a field at the end of `buffer`; the field itself when that gives no plain text.
Text unescaped(Text field, std::string &buffer);

inline std::optional<Text> orNull(Text text)
{
    return text == noValue ? std::nullopt : std::optional(text);
}

/// Takes a line apart from left to right.
class Reader
{
public:
    explicit Reader(Text text) : m_rest(text) {}

    Text rest() const { return m_rest; }
    void skip(size_t count) { m_rest.remove_prefix(count); }
    bool take(Text text);
    /// Up to the next space or the end.
    Text takeWord();
    /// Up to the quote that is not escaped; nullopt when there is none. Past the opening quote.
    std::optional<Text> takeQuoted();

private:
    Text m_rest;
};

/// `GET /path HTTP/1.1` into method and url.
void readRequest(Text request, LogLine &line);

/// As parseLogLine(), of one format each.
const char *readCombined(Text text, LogLine &line);
const char *readCaddy(Text text, LogLine &line);
const char *readAlb(Text text, LogLine &line);

} // namespace Shardboard::LogText
