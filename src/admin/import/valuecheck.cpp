// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/valuecheck.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace Shardboard {

namespace {

/// How many characters begin in the bytes.
qsizetype characterCount(QByteArrayView text)
{
    return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

/// The server cuts spaces beyond the limit, nothing else.
bool varcharFits(QByteArrayView text, int limit)
{
    if (limit < 0 || text.size() <= limit)
        return true;
    while (!text.isEmpty() && text.back() == ' ')
        text.chop(1);
    return characterCount(text) <= limit;
}

const char *kindNoun(CheckedKind kind)
{
    switch (kind) {
    case CheckedKind::Int2:
    case CheckedKind::Int4:
    case CheckedKind::Int8:
        return "an integer";
    case CheckedKind::Numeric:
    case CheckedKind::Float:
        return "a number";
    case CheckedKind::Bool:
        return "a boolean";
    case CheckedKind::Timestamp:
        return "a date and time";
    case CheckedKind::Date:
        return "a date";
    case CheckedKind::Time:
        return "a time of day";
    case CheckedKind::Uuid:
        return "a UUID";
    case CheckedKind::Json:
        return "JSON";
    case CheckedKind::Bytea:
        return "a string of bytes in hexadecimal form";
    case CheckedKind::Enum:
        return "one of the values";
    case CheckedKind::Ignored:
    case CheckedKind::Unchecked:
    case CheckedKind::Text:
    case CheckedKind::Varchar:
        break;
    }
    return "a value";
}

/// A number, but not one that the column can hold.
bool isOutOfRange(CheckedKind kind, QByteArrayView text)
{
    const bool isInteger = kind == CheckedKind::Int2 || kind == CheckedKind::Int4 || kind == CheckedKind::Int8;
    if (!isInteger)
        return kind == CheckedKind::Numeric && numericFits(text, -1);
    return numericFits(text, -1) && std::none_of(text.begin(), text.end(), [](char c) { return strchr(".eEnN", c); });
}

QByteArray quotedColumn(const ValueCheck &check)
{
    return "column \"" + check.column.toUtf8() + '"';
}

} // namespace

bool valueFits(const ValueCheck &check, QByteArrayView text)
{
    switch (check.kind) {
    case CheckedKind::Ignored:
    case CheckedKind::Unchecked:
    case CheckedKind::Text:
        return true;
    case CheckedKind::Varchar:
        return varcharFits(text, check.limit);
    case CheckedKind::Int2:
        return integerFits(text, std::numeric_limits<int16_t>::min(), std::numeric_limits<int16_t>::max());
    case CheckedKind::Int4:
        return integerFits(text, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max());
    case CheckedKind::Int8:
        return integerFits(text, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
    case CheckedKind::Numeric:
        return numericFits(text, check.limit);
    case CheckedKind::Float:
        return floatFits(text);
    case CheckedKind::Bool:
        return booleanFits(text);
    case CheckedKind::Timestamp:
        return timestampFits(text);
    case CheckedKind::Date:
        return dateFits(text);
    case CheckedKind::Time:
        return timeFits(text);
    case CheckedKind::Uuid:
        return uuidFits(text);
    case CheckedKind::Json:
        return jsonFits(text);
    case CheckedKind::Bytea:
        return byteaFits(text);
    case CheckedKind::Enum:
        return std::any_of(check.labels.begin(), check.labels.end(), [&](const auto &label) { return label == text; });
    }
    return true;
}

QByteArray describeMisfit(const ValueCheck &check, QByteArrayView text)
{
    constexpr qsizetype shown = 80;
    QByteArray excerpt = text.first(std::min(text.size(), shown)).toByteArray();
    if (text.size() > shown)
        excerpt += "...";
    const QByteArray start = quotedColumn(check) + ": \"" + excerpt + '"';
    if (check.kind == CheckedKind::Varchar)
        return start + " is longer than " + QByteArray::number(check.limit) + " characters";
    if (isOutOfRange(check.kind, text))
        return start + " is out of range for " + check.type.toUtf8();
    const QByteArray end = check.kind == CheckedKind::Enum ? " of " + check.type.toUtf8() : QByteArray();
    return start + " is not " + kindNoun(check.kind) + end;
}

QByteArray describeMissing(const ValueCheck &check)
{
    return quotedColumn(check) + " has no value but needs one";
}

} // namespace Shardboard
