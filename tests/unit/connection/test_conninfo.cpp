// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo.h"
#include "tests/support/testmain.h"

#include <QDir>
#include <QFile>
#include <QProcessEnvironment>
#include <QTemporaryDir>

using namespace Shardboard;

/// Whatever people paste leads to the server they mean, and what cannot be read is refused by name.
class ConninfoTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void noMessageShowsPartOfAPassword_data();
    void noMessageShowsPartOfAPassword();
    void keepsThePasswordApart_data();
    void keepsThePasswordApart();
    void writesWhatLibpqReads();
    void writesUrisThatComeBack_data();
    void writesUrisThatComeBack();
    void writesNoSecrets();
    void describesTheTarget_data();
    void describesTheTarget();
    void listsServicesInFileOrder();
    void describesAService();

private:
    QTemporaryDir m_folder;
};

namespace {

// The keywords and, marked, the password: what a test compares.
QString describe(const ConnectionSettings &settings)
{
    QStringList parts;
    for (auto it = settings.keywords.begin(); it != settings.keywords.end(); ++it)
        parts.append(it.key() + u'=' + it.value());
    if (settings.password)
        parts.append(QStringLiteral("PASSWORD=") + *settings.password);
    return parts.join(u'|');
}

void row(const char *name, const char *text, const char *form, const char *expected)
{
    QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(form) << QString::fromUtf8(expected);
}

} // namespace

void ConninfoTest::initTestCase()
{
    // What this machine and its user have set up is not the test's business.
    const QStringList variables = QProcessEnvironment::systemEnvironment().keys();
    for (const QString &variable : variables) {
        if (variable.startsWith(QStringLiteral("PG")))
            qunsetenv(variable.toLatin1().constData());
    }
    qputenv("HOME", m_folder.path().toLocal8Bit());
    qputenv("PGSYSCONFDIR", m_folder.path().toLocal8Bit() + "/none");
}

void ConninfoTest::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
}

