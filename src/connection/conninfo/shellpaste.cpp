// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/shellpaste.h"

#include "connection/conninfo/keywords.h"
#include "connection/conninfo/psqlcommand.h"
#include "connection/conninfo/shellwords.h"
#include "connection/conninfo/uri.h"

#include <QRegularExpression>

namespace Shardboard {

namespace {

// What libpq or psql read beside the connection's keywords.
const QStringList otherVariables{QStringLiteral("PGDATA"), QStringLiteral("PGTZ"), QStringLiteral("PGDATESTYLE"),
    QStringLiteral("PGGEQO"), QStringLiteral("PGSERVICEFILE"), QStringLiteral("PGSYSCONFDIR"),
    QStringLiteral("PGLOCALEDIR"), QStringLiteral("PGCOLUMNS"), QStringLiteral("PGREQUIRESSL")};

// Lines of .env files are read to their end, whatever the characters of a URL would mean to a shell.
QString withQuotedUrls(QString text)
{
    static const QRegularExpression line(
        QStringLiteral(
            "^([ \\t]*(?:export[ \\t]+)?[A-Za-z_]\\w*=)((?:jdbc:postgresql:|[A-Za-z][\\w+]*://)[^\\s'\"`$\\\\]*"
            "[;&|()<>][^\\s'\"`$\\\\]+)[ \\t]*$"),
        QRegularExpression::MultilineOption);
    return text.replace(line, QStringLiteral("\\1'\\2'"));
}

// The other shells' assignments, rewritten as sh would have them, so that one reader does.
QString toSh(QString text)
{
    using Option = QRegularExpression::PatternOption;
    const auto options = Option::MultilineOption | Option::CaseInsensitiveOption;
    static const QRegularExpression prompt(
        QStringLiteral("^[ \\t]*(?:\\$|PS [^>\\n]*>|[A-Z]:\\\\[^>\\n]*>)[ \\t]+"), options);
    static const QRegularExpression powerShell(
        QStringLiteral("^[ \\t]*\\$env:(\\w+)[ \\t]*=[ \\t]*(\"[^\"\\n]*\"|'[^'\\n]*'|\\S+)"), options);
    static const QRegularExpression fishOrCsh(
        QStringLiteral("^[ \\t]*(?:set[ \\t]+(?:-\\w+[ \\t]+|--\\w+[ \\t]+)+|setenv[ \\t]+|setx[ \\t]+)(\\w+)[ \\t]+"),
        options);
    static const QRegularExpression cmdQuoted(QStringLiteral("^[ \\t]*set[ \\t]+\"(\\w+)=([^\"\\n]*)\""), options);
    static const QRegularExpression cmd(QStringLiteral("^[ \\t]*set[ \\t]+(\\w+)=([^\\n]*)"), options);
    text.replace(prompt, {});
    text.replace(powerShell, QStringLiteral("\\1=\\2"));
    text.replace(fishOrCsh, QStringLiteral("\\1="));
    text.replace(cmdQuoted, QStringLiteral("\\1='\\2'"));
    text.replace(cmd, QStringLiteral("\\1='\\2'"));
    return text;
}

class ShellPaste
{
public:
    Outcome<PastedConnection> read(const QList<QStringList> &commands)
    {
        for (const QStringList &command : commands) {
            if (const auto read = readCommand(command); !read)
                return read.failure<PastedConnection>();
        }
        if (!m_hasPsql && m_fromVariables.isEmpty())
            return ServerError::usage(QStringLiteral("None of the variables says where a server is."),
                QStringLiteral("libpq reads PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE and others."));
        QMap<QString, QString> keywords = m_fromVariables;
        keywords.insert(m_fromPsql); // what the command says wins
        const auto settings = settingsFromKeywords(keywords);
        if (!settings)
            return settings.failure<PastedConnection>();
        return PastedConnection{
            *settings, m_hasPsql ? QStringLiteral("psql command") : QStringLiteral("export lines"), m_notes};
    }

private:
    Completion readCommand(const QStringList &command)
    {
        qsizetype word = 0;
        for (; word < command.size(); ++word) {
            static const QStringList passed{QStringLiteral("export"), QStringLiteral("env"), QStringLiteral("declare"),
                QStringLiteral("-x"), QStringLiteral("exec"), QStringLiteral("time")};
            if (passed.contains(command[word]))
                continue;
            const auto length = assignmentNameLength(command[word]);
            if (length == 0)
                break;
            const auto set = setVariable(command[word].left(length), command[word].mid(length + 1));
            if (!set)
                return set;
        }
        if (word == command.size())
            return Nothing{};
        if (!isPsqlProgram(command[word]))
            return readForeign(command, word);
        const auto keywords = readPsqlArguments(command.mid(word + 1));
        if (!keywords)
            return keywords.failure<Nothing>();
        m_hasPsql = true;
        m_fromPsql = *keywords;
        return Nothing{};
    }

