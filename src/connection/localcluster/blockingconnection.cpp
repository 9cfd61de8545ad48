// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/blockingconnection.h"

#include <libpq-fe.h>

#include <chrono>
#include <thread>
#include <vector>

namespace Shardboard {

namespace {

constexpr auto startupLimit = std::chrono::seconds(60);
constexpr auto startupPause = std::chrono::milliseconds(30);

struct ResultCloser
{
    void operator()(PGresult *result) const { PQclear(result); }
};

pg_conn *connectOnce(const ConnectionSettings &settings)
{
    QList<QByteArray> texts;
    for (auto it = settings.keywords.begin(); it != settings.keywords.end(); ++it)
        texts << it.key().toUtf8() << it.value().toUtf8();
    if (settings.password)
        texts << QByteArrayLiteral("password") << settings.password->toUtf8();
    std::vector<const char *> keywords, values;
    for (qsizetype i = 0; i < texts.size(); i += 2) {
        keywords.push_back(texts[i].constData());
        values.push_back(texts[i + 1].constData());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectdbParams(keywords.data(), values.data(), 0);
}

// libpq keeps no SQLSTATE of a refused connection; a ping tells "not yet" from "no".
bool isStartingUp(const ConnectionSettings &settings)
{
    const QByteArray host = settings.value(QStringLiteral("host")).toUtf8();
    const QByteArray port = settings.value(QStringLiteral("port")).toUtf8();
    const char *keywords[] = {"host", "port", nullptr};
    const char *values[] = {host.constData(), port.constData(), nullptr};
    return PQpingParams(keywords, values, 0) == PQPING_REJECT;
}

ServerError toError(const PGresult *result, const QString &sql)
{
    const auto field = [&](int code) { return QString::fromUtf8(PQresultErrorField(result, code)); };
    ServerError error;
    error.sqlState = field(PG_DIAG_SQLSTATE);
    error.severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);
    error.message = field(PG_DIAG_MESSAGE_PRIMARY);
    error.detail = field(PG_DIAG_MESSAGE_DETAIL);
    error.hint = field(PG_DIAG_MESSAGE_HINT);
    error.context = field(PG_DIAG_CONTEXT);
    error.position = field(PG_DIAG_STATEMENT_POSITION).toInt();
    error.statement = sql;
    if (error.message.isEmpty()) // libpq's own, when the link broke
        error.message = QString::fromUtf8(PQresultErrorMessage(result)).trimmed();
    return error;
}

ResultSet toResultSet(const PGresult *result)
{
    ResultSet set;
    const int columns = PQnfields(result);
    for (int column = 0; column < columns; ++column) {
        set.fields.append({QString::fromUtf8(PQfname(result, column)), PQftype(result, column), PQfmod(result, column),
            PQftable(result, column)});
    }
    auto batch = std::make_shared<RowBatch>(columns);
    for (int row = 0; row < PQntuples(result); ++row) {
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column))
                batch->appendNull();
            else
                batch->appendCell(PQgetvalue(result, row, column), PQgetlength(result, row, column));
        }
    }
    set.append(batch);
    set.commandTag = QString::fromUtf8(PQcmdStatus(const_cast<PGresult *>(result)));
    set.affectedRows = QByteArray(PQcmdTuples(const_cast<PGresult *>(result))).toLongLong();
    return set;
}

} // namespace

void BlockingConnection::Closer::operator()(pg_conn *connection) const
{
    PQfinish(connection);
}

Outcome<BlockingConnection> BlockingConnection::open(const ConnectionSettings &settings, const std::stop_token &stop)
{
    const auto deadline = std::chrono::steady_clock::now() + startupLimit;
    while (true) {
        BlockingConnection connection(connectOnce(settings));
        if (PQstatus(connection.m_connection.get()) == CONNECTION_OK) {
            PQsetClientEncoding(connection.m_connection.get(), "UTF8");
            PQsetNoticeProcessor(
                connection.m_connection.get(), [](void *, const char *) {}, nullptr);
            return connection;
        }
        if (stop.stop_requested())
            return Cancelled{};
        if (std::chrono::steady_clock::now() > deadline || !isStartingUp(settings)) {
            const char *message = PQerrorMessage(connection.m_connection.get());
            return ServerError::connection(QString::fromUtf8(message).trimmed());
        }
        std::this_thread::sleep_for(startupPause);
    }
}

Outcome<ResultSet> BlockingConnection::run(const QString &sql)
{
    const std::unique_ptr<PGresult, ResultCloser> result(PQexec(m_connection.get(), sql.toUtf8().constData()));
    switch (PQresultStatus(result.get())) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        return toResultSet(result.get());
    default:
        break;
    }
    if (result && PQstatus(m_connection.get()) == CONNECTION_OK)
        return toError(result.get(), sql);
    auto error = result ? toError(result.get(), sql) : ServerError();
    error.kind = ServerError::Kind::Connection;
    error.connectionLost = true;
    if (error.message.isEmpty())
        error.message = QString::fromUtf8(PQerrorMessage(m_connection.get())).trimmed();
    return error;
}

} // namespace Shardboard
