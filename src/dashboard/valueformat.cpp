// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/valueformat.h"

#include "dashboard/zonetime.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr QChar noBreakSpace(0x00a0);
constexpr QChar minusSign(0x2212);
constexpr QChar enDash(0x2013);
constexpr int significantDigits = 3;

/// A unit's larger and smaller relatives: a value is divided by `factor` and carries `suffix`.
struct Scale
{
    double factor;
    const char16_t *suffix;
};

// Fine to coarse; the first one is taken for everything below the second.
constexpr std::array countScales{
    Scale{1, u""}, Scale{1e3, u"k"}, Scale{1e6, u"M"}, Scale{1e9, u"G"}, Scale{1e12, u"T"}, Scale{1e15, u"P"}};
constexpr std::array byteScales{Scale{1, u"B"}, Scale{1024., u"KiB"}, Scale{1048576., u"MiB"},
    Scale{1073741824., u"GiB"}, Scale{1099511627776., u"TiB"}, Scale{1125899906842624., u"PiB"}};
constexpr std::array millisecondScales{
    Scale{1e-3, u"µs"}, Scale{1, u"ms"}, Scale{1e3, u"s"}, Scale{6e4, u"min"}, Scale{3.6e6, u"h"}, Scale{8.64e7, u"d"}};
constexpr std::array secondScales{
    Scale{1e-6, u"µs"}, Scale{1e-3, u"ms"}, Scale{1, u"s"}, Scale{60, u"min"}, Scale{3600, u"h"}, Scale{86400, u"d"}};
constexpr std::array percentScales{Scale{0.01, u"%"}};

std::span<const Scale> scalesOf(const QString &unit)
{
    if (unit == u"bytes")
        return byteScales;
    if (unit == u"ms")
        return millisecondScales;
    if (unit == u"s")
        return secondScales;
    if (unit == u"percent")
        return percentScales;
    return countScales;
}

/// Behind the scale's suffix: "12 k/s".
QString rateOf(const QString &unit)
{
    if (unit == u"per-second")
        return u"/s"_s;
    if (unit == u"per-minute")
        return u"/min"_s;
    return {};
}

Scale scaleFor(double magnitude, const QString &unit)
{
    const auto scales = scalesOf(unit);
    // Zero and what is too small for any scale take the unit itself, not its smallest relative.
    if (magnitude == 0)
        return *std::find_if(
            scales.begin(), scales.end(), [&](const Scale &s) { return s.factor == 1 || scales.size() == 1; });
    const Scale *chosen = &scales.front();
    for (const Scale &scale : scales) {
        // What would be printed as 1000 k is 1 M.
        if (magnitude >= scale.factor * 0.9995)
            chosen = &scale;
    }
    return *chosen;
}

int decimalsFor(double scaled)
{
    if (scaled == 0)
        return 0;
    const int magnitude = int(std::floor(std::log10(std::abs(scaled)) + 1e-12));
    return std::clamp(significantDigits - 1 - magnitude, 0, maximumDecimals);
}

QString withoutTrailingZeros(QString digits, const QLocale &locale)
{
    const QString point = locale.decimalPoint();
    if (!digits.contains(point))
        return digits;
    while (digits.endsWith(locale.zeroDigit()))
        digits.chop(locale.zeroDigit().size());
    if (digits.endsWith(point))
        digits.chop(point.size());
    return digits;
}

QString join(const QString &digits, const Scale &scale, const QString &unit, bool isNegative)
{
    const QString suffix = QString::fromUtf16(scale.suffix) + rateOf(unit);
    const QString sign = isNegative ? QString(minusSign) : QString();
    return suffix.isEmpty() ? sign + digits : sign + digits + noBreakSpace + suffix;
}

bool isZeroText(const QString &digits, const QLocale &locale)
{
    return std::none_of(
        digits.begin(), digits.end(), [&](QChar c) { return c.isDigit() && QString(c) != locale.zeroDigit(); });
}

QString format(double value, const Scale &scale, int decimals, bool trim, const QString &unit, const QLocale &locale)
{
    QString digits = locale.toString(std::abs(value) / scale.factor, 'f', std::min(decimals, maximumDecimals));
    if (trim)
        digits = withoutTrailingZeros(digits, locale);
    return join(digits, scale, unit, std::signbit(value) && !isZeroText(digits, locale));
}

/// Digits of a decimal number, and how many of them stand behind the point.
struct Decimal
{
    bool isNegative = false;
    QString whole, fraction;
};

std::optional<Decimal> parseDecimal(const QString &text)
{
    static const QRegularExpression pattern(u"^(-?)(\\d+)(?:\\.(\\d+))?$"_s);
    const auto match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return Decimal{!match.captured(1).isEmpty(), match.captured(2), match.captured(3)};
}

void movePointRight(Decimal &number, qsizetype places)
{
    number.fraction = number.fraction.leftJustified(places, u'0');
    number.whole += number.fraction.left(places);
    number.fraction = number.fraction.mid(places);
    while (number.whole.size() > 1 && number.whole.startsWith(u'0'))
        number.whole.remove(0, 1);
}

QString groupDigits(const QString &whole, const QLocale &locale)
{
    const QString separator = locale.groupSeparator();
    if (whole.size() <= 3 || separator.isEmpty())
        return whole;
    QString grouped;
    for (qsizetype i = 0; i < whole.size(); ++i) {
        if (i > 0 && (whole.size() - i) % 3 == 0)
            grouped += separator;
        grouped += whole.at(i);
    }
    return grouped;
}

