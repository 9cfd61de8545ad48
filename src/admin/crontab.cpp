// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/crontab.h"

#include "admin/facts.h"
#include "connection/conninfo.h"
#include "connection/values/textquote.h"

#include <QRegularExpression>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// One conninfo text: as an argument of its own a database's name could be taken for one.
QString conninfoOf(const CatalogueFacts &facts)
{
    ConnectionSettings settings;
    const std::pair<QString, QString> keywords[] = {{u"host"_s, facts.host}, {u"port"_s, facts.port},
        {u"user"_s, facts.user}, {u"dbname"_s, facts.capabilities.database}};
    for (const auto &[keyword, value] : keywords) {
        if (!value.isEmpty())
            settings.keywords.insert(keyword, value);
    }
    return toConninfo(settings);
}

} // namespace

QStringList psqlWords(const QString &sql, const CatalogueFacts &facts)
{
    return {u"psql"_s, u"-X"_s, u"-q"_s, u"-d"_s, conninfoOf(facts), u"-c"_s, sql};
}

QStringList shardboardctlWords(const QStringList &command, const CatalogueFacts &facts)
{
    return QStringList{u"shardboardctl"_s, u"-d"_s, conninfoOf(facts)} + command;
}

QStringList callWords(const QString &procedure, const QString &argument, const CatalogueFacts &facts)
{
    return psqlWords(u"CALL shardboard.%1(%2)"_s.arg(procedure, oneLineLiteral(argument)), facts);
}

QString crontabLine(const QString &schedule, const QStringList &words)
{
    static const QRegularExpression fields(u"\\A[0-9A-Za-z*,/-]+( +[0-9A-Za-z*,/-]+){4}\\z"_s);
    static const QRegularExpression seconds(u"\\A *[0-9]+ +seconds? *\\z"_s);
    const std::optional<QString> command = crontabCommand(words);
    if (!command)
        return u"(no crontab line: a name in the command \"%1\" holds a control character)"_s.arg(
            visibleText(words.join(u' ')));
    if (seconds.match(schedule).hasMatch())
        return u"* * * * * "_s + *command;
    if (!fields.match(schedule.trimmed()).hasMatch())
        return u"(no crontab line: cron does not know the schedule \"%1\")"_s.arg(visibleText(schedule));
    return schedule.trimmed() + u' ' + *command;
}

} // namespace Shardboard
