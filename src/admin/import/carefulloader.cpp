// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/carefulloader.h"

#include "connection/syncsession.h"

#include <QRegularExpression>

#include <algorithm>

namespace Shardboard {

namespace {

const QString savepoint = QStringLiteral("shardboard_import");

/// After a refused row as many rows are tried at once as the last good stretch had, times this, but not fewer than
/// that; one alone where refused rows follow each other, as in a file that is loaded twice.
constexpr size_t stretchGrowth = 4;
constexpr size_t smallestStretch = 16;

/// The line of the COPY that the error's context names; the words around it are in the server's language.
std::optional<qint64> lineOfContext(const QString &context, const QString &table)
{
    static const QRegularExpression number(QStringLiteral("^\\D*(\\d+)"));
    const QString start = QStringLiteral("COPY %1, ").arg(table);
    const QStringList lines = context.split(QLatin1Char('\n'));
    for (const QString &line : lines) {
        if (!line.startsWith(start))
            continue;
        if (const auto match = number.match(line.sliced(start.size())); match.hasMatch())
            return match.captured(1).toLongLong();
    }
    return std::nullopt;
}

/// What a shard refuses comes back without its code.
bool canBeDuplicate(const ServerError &error)
{
    return error.sqlState == QStringLiteral("23505") || error.sqlState == QStringLiteral("XX000");
}

QByteArray reasonOf(const ServerError &error)
{
    QString reason = QStringLiteral("the server refused it: ") + error.message;
    if (!error.detail.isEmpty())
        reason += QStringLiteral(" (") + error.detail + QLatin1Char(')');
    return reason.toUtf8();
}

} // namespace

CarefulLoader::CarefulLoader(SyncSession &session, LoadContext &context)
    : m_session(session), m_context(context), m_encoder(makeEncoder(context.encoder)), m_duplicates(session, context)
{
}

Completion CarefulLoader::load(ChunkQueue &queue)
{
    for (;;) {
        const auto more = queue.next(m_chunk, carefulChunk);
        if (!more)
            return more.failure<Nothing>();
        if (!*more)
            return Nothing{};
        m_encoder->encode(m_chunk, m_encoded, true);
        m_counts.read += m_encoded.records();
        m_counts.withMore += m_encoded.withMore;
        m_counts.withoutAddress += m_encoded.withoutAddress;
        if (auto loaded = loadChunk(); !loaded)
            return loaded;
        std::sort(m_encoded.rejects.begin(), m_encoded.rejects.end(),
            [](const auto &a, const auto &b) { return a.line < b.line; });
        if (auto rejected = m_context.reject(m_rejects, m_encoded.rejects); !rejected)
            return rejected;
    }
}

Completion CarefulLoader::loadChunk()
{
    std::optional<size_t> duplicate = 0;
    if (!m_expectsDuplicates) {
        const auto met = loadRows(0, true);
        if (!met)
            return met.failure<Nothing>();
        duplicate = *met;
    }
    m_expectsDuplicates = false;
    if (!duplicate)
        return Nothing{};
    return loadWithoutDuplicates({m_encoded.places.begin() + qsizetype(*duplicate), m_encoded.places.end()});
}

Completion CarefulLoader::loadWithoutDuplicates(std::vector<RowPlace> rows)
{
    while (!rows.empty()) {
        gather(rows);
        const auto found = findDuplicates();
        if (!found)
            return found.failure<Nothing>();
        m_expectsDuplicates = m_expectsDuplicates || !found->refused.empty();
        std::vector<RowPlace> now;
        std::vector<RowPlace> later;
        auto refused = found->refused.cbegin();
        auto waiting = found->later.cbegin();
        for (size_t row = 0; row < rows.size(); ++row) {
            if (refused != found->refused.cend() && refused->row == row)
                m_encoded.rejects.push_back({rows[row].line, (refused++)->reason, rows[row].text.toByteArray()});
            else if (waiting != found->later.cend() && *waiting == row)
                later.push_back(rows[*waiting++]);
            else
                now.push_back(rows[row]);
        }
        gather(now);
        if (const auto loaded = loadRows(0, false); !loaded)
            return loaded.failure<Nothing>();
        rows = std::move(later);
    }
    return Nothing{};
}

Outcome<DuplicateFinder::Findings> CarefulLoader::findDuplicates()
{
    using Findings = DuplicateFinder::Findings;
    if (!m_canAskForDuplicates)
        return Findings{};
    if (auto set = setSavepoint(); !set)
        return set.failure<Findings>();
    if (!m_duplicates.isPrepared()) {
        if (auto prepared = m_duplicates.prepare(); !prepared)
            return withoutDuplicates(prepared.failure<Findings>());
        if (auto set = setSavepoint(); !set)
            return set.failure<Findings>();
    }
    return withoutDuplicates(
        m_duplicates.find(QByteArrayView(m_encoded.places.front().data.begin(), m_encoded.places.back().data.end())));
}

Outcome<DuplicateFinder::Findings> CarefulLoader::withoutDuplicates(Outcome<DuplicateFinder::Findings> found)
{
    using Findings = DuplicateFinder::Findings;
    if (!found.isError() || found.error().kind != ServerError::Kind::Server || found.error().connectionLost)
        return found;
    // Some rows are refused for something else, or the role may neither read the table nor make one: the rows are gone
    // through one by one, which only asks to insert.
    m_canAskForDuplicates = blamesRow(found.error(), m_context);
    const auto back = m_session.run(Query(QStringLiteral("ROLLBACK TO SAVEPOINT ") + savepoint));
    return back ? Outcome<Findings>(Findings{}) : back.failure<Findings>();
}

void CarefulLoader::gather(const std::vector<RowPlace> &rows)
{
    ByteBuffer gathered;
    for (const RowPlace &row : rows)
        gathered.append(row.data.data(), row.data.size());
    m_encoded.places = rows;
    const char *data = gathered.data();
    for (RowPlace &place : m_encoded.places) {
        place.data = QByteArrayView(data, place.data.size());
        data += place.data.size();
    }
    m_gathered = std::move(gathered);
}

Outcome<std::optional<size_t>> CarefulLoader::loadRows(size_t first, bool stopsAtDuplicates)
{
    using Result = std::optional<size_t>;
    const size_t end = m_encoded.places.size();
    size_t stretch = end - first; // rows to try at once
    size_t refusedEnd = first; // [first, refusedEnd) is known to hold a row that is refused
    size_t goodBegin = first; // after the last rejected row
    while (first < end) {
        if (m_context.stop.stop_requested())
            return Cancelled{};
        const Rows rows{first, std::min(stretch, end - first)};
        const auto tried = tryRows(rows);
        if (!tried)
            return tried.failure<Result>();
        if (!*tried) {
            first += rows.count;
            stretch = refusedEnd > first ? (refusedEnd - first + 1) / 2 : rows.count * 2;
        } else if (stopsAtDuplicates && canBeDuplicate((*tried)->error)) {
            return Result(first);
        } else if (rows.count == 1) {
            rejectRow(first, (*tried)->error);
            stretch = first == goodBegin ? 1 : std::max(smallestStretch, stretchGrowth * (first - goodBegin));
            goodBegin = ++first;
        } else {
            refusedEnd = first + rows.count;
            const auto row = (*tried)->row;
            // With a row to blame: those before it, and then that one alone.
            if (row)
                refusedEnd = *row + 1;
            stretch = row ? std::max<size_t>(*row - first, 1) : rows.count / 2;
        }
    }
    return Result();
}

/// nullopt: loaded.
Outcome<std::optional<CarefulLoader::Refusal>> CarefulLoader::tryRows(Rows rows)
{
    using Result = std::optional<Refusal>;
    if (auto set = setSavepoint(); !set)
        return set.failure<Result>();
    const char *begin = m_encoded.places[rows.first].data.begin();
    const char *end = m_encoded.places[rows.first + rows.count - 1].data.end();
    QByteArrayView pending(begin, end);
    const auto copied = m_session.copyIn(
        m_encoder->copyStatement(), [&pending]() -> Outcome<QByteArrayView> { return takeBlock(pending); });
    if (copied) {
        m_counts.sent += qint64(rows.count);
        m_counts.loaded += *copied;
        return Result();
    }
    if (!copied.isError() || !blamesRow(copied.error(), m_context))
        return copied.failure<Result>();
    const auto back = m_session.run(Query(QStringLiteral("ROLLBACK TO SAVEPOINT ") + savepoint));
    if (!back)
        return back.failure<Result>();
    return Result(Refusal{copied.error(), blamedRow(copied.error(), rows)});
}

/// A fresh one for each attempt, in one round trip.
Completion CarefulLoader::setSavepoint()
{
    QString sql = QStringLiteral("SAVEPOINT ") + savepoint;
    if (m_hasSavepoint)
        sql.prepend(QStringLiteral("RELEASE SAVEPOINT %1; ").arg(savepoint));
    m_hasSavepoint = true;
    const auto set = m_session.run(Query(sql));
    return set ? Completion(Nothing{}) : set.failure<Nothing>();
}

void CarefulLoader::rejectRow(size_t row, const ServerError &error)
{
    const RowPlace &place = m_encoded.places[row];
    m_encoded.rejects.push_back({place.line, reasonOf(error), place.text.toByteArray()});
}

std::optional<size_t> CarefulLoader::blamedRow(const ServerError &error, Rows rows) const
{
    const auto line = lineOfContext(error.context, m_context.table.name.name);
    if (!line)
        return std::nullopt;
    // The server counts every newline of what it was sent, those between quotes too.
    qint64 lines = 0;
    for (size_t row = rows.first; row < rows.first + rows.count; ++row) {
        const QByteArrayView data = m_encoded.places[row].data;
        lines += std::count(data.begin(), data.end(), '\n');
        if (lines >= *line)
            return row;
    }
    return std::nullopt;
}

} // namespace Shardboard
