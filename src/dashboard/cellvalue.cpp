// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/cellvalue.h"

#include <QDate>

#include <charconv>
#include <limits>

namespace Shardboard {

namespace {

/// Reads digits and separators off the front of a text; after the first that does not fit, isGood is false for good.
class Scanner
{
public:
    explicit Scanner(QByteArrayView text) : m_at(text.data()), m_end(text.data() + text.size()) {}

    bool isGood = true;

    bool atEnd() const { return m_at == m_end; }
    bool skip(char c)
    {
        if (atEnd() || *m_at != c)
            return false;
        ++m_at;
        return true;
    }
    void expect(char c) { isGood = skip(c) && isGood; }
    int number(int minimumDigits, int maximumDigits)
    {
        int value = 0;
        int digits = 0;
        for (; !atEnd() && *m_at >= '0' && *m_at <= '9' && digits < maximumDigits; ++m_at, ++digits)
            value = value * 10 + (*m_at - '0');
        isGood = isGood && digits >= minimumDigits;
        return value;
    }
    /// Of a fraction of a second.
    int milliseconds()
    {
        int value = 0;
        int digits = 0;
        for (; !atEnd() && *m_at >= '0' && *m_at <= '9'; ++m_at, ++digits) {
            if (digits < 3)
                value = value * 10 + (*m_at - '0');
        }
        for (int missing = digits; missing < 3; ++missing)
            value *= 10;
        return value;
    }

private:
    const char *m_at;
    const char *m_end;
};

/// "+02", "-05:30", "+00:53:28" in seconds; 0 where there is none.
int scanOffset(Scanner &scan)
{
    const int sign = scan.skip('-') ? -1 : 1;
    if (sign > 0 && !scan.skip('+'))
        return 0;
    int seconds = scan.number(2, 2) * 3600;
    if (scan.skip(':'))
        seconds += scan.number(2, 2) * 60;
    if (scan.skip(':'))
        seconds += scan.number(2, 2);
    return sign * seconds;
}

} // namespace

std::optional<double> cellNumber(QByteArrayView text)
{
    double value = 0;
    const char *end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc::result_out_of_range && rest == end)
        return text.startsWith('-') ? -std::numeric_limits<double>::infinity()
                                    : std::numeric_limits<double>::infinity();
    if (error != std::errc() || rest != end)
        return std::nullopt;
    return value;
}

std::optional<qint64> cellTime(QByteArrayView text)
{
    Scanner scan(text);
    const int year = scan.number(4, 6);
    scan.expect('-');
    const int month = scan.number(2, 2);
    scan.expect('-');
    const QDate date(year, month, scan.number(2, 2));
    qint64 time = 0;
    if (scan.isGood && !scan.atEnd()) {
        scan.expect(' ');
        time = scan.number(2, 2) * 3'600'000;
        scan.expect(':');
        time += scan.number(2, 2) * 60'000;
        scan.expect(':');
        time += scan.number(2, 2) * 1000;
        if (scan.skip('.'))
            time += scan.milliseconds();
        time -= qint64(scanOffset(scan)) * 1000;
    }
    if (!scan.isGood || !scan.atEnd() || !date.isValid())
        return std::nullopt;
    return QDate(1970, 1, 1).daysTo(date) * 86'400'000 + time;
}

} // namespace Shardboard
