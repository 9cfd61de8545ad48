// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/context.h"

#include "app/shardboardctl/errortext.h"
#include "app/shardboardctl/terminal.h"
#include "connection/conninfo.h"
#include "connection/transportwarning.h"
#include "connection/values/textquote.h"

#include <QJsonDocument>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace Shardboard::Ctl {

namespace {

const QString optionJson = QStringLiteral("json");
const QString optionTarget = QStringLiteral("dbname");
const QString optionHelp = QStringLiteral("help");

const char globalHelp[] = "Options of every command:\n"
                          "  -d, --dbname CONNINFO  server: a URI, key=value pairs, or a database's name. What it\n"
                          "                         does not say comes from libpq: PG* variables, service, passfile\n"
                          "      --json             one JSON document on standard output\n"
                          "  -h, --help             this text\n";

void printTo(std::FILE *file, QByteArrayView bytes)
{
    std::fwrite(bytes.data(), 1, size_t(bytes.size()), file);
    std::fflush(file);
}

/// By the code, which is the same in every language: libpq's own texts are translated.
bool wantsPassword(const ServerError &error)
{
    return error.kind == ServerError::Kind::Connection && error.sqlState == QStringLiteral("28P01");
}

} // namespace

Context::Context(const Command &command, QStringList arguments, GlobalOptions options, std::stop_token stop)
    : m_command(command), m_arguments(std::move(arguments)), m_options(std::move(options)), m_stop(std::move(stop))
{
}

std::optional<int> Context::parse(QCommandLineParser &parser)
{
    addGlobalOptions(parser);
    if (!parser.parse(QStringList{m_command.name} + m_arguments))
        return badUsage(parser.errorText());
    if (parser.isSet(optionHelp)) {
        print(helpText(m_command).trimmed());
        return Ok;
    }
    const auto options = readGlobalOptions(parser, m_options);
    if (!options)
        return badUsage(options.error().toText());
    m_options = *options;
    return std::nullopt;
}

int Context::badUsage(const QString &message) const
{
    warn(message);
    warn(QStringLiteral("Help: shardboardctl %1 --help").arg(m_command.name));
    return BadUsage;
}

IoThread &Context::io()
{
    if (!m_io)
        m_io = std::make_unique<IoThread>();
    return *m_io;
}

Outcome<std::unique_ptr<SyncSession>> Context::openSession(SessionPurpose purpose)
{
    while (true) {
        auto session = std::make_unique<SyncSession>(io(), m_options.connection, purpose, m_stop);
        const auto opened = session->open();
        if (opened) {
            warnOfTransport(*session);
            return session;
        }
        if (!opened.isError() || m_options.connection.password || !wantsPassword(opened.error()))
            return opened.failure<std::unique_ptr<SyncSession>>();
        const QString target = describeTarget(m_options.connection);
        const auto password = askPassword(QStringLiteral("Password for %1: ").arg(target), m_stop);
        if (m_stop.stop_requested())
            return Cancelled{};
        if (!password)
            return opened.failure<std::unique_ptr<SyncSession>>();
        m_options.connection.password = *password;
    }
}

/// Once, on standard error: whoever listens on the way, or answers in the server's place, reads what is sent.
void Context::warnOfTransport(SyncSession &session)
{
    const SyncSession::Address address = session.address();
    Session::Peer peer;
    peer.host = address.host;
    peer.port = address.port;
    if (std::exchange(m_hasWarned, true) || isLocalPeer(peer))
        return;
    const auto found = session.run(Query(QStringLiteral(
        "SELECT s.ssl, g.encrypted FROM pg_catalog.pg_stat_ssl AS s LEFT JOIN pg_catalog.pg_stat_gssapi AS g "
        "ON g.pid OPERATOR(pg_catalog.=) s.pid WHERE s.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()")));
    const bool isKnown = found && found->rowCount() == 1;
    peer.usesTls = isKnown && found->boolean(0, 0);
    peer.usesGssEncryption = isKnown && found->boolean(0, 1);
    if (const auto warning = connectionWarning(m_options.connection, peer))
        warn(QStringLiteral("Warning: ") + warning->text);
}