void ConninfoTest::reads_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("form");
    QTest::addColumn<QString>("expected");

    row("uri", "postgresql://ann@db.example:5433/sales", "URI", "dbname=sales|host=db.example|port=5433|user=ann");
    row("uri, short scheme", "postgres://db.example/sales", "URI", "dbname=sales|host=db.example");
    row("uri, upper case scheme", "POSTGRES://db.example/sales", "URI", "dbname=sales|host=db.example");
    row("uri with a Python driver", "postgresql+psycopg://ann@db/sales", "URI", "dbname=sales|host=db|user=ann");
    row("uri with parameters",
        "postgresql://db/sales?sslmode=verify-full&sslrootcert=/etc/ca.pem&application_name=x%20y", "URI",
        "application_name=x y|dbname=sales|host=db|sslmode=verify-full|sslrootcert=/etc/ca.pem");
    row("uri of several hosts", "postgresql://a:5432,b:5433/sales?target_session_attrs=read-write", "URI",
        "dbname=sales|host=a,b|port=5432,5433|target_session_attrs=read-write");
    row("uri of an IPv6 host", "postgresql://[2001:db8::1]:5433/sales", "URI",
        "dbname=sales|host=2001:db8::1|port=5433");
    row("uri of a socket", "postgresql:///sales?host=/run/postgresql", "URI", "dbname=sales|host=/run/postgresql");
    row("uri of nothing but defaults", "postgresql://", "URI", "");
    row("uri of a service", "postgresql:///?service=prod", "URI", "service=prod");
    row("uri in quotes", "  \"postgresql://db/sales\";\n", "URI", "dbname=sales|host=db");
    row("uri with an encoded user", "postgresql://o%27hara%40x@db", "URI", "host=db|user=o'hara@x");

    row("uri of asyncpg", "postgresql+asyncpg://ann@db/sales?ssl=require", "URI",
        "dbname=sales|host=db|sslmode=require|user=ann");
    row("uri with ssl=true", "postgres://db/sales?ssl=true", "URI", "dbname=sales|host=db|sslmode=require");
    row("uri with ssl=0", "postgres://db/sales?ssl=0", "URI", "dbname=sales|host=db|sslmode=disable");
    row("uri of node-postgres", "postgres://db/sales?sslmode=no-verify", "URI", "dbname=sales|host=db|sslmode=require");
    row("uri: sslmode wins over ssl", "postgres://db/sales?ssl=true&sslmode=verify-full", "URI",
        "dbname=sales|host=db|sslmode=verify-full");
    row("uri of Prisma", "postgresql://ann@db/sales?schema=my app&pgbouncer=true&connection_limit=5", "URI",
        "dbname=sales|host=db|options=-csearch_path=my\\ app|user=ann");
    row("uri of Prisma that checks the certificate", "postgresql://db/sales?sslmode=require&sslaccept=strict", "URI",
        "dbname=sales|host=db|sslmode=verify-full");
    row("uri with settings of the server", "postgres://db/sales?search_path=a,b&options=-cjit%3Doff&TimeZone=UTC",
        "URI", "dbname=sales|host=db|options=-cjit=off -csearch_path=a,b -cTimeZone=UTC");
    row("uri of Django", "postgis://ann@db/sales?conn_max_age=60", "URI", "dbname=sales|host=db|user=ann");
    row("uri with an @ in a parameter", "postgresql://db:5433/sales?user=ann%40corp&application_name=a@b", "URI",
        "application_name=a@b|dbname=sales|host=db|port=5433|user=ann@corp");

    row(".NET", "Server=db;Port=5433;Database=sales;User Id=ann;", "connection string",
        "dbname=sales|host=db|port=5433|user=ann");
    row(".NET, as Azure writes it",
        "Server=db.postgres.database.azure.com;Database=sales;Port=5432;User Id=ann@db;Ssl Mode=VerifyFull;",
        "connection string",
        "dbname=sales|host=db.postgres.database.azure.com|port=5432|sslmode=verify-full|user=ann@db");
    row(".NET with driver settings",
        "Host=db; Username=ann; SSL Mode=Require; Pooling=true; Command Timeout=30; Timeout=7", "connection string",
        "connect_timeout=7|host=db|sslmode=require|user=ann");
    row(".NET with several hosts", "Host=a:5433,b;Port=1;Target Session Attributes=Prefer-Standby", "connection string",
        "host=a,b|port=5433,1|target_session_attrs=prefer-standby");
    row(".NET with quotes", "Host=db;Database=\"my;\"\"db\";Username='o''hara';Search Path=a b", "connection string",
        "dbname=my;\"db|host=db|options=-csearch_path=a\\ b|user=o'hara");
    row(".NET, one setting", "Host=db", "connection string", "host=db");
    row("ODBC", "Driver={PostgreSQL Unicode};Server=db;Uid=ann;Database=sales", "connection string",
        "dbname=sales|host=db|user=ann");
    row("libpq's words between semicolons", "host=a;port=1;dbname=x", "connection string", "dbname=x|host=a|port=1");
    row("ODBC in capitals", "SERVER=db;PORT=5433;DATABASE=sales;UID=ann;SSLMODE=require", "connection string",
        "dbname=sales|host=db|port=5433|sslmode=require|user=ann");
    row("PHP", "pgsql:host=db;port=5433;dbname=sales", "connection string", "dbname=sales|host=db|port=5433");

    row("key=value", "host=db port=5433 dbname=sales user=ann", "key=value", "dbname=sales|host=db|port=5433|user=ann");
    row("key=value with quotes", "host = db dbname='my \\'sales\\' db' application_name=''", "key=value",
        "dbname=my 'sales' db|host=db");
    row("key=value over lines", "host=db\nport=5433\n", "key=value", "host=db|port=5433");
    row("key=value of a service", "service=prod", "key=value", "service=prod");
    row("key=value with certificates", "host=db sslmode=verify-ca sslcert=/c.pem sslkey=/k.pem", "key=value",
        "host=db|sslcert=/c.pem|sslkey=/k.pem|sslmode=verify-ca");

    row("psql", "psql -h db -p 5433 -U ann -d sales", "psql command", "dbname=sales|host=db|port=5433|user=ann");
    row("psql with letters attached", "psql -hdb -p5433 -Uann sales", "psql command",
        "dbname=sales|host=db|port=5433|user=ann");
    row("psql with long options", "psql --host=db --port 5433 --username=ann --dbname=sales", "psql command",
        "dbname=sales|host=db|port=5433|user=ann");
    row("psql with operands", "psql -h db sales ann", "psql command", "dbname=sales|host=db|user=ann");
    row("psql with a uri", "psql 'postgresql://ann@db/sales?sslmode=require'", "psql command",
        "dbname=sales|host=db|sslmode=require|user=ann");
    row("psql with a conninfo", "psql \"host=db dbname=sales user='ann b'\"", "psql command",
        "dbname=sales|host=db|user=ann b");
    row("psql with a service", "psql service=prod", "psql command", "service=prod");
    row("psql: the conninfo wins over options", "psql -h other -U ann 'host=db'", "psql command", "host=db|user=ann");
    row("psql with options of no matter", "psql -XAtqc 'select 1' -h db -v x=1 -P pager=off -f a.sql --csv",
        "psql command", "host=db");
    row("psql by its path", "/usr/lib/postgresql/15/bin/psql -h db", "psql command", "host=db");
    row("psql.exe", "C:/pg/psql.exe -h db", "psql command", "host=db");
    row("psql with a prompt", "$ psql -h db", "psql command", "host=db");
    row("psql after variables", "PGSSLMODE=require PGUSER=ann psql -h db", "psql command",
        "host=db|sslmode=require|user=ann");
    row("psql: options win over variables", "PGHOST=a psql -h b", "psql command", "host=b");
    row("psql after env and export", "export PGPORT=5433 && env PGUSER=ann psql -h db", "psql command",
        "host=db|port=5433|user=ann");
    row("psql over lines", "psql \\\n  -h db \\\n  -d sales", "psql command", "dbname=sales|host=db");
    row("psql with a variable of its own", "DB=sales; psql -h db \"$DB\"", "psql command", "dbname=sales|host=db");
    row("psql with pipes and redirections", "psql -h db sales < dump.sql > out 2>&1", "psql command",
        "dbname=sales|host=db");
    row("psql with everything quoted", "psql -h 'd b' -d \"sa\\\"les\" -U an\\ n", "psql command",
        "dbname=sa\"les|host=d b|user=an n");
    row("bare psql", "psql", "psql command", "");
    row("psql -- operand", "psql -h db -- -odd", "psql command", "dbname=-odd|host=db");

    row("export lines", "export PGHOST=db\nexport PGPORT=5433\nexport PGDATABASE='sales'", "export lines",
        "dbname=sales|host=db|port=5433");
    row("exports in one line", "export PGHOST=db PGUSER=\"ann\"; export PGSSLMODE=require", "export lines",
        "host=db|sslmode=require|user=ann");
    row("plain lines with comments", "# production\nPGHOST=db # the first\nPGUSER=ann\nEDITOR=vi\n", "export lines",
        "host=db|user=ann");
    row("assignments, exported later", "PGHOST=db\nexport PGHOST", "export lines", "host=db");
    row("cmd.exe", "set PGHOST=db\nset PGDATABASE=my sales\nset \"PGUSER=ann\"", "export lines",
        "dbname=my sales|host=db|user=ann");
    row("cmd.exe with CRLF", "set PGHOST=db\r\nset PGUSER=ann\r\n", "export lines", "host=db|user=ann");
    row("setx", "setx PGHOST db", "export lines", "host=db");
    row("PowerShell", "$env:PGHOST = \"db\"\n$Env:PGUSER='ann'\n$env:PGPORT=5433", "export lines",
        "host=db|port=5433|user=ann");
    row("fish", "set -x PGHOST db\nset -gx PGUSER ann", "export lines", "host=db|user=ann");
    row("csh", "setenv PGHOST db", "export lines", "host=db");
    row("a URI in a variable", "DATABASE_URL=postgres://ann@db/sales", "export lines", "dbname=sales|host=db|user=ann");
    row("a URL of .env with everything a shell would cut at",
        "DATABASE_URL=postgres://ann@db/sales?application_name=x&sslmode=verify-full", "export lines",
        "application_name=x|dbname=sales|host=db|sslmode=verify-full|user=ann");
    row("the same, exported, with a comment before it",
        "# .env\nexport DATABASE_URL=postgres://ann@db/sales?sslmode=require&application_name=a|b\nNODE_ENV=test",
        "export lines", "application_name=a|b|dbname=sales|host=db|sslmode=require|user=ann");
    row("a URL in quotes", "DATABASE_URL=\"postgres://ann@db/sales?application_name=x&sslmode=require\"",
        "export lines", "application_name=x|dbname=sales|host=db|sslmode=require|user=ann");
    row("a JDBC URL in a variable", "SPRING_URL=jdbc:postgresql://db/sales?user=ann&sslmode=require", "export lines",
        "dbname=sales|host=db|port=5432|sslmode=require|user=ann");
    row("a URL of another dialect in a variable", "DB=postgresql+asyncpg://db/sales?ssl=require", "export lines",
        "dbname=sales|host=db|sslmode=require");
    row("a URL, then another command", "URL=postgres://db/sales; export PGUSER=ann", "export lines",
        "dbname=sales|host=db|user=ann");
    row("the home folder", "PGHOST=db PGPASSFILE=~/x", "export lines", "host=db|passfile=HOME/x");
    row("a variable of the text", "H=db\nexport PGHOST=$H PGUSER=\"${H}_user\"", "export lines",
        "host=db|user=db_user");

    row("jdbc", "jdbc:postgresql://db:5433/sales?user=ann", "JDBC URL", "dbname=sales|host=db|port=5433|user=ann");
    row("jdbc without port", "jdbc:postgresql://db/sales", "JDBC URL", "dbname=sales|host=db|port=5432");
    row("jdbc without host", "jdbc:postgresql:sales", "JDBC URL", "dbname=sales|host=localhost|port=5432");
    row("jdbc without anything", "jdbc:postgresql:/", "JDBC URL", "host=localhost|port=5432");
    row("jdbc of several hosts", "jdbc:postgresql://a,b:5433,[::1]:1/sales?targetServerType=preferSecondary",
        "JDBC URL", "dbname=sales|host=a,b,::1|port=5432,5433,1|target_session_attrs=prefer-standby");
    row("jdbc ssl", "jdbc:postgresql://db/sales?ssl=true", "JDBC URL",
        "dbname=sales|host=db|port=5432|sslmode=verify-full");
    row("jdbc ssl with a mode", "jdbc:postgresql://db/sales?ssl=true&sslmode=require", "JDBC URL",
        "dbname=sales|host=db|port=5432|sslmode=require");
    row("jdbc ssl that checks nothing",
        "jdbc:postgresql://db/sales?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory", "JDBC URL",
        "dbname=sales|host=db|port=5432|sslmode=require");
    row("jdbc ssl with Java's certificates",
        "jdbc:postgresql://db/sales?sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory&ssl=true", "JDBC URL",
        "dbname=sales|host=db|port=5432|sslmode=verify-full");
    row("jdbc schema", "jdbc:postgresql://db/sales?currentSchema=app,public&options=-c%20jit=off", "JDBC URL",
        "dbname=sales|host=db|options=-csearch_path=app,public -c jit=off|port=5432");
    row("jdbc driver settings",
        "jdbc:postgresql://db/sales?ApplicationName=my+app&prepareThreshold=0&connectTimeout=7&tcpKeepAlive=true",
        "JDBC URL", "application_name=my app|connect_timeout=7|dbname=sales|host=db|keepalives=1|port=5432");
}

