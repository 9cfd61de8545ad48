// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/documentcheck.h"

#include "connection/sqlinspection.h"
#include "dashboard/jsonreader.h"
#include "dashboard/sqltemplate.h"
#include "dashboard/valueformat.h"
#include "dashboard/zonetime.h"

#include <QRegularExpression>
#include <QSet>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr int gridColumns = 12;
// What a window still shows at once; a file of a few megabytes could name a hundred thousand.
constexpr qsizetype mostPanels = 200;
constexpr qsizetype mostVariables = 50;
constexpr qsizetype mostSources = 50;
constexpr qsizetype mostFields = 200;
constexpr qsizetype mostValues = 1000;
constexpr qsizetype longestText = 200'000; // characters of one text: SQL, Markdown, a title

bool isColour(const QString &colour)
{
    static const QRegularExpression pattern(u"\\A(error|success|accent|#[0-9a-fA-F]{6})?\\z"_s);
    return pattern.match(colour).hasMatch();
}

/// Goes through a document; every check says what is wrong at its place.
class Checker
{
public:
    explicit Checker(const Document &document) : m_document(document) {}

    Completion check()
    {
        checkHead();
        checkSize();
        if (m_problems.first())
            return *m_problems.first(); // the rest would take long to check
        for (qsizetype i = 0; i < m_document.sources.size(); ++i)
            checkSource(m_document.sources.at(i), u"sources[%1]"_s.arg(i));
        for (const Variable &variable : m_document.variables)
            m_variables.insert(variable.name);
        for (qsizetype i = 0; i < m_document.variables.size(); ++i)
            checkVariable(m_document.variables.at(i), u"variables[%1]"_s.arg(i));
        for (qsizetype i = 0; i < m_document.panels.size(); ++i)
            checkPanel(m_document.panels.at(i), u"panels[%1]"_s.arg(i));
        if (m_problems.first())
            return *m_problems.first();
        return Nothing{};
    }

private:
    void expect(bool isRight, const QString &place, const QString &otherwise)
    {
        if (!isRight)
            m_problems.report(place, otherwise);
    }

    void expectNew(QSet<QString> &seen, const QString &name, const QString &place)
    {
        expect(!seen.contains(name), place, u"“%1” is there twice"_s.arg(name));
        seen.insert(name);
    }

    void checkHead()
    {
        // The id names the user's file, too.
        static const QRegularExpression id(u"\\A[a-z0-9][a-z0-9-]{0,63}\\z"_s);
        expect(id.match(m_document.id).hasMatch(), u"id"_s,
            u"“%1” must be made of a-z, 0-9 and -, at most 64 of them"_s.arg(m_document.id));
        const QTimeZone zone = zoneByName(m_document.timeZone);
        expect(zone.isValid(), u"timeZone"_s,
            u"“%1” is no time zone; it is a name such as Europe/Berlin, or UTC"_s.arg(m_document.timeZone));
        const auto span = resolveTimeRange(
            m_document.timeRange, QDateTime::currentDateTimeUtc(), zone.isValid() ? zone : QTimeZone::utc());
        expect(!span.isError(), u"timeRange"_s, span.isError() ? span.error().message : QString());
    }

    void expectAtMost(qsizetype count, qsizetype most, const QString &place)
    {
        expect(count <= most, place, u"has %1 entries, at most %2 are allowed"_s.arg(count).arg(most));
    }

    void expectShort(const QString &text, const QString &place)
    {
        expect(text.size() <= longestText, place,
            u"has %1 characters, at most %2 are allowed"_s.arg(text.size()).arg(longestText));
    }

    void checkSize()
    {
        expectShort(m_document.title, u"title"_s);
        expectShort(m_document.description, u"description"_s);
        expectAtMost(m_document.sources.size(), mostSources, u"sources"_s);
        expectAtMost(m_document.variables.size(), mostVariables, u"variables"_s);
        expectAtMost(m_document.panels.size(), mostPanels, u"panels"_s);
        for (const Variable &variable : m_document.variables) {
            expectAtMost(variable.values.size(), mostValues, u"variables.values"_s);
            for (const QString &text : {variable.name, variable.label, variable.sql, variable.defaultValue})
                expectShort(text, u"variables"_s);
        }
        for (const Panel &panel : m_document.panels) {
            expectAtMost(panel.fields.size(), mostFields, u"panels.fields"_s);
            expectAtMost(panel.thresholds.size(), mostFields, u"panels.thresholds"_s);
            for (const QString &text : {panel.id, panel.title, panel.sql, panel.text})
                expectShort(text, u"panels"_s);
        }
    }

    void checkSource(const Source &source, const QString &place)
    {
        expect(SqlTemplate::isName(source.name), place + u".name"_s,
            u"“%1” must be a letter, then letters, digits and _"_s.arg(source.name));
        expectNew(m_sources, source.name, place + u".name"_s);
        expect(!source.levels.isEmpty(), place + u".levels"_s, u"must name at least one rollup"_s);
        for (qsizetype i = 0; i < source.levels.size(); ++i) {
            const qint64 bucket = source.levels.at(i).bucketSeconds;
            const QString at = u"%1.levels[%2].bucketSeconds"_s.arg(place).arg(i);
            expect(bucket > 0, at, u"must be more than 0"_s);
            expect(i == 0 || bucket > source.levels.at(i - 1).bucketSeconds, at,
                u"must be more than the level's before it: the finest comes first"_s);
        }
    }

