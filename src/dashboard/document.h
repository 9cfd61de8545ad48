// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "dashboard/timerange.h"

#include <QJsonObject>
#include <QList>
#include <QString>

namespace Shardboard {

/// A place on the 12-column grid, in cells.
struct GridPlace
{
    int x = 0, y = 0, width = 4, height = 4;
    bool operator==(const GridPlace &) const = default;
};

/// How one value column of a panel's query is named, drawn and printed.
struct FieldStyle
{
    QString column; ///< of the query's result
    QString label;
    QString unit; ///< one of fieldUnits()
    QString colour; ///< "", a role ("error", "success", "accent") or "#rrggbb"
    QString low, high; ///< columns of a band around the value (the ± of an HLL), both or neither
    int decimals = -1; ///< -1: as many as the value needs
    QJsonObject unknown; ///< here and below: keys of a newer version, written back as they were

    bool operator==(const FieldStyle &) const = default;
};

struct Threshold
{
    double value = 0;
    QString label;
    QString colour;
    QJsonObject unknown;
    bool operator==(const Threshold &) const = default;
};

/// A column the source's table must have for a panel to make sense, and what to say where it has not: a rollup made
/// without an extension lacks the columns that come from it.
struct Need
{
    QString column;
    QString otherwise; ///< one sentence for the reader of the dashboard
    QJsonObject unknown;
    bool operator==(const Need &) const = default;
};

struct Panel
{
    enum class Kind { TimeSeries, Stat, Bars, Table, Share, Text };
    enum class Drawing { Line, Area, Stacked, Bars };

    QString id; ///< stable within the document
    QString title;
    QString description;
    Kind kind = Kind::TimeSeries;
    Drawing drawing = Drawing::Line;
    GridPlace place;
    QString source; ///< a Source's name, empty when the SQL names its tables itself
    /// One read-only statement, as sqltemplate.h reads it: {name} is the table a source is routed to; :from and :to are
    /// timestamptz, :step the bucket width as interval, :variable a variable's value (text, NULL for "all").
    QString sql;
    QList<Need> needs;
    /// TimeSeries: a row depends on nothing outside its own bucket (no running totals, no "top ten" of the range), so
    /// that only the buckets that moved are asked for again.
    bool incremental = false;
    QString timeColumn; ///< TimeSeries: the bucket's start. Stat: rows with a time are the sparkline, the one without
                        ///< the figures
    QString categoryColumn; ///< Bars, Share: the label; TimeSeries: one series per value of it
    QList<FieldStyle> fields;
    QList<Threshold> thresholds;
    int limit = 0; ///< Bars, Share, Table: rows shown, 0 for all
    QString text; ///< Text: Markdown
    QJsonObject unknown; ///< those of "place" in an object of that name

    bool operator==(const Panel &) const = default;
};

struct Variable
{
    enum class Kind { Query, List, Text };
    QString name;
    QString label;
    Kind kind = Kind::Text;
    QString sql; ///< Query: first column is the value, the second, if any, the label
    QStringList values; ///< List
    QString defaultValue; ///< empty: all, where allowed, else the first
    bool allowAll = true;
    QJsonObject unknown;

    bool operator==(const Variable &) const = default;
};

/// Tables that answer the same questions at different grain, coarsest chosen that still fills the screen.
struct Source
{
    struct Level
    {
        QString
            rollup; ///< name in shardboard.rollup; or, where none is registered so, a table: "schema.name" or "name"
        qint64 bucketSeconds = 60;
        QJsonObject unknown;
        bool operator==(const Level &) const = default;
    };
    QString name;
    QList<Level> levels; ///< finest first
    QJsonObject unknown;

    bool operator==(const Source &) const = default;
};

/// A dashboard: what is shown where, from which rollups. A plain value; no data, no secrets.
struct Document
{
    static constexpr int currentSchemaVersion = 1;

    int schemaVersion = currentSchemaVersion; ///< newer than the current one in a document of a newer program
    int minimumReaderVersion = 0; ///< of the schema; 0: none is asked for
    QString id;
    QString title;
    QString description;
    TimeRange timeRange;
    QString timeZone; ///< of the display: "" for the system's, else an IANA name
    QList<Source> sources;
    QList<Variable> variables;
    QList<Panel> panels;
    QJsonObject unknown; ///< those of "timeRange" in an object of that name

    const Panel *panel(const QString &panelId) const;
    bool operator==(const Document &) const = default;
};

/// "", "ms", "s", "percent" (of 0…1), "bytes", "per-second", "per-minute".
const QStringList &fieldUnits();

/// Reads a document, older versions migrated first. Validated whole: unique ids, known sources, places inside the grid,
/// times that parse, panels with the columns their kind needs, macros that are known. The error names the place
/// ("panels[2].sql") and what is wrong. A newer version is read as long as its minimumReaderVersion allows it: what it
/// added is kept and ignored, and documentNotice() says so.
Outcome<Document> documentFromJson(const QByteArray &json);
/// What the reader should know about how the document was read; empty for nothing.
QString documentNotice(const Document &document);
/// Stable key order, two-space indentation, a newline at the end. Keys at their default are left out.
QByteArray documentToJson(const Document &document);

} // namespace Shardboard
