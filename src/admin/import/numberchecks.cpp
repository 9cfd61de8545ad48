// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/digits.h"
#include "admin/import/valuecheck.h"

#include <algorithm>
#include <array>
#include <optional>

namespace Shardboard {

namespace {

/// What the server's input functions skip around a number.
bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

QByteArrayView trimmed(QByteArrayView text)
{
    while (!text.isEmpty() && isSpace(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isSpace(text.back()))
        text.chop(1);
    return text;
}

/// 0x1F, 0b1 and 1_000 are numbers for some versions of the server and not for others.
bool dependsOnVersion(QByteArrayView text)
{
    if (text.contains('_'))
        return true;
    if (!text.isEmpty() && (text.front() == '-' || text.front() == '+'))
        text = text.sliced(1);
    return text.size() > 2 && text.front() == '0' && !isDigit(text[1]) && QByteArrayView("xXoObB").contains(text[1]);
}

/// -1 for text that is no plain integer; else its value, held at the bounds of what fits in 64 bits.
std::optional<std::pair<uint64_t, bool>> parseInteger(QByteArrayView text)
{
    bool isNegative = false;
    if (!text.isEmpty() && (text.front() == '-' || text.front() == '+')) {
        isNegative = text.front() == '-';
        text = text.sliced(1);
    }
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), isDigit))
        return std::nullopt;
    while (text.size() > 1 && text.front() == '0')
        text = text.sliced(1);
    if (text.size() > 19) // more than any bound
        return std::pair(UINT64_MAX, isNegative);
    uint64_t value = 0;
    for (const char c : text)
        value = value * 10 + uint64_t(c - '0');
    return std::pair(value, isNegative);
}

struct Decimal
{
    qsizetype integerDigits = 0; ///< without leading zeros
    bool hasExponent = false;
};

std::optional<Decimal> parseDecimal(QByteArrayView text)
{
    const char *p = text.begin();
    const char *end = text.end();
    if (p != end && (*p == '-' || *p == '+'))
        ++p;
    const char *integer = p;
    while (p != end && isDigit(*p))
        ++p;
    const char *integerEnd = p;
    qsizetype digits = p - integer;
    if (p != end && *p == '.') {
        const char *fraction = ++p;
        while (p != end && isDigit(*p))
            ++p;
        digits += p - fraction;
    }
    if (digits == 0)
        return std::nullopt;
    Decimal decimal;
    while (integer != integerEnd && *integer == '0')
        ++integer;
    decimal.integerDigits = integerEnd - integer;
    if (p != end && (*p == 'e' || *p == 'E')) {
        decimal.hasExponent = true;
        ++p;
        if (p != end && (*p == '-' || *p == '+'))
            ++p;
        if (p == end || !std::all_of(p, end, isDigit))
            return std::nullopt;
        return decimal;
    }
    return p == end ? std::optional(decimal) : std::nullopt;
}

bool isSpecialNumber(QByteArrayView text)
{
    const QByteArray word = text.toByteArray().toLower();
    static const std::array<QByteArrayView, 7> words{
        "nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

bool integerFits(QByteArrayView text, qint64 minimum, qint64 maximum)
{
    // Nearly every value of nearly every file: up to eighteen digits and no sign.
    if (!text.isEmpty() && text.size() <= 18) {
        int64_t value = 0;
        const char *p = text.begin();
        while (p != text.end() && isDigit(*p))
            value = value * 10 + (*p++ - '0');
        if (p == text.end())
            return value <= maximum;
    }
    text = trimmed(text);
    const auto number = parseInteger(text);
    if (!number)
        return dependsOnVersion(text);
    const auto [value, isNegative] = *number;
    return value <= (isNegative ? uint64_t(-(minimum + 1)) + 1 : uint64_t(maximum));
}

bool numericFits(QByteArrayView text, int integerDigits)
{
    text = trimmed(text);
    if (const auto decimal = parseDecimal(text))
        return integerDigits < 0 || decimal->hasExponent || decimal->integerDigits <= integerDigits;
    return dependsOnVersion(text) || isSpecialNumber(text);
}

bool floatFits(QByteArrayView text)
{
    text = trimmed(text);
    return parseDecimal(text).has_value() || dependsOnVersion(text) || isSpecialNumber(text);
}

bool booleanFits(QByteArrayView text)
{
    const QByteArray word = trimmed(text).toByteArray().toLower();
    if (word.isEmpty())
        return false;
    if (word == "1" || word == "0")
        return true;
    // A beginning of any of these will do, but "o" could be two of them.
    static const std::array<QByteArrayView, 6> words{"true", "false", "yes", "no", "on", "off"};
    return word != "o" && std::any_of(words.begin(), words.end(), [&](auto w) { return w.startsWith(word); });
}

bool uuidFits(QByteArrayView text)
{
    if (text.startsWith('{')) {
        if (!text.endsWith('}'))
            return false;
        text = text.sliced(1).chopped(1);
    }
    // Thirty-two digits, with a hyphen allowed after each group of four.
    int digits = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '-' && digits % 4 == 0 && digits > 0 && digits < 32 && text[i - 1] != '-')
            continue;
        if (!isDigit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return false;
        ++digits;
    }
    return digits == 32;
}

bool byteaFits(QByteArrayView text)
{
    // Anything without the prefix is the old escape format, which the server judges.
    if (!text.startsWith("\\x"))
        return true;
    int digits = 0;
    for (const char c : text.sliced(2)) {
        if (isSpace(c))
            continue;
        if (!isDigit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return false;
        ++digits;
    }
    return digits % 2 == 0;
}

} // namespace Shardboard
