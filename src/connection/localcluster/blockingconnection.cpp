// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/blockingconnection.h"

#include "connection/pgerror.h"
#include "connection/pghandle.h"
#include "connection/resultassembler.h"

#include <chrono>
#include <thread>
#include <vector>

namespace Shardboard {

namespace {

constexpr auto startupLimit = std::chrono::seconds(60);
constexpr auto startupPause = std::chrono::milliseconds(30);

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

// libpq keeps no SQLSTATE of a refused connection; our own servers speak English.
bool isOnItsWay(const ServerError &error)
{
    return error.message.contains(QStringLiteral("the database system is "));
}

ResultSet toResultSet(const PGresult *result)
{
    ResultSet set;
    set.fields = fieldsOf(result);
    const int columns = PQnfields(result);
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
        const ServerError error = errorFromConnection(connection.m_connection.get());
        if (!isOnItsWay(error) || std::chrono::steady_clock::now() > deadline)
            return error;
        std::this_thread::sleep_for(startupPause);
    }
}

Outcome<ResultSet> BlockingConnection::run(const QString &sql)
{
    const PgResult result(PQexec(m_connection.get(), sql.toUtf8().constData()));
    switch (PQresultStatus(result.get())) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        return toResultSet(result.get());
    default:
        break;
    }
    return result ? errorFromResult(result.get(), m_connection.get(), sql) : errorFromConnection(m_connection.get());
}

} // namespace Shardboard
