// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/adonet.h"

#include "connection/conninfo/keywords.h"
#include "connection/conninfo/uri.h"

#include <QRegularExpression>

namespace Shardboard {

namespace {

struct Assignment
{
    QString name; ///< lower case, without blanks and underscores
    QString value;
};

const QMap<QString, QString> keywordNames{
    {QStringLiteral("host"), QStringLiteral("host")},
    {QStringLiteral("server"), QStringLiteral("host")},
    {QStringLiteral("servername"), QStringLiteral("host")},
    {QStringLiteral("datasource"), QStringLiteral("host")},
    {QStringLiteral("hostaddr"), QStringLiteral("hostaddr")},
    {QStringLiteral("port"), QStringLiteral("port")},
    {QStringLiteral("database"), QStringLiteral("dbname")},
    {QStringLiteral("db"), QStringLiteral("dbname")},
    {QStringLiteral("dbname"), QStringLiteral("dbname")},
    {QStringLiteral("initialcatalog"), QStringLiteral("dbname")},
    {QStringLiteral("userid"), QStringLiteral("user")},
    {QStringLiteral("uid"), QStringLiteral("user")},
    {QStringLiteral("user"), QStringLiteral("user")},
    {QStringLiteral("username"), QStringLiteral("user")},
    {QStringLiteral("password"), QStringLiteral("password")},
    {QStringLiteral("pwd"), QStringLiteral("password")},
    {QStringLiteral("psw"), QStringLiteral("password")},
    {QStringLiteral("passfile"), QStringLiteral("passfile")},
    {QStringLiteral("timeout"), QStringLiteral("connect_timeout")},
    {QStringLiteral("connecttimeout"), QStringLiteral("connect_timeout")},
    {QStringLiteral("connectiontimeout"), QStringLiteral("connect_timeout")},
    {QStringLiteral("applicationname"), QStringLiteral("application_name")},
    {QStringLiteral("clientencoding"), QStringLiteral("client_encoding")},
    {QStringLiteral("sslcert"), QStringLiteral("sslcert")},
    {QStringLiteral("sslcertificate"), QStringLiteral("sslcert")},
    {QStringLiteral("sslkey"), QStringLiteral("sslkey")},
    {QStringLiteral("sslpassword"), QStringLiteral("sslpassword")},
    {QStringLiteral("sslrootcert"), QStringLiteral("sslrootcert")},
    {QStringLiteral("rootcertificate"), QStringLiteral("sslrootcert")},
    {QStringLiteral("kerberosservicename"), QStringLiteral("krbsrvname")},
    {QStringLiteral("service"), QStringLiteral("service")},
};

// Lower-case values of libpq, whose parts are joined by a hyphen.
const QMap<QString, QString> wordNames{
    {QStringLiteral("sslmode"), QStringLiteral("sslmode")},
    {QStringLiteral("channelbinding"), QStringLiteral("channel_binding")},
    {QStringLiteral("targetsessionattributes"), QStringLiteral("target_session_attrs")},
    {QStringLiteral("targetsessionattrs"), QStringLiteral("target_session_attrs")},
};

const QMap<QString, QString> serverSettings{
    {QStringLiteral("searchpath"), QStringLiteral("search_path")},
    {QStringLiteral("timezone"), QStringLiteral("TimeZone")},
};

// What concerns the driver only: it does not change which server is meant, nor how safely it is reached.
const QStringList adoNetOnly{QStringLiteral("driver"), QStringLiteral("provider"), QStringLiteral("dsn"),
    QStringLiteral("pooling"), QStringLiteral("minpoolsize"), QStringLiteral("minimumpoolsize"),
    QStringLiteral("maxpoolsize"), QStringLiteral("maximumpoolsize"), QStringLiteral("connectionlifetime"),
    QStringLiteral("connectionidlelifetime"), QStringLiteral("connectionpruninginterval"),
    QStringLiteral("commandtimeout"), QStringLiteral("internalcommandtimeout"), QStringLiteral("cancellationtimeout"),
    QStringLiteral("multiplexing"), QStringLiteral("enlist"), QStringLiteral("includeerrordetail"),
    QStringLiteral("includeerrordetails"), QStringLiteral("logparameters"), QStringLiteral("persistsecurityinfo"),
    QStringLiteral("noresetonclose"), QStringLiteral("maxautoprepare"), QStringLiteral("autoprepareminusages"),
    QStringLiteral("usessl"), QStringLiteral("trustservercertificate"), QStringLiteral("keepalive"),
    QStringLiteral("tcpkeepalive"), QStringLiteral("tcpkeepalivetime"), QStringLiteral("tcpkeepaliveinterval"),
    QStringLiteral("readbuffersize"), QStringLiteral("writebuffersize"), QStringLiteral("loadbalancehosts"),
    QStringLiteral("hostrecheckseconds"), QStringLiteral("loadtablecomposites"), QStringLiteral("arraynullabilitymode"),
    QStringLiteral("servercompatibilitymode"), QStringLiteral("encoding"), QStringLiteral("charset")};

QString normalized(QString name)
{
    return name.remove(u' ').remove(u'_').toLower();
}

/// "VerifyFull" and "Verify-Full" → "verify-full".
QString hyphenated(const QString &value)
{
    static const QRegularExpression inside(QStringLiteral("(?<=[a-z])(?=[A-Z])"));
    QString text = value.trimmed();
    text.replace(QStringLiteral("CA"), QStringLiteral("Ca")).replace(inside, QStringLiteral("-"));
    return text.replace(QStringLiteral("--"), QStringLiteral("-")).toLower();
}

/// The settings one after the other; nullopt where one has no name or a quote is not closed.
std::optional<QList<Assignment>> split(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral(
        "\\G\\s*([A-Za-z][\\w ]*?)\\s*=\\s*(?:\"((?:[^\"]|\"\")*)\"|'((?:[^']|'')*)'|\\{([^}]*)\\}|([^;\"'{][^;]*?|))"
        "\\s*(?:;\\s*|\\z)"));
    QList<Assignment> settings;
    qsizetype at = 0;
    while (at < text.size()) {
        const auto match = pattern.match(text, at);
        if (!match.hasMatch())
            return std::nullopt;
        QString value = match.captured(4) + match.captured(5);
        value += match.captured(2).replace(QStringLiteral("\"\""), QStringLiteral("\""));
        value += match.captured(3).replace(QStringLiteral("''"), QStringLiteral("'"));
        settings.append({normalized(match.captured(1)), value});
        at = match.capturedEnd();
    }
    return settings;
}

ServerError refused(qsizetype number)
{
    return ServerError::usage(QStringLiteral("Setting %1 between the semicolons is not understood here.").arg(number),
        QStringLiteral(
            "Such a text holds Host, Port, Database, Username, Password, SSL Mode and the like. A value that "
            "holds a semicolon stands in quotes."));
}

/// False when the setting is not understood.
bool apply(const Assignment &setting, QMap<QString, QString> &keywords, QStringList &options, QStringList &unused)
{
    if (const QString keyword = keywordNames.value(setting.name); !keyword.isEmpty())
        keywords.insert(keyword, setting.value);
    else if (const QString word = wordNames.value(setting.name); !word.isEmpty())
        keywords.insert(word, hyphenated(setting.value));
    else if (const QString server = serverSettings.value(setting.name); !server.isEmpty())
        options << serverOption(server, setting.value);
    else if (setting.name == QStringLiteral("options"))
        options << setting.value;
    else if (adoNetOnly.contains(setting.name))
        unused << setting.name;
    else
        return false;
    return true;
}

/// "a:5433,b": the hosts of .NET may bring their ports along.
void splitPorts(QMap<QString, QString> &keywords)
{
    static const QRegularExpression withPort(QStringLiteral("\\A([^:]*|\\[[^\\]]*\\]):(\\d+)\\z"));
    const QString common = keywords.value(QStringLiteral("port"));
    QStringList hosts, ports;
    bool hasPort = false;
    for (const QString &host : keywords.value(QStringLiteral("host")).split(u',')) {
        const auto match = withPort.match(host.trimmed());
        hasPort = hasPort || match.hasMatch();
        hosts << (match.hasMatch() ? match.captured(1) : host.trimmed());
        ports << (match.hasMatch() ? match.captured(2) : common);
    }
    if (!hasPort)
        return;
    keywords.insert(QStringLiteral("host"), hosts.join(u','));
    keywords.insert(QStringLiteral("port"), ports.join(u','));
}

} // namespace