    // `export PGHOST` after its assignment says nothing new; a program that runs psql somewhere else says nothing here.
    Completion readForeign(const QStringList &command, qsizetype word)
    {
        if (word > 0 && command.first() == QStringLiteral("export"))
            return Nothing{};
        return ServerError::usage(QStringLiteral("Word %1 is a command that is not understood here.").arg(word + 1),
            QStringLiteral("A psql command has to begin with psql, or with assignments such as PGHOST=…"));
    }

    Completion setVariable(const QString &name, const QString &value)
    {
        const QString keyword = keywordOfVariable(name);
        if (!keyword.isEmpty()) {
            if (!value.isEmpty())
                m_fromVariables.insert(keyword, value);
            return Nothing{};
        }
        if (looksLikeServerUrl(value))
            return setUrl(name, value);
        if (name.startsWith(QStringLiteral("PG")) && !name.contains(u'_') && !otherVariables.contains(name))
            return ServerError::usage(QStringLiteral("libpq reads no variable named %1.").arg(name));
        return Nothing{};
    }

    Completion setUrl(const QString &name, const QString &value)
    {
        if (!m_urlVariable.isEmpty() && m_urlVariable != name && m_url != value)
            return ServerError::usage(
                QStringLiteral("%1 and %2 name two servers: paste one of them.").arg(m_urlVariable, name));
        m_urlVariable = name;
        m_url = value;
        const auto parsed = parseConnection(value);
        if (!parsed)
            return parsed.failure<Nothing>();
        m_notes += parsed->notes;
        m_fromVariables.insert(parsed->settings.keywords);
        if (parsed->settings.password)
            m_fromVariables.insert(QStringLiteral("password"), *parsed->settings.password);
        return Nothing{};
    }

    QString m_urlVariable;
    QString m_url;
    QStringList m_notes;
    QMap<QString, QString> m_fromVariables;
    QMap<QString, QString> m_fromPsql;
    bool m_hasPsql = false;
};

} // namespace

bool looksLikeShell(const QString &text)
{
    using Option = QRegularExpression::PatternOption;
    static const QRegularExpression psql(QStringLiteral("(?:^|[\\s/\\\\;&|(])psql(?:\\.exe)?(?:\\s|$)"));
    static const QRegularExpression assignment(
        QStringLiteral(
            "^[ \\t]*(?:\\$ )?(?:export\\s|set\\s|setx\\s|setenv\\s|declare\\s|\\$env:|PG[A-Z]+=|[A-Z][A-Z0-9_]*=)"),
        Option::MultilineOption);
    static const QRegularExpression powerShell(
        QStringLiteral("^\\s*\\$env:"), Option::MultilineOption | Option::CaseInsensitiveOption);
    return psql.match(text).hasMatch() || assignment.match(text).hasMatch() || powerShell.match(text).hasMatch();
}

Outcome<PastedConnection> parseShellPaste(const QString &text)
{
    const QString sh = toSh(withQuotedUrls(text));
    const auto commands = splitShellCommands(sh);
    if (!commands)
        return commands.failure<PastedConnection>();
    return ShellPaste().read(*commands);
}

} // namespace Shardboard
