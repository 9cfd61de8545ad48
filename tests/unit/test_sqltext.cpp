// SPDX-License-Identifier: GPL-3.0-or-later
// Rules for code that writes SQL, checked on the sources. A chained .arg() replaces place markers inside a value that
// an earlier call has put in: with a column named "p%2" the statement is another one. One call with all arguments does
// not.
#include "tests/support/testmain.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace {

/// One past the parenthesis that closes the one before `at`; string and character literals are skipped.
qsizetype endOfCall(const QString &code, qsizetype at)
{
    int depth = 1;
    for (; at < code.size() && depth > 0; ++at) {
        const QChar c = code[at];
        if (c == u'"' || c == u'\'') {
            for (++at; at < code.size() && code[at] != c; ++at)
                at += code[at] == u'\\' ? 1 : 0;
        } else if (c == u'(') {
            ++depth;
        } else if (c == u')') {
            --depth;
        }
    }
    return at;
}

/// Where the statement before `at` begins, near enough: behind a semicolon or brace that ends a line.
qsizetype beginOfStatement(const QString &code, qsizetype at)
{
    static const QRegularExpression end(u"[;{}]\\n"_s);
    const qsizetype found = code.lastIndexOf(end, at);
    return found < 0 ? 0 : found + 2;
}

/// Statements that look like SQL and are filled in by more than one call.
QStringList chainedSql(const QString &code)
{
    static const QRegularExpression sql(
        u"\\b(SELECT|FROM|WHERE|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|CALL|LIMIT|GRANT|SET|COPY|LOCK)\\b"_s);
    static const QRegularExpression next(u"\\G\\s*\\.arg\\("_s);
    QStringList found;
    const QString call = u".arg("_s;
    for (qsizetype at = code.indexOf(call); at >= 0; at = code.indexOf(call, at + 1)) {
        const qsizetype end = endOfCall(code, at + call.size());
        const qsizetype begin = beginOfStatement(code, at);
        if (next.match(code, end).hasMatch() && code.mid(begin, end - begin).contains(sql))
            found << code.mid(begin, end - begin).simplified();
    }
    return found;
}

} // namespace

class TestSqlText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theRuleFindsAChain()
    {
        QCOMPARE(chainedSql(u"x = u\"SELECT %1 FROM %2\"_s.arg(a(1, \")\"))\n  .arg(b);\n"_s).size(), 1);
        QVERIFY(chainedSql(u"x = u\"SELECT %1 FROM %2\"_s.arg(a, b);\ny = u\"%1: %2\"_s.arg(c).arg(d);\n"_s).isEmpty());
    }

    void noSqlIsFilledInByChainedCalls()
    {
        QStringList places;
        for (const char *folder : {"src", "app", "ui"}) {
            QDirIterator files(QStringLiteral(SHARDBOARD_SOURCE_DIR "/") + QLatin1String(folder),
                {u"*.cpp"_s, u"*.h"_s}, QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                for (const QString &statement : chainedSql(QString::fromUtf8(file.readAll())))
                    places << file.fileName() + u": "_s + statement;
            }
        }
        QVERIFY2(places.isEmpty(), qPrintable(places.join(u'\n')));
    }
};

SHARDBOARD_TEST_MAIN(TestSqlText)
#include "test_sqltext.moc"
