// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/uri.h"

#include "connection/conninfo/keywords.h"

#include <QRegularExpression>
#include <QUrl>

namespace Shardboard {

namespace {

const QString schemes = QStringLiteral("(?:postgres|postgresql|postgis|pgsql|psql|ecto)(?:\\+\\w+)?");

// Settings of the server that some programs take as parameters of their own.
const QMap<QString, QString> uriServerSettings{
    {QStringLiteral("schema"), QStringLiteral("search_path")},
    {QStringLiteral("currentschema"), QStringLiteral("search_path")},
    {QStringLiteral("search_path"), QStringLiteral("search_path")},
    {QStringLiteral("statement_timeout"), QStringLiteral("statement_timeout")},
    {QStringLiteral("lock_timeout"), QStringLiteral("lock_timeout")},
    {QStringLiteral("idle_in_transaction_session_timeout"), QStringLiteral("idle_in_transaction_session_timeout")},
    {QStringLiteral("timezone"), QStringLiteral("TimeZone")},
    {QStringLiteral("datestyle"), QStringLiteral("DateStyle")},
};

// What concerns pools, caches and drivers of other programs only.
const QStringList poolsOnly{QStringLiteral("pgbouncer"), QStringLiteral("connection_limit"),
    QStringLiteral("pool_timeout"), QStringLiteral("pool_size"), QStringLiteral("max_pool_size"),
    QStringLiteral("min_pool_size"), QStringLiteral("pool_max_conns"), QStringLiteral("pool_min_conns"),
    QStringLiteral("pool_max_conn_lifetime"), QStringLiteral("pool_max_conn_idle_time"),
    QStringLiteral("pool_health_check_period"), QStringLiteral("pool"), QStringLiteral("max_overflow"),
    QStringLiteral("conn_max_age"), QStringLiteral("statement_cache_size"), QStringLiteral("statement_cache_capacity"),
    QStringLiteral("statement_cache_mode"), QStringLiteral("description_cache_capacity"),
    QStringLiteral("prepared_statement_cache_size"), QStringLiteral("prepared_statements"),
    QStringLiteral("prepared_statement_name_func"), QStringLiteral("preparethreshold"),
    QStringLiteral("prepare_threshold"), QStringLiteral("socket_timeout"), QStringLiteral("command_timeout"),
    QStringLiteral("serverversion"), QStringLiteral("charset"), QStringLiteral("encoding"),
    QStringLiteral("binary_parameters"), QStringLiteral("prefer_simple_protocol"),
    QStringLiteral("default_query_exec_mode"), QStringLiteral("uselibpqcompat"), QStringLiteral("workaround"),
    QStringLiteral("adapter"), QStringLiteral("single_use_connections")};

QString decoded(const QString &text)
{
    return QUrl::fromPercentEncoding(text.toUtf8());
}

QString percentHint()
{
    return QStringLiteral("In a URI, write special characters of a password as percent codes: @ as %40, : as %3A, "
                          "/ as %2F, ? as %3F, # as %23, % as %25.");
}

/// A password that is not percent-encoded ends early for libpq, and its rest becomes a host, port, database or
/// parameter, which later messages would show.
bool isCut(const QString &rest)
{
    const QString beforeQuery = rest.section(u'?', 0, 0);
    const QString authority = beforeQuery.section(u'/', 0, 0);
    if (authority.contains(u'@'))
        return authority.count(u'@') > 1;
    // Behind a ? an @ may be part of a value, unless what stands before it is no host and port.
    static const QRegularExpression hosts(QStringLiteral("\\A(?:[^:]*|.*:\\d*)\\z"));
    return beforeQuery.contains(u'@') || (rest.contains(u'@') && !hosts.match(authority).hasMatch());
}

/// The sslmode that a value of `ssl` (or a foreign value of sslmode) means; empty: none.
QString sslModeOf(const QString &value)
{
    static const QStringList on{QStringLiteral("true"), QStringLiteral("1"), QStringLiteral("yes"),
        QStringLiteral("on"), QString(), QStringLiteral("no-verify"), QStringLiteral("noverify")};
    static const QStringList off{
        QStringLiteral("false"), QStringLiteral("0"), QStringLiteral("no"), QStringLiteral("off")};
    static const QStringList modes{QStringLiteral("disable"), QStringLiteral("allow"), QStringLiteral("prefer"),
        QStringLiteral("require"), QStringLiteral("verify-ca"), QStringLiteral("verify-full")};
    const QString lower = value.toLower();
    return on.contains(lower)   ? QStringLiteral("require")
        : off.contains(lower)   ? QStringLiteral("disable")
        : modes.contains(lower) ? lower
                                : QString();
}

/// The parameters of a URI, sorted into libpq's own and what the others mean.
class Parameters
{
public:
    /// The parameter that is not understood, for a message; empty: all are.
    QString read(const QString &query)
    {
        const QStringList pairs = query.split(u'&', Qt::SkipEmptyParts);
        for (qsizetype i = 0; i < pairs.size(); ++i) {
            if (!readPair(pairs[i]))
                return parameterForMessage(query, decoded(pairs[i].section(u'=', 0, 0)), i);
        }
        return {};
    }

