// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/psqlcommand.h"

#include "connection/conninfo/keywords.h"
#include "connection/conninfo/uri.h"

#include <QRegularExpression>

namespace Shardboard {

namespace {

const QMap<QString, QString> connectionOptions{
    {QStringLiteral("h"), QStringLiteral("host")},
    {QStringLiteral("p"), QStringLiteral("port")},
    {QStringLiteral("U"), QStringLiteral("user")},
    {QStringLiteral("d"), QStringLiteral("dbname")},
    {QStringLiteral("host"), QStringLiteral("host")},
    {QStringLiteral("port"), QStringLiteral("port")},
    {QStringLiteral("username"), QStringLiteral("user")},
    {QStringLiteral("dbname"), QStringLiteral("dbname")},
};
// psql's other options, with a value and without: its manual's list.
const QString valueLetters = QStringLiteral("cfFLoPRTv");
const QString flagLetters = QStringLiteral("aAbeEHlnqsStVwWxXz01?");
const QStringList valueWords{QStringLiteral("command"), QStringLiteral("file"), QStringLiteral("field-separator"),
    QStringLiteral("log-file"), QStringLiteral("output"), QStringLiteral("pset"), QStringLiteral("record-separator"),
    QStringLiteral("table-attr"), QStringLiteral("set"), QStringLiteral("variable")};
const QStringList flagWords{QStringLiteral("echo-all"), QStringLiteral("no-align"), QStringLiteral("echo-errors"),
    QStringLiteral("echo-queries"), QStringLiteral("echo-hidden"), QStringLiteral("csv"), QStringLiteral("html"),
    QStringLiteral("list"), QStringLiteral("no-readline"), QStringLiteral("quiet"), QStringLiteral("single-step"),
    QStringLiteral("single-line"), QStringLiteral("tuples-only"), QStringLiteral("version"),
    QStringLiteral("no-password"), QStringLiteral("password"), QStringLiteral("expanded"), QStringLiteral("no-psqlrc"),
    QStringLiteral("field-separator-zero"), QStringLiteral("record-separator-zero"),
    QStringLiteral("single-transaction"), QStringLiteral("help")};

class PsqlReader
{
public:
    explicit PsqlReader(const QStringList &words) : m_words(words) {}

    Outcome<QMap<QString, QString>> read()
    {
        while (m_next < m_words.size() && m_problem.isEmpty()) {
            const QString word = m_words[m_next++];
            if (word == QStringLiteral("--"))
                m_optionsEnded = true;
            else if (!m_optionsEnded && word.startsWith(QStringLiteral("--")))
                readLong(word.mid(2));
            else if (!m_optionsEnded && word.startsWith(u'-') && word.size() > 1)
                readShort(word.mid(1));
            else
                readOperand(word);
        }
        if (!m_problem.isEmpty())
            return ServerError::usage(m_problem);
        return expandDatabase();
    }

private:
    void readLong(const QString &word)
    {
        const QString name = word.section(u'=', 0, 0);
        const bool hasValue = word.contains(u'=');
        if (flagWords.contains(name))
            return;
        if (!connectionOptions.contains(name) && !valueWords.contains(name)) {
            m_problem = QStringLiteral("psql has no option as word %1 has it.").arg(m_next);
            return;
        }
        const QString value = hasValue ? word.section(u'=', 1) : takeValue(QStringLiteral("--") + name);
        if (const QString keyword = connectionOptions.value(name); !keyword.isEmpty())
            m_keywords[keyword] = value;
    }

    // -Atc 'select 1' is -A -t -c 'select 1'; -p5432 is -p 5432.
    void readShort(const QString &letters)
    {
        for (qsizetype i = 0; i < letters.size(); ++i) {
            const QString letter = letters.mid(i, 1);
            if (flagLetters.contains(letter))
                continue;
            const QString keyword = connectionOptions.value(letter);
            if (keyword.isEmpty() && !valueLetters.contains(letter)) {
                m_problem = QStringLiteral("psql has no option as word %1 has it.").arg(m_next);
                return;
            }
            const QString attached = letters.mid(i + 1);
            // -Wsecret is a common mistake: for psql it is -W and further options, which would show the rest as a host.
            if (letters.left(i).contains(u'W') && !attached.isEmpty()) {
                m_problem = QStringLiteral("psql's option -W takes no value: psql asks for the password.");
                return;
            }
            const QString value = attached.isEmpty() ? takeValue(u'-' + letter) : attached;
            if (!keyword.isEmpty())
                m_keywords[keyword] = value;
            return;
        }
    }

    void readOperand(const QString &word)
    {
        static const QRegularExpression redirection(QStringLiteral("\\A[0-9]*[<>]"));
        if (redirection.match(word).hasMatch()) {
            if (word.endsWith(u'<') || word.endsWith(u'>'))
                ++m_next; // the file's name
            return;
        }
        // The first is the database, the second the user, unless options said it.
        for (const auto &keyword : {QStringLiteral("dbname"), QStringLiteral("user")}) {
            if (!m_keywords.contains(keyword)) {
                m_keywords.insert(keyword, word);
                return;
            }
        }
        m_problem = QStringLiteral("psql does not expect word %1.").arg(m_next);
    }

    QString takeValue(const QString &option)
    {
        if (m_next < m_words.size())
            return m_words[m_next++];
        m_problem = QStringLiteral("The option %1 needs a value.").arg(option);
        return {};
    }

    // Where a database's name is expected, psql takes a whole connection text, which wins over the options.
    Outcome<QMap<QString, QString>> expandDatabase()
    {
        const QString database = m_keywords.value(QStringLiteral("dbname"));
        if (!database.contains(u'=') && !database.contains(QStringLiteral("://")))
            return m_keywords;
        const auto expanded = expand(database);
        if (!expanded)
            return expanded.failure<QMap<QString, QString>>();
        m_keywords.remove(QStringLiteral("dbname"));
        m_keywords.insert(expanded->keywords);
        if (expanded->password)
            m_keywords.insert(QStringLiteral("password"), *expanded->password);
        return m_keywords;
    }

    static Outcome<ConnectionSettings> expand(const QString &database)
    {
        if (!database.contains(QStringLiteral("://")))
            return parseLibpqText(database);
        const auto parsed = parseUri(database);
        if (!parsed)
            return parsed.failure<ConnectionSettings>();
        // psql would refuse what other programs alone know.
        if (!parsed->notes.isEmpty())
            return ServerError::usage(
                QStringLiteral("psql does not take all parameters of this URI. %1").arg(parsed->notes.join(u' ')));
        return parsed->settings;
    }

    const QStringList &m_words;
    qsizetype m_next = 0;
    bool m_optionsEnded = false;
    QMap<QString, QString> m_keywords;
    QString m_problem;
};

} // namespace

Outcome<QMap<QString, QString>> readPsqlArguments(const QStringList &words)
{
    return PsqlReader(words).read();
}

bool isPsqlProgram(const QString &word)
{
    static const QRegularExpression program(QStringLiteral("(\\A|[/\\\\])psql(\\.exe)?\\z"));
    return program.match(word).hasMatch();
}

} // namespace Shardboard
