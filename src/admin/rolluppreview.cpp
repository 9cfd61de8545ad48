// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rolluppreview.h"

#include "admin/facts.h"
#include "admin/rollup/rollupsource.h"
#include "connection/syncsession.h"

#include <algorithm>
#include <cmath>

namespace Shardboard {

namespace {

using Kind = RollupMeasure::Kind;

constexpr double secondsOfMonth = 30 * 86400.0;
const QString queryCancelled = QStringLiteral("57014");

/// Counters are counted by functions in schema shardboard.
bool needsObjects(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    return measure.kind == Kind::Counters
        || (measure.kind == Kind::TopN && (extensions.topn.isEmpty() || measure.size != topnSize));
}

/// What is shown of a figure, so that a person can read it.
QString readable(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    const QString column = quoteIdentifier(measure.column);
    const auto call = [](const QString &schema, const char *function, const QString &arguments) {
        return QStringLiteral("%1(%2)").arg(QualifiedName{schema, QLatin1String(function)}.quoted(), arguments);
    };
    switch (measure.kind) {
    case Kind::Distinct:
        return QStringLiteral("'≈ ' || round(%1)").arg(call(extensions.hll, "hll_cardinality", column));
    case Kind::Percentiles: {
        QStringList percentiles;
        for (const char *fraction : {"0.5", "0.95", "0.99"})
            percentiles << QStringLiteral("round(%1::numeric, 1)")
                               .arg(call(extensions.tdigest, "tdigest_percentile",
                                   column + QStringLiteral(", ") + QLatin1String(fraction)));
        return QStringLiteral("'p50 ' || %1 || ', p95 ' || %2 || ', p99 ' || %3")
            .arg(percentiles.at(0), percentiles.at(1), percentiles.at(2));
    }
    default:
        return column;
    }
}

class Preview
{
public:
    Preview(SyncSession &session, const QList<RollupLevel> &family, const CatalogueFacts &facts,
        const PreviewLimits &limits, const ProgressSink &progress)
        : m_session(session)
        , m_family(family)
        , m_facts(facts)
        , m_limits(limits)
        , m_progress(progress)
        , m_finest(family.constFirst().definition)
    {
    }

    Outcome<RollupPreview> make();

private:
    Outcome<ResultSet> ask(const QString &sql);
    void tell(const QString &activity);
    Completion findSpan();
    Completion measureLevel(const RollupLevel &level);
    Completion showRows();
    QString condition() const;
    RollupDefinition definitionFor(const RollupDefinition &level) const;
    void standInForObjects();