    QStringList own; ///< libpq's, as they stand
    QMap<QString, QString> keywords; ///< where libpq's say nothing
    QString demandedMode; ///< of SSL, whatever sslmode says
    QStringList options;
    QStringList unused; ///< names of what is left out

private:
    bool readPair(const QString &pair)
    {
        const QString name = decoded(pair.section(u'=', 0, 0));
        const QString value = decoded(pair.section(u'=', 1));
        const QString lower = name.toLower();
        if (name == QStringLiteral("sslmode") && value.startsWith(QStringLiteral("no"))) // node-postgres
            return addSsl(value);
        if (isKnownKeyword(name)) {
            own << pair;
            return true;
        }
        if (lower == QStringLiteral("ssl") || lower == QStringLiteral("tls"))
            return addSsl(value);
        if (lower == QStringLiteral("sslaccept")) { // Prisma
            if (value == QStringLiteral("strict"))
                demandedMode = QStringLiteral("verify-full");
            return value == QStringLiteral("strict") || value == QStringLiteral("accept_invalid_certs");
        }
        if (lower == QStringLiteral("timeout")) // asyncpg, seconds
            keywords.insert(QStringLiteral("connect_timeout"), value);
        else if (lower == QStringLiteral("applicationname"))
            keywords.insert(QStringLiteral("application_name"), value);
        else if (const QString setting = uriServerSettings.value(lower); !setting.isEmpty())
            options << serverOption(setting, value);
        else if (poolsOnly.contains(lower))
            unused << name;
        else
            return false;
        return true;
    }

    bool addSsl(const QString &value)
    {
        const QString mode = sslModeOf(value);
        if (!mode.isEmpty())
            keywords.insert(QStringLiteral("sslmode"), mode);
        return !mode.isEmpty();
    }
};

ServerError refusedParameter(const QString &name)
{
    return ServerError::usage(
        QStringLiteral("The URI cannot be read: %1 is not understood here, or its value.").arg(name),
        QStringLiteral("libpq's parameters are taken, and those that other programs use for SSL, schema and pools. "
                       "Remove it, or correct it."));
}

} // namespace

QString parameterForMessage(const QString &query, const QString &name, qsizetype index)
{
    static const QRegularExpression word(QStringLiteral("\\A[A-Za-z][\\w.-]{0,63}\\z"));
    const bool mayBeSecret = query.contains(u'@') || query.contains(QStringLiteral("password"), Qt::CaseInsensitive);
    if (!mayBeSecret && word.match(name).hasMatch())
        return QStringLiteral("parameter \"%1\"").arg(name);
    return QStringLiteral("parameter %1").arg(index + 1);
}

QString serverOption(const QString &setting, const QString &value)
{
    // A space would begin the next option of the server's command line.
    QString escaped = value;
    escaped.replace(u'\\', QStringLiteral("\\\\")).replace(u' ', QStringLiteral("\\ "));
    return QStringLiteral("-c%1=%2").arg(setting, escaped);
}

bool looksLikeServerUrl(const QString &text)
{
    static const QRegularExpression url(
        QStringLiteral("\\A(?:jdbc:postgresql:|%1://)").arg(schemes), QRegularExpression::CaseInsensitiveOption);
    return url.match(text).hasMatch();
}

Outcome<PastedConnection> parseUri(const QString &text)
{
    const QString scheme = text.section(QStringLiteral("://"), 0, 0);
    if (!looksLikeServerUrl(text))
        return ServerError::usage(QStringLiteral("%1:// is not the address of a PostgreSQL server.").arg(scheme),
            QStringLiteral("One begins with postgresql://"));
    const QString rest = text.section(QStringLiteral("://"), 1);
    if (isCut(rest))
        return ServerError::usage(
            QStringLiteral(
                "The URI cannot be read: it holds an @, / or ? that does not end the user, password or host."),
            percentHint());
    if (rest.contains(u'\n'))
        return ServerError::usage(
            QStringLiteral("The text has a second line behind the URI, which is not part of it."));
    Parameters parameters;
    if (const QString name = parameters.read(rest.section(u'?', 1)); !name.isEmpty())
        return refusedParameter(name);
    QString uri = QStringLiteral("postgresql://") + rest.section(u'?', 0, 0);
    if (!parameters.own.isEmpty())
        uri += u'?' + parameters.own.join(u'&');
    const auto parsed = parseLibpqText(uri);
    if (!parsed) {
        ServerError error = parsed.error();
        error.hint = percentHint();
        return error;
    }
    PastedConnection pasted{*parsed, QStringLiteral("URI"), {}};
    QMap<QString, QString> &keywords = pasted.settings.keywords;
    for (auto it = parameters.keywords.begin(); it != parameters.keywords.end(); ++it) {
        if (!keywords.contains(it.key()))
            keywords.insert(it.key(), it.value());
    }
    if (!parameters.demandedMode.isEmpty())
        keywords.insert(QStringLiteral("sslmode"), parameters.demandedMode);
    if (!parameters.options.isEmpty())
        keywords.insert(QStringLiteral("options"),
            (QStringList{keywords.value(QStringLiteral("options"))} + parameters.options).join(u' ').trimmed());
    if (!parameters.unused.isEmpty())
        pasted.notes << QStringLiteral("Left out, as it concerns other programs only: %1.")
                            .arg(parameters.unused.join(QStringLiteral(", ")));
    return pasted;
}

} // namespace Shardboard