void ConninfoTest::reads()
{
    QFETCH(const QString, text);
    QFETCH(const QString, form);
    QFETCH(QString, expected);
    expected.replace(QStringLiteral("HOME"), m_folder.path());
    const auto parsed = parseConnection(text);
    QVERIFY2(parsed.isOk(), qPrintable(parsed.isError() ? parsed.error().toText() : QString()));
    QCOMPARE(describe(parsed->settings), expected);
    QCOMPARE(parsed->form, form);
}

void ConninfoTest::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("naming");
    const std::pair<const char *, const char *> cases[] = {
        {"", "no text"},
        {"   \n", "no text"},
        {"the production server", "understood"},
        {"mysql://db/sales", "mysql"},
        {"jdbc:mysql://db/sales", "jdbc:mysql"},
        {"https://example.org/sales", "https"},
        {"host=db prot=5433", "cannot be read"},
        {"host=db port", "cannot be read"},
        {"host=db dbname='sales", "unterminated quoted string"},
        {"host=db port=54x", "port is not a number"},
        {"host=db port=70000", "port is not a number"},
        {"host=db sslmode=yes", "sslmode is none of"},
        {"host=a,b,c port=1,2", "2 ports for 3 hosts"},
        {"postgresql://db/sales?sslmod=require", "cannot be read"},
        {"postgresql://ann:50%off@db/sales", "percent"},
        {"postgresql://[::1/sales", "cannot be read"},
        {"psql -h", "-h needs a value"},
        {"psql --hostname=db", "word 1"},
        {"psql -k db", "word 1"},
        {"psql -h db sales ann more", "word 5"},
        {"psql 'host=db", "single quote"},
        {"psql \"host=db", "double quote"},
        {"psql -h $DB_HOST", "shell variable"},
        {"psql -h $(cat host)", "substitution"},
        {"psql -h `cat host`", "substitution"},
        {"docker exec -it db psql -U ann", "Word 1"},
        {"sudo -u postgres psql", "Word 1"},
        {"export PGHOSTS=db", "PGHOSTS"},
        {"EDITOR=vi", "None of the variables"},
        {"PGPORT=abc", "port is not a number"},
        {"postgresql://db/sales?frobnicate=1", "frobnicate"},
        {"postgresql://db/sales?ssl=maybe", "\"ssl\""},
        {"postgresql://db/sales\npostgresql://other/sales", "second line"},
        {"A_URL=postgres://a/x\nB_URL=postgres://b/x", "A_URL and B_URL"},
        {"psql postgres://db/x?application_name=a&sslmode=require", "Character"},
        {"URL=postgres://db/x?application_name=a&sslmode=require psql", "Character"},
        {"jdbc:postgresql://db/sales?frobnicate=1", "frobnicate"},
        {"jdbc:postgresql://db/sales?sslfactory=com.example.Mine", "sslfactory"},
        {"jdbc:postgresql://db/sales?targetServerType=some", "targetServerType"},
        {"Host=db;Frobnicate=1", "Setting 2"},
        {"Host=db;Username", "cannot be read"},
        {"Host=db;Username='ann", "cannot be read"},
        {"Host=db;Port=x", "port is not a number"},
        {"Host=db;SSL Mode=Sometimes", "sslmode is none of"},
        {"jdbc:postgresql://db:x/sales", "port is not a number"},
    };
    for (const auto &[text, naming] : cases)
        QTest::newRow(*text ? text : "empty") << QString::fromUtf8(text) << QString::fromUtf8(naming);
}

