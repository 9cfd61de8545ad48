// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/decode.h"

#include <array>
#include <charconv>
#include <string_view>

namespace Shardboard {

namespace {

// pg_type.dat: the numbers of built-in types never change.
enum Oid : quint32 {
    boolOid = 16,
    byteaOid = 17,
    int8Oid = 20,
    int2Oid = 21,
    int4Oid = 23,
    oidOid = 26,
    jsonOid = 114,
    float4Oid = 700,
    float8Oid = 701,
    dateOid = 1082,
    timestampOid = 1114,
    timestamptzOid = 1184,
    intervalOid = 1186,
    numericOid = 1700,
    jsonbOid = 3802,
};

constexpr qint64 microsecondsPerSecond = 1'000'000;
constexpr qint64 microsecondsPerDay = 86'400 * microsecondsPerSecond;
// The server counts from 2000 and dates reach further than timestamps: both know days that we cannot count.
constexpr qint64 lastDay = std::numeric_limits<qint64>::max() / microsecondsPerDay - 2;

template <typename Number>
std::optional<Number> parseWhole(QByteArrayView text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc() || end != text.end())
        return std::nullopt;
    return value;
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; year 0 is 1 BC.
constexpr qint64 daysFromCivil(qint64 year, int month, int day)
{
    // Years begin in March, so that the leap day is the last of its year; 400 years repeat.
    year -= month <= 2 ? 1 : 0;
    const qint64 era = (year >= 0 ? year : year - 399) / 400;
    const qint64 yearOfEra = year - era * 400;
    const qint64 dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}
static_assert(daysFromCivil(1970, 1, 1) == 0);
static_assert(daysFromCivil(2000, 2, 29) == 11'016);

/// Takes a text apart from its beginning; a step that does not fit makes all later ones fail.
class Scanner
{
public:
    explicit Scanner(QByteArrayView text) : m_rest(text.data(), size_t(text.size())) {}

    bool isOk() const { return m_isOk; }
    bool isDone() const { return m_isOk && m_rest.empty(); }
    bool startsWith(char c) const { return !m_rest.empty() && m_rest.front() == c; }

    bool skip(std::string_view expected)
    {
        if (!m_rest.starts_with(expected))
            return false;
        m_rest.remove_prefix(expected.size());
        return true;
    }
    void expect(std::string_view expected) { m_isOk = m_isOk && skip(expected); }

    qint64 number()
    {
        qint64 value = 0;
        const auto [end, error] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), value);
        // No part of a date, a clock or an interval is larger; what follows cannot overflow.
        m_isOk = m_isOk && error == std::errc() && value > -1'000'000'000 && value < 1'000'000'000;
        m_rest.remove_prefix(size_t(end - m_rest.data()));
        return m_isOk ? value : 0;
    }

    /// After a dot: up to six digits as microseconds.
    qint64 fraction()
    {
        qint64 value = 0;
        qint64 unit = microsecondsPerSecond / 10;
        size_t digits = 0;
        while (digits < m_rest.size() && m_rest[digits] >= '0' && m_rest[digits] <= '9') {
            value += (m_rest[digits] - '0') * unit;
            unit /= 10;
            ++digits;
        }
        m_isOk = m_isOk && digits > 0;
        m_rest.remove_prefix(digits);
        return value;
    }

    /// "HH:MM:SS[.ffffff]" in microseconds; hours may be many.
    qint64 clock()
    {
        const qint64 hours = number();
        expect(":");
        const qint64 minutes = number();
        expect(":");
        const qint64 seconds = number();
        const qint64 rest = skip(".") ? fraction() : 0;
        return ((hours * 60 + minutes) * 60 + seconds) * microsecondsPerSecond + rest;
    }

    /// "+HH[:MM[:SS]]" in microseconds.
    qint64 offset()
    {
        const qint64 sign = startsWith('-') ? -1 : 1;
        m_rest.remove_prefix(1);
        qint64 seconds = number() * 3600;
        if (skip(":"))
            seconds += number() * 60;
        if (skip(":"))
            seconds += number();
        return sign * seconds * microsecondsPerSecond;
    }

private:
    std::string_view m_rest;
    bool m_isOk = true;
};

// Seconds in one of the units an interval is printed with; 0 for an unknown one.
qint64 takeUnit(Scanner &scanner)
{
    constexpr qint64 day = 86'400;
    constexpr std::array<std::pair<std::string_view, qint64>, 6> units{{
        {"years", day * 1461 / 4},
        {"year", day * 1461 / 4},
        {"mons", day * 30},
        {"mon", day * 30},
        {"days", day},
        {"day", day},
    }};
    for (const auto &[name, seconds] : units) {
        if (scanner.skip(name))
            return seconds;
    }
    return 0;
}

} // namespace

