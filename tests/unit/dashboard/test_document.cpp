// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/document.h"
#include "dashboard/documentcheck.h"
#include "dashboard/documentmigration.h"
#include "tests/support/testmain.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

/// Every key there is, and an unknown one at every level.
const char *const fullDocument = R"json({
  "schemaVersion": 1,
  "minimumReaderVersion": 1,
  "id": "full",
  "title": "Everything",
  "description": "All there is",
  "timeRange": { "from": "now-6h", "to": "now", "new": true },
  "timeZone": "Europe/Berlin",
  "sources": [
    {
      "name": "traffic",
      "levels": [
        { "rollup": "http_request_1min", "bucketSeconds": 60, "new": 1 },
        { "rollup": "http_request_1h", "bucketSeconds": 3600 }
      ],
      "new": [1, "two", null, { "three": 3.5 }]
    }
  ],
  "variables": [
    { "name": "site", "label": "Site", "kind": "query", "allowAll": false, "sql": "SELECT 1", "new": "x" },
    { "name": "method", "kind": "list", "values": ["GET", "POST"], "default": "GET" },
    { "name": "word", "kind": "text" }
  ],
  "panels": [
    {
      "id": "requests",
      "title": "Requests",
      "description": "Per minute",
      "kind": "timeSeries",
      "drawing": "stacked",
      "place": { "x": 0, "y": 0, "width": 12, "height": 4, "new": 5 },
      "source": "traffic",
      "needs": [{ "column": "distinct_ip", "otherwise": "No hll, no visitors.", "new": 1 }],
      "incremental": true,
      "timeColumn": "bucket",
      "fields": [
        {
          "column": "visitors",
          "label": "Visitors",
          "unit": "per-minute",
          "colour": "#0072b2",
          "low": "low",
          "high": "high",
          "decimals": 1,
          "new": "something that makes the line too long"
        }
      ],
      "thresholds": [{ "value": 0.05, "label": "5 %", "colour": "error", "new": null }],
      "sql": [
        "SELECT bucket, 1 AS visitors",
        "FROM {traffic} WHERE bucket >= :from AND bucket < :to {?site AND site_id = :site::int}"
      ],
      "new": { "deep": true }
    },
    {
      "id": "sites",
      "kind": "bars",
      "place": { "x": 0, "y": 4, "width": 6, "height": 4 },
      "source": "traffic",
      "categoryColumn": "site",
      "fields": [{ "column": "n" }],
      "limit": 10,
      "sql": "SELECT site_id AS site, 1 AS n FROM {traffic}"
    },
    { "id": "note", "kind": "text", "place": { "x": 6, "y": 4, "width": 6, "height": 4 }, "text": "**Bold**" }
  ],
  "new": "at the top"
}
)json";

/// A document that is right, to spoil one thing of.
QJsonObject rightDocument()
{
    return QJsonDocument::fromJson(fullDocument).object();
}

void set(QJsonObject &object, const QStringList &path, const QJsonValue &value);

void set(QJsonArray &array, const QStringList &path, const QJsonValue &value)
{
    const int index = path.first().toInt();
    if (path.size() == 1) {
        array[index] = value;
        return;
    }
    QJsonObject inner = array.at(index).toObject();
    set(inner, path.mid(1), value);
    array[index] = inner;
}

void set(QJsonObject &object, const QStringList &path, const QJsonValue &value)
{
    const QString key = path.first();
    if (path.size() == 1) {
        if (value.isUndefined())
            object.remove(key);
        else
            object[key] = value;
    } else if (object.value(key).isArray()) {
        QJsonArray array = object.value(key).toArray();
        set(array, path.mid(1), value);
        object[key] = array;
    } else {
        QJsonObject inner = object.value(key).toObject();
        set(inner, path.mid(1), value);
        object[key] = inner;
    }
}

QString errorOf(const QByteArray &json)
{
    const auto document = documentFromJson(json);
    return document.isError() ? document.error().message : QString();
}

} // namespace

class TestDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void everyKeyComesBackAsItWas()
    {
        const auto document = documentFromJson(fullDocument);
        QVERIFY2(document.isOk(), document.isError() ? qPrintable(document.error().message) : "");
        QCOMPARE(documentToJson(*document).split('\n'), QByteArray(fullDocument).split('\n'));
        QCOMPARE(*documentFromJson(documentToJson(*document)), *document);
    }

    void readsWhatItSays()
    {
        const auto document = documentFromJson(fullDocument);
        QCOMPARE(document->timeZone, u"Europe/Berlin"_s);
        QCOMPARE(document->sources.at(0).levels.at(1).bucketSeconds, 3600);
        QVERIFY(!document->variables.at(0).allowAll);
        const Panel *panel = document->panel(u"requests"_s);
        QVERIFY(panel);
        QVERIFY(panel->incremental);
        QCOMPARE(panel->sql.count(u'\n'), 1);
        QCOMPARE(panel->place, (GridPlace{0, 0, 12, 4}));
        QCOMPARE(panel->fields.at(0).decimals, 1);
        QVERIFY(!document->panel(u"nothing"_s));
    }

    void refusesAndSaysWhere_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("place");
        const QJsonValue none(QJsonValue::Undefined);
        QTest::newRow("no version") << "schemaVersion" << none << "schemaVersion:";
        QTest::newRow("no title") << "title" << none << "title:";
        QTest::newRow("id that is no file name") << "id" << QJsonValue(u"../x"_s) << "id:";
        QTest::newRow("title of another type") << "title" << QJsonValue(5) << "title: must be text";
        QTest::newRow("zone") << "timeZone" << QJsonValue(u"Mars/Base"_s) << "timeZone:";
        QTest::newRow("zone that is a mere word") << "timeZone" << QJsonValue(u"Nowhere"_s) << "timeZone:";
        QTest::newRow("time range") << "timeRange/from" << QJsonValue(u"now-6x"_s) << "timeRange:";
        QTest::newRow("backwards") << "timeRange/to" << QJsonValue(u"now-9h"_s) << "timeRange:";
        QTest::newRow("no levels") << "sources/0/levels" << QJsonValue(QJsonArray()) << "sources[0].levels:";
        QTest::newRow("coarse first") << "sources/0/levels/1/bucketSeconds" << QJsonValue(30)
                                      << "sources[0].levels[1].bucketSeconds:";
        QTest::newRow("half a second") << "sources/0/levels/0/bucketSeconds" << QJsonValue(0.5)
                                       << "sources[0].levels[0].bucketSeconds: must be a whole number";
        QTest::newRow("variable without a choice") << "variables/0/sql" << none << "variables[0].sql:";
        QTest::newRow("variable named as a macro")
            << "variables/2/name" << QJsonValue(u"step"_s) << "variables[2].name:";
        QTest::newRow("variable twice") << "variables/2/name" << QJsonValue(u"site"_s) << "variables[2].name:";
        QTest::newRow("default that is no choice")
            << "variables/1/default" << QJsonValue(u"PUT"_s) << "variables[1].default:";
        QTest::newRow("panel twice") << "panels/1/id" << QJsonValue(u"requests"_s) << "panels[1].id:";
        QTest::newRow("no kind") << "panels/1/kind" << none << "panels[1].kind:";
        QTest::newRow("unknown kind") << "panels/1/kind" << QJsonValue(u"heatmap"_s) << "panels[1].kind: “heatmap”";
        QTest::newRow("no place") << "panels/1/place" << none << "panels[1].place:";
        QTest::newRow("beyond the grid") << "panels/1/place/x" << QJsonValue(7) << "panels[1].place:";
        QTest::newRow("unknown source") << "panels/1/source" << QJsonValue(u"x"_s) << "panels[1].source:";
        QTest::newRow("unknown source in SQL")
            << "panels/1/sql" << QJsonValue(u"SELECT 1 FROM {x}"_s) << "panels[1].sql: {x}";
        QTest::newRow("unknown variable in SQL") << "panels/1/sql" << QJsonValue(u"SELECT :x"_s) << "panels[1].sql: :x";
        QTest::newRow("SQL that writes") << "panels/1/sql" << QJsonValue(u"DELETE FROM {traffic}"_s)
                                         << "panels[1].sql: only one query";
        QTest::newRow("broken SQL") << "panels/0/sql" << QJsonValue(QJsonArray{u"SELECT"_s, u"'a"_s})
                                    << "panels[0].sql: line 2:";
        QTest::newRow("no SQL") << "panels/1/sql" << none << "panels[1].sql:";
        QTest::newRow("no time column") << "panels/0/timeColumn" << none << "panels[0].timeColumn:";
        QTest::newRow("no labels") << "panels/1/categoryColumn" << none << "panels[1].categoryColumn:";
        QTest::newRow("no fields") << "panels/1/fields" << none << "panels[1].fields:";
        QTest::newRow("unit") << "panels/0/fields/0/unit" << QJsonValue(u"furlong"_s) << "panels[0].fields[0].unit:";
        QTest::newRow("colour") << "panels/0/fields/0/colour" << QJsonValue(u"red"_s) << "panels[0].fields[0].colour:";
        QTest::newRow("half a band") << "panels/0/fields/0/low" << none << "panels[0].fields[0]:";
        QTest::newRow("bars in parts") << "panels/1/incremental" << QJsonValue(true) << "panels[1].incremental:";
        QTest::newRow("text without text") << "panels/2/text" << none << "panels[2].text:";
        QTest::newRow("panel that is none") << "panels/2" << QJsonValue(5) << "panels[2]: must be an object";
    }

    void refusesAndSaysWhere()
    {
        QFETCH(QString, path);
        QFETCH(QJsonValue, value);
        QFETCH(QString, place);
        QJsonObject object = rightDocument();
        set(object, path.split(u'/'), value);
        const QString message = errorOf(QJsonDocument(object).toJson());
        QVERIFY2(message.startsWith(place), qPrintable(message));
    }

    void textThatIsNoJsonNamesLineAndColumn()
    {
        QVERIFY(errorOf("{\n  \"a\": 1,\n  b\n}").startsWith(u"Line 3, column "_s));
        QVERIFY(!errorOf("").isEmpty());
        QVERIFY(!errorOf("[]").isEmpty());
    }

    void aNewerDocumentIsReadKeptAndAnnounced()
    {
        QJsonObject object = rightDocument();
        object[u"schemaVersion"_s] = 7;
        const auto document = documentFromJson(QJsonDocument(object).toJson());
        QVERIFY(document.isOk());
        QVERIFY(documentNotice(*document).contains(u"newer version"_s));
        QCOMPARE(QJsonDocument::fromJson(documentToJson(*document)).object(), object);
        QVERIFY(documentNotice(*documentFromJson(fullDocument)).isEmpty());
    }

    void aDocumentThatAsksForANewerReaderIsRefused()
    {
        QJsonObject object = rightDocument();
        object[u"schemaVersion"_s] = 7;
        object[u"minimumReaderVersion"_s] = 3;
        QVERIFY(errorOf(QJsonDocument(object).toJson()).startsWith(u"minimumReaderVersion:"_s));
    }

    void anOlderDocumentGoesThroughEveryStepItLacks()
    {
        const auto adding = [](const QString &key) {
            return [key](QJsonObject object) {
                object[key] = object.size();
                return object;
            };
        };
        const QList<DocumentMigration> steps{adding(u"a"_s), adding(u"b"_s)};
        const auto fromOne = migrateDocument({{u"schemaVersion"_s, 1}}, steps);
        QCOMPARE(*fromOne, (QJsonObject{{u"schemaVersion"_s, 3}, {u"a"_s, 1}, {u"b"_s, 2}}));
        const auto fromTwo = migrateDocument({{u"schemaVersion"_s, 2}}, steps);
        QCOMPARE(*fromTwo, (QJsonObject{{u"schemaVersion"_s, 3}, {u"b"_s, 1}}));
        const auto newer = migrateDocument({{u"schemaVersion"_s, 9}}, steps);
        QCOMPARE(*newer, (QJsonObject{{u"schemaVersion"_s, 9}}));
        QVERIFY(migrateDocument({}, steps).isError());
    }

    void anEditedDocumentIsCheckedTheSameWay()
    {
        Document document = *documentFromJson(fullDocument);
        QVERIFY(checkDocument(document).isOk());
        document.panels[1].id = document.panels[0].id;
        QVERIFY(checkDocument(document).error().message.startsWith(u"panels[1].id:"_s));
    }
};

SHARDBOARD_TEST_MAIN(TestDocument)
#include "test_document.moc"
