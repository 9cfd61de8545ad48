// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this folder: the five fields of a schedule as pg_cron's parser takes them.
#include "admin/jobs/cronschedule.h"

#include <array>

namespace Shardboard {

struct CronFields
{
    std::array<quint64, 5> sets{}; ///< minute, hour, day of the month, month, weekday: a bit a value, from 0 on
    std::array<bool, 5> hasStar{}; ///< begins with a star
    bool isLastDay = false; ///< $ in place of the day
};

/// Reads a text byte by byte: what follows a part that makes sense is passed over up to the next blank, text behind
/// the fifth field is not read, a range that runs backwards has no values. Each of these is what pg_cron does.
class CronCursor
{
public:
    /// Leading blanks, empty lines and comment lines are passed over.
    CronCursor(QByteArray text, const CronDialect &dialect);

    bool isAtName() const { return m_char == '@'; }
    /// "@daily" without the @: up to a blank or the end.
    QByteArray readName();
    /// False where a field makes no sense or is missing; `field` is its number then, from 0 on, and fieldText() the
    /// field.
    bool readFields(CronFields &fields, int &field);
    QString fieldText() const;

private:
    void advance();
    bool isBlank() const { return m_char == ' ' || m_char == '\t'; }
    bool readLastDay();
    bool readList(quint64 &set, int field);
    bool readRange(quint64 &set, int field);
    bool readNumber(int &number, int low, const char *const *names);

    const QByteArray m_text;
    const CronDialect m_dialect;
    qsizetype m_next = 0; ///< of the byte after m_char
    int m_char = 0; ///< 0 at the end, -1 beyond it
    qsizetype m_fieldBegin = 0;
};

} // namespace Shardboard