    void checkVariable(const Variable &variable, const QString &place)
    {
        static const QSet<QString> builtIns{u"from"_s, u"to"_s, u"step"_s, u"complete"_s};
        expect(SqlTemplate::isName(variable.name), place + u".name"_s,
            u"“%1” must be a letter, then letters, digits and _"_s.arg(variable.name));
        expect(!builtIns.contains(variable.name), place + u".name"_s,
            u":%1 already means something else"_s.arg(variable.name));
        expectNew(m_seenVariables, variable.name, place + u".name"_s);
        switch (variable.kind) {
        case Variable::Kind::Query:
            expect(!variable.sql.trimmed().isEmpty(), place + u".sql"_s, u"must say where the choices come from"_s);
            checkSql(variable.sql, place + u".sql"_s);
            break;
        case Variable::Kind::List:
            expect(!variable.values.isEmpty(), place + u".values"_s, u"must name the choices"_s);
            expect(variable.defaultValue.isEmpty() || variable.values.contains(variable.defaultValue),
                place + u".default"_s, u"“%1” is not one of the values"_s.arg(variable.defaultValue));
            break;
        case Variable::Kind::Text:
            break;
        }
    }

    void checkSql(const QString &sql, const QString &place)
    {
        const auto parsed = SqlTemplate::parse(sql);
        if (!parsed) {
            const qsizetype line = QStringView(sql).left(parsed.error().position).count(u'\n') + 1;
            m_problems.report(place, u"line %1: %2"_s.arg(line).arg(parsed.error().message));
            return;
        }
        for (const QString &example : parsed->examples()) {
            if (const auto refused = refuseBeyondReading(inspectSql(example))) {
                m_problems.report(place, refused->message);
                break;
            }
        }
        for (const QString &source : parsed->sources())
            expect(m_sources.contains(source), place, u"{%1} is none of the sources"_s.arg(source));
        for (const QString &variable : parsed->variables())
            expect(m_variables.contains(variable), place, u":%1 is none of the variables"_s.arg(variable));
    }

    void checkPlace(const GridPlace &place, const QString &at)
    {
        expect(place.x >= 0 && place.y >= 0 && place.width >= 1 && place.height >= 1, at,
            u"x and y begin at 0, width and height at 1"_s);
        expect(place.x + place.width <= gridColumns, at, u"x + width must be at most %1"_s.arg(gridColumns));
    }

    void checkField(const FieldStyle &field, const QString &place)
    {
        expect(fieldUnits().contains(field.unit), place + u".unit"_s,
            u"“%1” is not one of %2"_s.arg(field.unit, fieldUnits().mid(1).join(u", "_s)));
        expect(isColour(field.colour), place + u".colour"_s,
            u"“%1” is neither error, success, accent nor #rrggbb"_s.arg(field.colour));
        expect(field.low.isEmpty() == field.high.isEmpty(), place, u"a band needs both low and high"_s);
        expect(field.decimals >= -1 && field.decimals <= maximumDecimals, place + u".decimals"_s,
            u"must be 0 to %1"_s.arg(maximumDecimals));
    }

    void checkPanel(const Panel &panel, const QString &place)
    {
        expectNew(m_panels, panel.id, place + u".id"_s);
        checkPlace(panel.place, place + u".place"_s);
        expect(panel.source.isEmpty() || m_sources.contains(panel.source), place + u".source"_s,
            u"“%1” is none of the sources"_s.arg(panel.source));
        expect(panel.needs.isEmpty() || !panel.source.isEmpty(), place + u".needs"_s,
            u"are columns of a source, and the panel names none"_s);
        expect(panel.limit >= 0, place + u".limit"_s, u"must not be negative"_s);
        for (qsizetype i = 0; i < panel.fields.size(); ++i)
            checkField(panel.fields.at(i), u"%1.fields[%2]"_s.arg(place).arg(i));
        for (qsizetype i = 0; i < panel.thresholds.size(); ++i)
            expect(isColour(panel.thresholds.at(i).colour), u"%1.thresholds[%2].colour"_s.arg(place).arg(i),
                u"is neither error, success, accent nor #rrggbb"_s);
        checkKind(panel, place);
        if (panel.kind == Panel::Kind::Text)
            return;
        expect(!panel.sql.trimmed().isEmpty(), place + u".sql"_s, u"must not be empty"_s);
        checkSql(panel.sql, place + u".sql"_s);
    }

    void checkKind(const Panel &panel, const QString &place)
    {
        expect(!panel.incremental || panel.kind == Panel::Kind::TimeSeries, place + u".incremental"_s,
            u"only a time series can be fetched in parts"_s);
        switch (panel.kind) {
        case Panel::Kind::TimeSeries:
            expect(!panel.timeColumn.isEmpty(), place + u".timeColumn"_s, u"a time series must name it"_s);
            expect(!panel.fields.isEmpty(), place + u".fields"_s, u"must name what is drawn"_s);
            expect(panel.categoryColumn.isEmpty() || panel.fields.size() == 1, place + u".fields"_s,
                u"must be one when categoryColumn makes the series"_s);
            break;
        case Panel::Kind::Stat:
            expect(!panel.fields.isEmpty(), place + u".fields"_s, u"must name the figures"_s);
            break;
        case Panel::Kind::Bars:
        case Panel::Kind::Share:
            expect(!panel.categoryColumn.isEmpty(), place + u".categoryColumn"_s, u"must name the labels"_s);
            expect(panel.fields.size() == 1, place + u".fields"_s, u"must be one"_s);
            break;
        case Panel::Kind::Table:
            break;
        case Panel::Kind::Text:
            expect(!panel.text.trimmed().isEmpty(), place + u".text"_s, u"must not be empty"_s);
            break;
        }
    }

    const Document &m_document;
    JsonProblems m_problems;
    QSet<QString> m_sources, m_variables, m_seenVariables, m_panels;
};

} // namespace

Completion checkDocument(const Document &document)
{
    return Checker(document).check();
}

} // namespace Shardboard
