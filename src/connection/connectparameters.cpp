// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/connectparameters.h"

#include <QStringList>

#include <algorithm>

namespace Shardboard {

namespace {

QString applicationName(SessionPurpose purpose)
{
    switch (purpose) {
    case SessionPurpose::Interactive:
    case SessionPurpose::Catalogue:
        return QStringLiteral("shardboard");
    case SessionPurpose::Dashboard:
        return QStringLiteral("shardboard dashboard");
    case SessionPurpose::Job:
        return QStringLiteral("shardboard job");
    }
    Q_UNREACHABLE();
}

// A peer that vanished without a word (cable, NAT, power) is given up after about four seconds.
QMap<QString, QString> ourKeywords(SessionPurpose purpose)
{
    QMap<QString, QString> keywords{
        {QStringLiteral("application_name"), applicationName(purpose)},
        {QStringLiteral("connect_timeout"), QStringLiteral("10")},
        {QStringLiteral("keepalives"), QStringLiteral("1")},
        {QStringLiteral("keepalives_idle"), QStringLiteral("2")},
        {QStringLiteral("keepalives_interval"), QStringLiteral("1")},
        {QStringLiteral("keepalives_count"), QStringLiteral("2")},
    };
    // The kernel counts a full receive window as silence too: a COPY whose server waits for a lock must not be cut off.
    if (purpose != SessionPurpose::Job)
        keywords.insert(QStringLiteral("tcp_user_timeout"), QStringLiteral("4000"));
    return keywords;
}

using Setting = std::pair<const char *, const char *>;

QList<Setting> settingsOf(SessionPurpose purpose)
{
    // What the decoders read, whatever the role or the server prefers.
    QList<Setting> settings{
        {"DateStyle", "ISO"}, {"IntervalStyle", "postgres"}, {"extra_float_digits", "1"}, {"bytea_output", "hex"}};
    // People see times as their server shows them; plans and dashboards mean the same on every server.
    if (purpose == SessionPurpose::Dashboard || purpose == SessionPurpose::Job)
        settings << Setting{"TimeZone", "UTC"};
    // An operator that fits better than the server's own, in a schema of the role's path, would run as the role.
    if (purpose == SessionPurpose::Catalogue)
        settings << Setting{"search_path", "pg_catalog, pg_temp"};
    // Plans and imports take their time, whatever limits a role has for its applications.
    if (purpose == SessionPurpose::Job)
        settings << Setting{"statement_timeout", "0"} << Setting{"idle_in_transaction_session_timeout", "0"};
    if (purpose == SessionPurpose::Dashboard)
        settings << Setting{"statement_timeout", "30s"};
    return settings;
}

QString setSettingsSql(SessionPurpose purpose, bool isLocal)
{
    QStringList calls;
    for (const auto &[name, value] : settingsOf(purpose)) {
        calls << QStringLiteral("pg_catalog.set_config('%1', '%2', %3)")
                     .arg(QLatin1String(name), QLatin1String(value),
                         isLocal ? QLatin1String("true") : QLatin1String("false"));
    }
    if (isLocal) {
        // So that workers of Citus take part in the transaction, with its READ ONLY and its ROLLBACK.
        calls << QStringLiteral("pg_catalog.set_config('citus.select_opens_transaction_block', 'on', true)");
    } else if (purpose == SessionPurpose::Job) {
        // Limits that only some versions of the server know.
        calls << QStringLiteral("(SELECT count(pg_catalog.set_config(name, '0', false)) FROM pg_catalog.pg_settings"
                                " WHERE name IN ('idle_session_timeout', 'transaction_timeout'))");
    }
    return QStringLiteral("SELECT ") + calls.join(QLatin1String(", "));
}

} // namespace

ConnectParameters::ConnectParameters(const ConnectionSettings &settings, SessionPurpose purpose)
{
    QMap<QString, QString> all = ourKeywords(purpose);
    all.insert(settings.keywords);
    all.insert(QStringLiteral("client_encoding"), QStringLiteral("UTF8"));
    for (auto [keyword, value] : all.asKeyValueRange())
        m_pairs.emplace_back(keyword.toUtf8(), value.toUtf8());
    if (settings.password)
        m_pairs.emplace_back("password", settings.password->toUtf8());
}

std::vector<const char *> ConnectParameters::keywords() const
{
    std::vector<const char *> list;
    for (const auto &pair : m_pairs)
        list.push_back(pair.first.constData());
    list.push_back(nullptr);
    return list;
}

std::vector<const char *> ConnectParameters::values() const
{
    std::vector<const char *> list;
    for (const auto &pair : m_pairs)
        list.push_back(pair.second.constData());
    list.push_back(nullptr);
    return list;
}

QByteArray ConnectParameters::value(const QByteArray &keyword) const
{
    const auto found = std::ranges::find(m_pairs, keyword, &std::pair<QByteArray, QByteArray>::first);
    return found == m_pairs.end() ? QByteArray() : found->second;
}

void ConnectParameters::setValue(const QByteArray &keyword, const QByteArray &value)
{
    std::erase_if(m_pairs, [&](const auto &pair) { return pair.first == keyword; });
    if (!value.isEmpty())
        m_pairs.emplace_back(keyword, value);
}

QList<HostEntry> ConnectParameters::hosts() const
{
    if (!value("host").isEmpty() || !value("hostaddr").isEmpty())
        return parseHosts(value("host"), value("hostaddr"), value("port"));
    if (!value("service").isEmpty() || qEnvironmentVariableIsSet("PGSERVICE"))
        return {};
    const QByteArray port = value("port").isEmpty() ? qgetenv("PGPORT") : value("port");
    return parseHosts(qgetenv("PGHOST"), qgetenv("PGHOSTADDR"), port);
}

void ConnectParameters::setHosts(const QList<HostEntry> &hosts)
{
    const HostLists lists = joinHosts(hosts);
    setValue("host", lists.hosts);
    setValue("hostaddr", lists.addresses);
    setValue("port", lists.ports);
}

std::chrono::milliseconds ConnectParameters::timeLimit() const
{
    const int seconds = value("connect_timeout").toInt();
    if (seconds <= 0) // libpq: no limit
        return std::chrono::hours(24);
    return std::chrono::seconds(std::max(seconds, 2));
}

bool isGuarded(const ConnectionSettings &settings, SessionPurpose purpose)
{
    return purpose == SessionPurpose::Dashboard || settings.isReadOnly;
}

QString sessionSetupSql(const ConnectionSettings &settings, SessionPurpose purpose)
{
    return isGuarded(settings, purpose) ? QString() : setSettingsSql(purpose, false);
}

QString transactionSetupSql(const ConnectionSettings &, SessionPurpose purpose)
{
    return setSettingsSql(purpose, true);
}

std::chrono::milliseconds retryDelay(int failedAttempts, double random)
{
    using std::chrono::milliseconds;
    if (failedAttempts <= 0)
        return milliseconds(50 + int(100 * random));
    const int doublings = std::min(failedAttempts - 1, 6);
    const int base = std::min(250 << doublings, 15000);
    return milliseconds(int(base * (0.75 + 0.5 * random)));
}

} // namespace Shardboard
