// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/keywords.h"

#include "connection/pghandle.h"

#include <QRegularExpression>
#include <QStringList>

#include <memory>

namespace Shardboard {

namespace {

struct OptionsCloser
{
    void operator()(PQconninfoOption *options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, OptionsCloser>;

template <typename Visitor>
void forEachOption(const Options &options, Visitor visit)
{
    for (const PQconninfoOption *option = options.get(); option && option->keyword; ++option)
        visit(*option);
}

QString checkPorts(const QString &ports)
{
    for (const QString &port : ports.split(u',')) {
        bool isNumber = false;
        const int number = port.trimmed().toInt(&isNumber);
        if (!port.isEmpty() && (!isNumber || number < 1 || number > 65535))
            return QStringLiteral("The port is not a number from 1 to 65535.");
    }
    return {};
}

QString checkSslMode(const QString &mode)
{
    static const QStringList known{QStringLiteral("disable"), QStringLiteral("allow"), QStringLiteral("prefer"),
        QStringLiteral("require"), QStringLiteral("verify-ca"), QStringLiteral("verify-full")};
    if (known.contains(mode))
        return {};
    return QStringLiteral("The sslmode is none of %1.").arg(known.join(QStringLiteral(", ")));
}

// One port serves all hosts, else there is one for each.
QString checkCounts(const QMap<QString, QString> &keywords)
{
    const auto hosts
        = keywords.value(QStringLiteral("host"), keywords.value(QStringLiteral("hostaddr"))).count(u',') + 1;
    const auto ports = keywords.value(QStringLiteral("port")).count(u',') + 1;
    if (ports == 1 || ports == hosts)
        return {};
    return QStringLiteral("There are %1 ports for %2 hosts.").arg(ports).arg(hosts);
}

// libpq quotes the part of the text that it stumbled over, which may be part of a password. Its message is translated:
// whatever stands between the first and the last quotation mark of any language goes.
QString withoutQuotedParts(const QString &message)
{
    static const QRegularExpression quoted(QStringLiteral("[\"'`\u00AB\u00BB\u2018-\u201F\u2039\u203A\u300C-\u300F].*"
                                                          "[\"'`\u00AB\u00BB\u2018-\u201F\u2039\u203A\u300C-\u300F]"),
        QRegularExpression::DotMatchesEverythingOption);
    QString text = message;
    return text.replace(quoted, QStringLiteral("…"));
}

ServerError refusedByLibpq(const char *message, const QString &hint)
{
    const QString text
        = message ? withoutQuotedParts(QString::fromUtf8(message).trimmed()) : QStringLiteral("out of memory");
    return ServerError::usage(QStringLiteral("The connection text cannot be read: %1").arg(text), hint);
}

} // namespace

Outcome<ConnectionSettings> parseLibpqText(const QString &text)
{
    char *message = nullptr;
    const Options options(PQconninfoParse(text.toUtf8().constData(), &message));
    const PgBytes owned(message);
    if (!options)
        return refusedByLibpq(message, {});
    QMap<QString, QString> keywords;
    forEachOption(options, [&](const PQconninfoOption &option) {
        if (option.val && *option.val)
            keywords.insert(QString::fromLatin1(option.keyword), QString::fromUtf8(option.val));
    });
    return settingsFromKeywords(keywords);
}

Outcome<ConnectionSettings> settingsFromKeywords(const QMap<QString, QString> &keywords)
{
    char *message = nullptr;
    const Options options(PQconninfoParse(joinKeywords(keywords).toUtf8().constData(), &message));
    const PgBytes owned(message);
    if (!options)
        return refusedByLibpq(message, {});
    QString problem = checkPorts(keywords.value(QStringLiteral("port")));
    if (problem.isEmpty())
        problem = checkCounts(keywords);
    if (problem.isEmpty() && keywords.contains(QStringLiteral("sslmode")))
        problem = checkSslMode(keywords.value(QStringLiteral("sslmode")));
    if (!problem.isEmpty())
        return ServerError::usage(problem);

    ConnectionSettings settings;
    settings.keywords = keywords;
    const QString password = QStringLiteral("password");
    if (settings.keywords.contains(password))
        settings.password = settings.keywords.take(password);
    return settings;
}

QString keywordOfVariable(const QString &variable)
{
    const Options options(PQconndefaults());
    QString keyword;
    forEachOption(options, [&](const PQconninfoOption &option) {
        if (option.envvar && variable == QLatin1String(option.envvar))
            keyword = QString::fromLatin1(option.keyword);
    });
    return keyword;
}

bool isKnownKeyword(const QString &keyword)
{
    const Options options(PQconndefaults());
    bool isKnown = false;
    forEachOption(options,
        [&](const PQconninfoOption &option) { isKnown = isKnown || keyword == QLatin1String(option.keyword); });
    return isKnown;
}

bool isSecretKeyword(const QString &keyword)
{
    const Options options(PQconndefaults());
    bool isSecret = false;
    forEachOption(options, [&](const PQconninfoOption &option) {
        if (keyword == QLatin1String(option.keyword))
            isSecret = option.dispchar && *option.dispchar == '*';
    });
    return isSecret;
}

QMap<QString, QString> defaultKeywords()
{
    const Options options(PQconndefaults());
    QMap<QString, QString> keywords;
    forEachOption(options, [&](const PQconninfoOption &option) {
        if (option.val && *option.val)
            keywords.insert(QString::fromLatin1(option.keyword), QString::fromLocal8Bit(option.val));
    });
    return keywords;
}

QString joinKeywords(const QMap<QString, QString> &keywords)
{
    QStringList parts;
    for (auto it = keywords.begin(); it != keywords.end(); ++it) {
        static const QRegularExpression plain(QStringLiteral("\\A[^\\s'\\\\]+\\z"));
        QString value = it.value();
        if (!plain.match(value).hasMatch()) {
            value.replace(u'\\', QStringLiteral("\\\\")).replace(u'\'', QStringLiteral("\\'"));
            value = u'\'' + value + u'\'';
        }
        parts.append(it.key() + u'=' + value);
    }
    return parts.join(u' ');
}

} // namespace Shardboard
