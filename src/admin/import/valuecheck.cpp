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

const char *kindNoun(ValueKind kind)
{
    switch (kind) {
    case ValueKind::Int2:
    case ValueKind::Int4:
    case ValueKind::Int8:
        return "an integer";
    case ValueKind::Numeric:
    case ValueKind::Float:
        return "a number";
    case ValueKind::Bool:
        return "a boolean";
    case ValueKind::Timestamp:
        return "a date and time";
    case ValueKind::Date:
        return "a date";
    case ValueKind::Time:
        return "a time of day";
    case ValueKind::Uuid:
        return "a UUID";
    case ValueKind::Json:
        return "JSON";
    case ValueKind::Bytea:
        return "a string of bytes in hexadecimal form";
    case ValueKind::Enum:
        return "one of the values";
    case ValueKind::Ignored:
    case ValueKind::Unchecked:
    case ValueKind::Text:
    case ValueKind::Varchar:
        break;
    }
    return "a value";
}

/// A number, but not one that the column can hold.
bool isOutOfRange(ValueKind kind, QByteArrayView text)
{
    const bool isInteger = kind == ValueKind::Int2 || kind == ValueKind::Int4 || kind == ValueKind::Int8;
    if (!isInteger)
        return kind == ValueKind::Numeric && numericFits(text, -1);
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
    case ValueKind::Ignored:
    case ValueKind::Unchecked:
    case ValueKind::Text:
        return true;
    case ValueKind::Varchar:
        return varcharFits(text, check.limit);
    case ValueKind::Int2:
        return integerFits(text, std::numeric_limits<int16_t>::min(), std::numeric_limits<int16_t>::max());
    case ValueKind::Int4:
        return integerFits(text, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max());
    case ValueKind::Int8:
        return integerFits(text, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
    case ValueKind::Numeric:
        return numericFits(text, check.limit);
    case ValueKind::Float:
        return floatFits(text);
    case ValueKind::Bool:
        return booleanFits(text);
    case ValueKind::Timestamp:
        return timestampFits(text);
    case ValueKind::Date:
        return dateFits(text);
    case ValueKind::Time:
        return timeFits(text);
    case ValueKind::Uuid:
        return uuidFits(text);
    case ValueKind::Json:
        return jsonFits(text);
    case ValueKind::Bytea:
        return byteaFits(text);
    case ValueKind::Enum:
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
    if (check.kind == ValueKind::Varchar)
        return start + " is longer than " + QByteArray::number(check.limit) + " characters";
    if (isOutOfRange(check.kind, text))
        return start + " is out of range for " + check.type.toUtf8();
    const QByteArray end = check.kind == ValueKind::Enum ? " of " + check.type.toUtf8() : QByteArray();
    return start + " is not " + kindNoun(check.kind) + end;
}

QByteArray describeMissing(const ValueCheck &check)
{
    return quotedColumn(check) + " has no value but needs one";
}

} // namespace Shardboard