void ConninfoTest::refuses()
{
    QFETCH(const QString, text);
    QFETCH(const QString, naming);
    const auto parsed = parseConnection(text);
    QVERIFY2(parsed.isError(), qPrintable(parsed.isOk() ? describe(parsed->settings) : QString()));
    QVERIFY2(parsed.error().message.contains(naming), qPrintable(parsed.error().toText()));
    QCOMPARE(parsed.error().kind, ServerError::Kind::Usage);
}

void ConninfoTest::noMessageShowsPartOfAPassword_data()
{
    QTest::addColumn<QString>("password");
    for (const char *password : {"s3cr%zzet", "hunter@horse", "hunter/horse", "hunter?horse", "hunter#horse",
             "hunter:horse", "hunter horse", "hunter\"horse", "hunter'horse", "hunter\\horse", "hunter=horse",
             "hunter&horse=battery", "hunter$horse", "hunter`horse`", "hunter$(horse)", "hunter]horse",
             "hunter«horse»x", "hunter@horse/battery?staple", "hunter/horse@battery", "12/horse", "-Ahorse",
             "hunter\"horse\"%zz", "%horse", "hunter,horse", "hunter;horse", "hunter|horse"})
        QTest::newRow(password) << QString::fromUtf8(password);
}

void ConninfoTest::noMessageShowsPartOfAPassword()
{
    QFETCH(const QString, password);
    for (const char *form :
        {"postgresql://ann:%@db:5432/sales", "postgres://ann:%@db/x", "jdbc:postgresql://ann:%@db:5432/x",
            "postgresql://db/x?password=%", "host=db password=%", "host=db password='%", "password=% port=x",
            "psql postgresql://ann:%@db/x", "psql -h db -W% x", "psql -h db -W % sales ann", "PGPASSWORD=% psql -h db",
            "PGPASSWORD=\"%\" psql -h db -k", "DATABASE_URL=postgres://ann:%@db/x",
            "postgresql+asyncpg://db/x?password=%&frob=1", "Host=db;Password=%;Port=x", "Password=%;Host=db",
            "Server=db;Pwd='%'", "jdbc:postgresql://db/x?password=%&frob=1", "export PGPASSWORD=%\nexport PGPORT=x"}) {
        const QString text = QString::fromUtf8(form).replace(u'%', password);
        const auto parsed = parseConnection(text);
        if (!parsed.isError()) {
            // What is not refused must not have moved a part of the password to where it is shown.
            const QString shown
                = toConninfo(parsed->settings) + describeTarget(parsed->settings) + parsed->notes.join(u' ');
            QVERIFY2(!shown.contains(QStringLiteral("horse")) || parsed->settings.password, qPrintable(text));
            continue;
        }
        const QString message = parsed.error().toText();
        for (const char *piece : {"hunter", "horse", "battery", "staple", "s3cr", "zzet"})
            QVERIFY2(!message.contains(QLatin1String(piece)), qPrintable(text + QStringLiteral(" → ") + message));
    }
}

