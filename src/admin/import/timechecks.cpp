// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/digits.h"
#include "admin/import/valuecheck.h"

#include <algorithm>
#include <array>

namespace Shardboard {

namespace {

/// The two digits at `p` as a number; only for two digits.
int pair(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

bool isPair(const char *p)
{
    return isDigit(p[0]) && isDigit(p[1]);
}

int daysInMonth(int year, int month)
{
    static constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && isLeap ? 29 : days[size_t(month - 1)];
}

/// What is known of a text that begins like an ISO 8601 date or time.
enum class Shape {
    Other, ///< begins like neither
    Wrong, ///< begins like one, with a part out of range
    Right,
};

/// YYYY-MM-DD; such a text means the same under every DateStyle.
Shape isoDate(QByteArrayView text)
{
    if (text.size() < 10 || text[4] != '-' || text[7] != '-' || !isPair(text.data()) || !isPair(text.data() + 2)
        || !isPair(text.data() + 5) || !isPair(text.data() + 8))
        return Shape::Other;
    if (text.size() > 10 && isDigit(text[10]))
        return Shape::Other;
    const int year = pair(text.data()) * 100 + pair(text.data() + 2);
    const int month = pair(text.data() + 5);
    const int day = pair(text.data() + 8);
    if (year == 0 || month < 1 || month > 12 || day < 1 || day > 31)
        return Shape::Wrong;
    // What follows a date can still make its year one before Christ, with other leap days.
    if (day > daysInMonth(year, month))
        return day == 29 && text.size() > 10 ? Shape::Other : Shape::Wrong;
    return Shape::Right;
}

/// hh:mm[:ss[.f]] at the beginning; `length` is how much of the text that is.
Shape isoTime(QByteArrayView text, qsizetype &length)
{
    if (text.size() < 5 || text[2] != ':' || !isPair(text.data()) || !isPair(text.data() + 3))
        return Shape::Other;
    length = 5;
    int second = 0;
    bool hasFraction = false;
    if (text.size() >= 8 && text[5] == ':' && isPair(text.data() + 6)) {
        second = pair(text.data() + 6);
        length = 8;
        if (text.size() > 8 && text[8] == '.') {
            length = 9;
            while (length < text.size() && isDigit(text[length]))
                hasFraction |= text[length++] != '0';
        }
    }
    const int hour = pair(text.data());
    const int minute = pair(text.data() + 3);
    // 24:00:00 is midnight, :60 a leap second.
    if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0 || hasFraction)))
        return Shape::Wrong;
    return Shape::Right;
}

/// Z, +hh, +hhmm, +hh:mm and nothing else.
bool isOffset(QByteArrayView text)
{
    if (text == "Z" || text == "z")
        return true;
    if (text.isEmpty() || (text[0] != '+' && text[0] != '-'))
        return false;
    text = text.sliced(1);
    if (text.size() < 2 || !isPair(text.data()) || pair(text.data()) > 15)
        return false;
    if (text.size() == 2)
        return true;
    text = text.sliced(text[2] == ':' ? 3 : 2);
    return text.size() == 2 && isPair(text.data()) && pair(text.data()) < 60;
}

/// Words the server takes for a date or time; anything else needs at least one digit.
bool couldBeSpecial(QByteArrayView text)
{
    if (std::any_of(text.begin(), text.end(), isDigit))
        return true;
    const QByteArray lower = text.toByteArray().toLower();
    static const std::array<QByteArrayView, 7> words{
        "now", "today", "tomorrow", "yesterday", "epoch", "infinity", "allballs"};
    return std::any_of(words.begin(), words.end(), [&](auto word) { return lower.contains(word); });
}

} // namespace

bool timestampFits(QByteArrayView text)
{
    const Shape date = isoDate(text);
    if (date != Shape::Right)
        return date == Shape::Other && couldBeSpecial(text);
    QByteArrayView rest = text.sliced(10);
    if (rest.isEmpty())
        return true;
    if (rest[0] != ' ' && rest[0] != 'T')
        return true;
    rest = rest.sliced(1);
    qsizetype length = 0;
    const Shape time = isoTime(rest, length);
    if (time == Shape::Wrong) {
        // Only when nothing but an offset follows is it certain that this was meant as the time.
        const QByteArrayView zone = rest.sliced(length);
        return !zone.isEmpty() && !isOffset(zone);
    }
    return true;
}

bool dateFits(QByteArrayView text)
{
    const Shape date = isoDate(text);
    return date == Shape::Right || (date == Shape::Other && couldBeSpecial(text));
}

bool timeFits(QByteArrayView text)
{
    qsizetype length = 0;
    const Shape time = isoTime(text, length);
    if (time == Shape::Wrong)
        return length != text.size();
    return time == Shape::Right || couldBeSpecial(text);
}

} // namespace Shardboard