ValueKind valueKind(quint32 typeOid)
{
    switch (typeOid) {
    case boolOid:
        return ValueKind::Boolean;
    case int2Oid:
    case int4Oid:
    case int8Oid:
    case oidOid:
        return ValueKind::Integer;
    case float4Oid:
    case float8Oid:
        return ValueKind::Real;
    case numericOid:
        return ValueKind::Numeric;
    case timestamptzOid:
    case timestampOid:
    case dateOid:
        return ValueKind::Timestamp;
    case intervalOid:
        return ValueKind::Interval;
    case jsonOid:
    case jsonbOid:
        return ValueKind::Json;
    case byteaOid:
        return ValueKind::Binary;
    default:
        return ValueKind::Text;
    }
}

bool isNumber(ValueKind kind)
{
    return kind == ValueKind::Integer || kind == ValueKind::Real || kind == ValueKind::Numeric;
}

std::optional<qint64> decodeInteger(QByteArrayView text)
{
    return parseWhole<qint64>(text);
}

std::optional<double> decodeReal(QByteArrayView text)
{
    return parseWhole<double>(text);
}

std::optional<bool> decodeBoolean(QByteArrayView text)
{
    if (text == QByteArrayView("t"))
        return true;
    if (text == QByteArrayView("f"))
        return false;
    return std::nullopt;
}

std::optional<qint64> decodeTimestamp(QByteArrayView text)
{
    if (text == QByteArrayView("infinity"))
        return timestampInfinity;
    if (text == QByteArrayView("-infinity"))
        return timestampMinusInfinity;

    Scanner scanner(text);
    qint64 year = scanner.number();
    scanner.expect("-");
    const qint64 month = scanner.number();
    scanner.expect("-");
    const qint64 day = scanner.number();
    qint64 microseconds = 0;
    if (scanner.skip(" ") && !scanner.startsWith('B')) {
        microseconds = scanner.clock();
        if (scanner.startsWith('+') || scanner.startsWith('-'))
            microseconds -= scanner.offset();
        scanner.skip(" ");
    }
    if (scanner.skip("BC"))
        year = 1 - year;
    if (!scanner.isDone() || month < 1 || month > 12 || day < 1 || day > 31)
        return std::nullopt;
    const qint64 days = daysFromCivil(year, int(month), int(day));
    if (days > lastDay)
        return timestampInfinity;
    return days * microsecondsPerDay + microseconds;
}

std::optional<double> decodeInterval(QByteArrayView text)
{
    Scanner scanner(text);
    double seconds = 0;
    for (bool isFirst = true; scanner.isOk() && !scanner.isDone(); isFirst = false) {
        if (!isFirst)
            scanner.expect(" ");
        const bool isNegative = scanner.startsWith('-');
        if (!isNegative)
            scanner.skip("+");
        Scanner ahead = scanner;
        const qint64 count = ahead.number();
        if (ahead.skip(" ")) {
            const qint64 unit = takeUnit(ahead);
            if (unit == 0)
                return std::nullopt;
            seconds += double(count) * double(unit);
            scanner = ahead;
        } else {
            scanner.skip("-");
            const double clock = double(scanner.clock()) / double(microsecondsPerSecond);
            seconds += isNegative ? -clock : clock;
        }
    }
    if (text.isEmpty() || !scanner.isDone())
        return std::nullopt;
    return seconds;
}

std::optional<double> decodeNumber(QByteArrayView text, ValueKind kind)
{
    switch (kind) {
    case ValueKind::Integer:
    case ValueKind::Real:
    case ValueKind::Numeric:
        return decodeReal(text);
    case ValueKind::Boolean:
        if (const auto value = decodeBoolean(text))
            return *value ? 1.0 : 0.0;
        return std::nullopt;
    case ValueKind::Interval:
        return decodeInterval(text);
    case ValueKind::Timestamp:
        if (const auto value = decodeTimestamp(text))
            return double(*value) / double(microsecondsPerSecond);
        return std::nullopt;
    case ValueKind::Text:
    case ValueKind::Json:
    case ValueKind::Binary:
        return std::nullopt;
    }
    Q_UNREACHABLE();
}

} // namespace Shardboard
