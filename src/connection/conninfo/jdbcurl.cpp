// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/jdbcurl.h"

#include "connection/conninfo/keywords.h"
#include "connection/conninfo/uri.h"

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
    {QStringLiteral("preferPrimary"), QStringLiteral("any")},
    {QStringLiteral("any"), QStringLiteral("any")},
};

// Of classes that check nothing about the server's certificate.
const QStringList trustingFactories{QStringLiteral("org.postgresql.ssl.NonValidatingFactory"),
    QStringLiteral("org.postgresql.ssl.jdbc4.NonValidatingFactory")};

// Of classes that check it as sslmode says.
const QStringList checkingFactories{QStringLiteral("org.postgresql.ssl.DefaultJavaSSLFactory"),
    QStringLiteral("org.postgresql.ssl.LibPQFactory"), QStringLiteral("org.postgresql.ssl.jdbc4.LibPQFactory")};

// What concerns the Java driver only.
const QStringList jdbcOnly{QStringLiteral("prepareThreshold"), QStringLiteral("preparedStatementCacheQueries"),
    QStringLiteral("preparedStatementCacheSizeMiB"), QStringLiteral("databaseMetadataCacheFields"),
    QStringLiteral("databaseMetadataCacheFieldsMiB"), QStringLiteral("defaultRowFetchSize"),
    QStringLiteral("binaryTransfer"), QStringLiteral("binaryTransferEnable"), QStringLiteral("binaryTransferDisable"),
    QStringLiteral("stringtype"), QStringLiteral("reWriteBatchedInserts"), QStringLiteral("socketTimeout"),
    QStringLiteral("socketFactory"), QStringLiteral("socketFactoryArg"), QStringLiteral("loggerLevel"),
    QStringLiteral("loggerFile"), QStringLiteral("logUnclosedConnections"), QStringLiteral("logServerErrorDetail"),
    QStringLiteral("allowEncodingChanges"), QStringLiteral("disableColumnSanitiser"),
    QStringLiteral("assumeMinServerVersion"), QStringLiteral("autosave"), QStringLiteral("cleanupSavepoints"),
    QStringLiteral("preferQueryMode"), QStringLiteral("cancelSignalTimeout"), QStringLiteral("maxResultBuffer"),
    QStringLiteral("maxSendBufferSize"), QStringLiteral("receiveBufferSize"), QStringLiteral("sendBufferSize"),
    QStringLiteral("unknownLength"), QStringLiteral("useSpnego"), QStringLiteral("jaasLogin"),
    QStringLiteral("jaasApplicationName"), QStringLiteral("gsslib"), QStringLiteral("gssResponseTimeout"),
    QStringLiteral("sslResponseTimeout"), QStringLiteral("sspiServiceClass"), QStringLiteral("localSocketAddress"),
    QStringLiteral("loadBalanceHosts"), QStringLiteral("hostRecheckSeconds"), QStringLiteral("readOnly"),
    QStringLiteral("readOnlyMode"), QStringLiteral("escapeSyntaxCallMode"), QStringLiteral("hideUnprivilegedObjects"),
    QStringLiteral("adaptiveFetch"), QStringLiteral("adaptiveFetchMinimum"), QStringLiteral("adaptiveFetchMaximum"),
    QStringLiteral("quoteReturningIdentifiers"), QStringLiteral("tcpNoDelay"), QStringLiteral("protocolVersion"),
    QStringLiteral("compatible"), QStringLiteral("groupStartupParameters"), QStringLiteral("xmlFactoryFactory")};

struct Properties
{
    QMap<QString, QString> keywords;
    QStringList options; ///< of the server's command line
    bool wantsSsl = false;
    bool trustsAnyServer = false;
    QStringList unused; ///< names of what only the driver knows
    QString refused; ///< what is wrong with a value
};

/// False when the property is not understood.
bool apply(Properties &properties, const QString &name, const QString &value)
{
    if (const QString keyword = sameMeaning.value(name); !keyword.isEmpty())
        properties.keywords.insert(keyword, value);
    else if (name == QStringLiteral("ssl"))
        properties.wantsSsl = value.isEmpty() || value == QStringLiteral("true");
    else if (name == QStringLiteral("sslfactory") && trustingFactories.contains(value))
        properties.trustsAnyServer = true;
    else if (name == QStringLiteral("loginTimeout"))
        properties.keywords.insert(QStringLiteral("connect_timeout"), value);
    else if (name == QStringLiteral("currentSchema"))
        properties.options.append(serverOption(QStringLiteral("search_path"), value));
    else if (name == QStringLiteral("options"))
        properties.options.append(value);
    else if (name == QStringLiteral("tcpKeepAlive"))
        properties.keywords.insert(
            QStringLiteral("keepalives"), value == QStringLiteral("true") ? QStringLiteral("1") : QStringLiteral("0"));
    else if (name == QStringLiteral("targetServerType") && serverTypes.contains(value))
        properties.keywords.insert(QStringLiteral("target_session_attrs"), serverTypes.value(value));
    else if (name == QStringLiteral("targetServerType"))
        properties.refused = QStringLiteral("The targetServerType is none that the JDBC driver knows.");
    else if (jdbcOnly.contains(name))
        properties.unused.append(name);
    else if (!(name == QStringLiteral("sslfactory") && checkingFactories.contains(value)))
        return false;
    return true;
}

Properties readProperties(const QString &query)
{
    Properties properties;
    const QStringList pairs = query.split(u'&', Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < pairs.size(); ++i) {
        const QString name = decode(pairs[i].section(u'=', 0, 0));
        if (!apply(properties, name, decode(pairs[i].section(u'=', 1))))
            properties.refused = QStringLiteral("%1 of the JDBC URL is not understood here, or its value.")
                                     .arg(parameterForMessage(query, name, i));
    }
    // Without a mode, the driver's ssl=true means that it checks the certificate and the name, unless the factory says
    // otherwise; and such a factory alone means nothing.
    const QString mode = QStringLiteral("sslmode");
    if (properties.wantsSsl && !properties.keywords.contains(mode))
        properties.keywords.insert(
            mode, properties.trustsAnyServer ? QStringLiteral("require") : QStringLiteral("verify-full"));
    else if (properties.trustsAnyServer && properties.keywords.value(mode).startsWith(QStringLiteral("verify-")))
        properties.keywords.insert(mode, QStringLiteral("require"));
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

Outcome<PastedConnection> parseJdbcUrl(const QString &url)
{
    if (!url.startsWith(prefix)) {
        return ServerError::usage(
            QStringLiteral("This is a JDBC address for another kind of server: %1").arg(url.section(u':', 0, 1)),
            QStringLiteral("One for PostgreSQL begins with jdbc:postgresql:"));
    }
    QString place = url.mid(prefix.size());
    Properties properties = readProperties(place.section(u'?', 1));
    if (!properties.refused.isEmpty())
        return ServerError::usage(
            properties.refused, QStringLiteral("Remove it, or write what it means in libpq's words."));
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
    const auto settings = settingsFromKeywords(properties.keywords);
    if (!settings)
        return settings.failure<PastedConnection>();
    PastedConnection pasted{*settings, QStringLiteral("JDBC URL"), {}};
    if (!properties.unused.isEmpty())
        pasted.notes << QStringLiteral("Left out, as it concerns the JDBC driver only: %1.")
                            .arg(properties.unused.join(QStringLiteral(", ")));
    return pasted;
}

} // namespace Shardboard
