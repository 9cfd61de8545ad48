// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/resultwriter.h"
#include "connection/sqlsplit.h"
#include "connection/values/utf8text.h"

#include <QFile>

#include <cstdio>

namespace Shardboard::Ctl {

namespace {

Completion runStatement(SyncSession &session, const QString &sql, ResultWriter &writer)
{
    std::optional<Completion> unwritten;
    SyncSession::RowHandlers handlers;
    handlers.started = [&](const QList<ResultField> &fields) {
        if (fields.isEmpty()) // a command, which has no rows
            return;
        if (const auto begun = writer.begin(fields); !begun)
            unwritten = begun;
    };
    handlers.rows = [&](const SharedRowBatch &batch) { return unwritten ? *unwritten : writer.rows(batch); };
    const auto result = session.stream(Query(sql), handlers);
    if (!result)
        return result.failure<Nothing>();
    return unwritten ? *unwritten : writer.end(*result);
}

Completion runScript(SyncSession &session, const SqlScript &script, ResultWriter &writer)
{
    if (const auto opened = writer.open(); !opened)
        return opened;
    for (const SqlStatement &statement : script.statements) {
        if (const auto done = runStatement(session, statement.text, writer); !done) {
            const ServerError error
                = done.isError() ? done.error() : ServerError::usage(QStringLiteral("Interrupted."));
            const auto closed = writer.close(&error);
            return closed ? done : closed;
        }
    }
    return writer.close(nullptr);
}

int run(Context &context)
{
    QCommandLineParser parser;
    parser.addOption({QStringLiteral("format"), {}, QStringLiteral("format"), QStringLiteral("text")});
    if (const auto over = context.parse(parser))
        return *over;
    if (parser.positionalArguments().size() != 1)
        return context.badUsage(
            QStringLiteral("Give the SQL as one argument, in quotes; - reads it from standard input."));
    const QString format = context.json() ? QStringLiteral("json") : parser.value(QStringLiteral("format"));
    const auto writer = makeResultWriter(format, [&](QByteArrayView text) { return context.write(text); });
    if (!writer)
        return context.badUsage(QStringLiteral("The format %1 is none of text, csv, json.").arg(format));

    QString sql = parser.positionalArguments().first();
    if (sql == u'-') {
        QFile input;
        if (!input.open(stdin, QIODevice::ReadOnly))
            return context.fail(ServerError::file(QStringLiteral("Standard input: ") + input.errorString()));
        const auto text = decodeUtf8(input.readAll(), QStringLiteral("Standard input"));
        if (!text)
            return context.fail(text);
        sql = *text;
    }
    const SqlScript script = splitSql(sql);
    if (script.statements.isEmpty())
        return context.badUsage(QStringLiteral("There is no statement to run."));

    auto session = context.openSession(SessionPurpose::Interactive);
    if (!session)
        return context.fail(session);
    (*session)->onNotice(
        [&](const ServerNotice &notice) { context.warn(notice.severity + QStringLiteral(": ") + notice.message); });
    const auto done = runScript(**session, script, *writer);
    // The JSON document holds the error already.
    if (!done && format == QStringLiteral("json"))
        return Failed;
    return done ? Ok : context.fail(done);
}

const CommandRegistration registration({QStringLiteral("query"),
    {QStringLiteral("query 'SQL' [--format text|csv|json]"), QStringLiteral("query - < FILE.sql")},
    QStringLiteral("Runs SQL statements and prints their results."),
    QStringLiteral(
        "Statements run one after the other, each in its own transaction unless the SQL says BEGIN. Rows are\n"
        "printed as they arrive. The first statement that fails ends the run, as in psql with ON_ERROR_STOP:\n"
        "a syntax error does not keep the statements before it from running. The SQL is UTF-8.\n\n"
        "      --format text  aligned columns (the default); ∅ is NULL\n"
        "      --format csv   as COPY writes it, with a header line\n"
        "      --format json  {\"results\": [{\"columns\", \"rows\", \"command\", \"affectedRows\"}]}; "
        "numbers keep all\n"
        "                     their digits"),
    run});

} // namespace

} // namespace Shardboard::Ctl