bool looksLikeAdoNet(const QString &text)
{
    static const QRegularExpression form(
        QStringLiteral("\\A(?:pgsql:)?\\s*([A-Za-z][\\w ]*?)\\s*=[^;=]*;\\s*(?:[A-Za-z][\\w ]*?\\s*=|\\z)"));
    // One setting alone, whose capital libpq does not know.
    static const QRegularExpression single(QStringLiteral("\\A\\s*([A-Z][a-z][A-Za-z ]*?)\\s*=[^;=]*\\z"));
    static const QRegularExpression variable(QStringLiteral("\\bPG[A-Z]+="));
    if (variable.match(text).hasMatch())
        return false; // assignments of a shell
    const auto many = form.match(text);
    const QString name = normalized(many.hasMatch() ? many.captured(1) : single.match(text).captured(1));
    return keywordNames.contains(name) || wordNames.contains(name) || adoNetOnly.contains(name);
}

Outcome<PastedConnection> parseAdoNet(const QString &text)
{
    const QString prefix = QStringLiteral("pgsql:");
    const auto settings = split(text.startsWith(prefix) ? text.mid(prefix.size()) : text);
    if (!settings)
        return ServerError::usage(QStringLiteral("The settings between the semicolons cannot be read."),
            QStringLiteral(
                "Each is NAME=VALUE. A value that holds a semicolon or begins with a quote stands in quotes."));
    QMap<QString, QString> keywords;
    QStringList options, unused;
    for (qsizetype i = 0; i < settings->size(); ++i) {
        if (!apply(settings->at(i), keywords, options, unused))
            return refused(i + 1);
    }
    if (!options.isEmpty())
        keywords.insert(QStringLiteral("options"), options.join(u' '));
    splitPorts(keywords);
    const auto read = settingsFromKeywords(keywords);
    if (!read)
        return read.failure<PastedConnection>();
    PastedConnection pasted{*read, QStringLiteral("connection string"), {}};
    if (!unused.isEmpty())
        pasted.notes << QStringLiteral("Left out, as it concerns other programs only: %1.")
                            .arg(unused.join(QStringLiteral(", ")));
    return pasted;
}

} // namespace Shardboard
