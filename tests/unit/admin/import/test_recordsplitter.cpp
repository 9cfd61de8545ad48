// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/recordsplitter.h"
#include "tests/support/testmain.h"

#include <QTemporaryDir>

#include <zlib.h>

using namespace Shardboard;

namespace {

/// The chunks of a file, each as text, or "<oversized>" for one that is no whole record.
struct Split
{
    QByteArrayList chunks;
    QList<qint64> firstLines;
    QByteArray joined() const { return chunks.join(); }
};

} // namespace

class TestRecordSplitter : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString write(const QByteArray &content)
    {
        const QString path = m_folder.filePath(QStringLiteral("file"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write the test's file");
        return path;
    }

    static Split split(const QString &path, RecordLayout layout, qsizetype target, FileRange range = {0, INT64_MAX, 1})
    {
        auto source = ByteSource::open(path);
        if (!source)
            qFatal("%s", qPrintable(source.error().toText()));
        if (const auto sought = (*source)->seek(range.begin); !sought)
            qFatal("cannot seek");
        RecordSplitter splitter(**source, layout, range);
        Split result;
        Chunk chunk;
        for (;;) {
            const auto more = splitter.next(chunk, target);
            if (!more)
                qFatal("%s", qPrintable(more.error().toText()));
            if (!*more)
                return result;
            result.chunks.append(
                chunk.exceededLimit ? QByteArray("<oversized>") : QByteArray(chunk.bytes.data(), chunk.bytes.size()));
            result.firstLines.append(chunk.range.firstLine);
        }
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void chunksEndBetweenRecords_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<bool>("hasQuotes");
        QTest::addColumn<QByteArrayList>("records");

        QTest::newRow("lines") << QByteArray("a\nbb\nccc\n") << false << QByteArrayList{"a\n", "bb\n", "ccc\n"};
        QTest::newRow("last line without end") << QByteArray("a\nb") << true << QByteArrayList{"a\n", "b\n"};
        QTest::newRow("newline between quotes")
            << QByteArray("1,\"x\ny\"\n2,z\n") << true << QByteArrayList{"1,\"x\ny\"\n", "2,z\n"};
        QTest::newRow("quotes mean nothing in a log")
            << QByteArray("1,\"x\ny\"\n2,z\n") << false << QByteArrayList{"1,\"x\n", "y\"\n", "2,z\n"};
        QTest::newRow("doubled quotes") << QByteArray("\"a\"\"\n\"\"b\",c\nd\n") << true
                                        << QByteArrayList{"\"a\"\"\n\"\"b\",c\n", "d\n"};
        QTest::newRow("carriage returns")
            << QByteArray("\"a\r\nb\",c\r\nd\r\n") << true << QByteArrayList{"\"a\r\nb\",c\r\n", "d\r\n"};
        QTest::newRow("stray quote costs one line")
            << QByteArray("5\" disk\n\"a\nb\"\n") << true << QByteArrayList{"5\" disk\n", "\"a\nb\"\n"};
        QTest::newRow("text after a closing quote costs one line")
            << QByteArray("\"a\nb\"c\nd\n") << true << QByteArrayList{"\"a\n", "b\"c\n", "d\n"};
    }

    /// Whatever the size of the chunks, their ends are ends of records, and nothing is lost.
    void chunksEndBetweenRecords()
    {
        QFETCH(QByteArray, content);
        QFETCH(bool, hasQuotes);
        QFETCH(QByteArrayList, records);
        const QString path = write(content);
        QList<QByteArray> ends{QByteArray()};
        for (const QByteArray &record : records)
            ends.append(ends.last() + record);
        for (qsizetype target = 1; target <= content.size() + 1; ++target) {
            const Split result = split(path, {hasQuotes, ','}, target);
            QCOMPARE(result.joined(), records.join());
            QByteArray sofar;
            for (qsizetype i = 0; i < result.chunks.size(); ++i) {
                QCOMPARE(result.firstLines[i], qint64(sofar.count('\n')) + 1);
                sofar += result.chunks[i];
                QVERIFY2(ends.contains(sofar), sofar.constData());
            }
        }
    }

    void gzipReadsAsWhatIsInside()
    {
        const QString path = m_folder.filePath(QStringLiteral("log.anything"));
        gzFile file = gzopen(qPrintable(path), "wb");
        for (int i = 0; i < 1000; ++i)
            gzprintf(file, "line %d\n", i);
        gzclose(file);
        const Split result = split(path, {}, 500);
        QCOMPARE(result.joined().count('\n'), 1000);
        QVERIFY(result.chunks.size() > 10);
        // A stretch from the middle is what a second reading asks for.
        QCOMPARE(split(path, {}, 500, {7, 14, 2}).joined(), QByteArray("line 1\n"));
    }

    void truncatedGzipIsAnError()
    {
        const QString path = m_folder.filePath(QStringLiteral("cut.gz"));
        gzFile whole = gzopen(qPrintable(path), "wb");
        for (int i = 0; i < 100000; ++i)
            gzprintf(whole, "line %d\n", i * 7919);
        gzclose(whole);
        QVERIFY(QFile::resize(path, QFileInfo(path).size() / 2));
        auto source = ByteSource::open(path);
        QVERIFY(source.isOk());
        RecordSplitter splitter(**source, {}, {0, INT64_MAX, 1});
        Chunk chunk;
        Outcome<bool> more = true;
        while (more && *more)
            more = splitter.next(chunk, 64 * 1024);
        QVERIFY(more.isError());
        QCOMPARE(more.error().kind, ServerError::Kind::File);
        QVERIFY2(more.error().message.contains(QStringLiteral("too early")), qPrintable(more.error().message));
    }

    void endlessLineIsPassedBy()
    {
        const QByteArray giant(RecordLayout().maximumRecord * 2 + 12345, 'x');
        const Split result = split(write("a\n" + giant + "\nb\n"), {}, 256 * 1024);
        QCOMPARE(result.chunks, (QByteArrayList{"a\n", "<oversized>", "b\n"}));
        QCOMPARE(result.firstLines, (QList<qint64>{1, 2, 3}));
    }

    void quoteThatIsNeverClosedCostsOneLine()
    {
        const QByteArray rest = QByteArray("some line\n").repeated(int(RecordLayout().maximumRecord / 10) + 1000);
        const Split result = split(write("\"open\n" + rest), {true, ','}, 256 * 1024);
        QCOMPARE(result.chunks.first(), QByteArray("\"open\n"));
        QCOMPARE(result.joined(), "\"open\n" + rest);
    }

    void missingFileSaysSo()
    {
        const auto source = ByteSource::open(m_folder.filePath(QStringLiteral("nowhere")));
        QVERIFY(source.isError());
        QVERIFY(source.error().message.contains(QStringLiteral("no such file")));
        QVERIFY(ByteSource::open(m_folder.path()).isError());
    }
};

SHARDBOARD_TEST_MAIN(TestRecordSplitter)
#include "test_recordsplitter.moc"
