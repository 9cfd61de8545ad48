// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/jdbcurl.h"

#include "connection/conninfo/keywords.h"

#include <QMap>
#include <QStringList>
#include <QUrl>

namespace Shardboard {

namespace {

const QString prefix = QStringLiteral("jdbc:postgresql:");

// The driver decodes as HTML forms do: a plus is a space.
QString decode(QString text)
{
    return QUrl::fromPercentEncoding(text.replace(u'+', u' ').toUtf8());
}

const QMap<QString, QString> sameMeaning{
    {QStringLiteral("user"), QStringLiteral("user")},
    {QStringLiteral("password"), QStringLiteral("password")},
    {QStringLiteral("sslmode"), QStringLiteral("sslmode")},
    {QStringLiteral("sslcert"), QStringLiteral("sslcert")},
    {QStringLiteral("sslkey"), QStringLiteral("sslkey")},
    {QStringLiteral("sslrootcert"), QStringLiteral("sslrootcert")},
    {QStringLiteral("sslpassword"), QStringLiteral("sslpassword")},
    {QStringLiteral("ApplicationName"), QStringLiteral("application_name")},
    {QStringLiteral("connectTimeout"), QStringLiteral("connect_timeout")},
    {QStringLiteral("service"), QStringLiteral("service")},
    {QStringLiteral("gssEncMode"), QStringLiteral("gssencmode")},
    {QStringLiteral("channelBinding"), QStringLiteral("channel_binding")},
    {QStringLiteral("kerberosServerName"), QStringLiteral("krbsrvname")},
};

const QMap<QString, QString> serverTypes{
    {QStringLiteral("primary"), QStringLiteral("primary")},
    {QStringLiteral("master"), QStringLiteral("primary")},
    {QStringLiteral("secondary"), QStringLiteral("standby")},
    {QStringLiteral("slave"), QStringLiteral("standby")},
    {QStringLiteral("preferSecondary"), QStringLiteral("prefer-standby")},
    {QStringLiteral("preferSlave"), QStringLiteral("prefer-standby")},
};

struct Properties
{
    QMap<QString, QString> keywords;
    QStringList options; ///< of the server's command line
    bool wantsSsl = false;
};

void apply(Properties &properties, const QString &name, const QString &value)
{
    if (const QString keyword = sameMeaning.value(name); !keyword.isEmpty())
        properties.keywords.insert(keyword, value);
    else if (name == QStringLiteral("ssl"))
        properties.wantsSsl = value.isEmpty() || value == QStringLiteral("true");
    else if (name == QStringLiteral("currentSchema"))
        // A space would begin the next option of the server's command line.
        properties.options.append(QStringLiteral("-csearch_path=")
            + QString(value).replace(u'\\', QStringLiteral("\\\\")).replace(u' ', QStringLiteral("\\ ")));
    else if (name == QStringLiteral("options"))
        properties.options.append(value);
    else if (name == QStringLiteral("tcpKeepAlive"))
        properties.keywords.insert(
            QStringLiteral("keepalives"), value == QStringLiteral("true") ? QStringLiteral("1") : QStringLiteral("0"));
    else if (name == QStringLiteral("targetServerType") && serverTypes.contains(value))
        properties.keywords.insert(QStringLiteral("target_session_attrs"), serverTypes.value(value));
}

Properties readProperties(const QString &query)
{
    Properties properties;
    for (const QString &pair : query.split(u'&', Qt::SkipEmptyParts))
        apply(properties, decode(pair.section(u'=', 0, 0)), decode(pair.section(u'=', 1)));
    // Without a mode, the driver's ssl=true means that it checks the certificate and the name.
    if (properties.wantsSsl && !properties.keywords.contains(QStringLiteral("sslmode")))
        properties.keywords.insert(QStringLiteral("sslmode"), QStringLiteral("verify-full"));
    if (!properties.options.isEmpty())
        properties.keywords.insert(QStringLiteral("options"), properties.options.join(u' '));
    return properties;
}

/// "host:port,[::1]:port" taken apart into libpq's two lists.
void readHosts(const QString &list, QMap<QString, QString> &keywords)
{
    QStringList hosts, ports;
    for (const QString &entry : list.split(u',')) {
        const qsizetype bracket = entry.indexOf(u']');
        const qsizetype colon = entry.indexOf(u':', bracket + 1);
        QString host = colon < 0 ? entry : entry.left(colon);
        if (host.startsWith(u'[') && host.endsWith(u']'))
            host = host.mid(1, host.size() - 2);
        hosts.append(host.isEmpty() ? QStringLiteral("localhost") : host);
        ports.append(colon < 0 ? QStringLiteral("5432") : entry.mid(colon + 1));
    }
    keywords.insert(QStringLiteral("host"), hosts.join(u','));
    keywords.insert(QStringLiteral("port"), ports.join(u','));
}

} // namespace

Outcome<ConnectionSettings> parseJdbcUrl(const QString &url)
{
    if (!url.startsWith(prefix)) {
        return ServerError::usage(
            QStringLiteral("This is a JDBC address for another kind of server: %1").arg(url.section(u':', 0, 1)),
            QStringLiteral("One for PostgreSQL begins with jdbc:postgresql:"));
    }
    QString place = url.mid(prefix.size());
    Properties properties = readProperties(place.section(u'?', 1));
    place = place.section(u'?', 0, 0);
    QString database = place;
    QString hosts;
    if (place.startsWith(QStringLiteral("//"))) {
        hosts = place.mid(2).section(u'/', 0, 0);
        database = place.mid(2).section(u'/', 1);
    } else if (place.startsWith(u'/')) {
        database = place.mid(1);
    }
    if (hosts.contains(u'@') || database.contains(u'@'))
        return ServerError::usage(QStringLiteral("A JDBC URL has no user and password before its host."),
            QStringLiteral("Write jdbc:postgresql://host:port/database?user=…&password=…, with special characters as "
                           "percent codes."));
    readHosts(hosts, properties.keywords);
    if (!database.isEmpty())
        properties.keywords.insert(QStringLiteral("dbname"), decode(database));
    return settingsFromKeywords(properties.keywords);
}

} // namespace Shardboard
