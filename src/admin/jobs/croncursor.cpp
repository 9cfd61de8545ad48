// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/croncursor.h"

#include <algorithm>
#include <cstdlib>

namespace Shardboard {

namespace {

constexpr int beyondEnd = -1;

struct Limits
{
    int low, high;
    const char *const *names; ///< of low, low + 1, …; nullptr: none
};

constexpr const char *monthNames[]
    = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", nullptr};
constexpr const char *dayNames[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", nullptr};
constexpr Limits limits[]
    = {{0, 59, nullptr}, {0, 23, nullptr}, {1, 31, nullptr}, {1, 12, monthNames}, {0, 7, dayNames}};
constexpr int dayOfMonth = 2;

bool isDigit(int c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Backwards a range is empty.
quint64 rangeOf(int first, int last, int step)
{
    quint64 set = 0;
    for (int value = first; value <= last; value += step) {
        set |= quint64(1) << value;
        if (step > last - value)
            break;
    }
    return set;
}

} // namespace

CronCursor::CronCursor(QByteArray text, const CronDialect &dialect) : m_text(std::move(text)), m_dialect(dialect)
{
    advance();
    for (;;) {
        while (isBlank())
            advance();
        if (m_char != '\n' && m_char != '#')
            return;
        while (m_char != '\n' && m_char != beyondEnd)
            advance();
        if (m_char == '\n')
            advance();
    }
}

void CronCursor::advance()
{
    m_char = m_next < m_text.size() ? static_cast<signed char>(m_text[m_next])
        : m_next == m_text.size()   ? 0
                                    : beyondEnd;
    m_next = std::min(m_next + 1, m_text.size() + 1);
}

QByteArray CronCursor::readName()
{
    advance();
    const qsizetype begin = m_next - 1;
    while (m_char > 0 && !isBlank() && m_char != '\n')
        advance();
    return m_text.mid(begin, m_next - 1 - begin);
}

QString CronCursor::fieldText() const
{
    const QString text = QString::fromUtf8(m_text.mid(m_fieldBegin)).simplified();
    return text.section(u' ', 0, 0);
}

bool CronCursor::readFields(CronFields &fields, int &field)
{
    for (field = 0; field < 5; ++field) {
        m_fieldBegin = m_next - 1;
        const auto index = size_t(field);
        fields.hasStar[index] = m_char == '*';
        if (field == dayOfMonth && m_char == '$') {
            fields.isLastDay = true;
            if (!readLastDay())
                return false;
        } else if (!readList(fields.sets[index], field)) {
            return false;
        }
    }
    return true;
}

bool CronCursor::readLastDay()
{
    advance();
    if (!m_dialect.hasLastDay || !isBlank())
        return false;
    while (isBlank())
        advance();
    return true;
}

bool CronCursor::readList(quint64 &set, int field)
{
    while (readRange(set, field)) {
        if (m_char == ',') {
            advance();
            continue;
        }
        while (m_char != beyondEnd && m_char != 0 && m_char != '\n' && !isBlank())
            advance();
        while (isBlank())
            advance();
        return m_char != beyondEnd;
    }
    return false;
}

bool CronCursor::readRange(quint64 &set, int field)
{
    const Limits &limit = limits[field];
    int first = limit.low, last = limit.high, step = 1;
    if (m_char == '*') {
        advance();
    } else {
        if (!readNumber(first, limit.low, limit.names))
            return false;
        if (m_char != '-') {
            if (m_char == '/' || first < limit.low || first > limit.high) // a step needs a range
                return false;
            set |= quint64(1) << first;
            return true;
        }
        advance();
        if (!readNumber(last, limit.low, limit.names))
            return false;
    }
    if (m_char == '/') {
        advance();
        if (!readNumber(step, 0, nullptr) || step <= 0)
            return false;
    }
    if (first < limit.low || first > limit.high || last < limit.low || last > limit.high)
        return false;
    if (m_dialect.limitsSteps && step > limit.high)
        return false;
    set |= rangeOf(first, last, step);
    return true;
}

bool CronCursor::readNumber(int &number, int low, const char *const *names)
{
    QByteArray word;
    bool areDigits = true;
    for (; isDigit(m_char) || isLetter(m_char); advance()) {
        word += char(m_char);
        areDigits = areDigits && isDigit(m_char);
    }
    if (word.isEmpty())
        return false;
    for (int i = 0; names && names[i]; ++i) {
        if (word.compare(names[i], Qt::CaseInsensitive) == 0) {
            number = low + i;
            return true;
        }
    }
    // As atoi() has it, which pg_cron calls: only the lowest 32 bits of a long number count.
    number = areDigits ? int(std::strtol(word.constData(), nullptr, 10)) : 0;
    return areDigits;
}

} // namespace Shardboard