    SyncSession &m_session;
    const QList<RollupLevel> &m_family;
    const CatalogueFacts &m_facts;
    const PreviewLimits m_limits;
    const ProgressSink &m_progress;
    RollupDefinition m_finest;
    RollupPreview m_preview;
};

Outcome<ResultSet> Preview::ask(const QString &sql)
{
    Query query(sql);
    query.timeout = m_limits.patience;
    const Outcome<ResultSet> answer = m_session.run(query);
    if (!answer.isError() || answer.error().sqlState != queryCancelled)
        return answer;
    const ColumnFacts *time = nullptr;
    if (const TableFacts *table = m_facts.table(m_finest.source))
        time = table->column(m_finest.timeColumn);
    const QString index
        = QStringLiteral("CREATE INDEX ON %1 (%2)").arg(m_finest.source.quoted(), quoteIdentifier(m_finest.timeColumn));
    return ServerError::usage(QStringLiteral("%1 could not be looked at within %2 seconds")
                                  .arg(m_finest.source.display(), QString::number(m_limits.patience.count() / 1000)),
        time && time->isIndexed
            ? QStringLiteral("Nothing is wrong with the rollup; it can be made without a preview.")
            : QStringLiteral("Its newest rows are found quickly with an index: %1. The rollup can be made without a "
                             "preview as well.")
                  .arg(index));
}

void Preview::tell(const QString &activity)
{
    if (m_progress)
        m_progress({activity, 0, 0, QStringLiteral("rows")});
}

/// The newest rows, in whole buckets of the finest level at the older end.
QString Preview::condition() const
{
    // By number: the text of a year beyond 9999 is none that the server reads.
    const auto literal
        = [](const QDateTime &moment) { return QStringLiteral("to_timestamp(%1)").arg(moment.toSecsSinceEpoch()); };
    const QString time = quoteIdentifier(m_finest.timeColumn);
    return QStringLiteral("%1 >= %2 AND %1 < %3").arg(time, literal(m_preview.from), literal(m_preview.until));
}

Completion Preview::findSpan()
{
    tell(QStringLiteral("Looking for the newest rows"));
    const QString time = quoteIdentifier(m_finest.timeColumn), source = m_finest.source.quoted();
    // Infinite times belong to no span.
    const Outcome<ResultSet> ends = ask(QStringLiteral("SELECT (extract(epoch FROM min(%1)) * 1000)::bigint, "
                                                       "(extract(epoch FROM max(%1)) * 1000)::bigint FROM %2 "
                                                       "WHERE %1 > '-infinity' AND %1 < 'infinity'")
                                            .arg(time, source));
    if (!ends)
        return ends.failure<Nothing>();
    if (ends->isNull(0, 1))
        return Nothing{};
    const qint64 finest = bucketSeconds(m_finest.bucket);
    const qint64 first = ends->integer(0, 0) / 1000, last = ends->integer(0, 1) / 1000 + 1;
    const qint64 whole = last - first + finest;
    // Aligned to a multiple of the bucket since the epoch, which is where buckets below a day begin.
    const auto begin = [&](qint64 seconds) { return (last - seconds) / finest * finest; };
    const double share = m_preview.sourceRows <= m_limits.rows && m_preview.sourceRows >= 0
        ? 1.0
        : double(m_limits.rows) / 2.0 / double(std::max(m_preview.sourceRows, m_limits.rows));
    qint64 seconds = std::clamp<qint64>(qint64(double(whole) * share), std::min(finest, whole), whole);
    for (int attempt = 0; attempt < 12; ++attempt) {
        m_preview.from = QDateTime::fromSecsSinceEpoch(begin(seconds), Qt::UTC);
        m_preview.until = QDateTime::fromSecsSinceEpoch(last, Qt::UTC);
        const Outcome<ResultSet> counted
            = ask(QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM %1 WHERE %2 LIMIT %3) AS found")
                      .arg(source, condition(), QString::number(m_limits.rows + 1)));
        if (!counted)
            return counted.failure<Nothing>();
        m_preview.rows = counted->integer(0, 0);
        const qint64 next = nextPreviewSpan(seconds, m_preview.rows, m_limits.rows, finest, whole);
        if (next == 0)
            break;
        seconds = next;
    }
    m_preview.isWhole = begin(seconds) <= first;
    return Nothing{};
}

/// Every level is made from the raw rows here: nothing of the finer ones is there yet.
RollupDefinition Preview::definitionFor(const RollupDefinition &level) const
{
    RollupDefinition made = m_finest;
    made.bucket = level.bucket;
    made.timeZone = level.timeZone;
    return made;
}

void Preview::standInForObjects()
{
    if (m_facts.objectsVersion > 0 || m_finest.strategy == RollupStrategy::Cascade)
        return;
    for (RollupMeasure &measure : m_finest.measures) {
        if (RollupMeasures::dependsOnOrder(measure)) { // by a function of schema shardboard
            measure.type = QStringLiteral("numeric");
            measure.expression = QStringLiteral("(%1)::text::numeric").arg(measure.expression);
        }
        measure.expression.replace(QStringLiteral("shardboard.to_float8"), QString());
        if (!needsObjects(measure, m_finest.extensions))
            continue;
        if (!m_finest.extensions.topn.isEmpty()) { // counts the same, up to as many values as it keeps
            measure.kind = Kind::TopN;
            measure.size = topnSize;
            continue;
        }
        m_preview.notes << QStringLiteral(
            "%1: how many different values there are is shown, and nothing of its size is "
            "estimated; the counters themselves need the server-side objects that the "
            "plan makes.")
                               .arg(measure.column);
        measure.kind = Kind::ExactDistinct;
        measure.type = QStringLiteral("bigint");
    }
}

Completion Preview::measureLevel(const RollupLevel &level)
{
    tell(QStringLiteral("Rolling them up into buckets of %1").arg(level.definition.bucket));
    const RollupDefinition made = definitionFor(level.definition);
    QStringList key, all;
    for (const RollupDimension &dimension : made.dimensions)
        key << quoteIdentifier(dimension.column);
    key << quoteIdentifier(made.bucketColumn);
    all = key;
    for (const RollupMeasure &measure : made.measures)
        all << quoteIdentifier(measure.column);
    const QString bucket = quoteIdentifier(made.bucketColumn);
    const Outcome<ResultSet> told
        = ask(QStringLiteral("SELECT count(*), avg(pg_column_size(ROW(%1))), avg(pg_column_size(ROW(%2))), "
                             "extract(epoch FROM max(%3) - min(%3))::bigint FROM (%4) AS made")
                  .arg(all.join(QStringLiteral(", ")), key.join(QStringLiteral(", ")), bucket,
                      made.previewSql(condition(), int(m_limits.rows) + 1)));
    if (!told)
        return told.failure<Nothing>();
    PreviewLevel one;
    one.name = level.definition.name;
    one.bucket = level.definition.bucket;
    one.keep = level.keep;
    one.rows = told->integer(0, 0);
    one.bytesPerRow = storedRowBytes(told->real(0, 1), told->real(0, 2));
    one.seconds = told->integer(0, 3) + bucketSeconds(one.bucket);
    one.isCut = m_preview.from.secsTo(m_preview.until) < bucketSeconds(one.bucket) && !m_preview.isWhole;
    m_preview.levels << one;
    return Nothing{};
}

Completion Preview::showRows()
{
    QStringList columns;
    for (const RollupDimension &dimension : m_finest.dimensions)
        columns << quoteIdentifier(dimension.column);
    columns << quoteIdentifier(m_finest.bucketColumn);
    for (const RollupMeasure &measure : m_finest.measures)
        columns
            << QStringLiteral("%1 AS %2").arg(readable(measure, m_finest.extensions), quoteIdentifier(measure.column));
    const Outcome<ResultSet> rows
        = ask(QStringLiteral("SELECT %1 FROM (%2) AS made ORDER BY %3 DESC, 1 LIMIT %4")
                  .arg(columns.join(QStringLiteral(", ")), m_finest.previewSql(condition(), int(m_limits.rows) + 1),
                      quoteIdentifier(m_finest.bucketColumn), QString::number(m_limits.shownRows)));
    if (!rows)
        return rows.failure<Nothing>();
    m_preview.shown = *rows;
    return Nothing{};
}

Outcome<RollupPreview> Preview::make()
{
    tell(QStringLiteral("Asking how large %1 is").arg(m_finest.source.display()));
    const Outcome<RollupSourceFigures> size
        = loadTableSize(m_session, m_finest.source, m_facts.capabilities.hasCitus());
    if (!size)
        return size.failure<RollupPreview>();
    m_preview.sourceRows = size->rows;
    m_preview.sourceBytes = size->bytes;
    standInForObjects();
    if (const Completion found = findSpan(); !found)
        return found.failure<RollupPreview>();
    if (m_preview.isEmpty())
        return m_preview;
    for (const RollupLevel &level : m_family) {
        if (const Completion measured = measureLevel(level); !measured)
            return measured.failure<RollupPreview>();
    }
    if (const Completion shown = showRows(); !shown)
        return shown.failure<RollupPreview>();
    return m_preview;
}

} // namespace