void Context::print(const QString &line) const
{
    printTo(stdout, (terminalText(line) + u'\n').toUtf8());
}

Completion Context::write(QByteArrayView bytes) const
{
    const bool isWritten = std::fwrite(bytes.data(), 1, size_t(bytes.size()), stdout) == size_t(bytes.size())
        && std::fflush(stdout) == 0;
    if (isWritten)
        return Nothing{};
    return ServerError::file(
        QStringLiteral("Standard output cannot be written: %1").arg(QString::fromLocal8Bit(std::strerror(errno))));
}

bool Context::isTerminal() const
{
    return ::isatty(STDOUT_FILENO) == 1;
}

void Context::printJson(const QJsonObject &document) const
{
    printTo(stdout, visibleJson(QJsonDocument(document).toJson()));
}

void Context::progress(const QString &line) const
{
    if (!m_options.json)
        printTo(stderr, (terminalText(line) + u'\n').toUtf8());
}

void Context::warn(const QString &line) const
{
    printTo(stderr, (terminalText(line) + u'\n').toUtf8());
}

int Context::fail(const ServerError &error) const
{
    if (m_options.json)
        printJson({{QStringLiteral("error"), errorJson(error)}});
    else
        warn(QStringLiteral("shardboardctl: ") + errorText(error));
    return Failed;
}

int Context::interrupted() const
{
    return fail(ServerError::usage(QStringLiteral("Interrupted.")));
}

void addGlobalOptions(QCommandLineParser &parser)
{
    parser.addOptions({{{QStringLiteral("d"), optionTarget}, {}, QStringLiteral("conninfo")}, {optionJson, {}},
        {{QStringLiteral("h"), optionHelp}, {}}});
}

Outcome<GlobalOptions> readGlobalOptions(const QCommandLineParser &parser, GlobalOptions before)
{
    before.json = before.json || parser.isSet(optionJson);
    if (parser.isSet(optionTarget)) {
        const auto target = readTarget(parser.value(optionTarget));
        if (!target)
            return target.failure<GlobalOptions>();
        before.connection = *target;
    }
    return before;
}

Outcome<ConnectionSettings> readTarget(const QString &text)
{
    const bool isConninfo = text.contains(u'=') || text.contains(QStringLiteral("://"));
    if (!isConninfo) {
        ConnectionSettings settings;
        settings.keywords.insert(QStringLiteral("dbname"), text);
        return settings;
    }
    const auto parsed = parseConnection(text);
    if (!parsed)
        return parsed.failure<ConnectionSettings>();
    for (const QString &note : parsed->notes)
        std::fprintf(stderr, "%s\n", qUtf8Printable(terminalText(note)));
    return parsed->settings;
}

QString helpText(const Command &command)
{
    QString text = QStringLiteral("Usage:\n");
    for (const QString &form : command.synopsis)
        text += QStringLiteral("  shardboardctl %1\n").arg(form);
    return text + u'\n' + command.summary + u'\n' + (command.help.isEmpty() ? QString() : u'\n' + command.help + u'\n')
        + u'\n' + QLatin1String(globalHelp);
}

QString overviewText()
{
    const QList<Command> all = commands();
    qsizetype width = 0;
    for (const Command &command : all)
        width = std::max(width, command.name.size());
    QString text = QStringLiteral("Usage:\n  shardboardctl [CONNINFO] [OPTION]… COMMAND [ARGUMENT]…\n\nCommands:\n");
    for (const Command &command : all)
        text += QStringLiteral("  %1  %2\n").arg(command.name.leftJustified(width), command.summary);
    return text
        + QStringLiteral("\nshardboardctl COMMAND --help tells more. Exit status: 0 done, 1 failed, 2 wrong usage.\n\n")
        + QLatin1String(globalHelp) + QStringLiteral("      --version          the program's version\n");
}

} // namespace Shardboard::Ctl
