// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/library.h"
#include "tests/support/testmain.h"

#include <QTemporaryDir>

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestLibrary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
        m_folder = std::make_unique<QTemporaryDir>();
        m_user = m_folder->filePath(u"user"_s);
        m_shipped = m_folder->filePath(u"shipped"_s);
        QVERIFY(QDir().mkpath(m_shipped));
        write(m_shipped + u"/traffic.json"_s, makeDocument(u"traffic"_s, u"Traffic"_s));
    }

    void theShippedOnesAreThereWithoutAnyUserFile()
    {
        const auto entries = library().list();
        QCOMPARE(entries.size(), 1);
        QCOMPARE(entries.at(0).title, u"Traffic"_s);
        QVERIFY(entries.at(0).isShipped && !entries.at(0).isUser && !entries.at(0).error);
        QCOMPARE(library().load(u"traffic"_s)->title, u"Traffic"_s);
    }

    void aSavedOneStandsOverTheShippedUntilItIsRemoved()
    {
        Document document = *library().load(u"traffic"_s);
        document.title = u"My traffic"_s;
        QVERIFY(library().save(document).isOk());
        QCOMPARE(library().list().size(), 1);
        QVERIFY(library().list().at(0).isOverlay());
        QCOMPARE(*library().load(u"traffic"_s), document);
        QVERIFY(library().remove(u"traffic"_s).isOk());
        QCOMPARE(library().load(u"traffic"_s)->title, u"Traffic"_s);
        QVERIFY(library().remove(u"traffic"_s).isError()); // the shipped one stays
    }

    void aDuplicateHasAnIdOfItsOwn()
    {
        QCOMPARE(library().duplicate(u"traffic"_s, u"Trafic à la carte!"_s)->id, u"trafic-a-la-carte"_s);
        QCOMPARE(library().duplicate(u"traffic"_s, u"Traffic"_s)->id, u"traffic-2"_s);
        QCOMPARE(library().duplicate(u"traffic"_s, u"Traffic"_s)->id, u"traffic-3"_s);
        QCOMPARE(library().duplicate(u"traffic"_s, u"交通"_s)->id, u"dashboard"_s);
        QCOMPARE(library().list().size(), 5);
        QVERIFY(library().remove(u"traffic-2"_s).isOk());
        QVERIFY(library().load(u"traffic-2"_s).isError());
    }

    void aBrokenFileIsListedWithItsErrorAndNeverLost()
    {
        write(m_user + u"/traffic.json"_s, "{ half a docu");
        const auto entries = library().list();
        QCOMPARE(entries.size(), 1);
        QVERIFY(entries.at(0).isOverlay());
        QVERIFY(entries.at(0).error->message.startsWith(u"traffic.json: Line 1"_s));
        QVERIFY(library().load(u"traffic"_s).isError());
        // Saving over it, or removing it, sets it aside.
        QVERIFY(library().save(*Library::loadFile(m_shipped + u"/traffic.json"_s)).isOk());
        QCOMPARE(read(m_user + u"/traffic.json.broken-1"_s), QByteArray("{ half a docu"));
        QVERIFY(library().load(u"traffic"_s).isOk());
        write(m_user + u"/traffic.json"_s, "{ again");
        QVERIFY(library().remove(u"traffic"_s).isOk());
        QCOMPARE(read(m_user + u"/traffic.json.broken-2"_s), QByteArray("{ again"));
        QVERIFY(!library().list().at(0).isUser);
    }

    void twoFilesOfOneIdAreBothListed()
    {
        write(m_user + u"/a.json"_s, makeDocument(u"mine"_s, u"A"_s));
        write(m_user + u"/b.json"_s, makeDocument(u"mine"_s, u"B"_s));
        const auto entries = library().list();
        QCOMPARE(entries.size(), 3);
        QVERIFY(!entries.at(0).error);
        QCOMPARE(entries.at(1).id, u"b"_s);
        QVERIFY(entries.at(1).error->message.contains(u"a.json"_s));
        QCOMPARE(library().load(u"mine"_s)->title, u"A"_s);
    }

    void aFileKeepsItsName()
    {
        write(m_user + u"/downloaded (3).json"_s, makeDocument(u"mine"_s, u"Mine"_s));
        Document document = *library().load(u"mine"_s);
        document.title = u"Changed"_s;
        QVERIFY(library().save(document).isOk());
        QCOMPARE(Library::loadFile(m_user + u"/downloaded (3).json"_s)->title, u"Changed"_s);
        QCOMPARE(QDir(m_user).entryList(QDir::Files).size(), 1);
    }

    void whatIsWrongIsNotSaved()
    {
        Document document = *library().load(u"traffic"_s);
        document.timeZone = u"Nowhere"_s;
        QVERIFY(library().save(document).isError());
        QVERIFY(!QDir(m_user).exists());
    }

    void aFolderThatCannotBeWrittenIsAnError()
    {
        write(m_user, "a file in the way");
        QVERIFY(library().save(*library().load(u"traffic"_s)).isError());
        QVERIFY(library().load(u"nothing"_s).isError());
    }

private:
    Library library() const { return Library(m_user, m_shipped); }

    static QByteArray makeDocument(const QString &id, const QString &title)
    {
        Document document;
        document.id = id;
        document.title = title;
        return documentToJson(document);
    }

    static void write(const QString &path, const QByteArray &text)
    {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_user, m_shipped;
};

SHARDBOARD_TEST_MAIN(TestLibrary)
#include "test_library.moc"