void ConninfoTest::keepsThePasswordApart_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("password");
    const std::pair<const char *, const char *> cases[] = {
        {"postgresql://ann:s%40cret@db/sales", "s@cret"},
        {"postgresql://db/sales?user=ann&password=s%26t", "s&t"},
        {"host=db password='it\\'s a \\\\'", "it's a \\"},
        {"PGPASSWORD='p w' psql -h db", "p w"},
        {"psql 'postgresql://ann:pw@db/sales'", "pw"},
        {"export PGHOST=db PGPASSWORD='a$b'", "a$b"},
        {"$env:PGHOST='db'\n$env:PGPASSWORD='p\"w'", "p\"w"},
        {"set PGHOST=db\nset PGPASSWORD=a b&c", "a b&c"},
        {"DATABASE_URL=postgres://ann:pw@db/sales", "pw"},
        {"jdbc:postgresql://db/sales?user=ann&password=a%2Bb+c", "a+b c"},
        {"DATABASE_URL=postgres://ann:a&b@db/sales", "a&b"},
        {"DATABASE_URL=postgres://ann:abc;@db/sales", "abc;"},
        {"DATABASE_URL=postgres://ann:a;b|c<d>(e)@db/sales\nDEBUG=1", "a;b|c<d>(e)"},
        {"Server=db;Password=\"a;b\"", "a;b"},
        {"Server=db;Pwd={a;b}", "a;b"},
        {"Server=db;Password=a=b c", "a=b c"},
    };
    for (const auto &[text, password] : cases)
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(password);
}