double PreviewLevel::rowsPerMonth() const
{
    return seconds > 0 ? double(rows) * secondsOfMonth / double(seconds) : 0;
}

double RollupPreview::rawRowsPerMonth() const
{
    const qint64 seconds = from.secsTo(until);
    return seconds > 0 ? double(rows) * secondsOfMonth / double(seconds) : 0;
}

double RollupPreview::rawBytesPerMonth() const
{
    return sourceRows > 0 && sourceBytes > 0 ? rawRowsPerMonth() * double(sourceBytes) / double(sourceRows) : 0;
}

qint64 nextPreviewSpan(qint64 seconds, qint64 found, qint64 limit, qint64 shortest, qint64 longest)
{
    if (found > limit)
        return seconds > shortest ? std::max(shortest, seconds / 8) : 0;
    if (found >= limit / 16 || seconds >= longest)
        return 0;
    // Towards half of the limit, but not by leaps: a few rows tell little of how dense the others lie.
    const double factor = found > 0 ? std::clamp(double(limit) / 2.0 / double(found), 2.0, 8.0) : 8.0;
    return std::min(longest, qint64(std::ceil(double(seconds) * factor)));
}

double storedRowBytes(double rowBytes, double keyBytes)
{
    constexpr double linePointer = 4, rowHeader = 24, indexHeader = 8, indexFill = 0.9, oneTimeKey = 16;
    const auto aligned = [](double bytes) { return std::ceil(bytes / 8) * 8; };
    const double uniqueKey = aligned(keyBytes - rowHeader) + indexHeader + linePointer;
    return aligned(rowBytes) + linePointer + (uniqueKey + oneTimeKey + linePointer) / indexFill;
}

Outcome<RollupPreview> previewRollups(SyncSession &session, const QList<RollupLevel> &family,
    const CatalogueFacts &facts, const PreviewLimits &limits, const ProgressSink &progress)
{
    if (family.isEmpty())
        return ServerError::usage(QStringLiteral("there is no rollup to look at"));
    return Preview(session, family, facts, limits, progress).make();
}

} // namespace Shardboard