/// The unit as an exact figure carries it: never scaled.
QString plainUnit(const QString &unit)
{
    if (unit == u"percent")
        return u"%"_s;
    if (unit == u"bytes")
        return u"B"_s;
    return unit == u"ms" || unit == u"s" ? unit : rateOf(unit);
}

QString timePattern(TimeDetail detail)
{
    switch (detail) {
    case TimeDetail::Date:
        return u"yyyy-MM-dd"_s;
    case TimeDetail::Minutes:
        return u"yyyy-MM-dd HH:mm"_s;
    case TimeDetail::Seconds:
        return u"yyyy-MM-dd HH:mm:ss"_s;
    case TimeDetail::Milliseconds:
        break;
    }
    return u"yyyy-MM-dd HH:mm:ss.zzz"_s;
}

} // namespace

QString formatValue(double value, const QString &unit, int decimals, const QLocale &locale)
{
    if (std::isnan(value))
        return enDash;
    if (std::isinf(value))
        return value < 0 ? QString(minusSign) + QChar(0x221e) : QString(QChar(0x221e));
    const double magnitude = std::abs(value);
    // "1,234" says more than "1.23 k" and is no longer.
    const bool isSmallCount = scalesOf(unit).data() == countScales.data() && magnitude < 9999.5;
    const Scale scale = isSmallCount ? countScales.front() : scaleFor(magnitude, unit);
    if (decimals >= 0)
        return format(value, scale, decimals, false, unit, locale);
    return format(value, scale, decimalsFor(value / scale.factor), true, unit, locale);
}

QString formatAxisValue(double value, double step, double largest, const QString &unit, const QLocale &locale)
{
    const Scale scale = scaleFor(std::abs(largest), unit);
    const double scaledStep = std::abs(step) / scale.factor;
    int decimals = 0;
    // As many places as it takes for the step itself to be a whole number of the last one.
    for (double rest = scaledStep; decimals < 9 && std::abs(rest - std::round(rest)) > 1e-6 * std::max(1., rest);
         rest *= 10)
        ++decimals;
    return format(value, scale, decimals, false, unit, locale);
}

QString formatExact(const QString &text, const QString &unit, const QLocale &locale)
{
    auto number = parseDecimal(text);
    if (!number)
        return text;
    if (unit == u"percent")
        movePointRight(*number, 2);
    QString shown = number->isNegative ? QString(minusSign) : QString();
    shown += groupDigits(number->whole, locale);
    if (!number->fraction.isEmpty())
        shown += locale.decimalPoint() + number->fraction;
    const QString suffix = plainUnit(unit);
    return suffix.isEmpty() ? shown : shown + noBreakSpace + suffix;
}

QString formatDuration(qint64 milliseconds, const QLocale &locale)
{
    struct Part
    {
        qint64 length;
        const char16_t *name;
    };
    static constexpr std::array parts{
        Part{86'400'000, u"d"}, Part{3'600'000, u"h"}, Part{60'000, u"min"}, Part{1000, u"s"}};
    if (milliseconds < 0)
        return minusSign + formatDuration(-milliseconds, locale);
    if (milliseconds < 60'000)
        return formatValue(double(milliseconds), u"ms"_s, -1, locale);
    const auto first
        = std::find_if(parts.begin(), parts.end(), [&](const Part &p) { return milliseconds >= p.length; });
    const auto second = first + 1;
    const qint64 rest = milliseconds % first->length / second->length;
    QString text = locale.toString(milliseconds / first->length) + noBreakSpace + QString::fromUtf16(first->name);
    if (rest > 0)
        text += noBreakSpace + locale.toString(rest) + noBreakSpace + QString::fromUtf16(second->name);
    return text;
}

QString formatTime(qint64 moment, const QTimeZone &zone, TimeDetail detail)
{
    return localFields(moment, zone).toString(timePattern(detail));
}

QString formatTimeWithZone(qint64 moment, const QTimeZone &zone, TimeDetail detail)
{
    return formatTime(moment, zone, detail) + u' ' + zoneLabel(zone, moment);
}

QString formatBucket(qint64 begin, qint64 length, const QTimeZone &zone)
{
    const bool hasSeconds = length % 60'000 != 0 || begin % 60'000 != 0;
    const TimeDetail detail = hasSeconds ? TimeDetail::Seconds : TimeDetail::Minutes;
    const QDateTime from = localFields(begin, zone);
    const QDateTime to = localFields(begin + length, zone);
    const QString end = to.date() == from.date() ? to.toString(hasSeconds ? u"HH:mm:ss"_s : u"HH:mm"_s)
                                                 : to.toString(timePattern(detail));
    return u"%1 – %2"_s.arg(from.toString(timePattern(detail)), end);
}

QString formatBand(
    std::optional<double> value, std::optional<double> low, std::optional<double> high, const QLocale &locale)
{
    if (!value || !low || !high || *value == 0 || !std::isfinite(*low) || !std::isfinite(*high))
        return {};
    const double half = (*high - *low) / 2 / std::abs(*value);
    return u"±"_s + formatValue(std::abs(half), u"percent"_s, half < 0.1 ? 1 : 0, locale);
}

} // namespace Shardboard