void ConninfoTest::keepsThePasswordApart()
{
    QFETCH(const QString, text);
    QFETCH(const QString, password);
    const auto parsed = parseConnection(text);
    QVERIFY2(parsed.isOk(), qPrintable(parsed.isError() ? parsed.error().toText() : QString()));
    QCOMPARE(parsed->settings.password.value_or(QStringLiteral("none")), password);
    QVERIFY(!parsed->settings.keywords.contains(QStringLiteral("password")));
    QCOMPARE(parsed->settings.value(QStringLiteral("host")), QStringLiteral("db"));
}

void ConninfoTest::writesWhatLibpqReads()
{
    ConnectionSettings settings;
    settings.keywords = {{QStringLiteral("host"), QStringLiteral("db")},
        {QStringLiteral("dbname"), QStringLiteral("it's a \\ db")}, {QStringLiteral("port"), QStringLiteral("5433")},
        {QStringLiteral("user"), QStringLiteral("ann")}, {QStringLiteral("application_name"), QStringLiteral("é x")}};
    const QString text = toConninfo(settings);
    QCOMPARE(text, QString::fromUtf8("host=db port=5433 dbname='it\\'s a \\\\ db' user=ann application_name='é x'"));
    QCOMPARE(parseConnection(text)->settings, settings);
}

void ConninfoTest::writesUrisThatComeBack_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("uri");
    const std::pair<const char *, const char *> cases[] = {
        {"host=db port=5433 dbname=sales user=ann", "postgresql://ann@db:5433/sales"},
        {"host=db", "postgresql://db/"},
        {"host=a,b port=1,2 user=ann", "postgresql://ann@a:1,b:2/"},
        {"host=::1 port=5433 dbname=d", "postgresql://[::1]:5433/d"},
        {"host=/run/postgresql port=5433", "postgresql:///?host=%2Frun%2Fpostgresql&port=5433"},
        {"service=prod", "postgresql:///?service=prod"},
        {"host=db user='a b@c' dbname='x/y?z' passfile='/a b'",
            "postgresql://a%20b%40c@db/x%2Fy%3Fz?passfile=%2Fa%20b"},
    };
    for (const auto &[text, uri] : cases)
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(uri);
}

