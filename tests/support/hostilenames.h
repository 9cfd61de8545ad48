// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRandomGenerator>
#include <QString>
#include <QStringList>

namespace Shardboard::Testing {

/// Names that have broken some reader of text: quotes, comments, line breaks, terminal and bidirectional controls,
/// psql's backslash commands and variables, format and cron placeholders.
inline QStringList hostileNames()
{
    using namespace Qt::StringLiterals;
    return {u"x\rCREATE TABLE public.pwned (a int); --"_s, u"x\nCREATE TABLE public.pwned (a int); --"_s,
        u"x\vCREATE TABLE public.pwned (a int)"_s, u"x\u0085CREATE TABLE public.pwned (a int); --"_s,
        u"x\u2028CREATE TABLE public.pwned (a int); --"_s, u"x\u2029\\! touch pwned"_s, u"a'b"_s, u"a\"b"_s, u"a\\b"_s,
        u"a\\'b"_s, u"a\\\\b\\%c"_s, u"$$"_s, u"$sql$ $shardboard$ $do$"_s, u"--"_s, u"/*"_s, u"*/"_s, u"a;b"_s,
        u":DBNAME"_s, u":'DBNAME'"_s, u":\"DBNAME\""_s, u"::text"_s, u"\\set x"_s, u"%1 %2 %s %I %L %"_s, u"100%"_s,
        u"`id`"_s, u"$(id)"_s, u"$HOME"_s, u"a\x1b]0;pwned\x07\x1b[31m"_s, u"\u202Eevil\u202C"_s, u"مرحبا"_s,
        u"日本語のテーブル"_s, u"e\u0301"_s, u" leading"_s, u"trailing "_s, u"-x"_s, u"=cmd|' /C calc'!A0"_s, u"\t"_s,
        u"user=a host=b"_s, u"postgres://x"_s, QString(63, u'n'), u"Straße"_s, u"\x7f\u009b"_s};
}

/// A name of at most 63 bytes made of pieces that readers trip over.
inline QString randomName(QRandomGenerator &random)
{
    static const QStringList pieces = hostileNames()
        << QStringLiteral("\r") << QStringLiteral("\n") << QStringLiteral("'") << QStringLiteral("\"")
        << QStringLiteral("\\") << QStringLiteral("%") << QStringLiteral(":") << QStringLiteral("$");
    QString name;
    const int count = 1 + int(random.bounded(5u));
    for (int i = 0; i < count; ++i) {
        const QString &piece = pieces.at(int(random.bounded(quint32(pieces.size()))));
        const qsizetype from = qsizetype(random.bounded(quint32(piece.size())));
        name += random.bounded(2u) == 0 ? piece.mid(from, 3) : QString(QChar(ushort(1 + random.bounded(0x2fu))));
    }
    while (name.toUtf8().size() > 63)
        name.chop(1);
    return name.isEmpty() ? QStringLiteral("x") : name;
}

} // namespace Shardboard::Testing
