// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/shardboardctl/command.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QCommandLineParser>
#include <QJsonObject>

#include <memory>
#include <optional>
#include <stop_token>

namespace Shardboard::Ctl {

/// What is said before (or after) the command and holds for all of them.
struct GlobalOptions
{
    ConnectionSettings connection; ///< empty: libpq's defaults and PG* variables
    bool json = false;
};

/// All that a running command has: its arguments, the server, and the ways to say something. Main thread.
class Context
{
public:
    Context(const Command &command, QStringList arguments, GlobalOptions options, std::stop_token stop);

    /// Reads the arguments after the command's name with the options that `parser` was given; the global ones are
    /// added. A value means that the command is over with it: help was asked for and printed, or the usage was wrong.
    std::optional<int> parse(QCommandLineParser &parser);
    /// Prints what is wrong with the call and where help is. Returns BadUsage.
    int badUsage(const QString &message) const;

    bool json() const { return m_options.json; }
    /// Ends with SIGINT or SIGTERM; sessions of openSession() obey it by themselves.
    std::stop_token stopToken() const { return m_stop; }
    const ConnectionSettings &connection() const { return m_options.connection; }
    /// For commands that take a server as an argument, too.
    void setConnection(ConnectionSettings settings) { m_options.connection = std::move(settings); }
    IoThread &io();

    /// A connected session by libpq's rules. Asks for a password when the server wants one and there is a terminal; for
    /// further sessions the answer is remembered.
    Outcome<std::unique_ptr<SyncSession>> openSession(SessionPurpose purpose = SessionPurpose::Job);

    /// Standard output, UTF-8, with control characters as psql prints them. With --json the only call is printJson(),
    /// once.
    void print(const QString &line) const;
    /// A part of a large output, byte by byte; an error when the disk is full or the like.
    [[nodiscard]] Completion write(QByteArrayView bytes) const;
    /// Whether standard output is a terminal.
    bool isTerminal() const;
    void printJson(const QJsonObject &document) const;
    /// Standard error; what goes on, not the result. Silent with --json.
    void progress(const QString &line) const;
    void warn(const QString &line) const;

    /// Says why it went wrong: on standard error, or with --json as {"error": {…}} on standard output. Returns Failed.
    int fail(const ServerError &error) const;
    /// The same for any outcome that is not ok; an interruption says so.
    template <typename T>
    int fail(const Outcome<T> &outcome) const
    {
        return outcome.isError() ? fail(outcome.error()) : interrupted();
    }
    int interrupted() const;

private:
    void warnOfTransport(SyncSession &session);

    const Command &m_command;
    QStringList m_arguments;
    GlobalOptions m_options;
    std::stop_token m_stop;
    std::unique_ptr<IoThread> m_io;
    bool m_hasWarned = false; ///< of the way to the server
};

/// Adds --json, -d and --help to a parser and reads them back after parsing.
void addGlobalOptions(QCommandLineParser &parser);
Outcome<GlobalOptions> readGlobalOptions(const QCommandLineParser &parser, GlobalOptions before);
/// A -d value: whatever parseConnection() reads, or the name of a database.
Outcome<ConnectionSettings> readTarget(const QString &text);

QString helpText(const Command &command);
QString overviewText();

} // namespace Shardboard::Ctl