void ConninfoTest::writesUrisThatComeBack()
{
    QFETCH(const QString, text);
    QFETCH(const QString, uri);
    const ConnectionSettings settings = parseConnection(text)->settings;
    QCOMPARE(toUri(settings), uri);
    const auto back = parseConnection(uri);
    QVERIFY2(back.isOk(), qPrintable(back.isError() ? back.error().toText() : QString()));
    QCOMPARE(describe(back->settings), describe(settings));
}

void ConninfoTest::writesNoSecrets()
{
    const auto parsed = parseConnection(QStringLiteral("host=db password=one sslkey=/k sslpassword=two"));
    QVERIFY(parsed.isOk());
    QCOMPARE(toConninfo(parsed->settings), QStringLiteral("host=db sslkey=/k"));
    QCOMPARE(toUri(parsed->settings), QStringLiteral("postgresql://db/?sslkey=%2Fk"));
}

void ConninfoTest::describesTheTarget_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const std::pair<const char *, const char *> cases[] = {
        {"postgresql://ann@db:5433/sales", "ann@db:5433/sales"},
        {"postgresql://ann@db/sales", "ann@db:5432/sales"},
        {"postgresql://ann@a:1,b:2/sales", "ann@a:1,b:2/sales"},
        {"host=a,b user=ann dbname=sales port=5433", "ann@a:5433,b:5433/sales"},
        {"host=/run/postgresql user=ann dbname=sales", "ann@[local]:5432/sales"},
        {"user=ann", "ann@[local]:5432/ann"},
        {"hostaddr=::1 user=ann", "ann@[::1]:5432/ann"},
    };
    for (const auto &[text, expected] : cases)
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
}

void ConninfoTest::describesTheTarget()
{
    QFETCH(const QString, text);
    QFETCH(const QString, expected);
    QCOMPARE(describeTarget(parseConnection(text)->settings), expected);
    qputenv("PGHOST", "elsewhere");
    qputenv("PGDATABASE", "other");
    QCOMPARE(describeTarget(parseConnection(QStringLiteral("user=ann"))->settings),
        QStringLiteral("ann@elsewhere:5432/other"));
    qunsetenv("PGHOST");
    qunsetenv("PGDATABASE");
}

void ConninfoTest::listsServicesInFileOrder()
{
    QCOMPARE(serviceNames(), QStringList());
    QFile own(m_folder.filePath(QStringLiteral(".pg_service.conf")));
    QVERIFY(own.open(QIODevice::WriteOnly));
    own.write(
        "# mine\n[prod]\nhost=db.example\nport=5433\nuser=ann\nport=1\n\n[test]\nhost=/tmp\n[prod]\nhost=later\n");
    own.close();
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("system")));
    QFile shared(m_folder.filePath(QStringLiteral("system/pg_service.conf")));
    QVERIFY(shared.open(QIODevice::WriteOnly));
    shared.write("[all]\nhost=shared\n[test]\nhost=hidden\n");
    shared.close();
    qputenv("PGSYSCONFDIR", m_folder.filePath(QStringLiteral("system")).toLocal8Bit());
    QCOMPARE(serviceNames(), (QStringList{QStringLiteral("prod"), QStringLiteral("test"), QStringLiteral("all")}));
}

void ConninfoTest::describesAService()
{
    const auto describeService
        = [](const char *text) { return describeTarget(parseConnection(QString::fromUtf8(text))->settings); };
    QCOMPARE(describeService("service=prod dbname=sales"), QStringLiteral("ann@db.example:5433/sales"));
    QCOMPARE(describeService("service=prod user=bob dbname=x"), QStringLiteral("bob@db.example:5433/x"));
    QCOMPARE(describeService("service=all user=bob"), QStringLiteral("bob@shared:5432/bob"));
    QCOMPARE(describeService("service=test user=bob"), QStringLiteral("bob@[local]:5432/bob"));
}

SHARDBOARD_TEST_MAIN(ConninfoTest)
#include "test_conninfo.moc"
