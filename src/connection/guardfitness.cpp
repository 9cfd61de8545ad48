// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/guardfitness.h"

namespace Shardboard {

namespace {

/// The position after blanks, semicolons and comments; these may be nested.
qsizetype firstWord(QStringView sql)
{
    qsizetype at = 0;
    while (at < sql.size()) {
        if (sql.mid(at).startsWith(u"--")) {
            while (at < sql.size() && sql[at] != u'\n' && sql[at] != u'\r')
                ++at;
        } else if (sql.mid(at).startsWith(u"/*")) {
            int depth = 0;
            do {
                const bool opens = sql.mid(at).startsWith(u"/*");
                const bool closes = sql.mid(at).startsWith(u"*/");
                depth += int(opens) - int(closes);
                at += opens || closes ? 2 : 1;
            } while (depth > 0 && at < sql.size());
        } else if (sql[at].isSpace() || sql[at] == u';') {
            ++at;
        } else {
            break;
        }
    }
    return at;
}

} // namespace

bool fitsGuard(const QString &sql)
{
    QString text = sql.mid(firstWord(sql));
    const auto takeWord = [&text] {
        qsizetype end = 0;
        while (end < text.size() && (text[end].isLetterOrNumber() || text[end] == u'_'))
            ++end;
        const QString word = text.left(end).toLower();
        text.remove(0, end);
        text.remove(0, firstWord(text));
        return word;
    };
    const QString first = takeWord();
    return first != u"copy" && !(first == u"prepare" && takeWord() == u"transaction");
}

} // namespace Shardboard
