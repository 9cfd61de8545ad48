// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/library.h"
#include "tests/support/testmain.h"
#include "tests/unit/dashboard/jsonschema.h"

#include <QDir>
#include <QJsonDocument>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

QByteArray read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestShippedDashboards : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void initTestCase()
    {
        m_files = QDir(u":/dashboards"_s).entryList({u"*.json"_s});
        QVERIFY(m_files.contains(u"http-traffic.json"_s));
        m_schema = QJsonDocument::fromJson(read(u":/schemas/dashboard.schema.json"_s)).object();
        QVERIFY(!m_schema.isEmpty());
    }

    void areWrittenAsTheProgramWritesThem()
    {
        for (const QString &name : m_files) {
            const QByteArray text = read(u":/dashboards/"_s + name);
            const auto document = documentFromJson(text);
            QVERIFY2(document.isOk(), document.isError() ? qPrintable(name + u": "_s + document.error().toText()) : "");
            QCOMPARE(documentToJson(*document).split('\n'), text.split('\n'));
            QCOMPARE(document->id + u".json"_s, name);
        }
    }

    void fitTheirSchema()
    {
        const Testing::JsonSchema schema(m_schema);
        for (const QString &name : m_files)
            QCOMPARE(schema.check(QJsonDocument::fromJson(read(u":/dashboards/"_s + name)).object()), QString());
    }

    void haveNoPanelOverAnother()
    {
        for (const QString &name : m_files) {
            const Document document = *Library::loadFile(u":/dashboards/"_s + name);
            for (qsizetype i = 0; i < document.panels.size(); ++i) {
                for (qsizetype j = 0; j < i; ++j) {
                    const GridPlace &a = document.panels.at(i).place;
                    const GridPlace &b = document.panels.at(j).place;
                    const bool overlap
                        = a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
                    QVERIFY2(!overlap, qPrintable(document.panels.at(i).id));
                }
            }
        }
    }

    void sayWhatTheyShow()
    {
        for (const QString &name : m_files) {
            const Document document = *Library::loadFile(u":/dashboards/"_s + name);
            QVERIFY(!document.description.isEmpty());
            for (const Panel &panel : document.panels)
                QVERIFY2(!panel.title.isEmpty() && !panel.description.isEmpty(), qPrintable(panel.id));
        }
    }

    void theSchemaRefusesWhatTheReaderRefuses_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("kind") << "kind" << QJsonValue(u"heatmap"_s);
        QTest::newRow("no kind") << "kind" << QJsonValue(QJsonValue::Undefined);
        QTest::newRow("place") << "place"
                               << QJsonValue(QJsonObject{{u"x"_s, -1}, {u"y"_s, 0}, {u"width"_s, 1}, {u"height"_s, 1}});
        QTest::newRow("half a place") << "place" << QJsonValue(QJsonObject{{u"x"_s, 0}});
        QTest::newRow("no SQL") << "sql" << QJsonValue(QJsonValue::Undefined);
        QTest::newRow("SQL that is a number") << "sql" << QJsonValue(5);
        QTest::newRow("no time column") << "timeColumn" << QJsonValue(QJsonValue::Undefined);
        QTest::newRow("no fields") << "fields" << QJsonValue(QJsonArray());
        QTest::newRow("unit") << "fields"
                              << QJsonValue(QJsonArray{QJsonObject{{u"column"_s, u"a"_s}, {u"unit"_s, u"furlong"_s}}});
        QTest::newRow("half a band") << "fields"
                                     << QJsonValue(QJsonArray{QJsonObject{{u"column"_s, u"a"_s}, {u"low"_s, u"b"_s}}});
        QTest::newRow("colour") << "thresholds"
                                << QJsonValue(QJsonArray{QJsonObject{{u"value"_s, 1}, {u"colour"_s, u"red"_s}}});
    }

    void theSchemaRefusesWhatTheReaderRefuses()
    {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QJsonObject panel{{u"id"_s, u"p"_s}, {u"kind"_s, u"timeSeries"_s},
            {u"place"_s, QJsonObject{{u"x"_s, 0}, {u"y"_s, 0}, {u"width"_s, 1}, {u"height"_s, 1}}},
            {u"timeColumn"_s, u"t"_s}, {u"fields"_s, QJsonArray{QJsonObject{{u"column"_s, u"a"_s}}}},
            {u"sql"_s, u"SELECT 1"_s}};
        QJsonObject document{{u"schemaVersion"_s, 1}, {u"id"_s, u"d"_s}, {u"title"_s, u"D"_s}};
        const Testing::JsonSchema schema(m_schema);
        document[u"panels"_s] = QJsonArray{panel};
        QCOMPARE(schema.check(document), QString());
        QVERIFY(documentFromJson(QJsonDocument(document).toJson()).isOk());
        if (value.isUndefined())
            panel.remove(key);
        else
            panel[key] = value;
        document[u"panels"_s] = QJsonArray{panel};
        QVERIFY(!schema.check(document).isEmpty());
        QVERIFY(documentFromJson(QJsonDocument(document).toJson()).isError());
    }

private:
    QStringList m_files;
    QJsonObject m_schema;
};

SHARDBOARD_TEST_MAIN(TestShippedDashboards)
#include "test_shippeddashboards.moc"
