// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo.h"

#include "connection/conninfo/adonet.h"
#include "connection/conninfo/jdbcurl.h"
#include "connection/conninfo/keywords.h"
#include "connection/conninfo/servicefile.h"
#include "connection/conninfo/shellpaste.h"
#include "connection/conninfo/uri.h"

#include <QRegularExpression>
#include <QUrl>

namespace Shardboard {

namespace {

// People copy with the quotes of their source code and the semicolon of their shell.
QString unwrap(QString text)
{
    text = text.replace(QStringLiteral("\r\n"), QStringLiteral("\n")).trimmed();
    while (text.endsWith(u';') || text.endsWith(u','))
        text = text.chopped(1).trimmed();
    for (const QChar quote : {u'"', u'\'', u'`'}) {
        if (text.size() > 1 && text.startsWith(quote) && text.endsWith(quote) && text.count(quote) == 2)
            return text.mid(1, text.size() - 2).trimmed();
    }
    return text;
}

Outcome<PastedConnection> withForm(const Outcome<ConnectionSettings> &settings, const QString &form)
{
    if (!settings)
        return settings.failure<PastedConnection>();
    return PastedConnection{*settings, form, {}};
}

/// libpq refuses `Host=…`; its message cannot name the word, which may be part of a password.
Outcome<PastedConnection> parseKeywords(const QString &text)
{
    auto parsed = withForm(parseLibpqText(text), QStringLiteral("key=value"));
    if (!parsed.isError() || !parsed.error().hint.isEmpty())
        return parsed;
    ServerError error = parsed.error();
    error.hint = QStringLiteral("The names are libpq's, in lower case: host, port, dbname, user, password, sslmode. "
                                "Between settings stands a blank, or a semicolon as in .NET.");
    return error;
}

QString percentEncoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

/// "host:port,[::1]:port"; empty when the hosts cannot stand there (sockets) and have to be parameters.
QString uriHosts(const QMap<QString, QString> &keywords)
{
    const QStringList hosts = keywords.value(QStringLiteral("host")).split(u',');
    const QStringList ports = keywords.value(QStringLiteral("port")).split(u',');
    QStringList places;
    for (const QString &host : hosts) {
        if (host.isEmpty() || host.contains(u'/') || host.contains(u'@')
            || (ports.size() > 1 && ports.size() != hosts.size()))
            return {};
        const QString port = ports.size() == 1 ? ports.first() : ports[places.size()];
        places.append((host.contains(u':') ? u'[' + host + u']' : host) + (port.isEmpty() ? QString() : u':' + port));
    }
    return places.join(u',');
}

bool isSocket(const QString &host)
{
    return host.isEmpty() || host.startsWith(u'/') || host.startsWith(u'@');
}

} // namespace

Outcome<PastedConnection> parseConnection(const QString &pasted)
{
    const QString text = unwrap(pasted);
    if (text.isEmpty())
        return ServerError::usage(QStringLiteral("There is no text to read a connection from."));
    if (text.startsWith(QStringLiteral("jdbc:"), Qt::CaseInsensitive))
        return parseJdbcUrl(QStringLiteral("jdbc:") + text.mid(5));
    static const QRegularExpression scheme(QStringLiteral("\\A([A-Za-z][A-Za-z0-9+.-]*)://"));
    if (scheme.match(text).hasMatch())
        return parseUri(text);
    if (looksLikeAdoNet(text))
        return parseAdoNet(text);
    if (looksLikeShell(text))
        return parseShellPaste(text);
    if (text.contains(u'='))
        return parseKeywords(text);
    return ServerError::usage(QStringLiteral("This says nothing about a server that can be understood."),
        QStringLiteral("Paste a postgresql:// URI, key=value pairs, a psql command, export PGHOST=… lines, a "
                       "jdbc:postgresql: URL, or a connection string of .NET."));
}

QString toConninfo(const ConnectionSettings &settings)
{
    QMap<QString, QString> rest;
    QMap<QString, QString> first;
    for (auto it = settings.keywords.begin(); it != settings.keywords.end(); ++it) {
        if (!isSecretKeyword(it.key()))
            rest.insert(it.key(), it.value());
    }
    // What people look for first comes first; the rest by name.
    QStringList parts;
    for (const auto *keyword : {"service", "host", "hostaddr", "port", "dbname", "user"}) {
        const QString name = QLatin1String(keyword);
        if (rest.contains(name))
            parts.append(joinKeywords({{name, rest.take(name)}}));
    }
    if (!rest.isEmpty())
        parts.append(joinKeywords(rest));
    return parts.join(u' ');
}

QString toUri(const ConnectionSettings &settings)
{
    QMap<QString, QString> rest = settings.keywords;
    const QString hosts = uriHosts(rest);
    if (!hosts.isEmpty()) {
        rest.remove(QStringLiteral("host"));
        rest.remove(QStringLiteral("port"));
    }
    const QString user = percentEncoded(rest.take(QStringLiteral("user")));
    QString uri = QStringLiteral("postgresql://") + (user.isEmpty() ? QString() : user + u'@') + hosts + u'/'
        + percentEncoded(rest.take(QStringLiteral("dbname")));
    QStringList parameters;
    for (auto it = rest.begin(); it != rest.end(); ++it) {
        if (!isSecretKeyword(it.key()))
            parameters.append(it.key() + u'=' + percentEncoded(it.value()));
    }
    return parameters.isEmpty() ? uri : uri + u'?' + parameters.join(u'&');
}

QString describeTarget(const ConnectionSettings &settings)
{
    QMap<QString, QString> keywords = defaultKeywords();
    const QString service
        = settings.keywords.value(QStringLiteral("service"), keywords.value(QStringLiteral("service")));
    if (!service.isEmpty())
        keywords.insert(serviceKeywords(service));
    keywords.insert(settings.keywords);

    const QString user = keywords.value(QStringLiteral("user"));
    const QString named = keywords.value(QStringLiteral("host"), keywords.value(QStringLiteral("hostaddr")));
    const QStringList ports = keywords.value(QStringLiteral("port")).split(u',');
    QStringList places;
    for (const QString &host : named.split(u',')) {
        QString shown = isSocket(host) ? QStringLiteral("[local]") : host;
        if (shown.contains(u':'))
            shown = u'[' + shown + u']'; // an IPv6 address
        const QString port = ports.size() > places.size() ? ports[places.size()] : ports.last();
        places.append(port.isEmpty() ? shown : shown + u':' + port);
    }
    const QString database = keywords.value(QStringLiteral("dbname"), user);
    return user + u'@' + places.join(u',') + u'/' + database;
}

} // namespace Shardboard
