// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/installation.h"

#include "connection/localcluster/command.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QVersionNumber>

#include <algorithm>

namespace Shardboard {

namespace {

QString outputOf(const QString &program, const QStringList &arguments)
{
    const auto result = runCommand({}, {program, arguments, QDir::rootPath(), {}, {}});
    return result && result->exitCode == 0 ? result->output : QString();
}

QStringList candidateFolders()
{
    QStringList folders;
    const QString pgConfig = QStandardPaths::findExecutable(QStringLiteral("pg_config"));
    if (!pgConfig.isEmpty())
        folders.append(outputOf(pgConfig, {QStringLiteral("--bindir")}));
    const QString initdb = QStandardPaths::findExecutable(QStringLiteral("initdb"));
    if (!initdb.isEmpty())
        folders.append(QFileInfo(QFileInfo(initdb).canonicalFilePath()).path());
    const std::pair<QString, QString> known[] = {
        {QStringLiteral("/usr/lib/postgresql"), QStringLiteral("*")}, // Debian
        {QStringLiteral("/usr"), QStringLiteral("pgsql-*")}, // PGDG on Red Hat
        {QStringLiteral("/opt/homebrew/opt"), QStringLiteral("postgresql*")},
        {QStringLiteral("/usr/local/opt"), QStringLiteral("postgresql*")},
        {QStringLiteral("/usr/local"), QStringLiteral("pgsql*")},
    };
    for (const auto &[parent, pattern] : known) {
        for (const QString &name : QDir(parent).entryList({pattern}, QDir::Dirs | QDir::NoDotAndDotDot))
            folders.append(parent + u'/' + name + QStringLiteral("/bin"));
    }
    return folders;
}

QStringList extensionsOf(const QString &binDirectory, int major)
{
    QString shared = outputOf(binDirectory + QStringLiteral("/pg_config"), {QStringLiteral("--sharedir")});
    if (shared.isEmpty()) // pg_config is in a package of its own on some systems
        shared = QStringLiteral("/usr/share/postgresql/%1").arg(major);
    QStringList names;
    for (const QString &file : QDir(shared + QStringLiteral("/extension")).entryList({QStringLiteral("*.control")}))
        names.append(file.chopped(int(qstrlen(".control"))));
    return names;
}

std::optional<LocalCluster::Installation> inspect(const QString &binDirectory)
{
    for (const auto *program : {"initdb", "pg_ctl", "postgres"}) {
        if (!QFileInfo(binDirectory + u'/' + QLatin1String(program)).isExecutable())
            return std::nullopt;
    }
    const QString text = outputOf(binDirectory + QStringLiteral("/postgres"), {QStringLiteral("--version")});
    static const QRegularExpression number(QStringLiteral("\\) (\\d+)([.\\w]*)"));
    const auto match = number.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    LocalCluster::Installation installation;
    installation.binDirectory = binDirectory;
    installation.major = match.captured(1).toInt();
    installation.version = match.captured(1) + match.captured(2);
    installation.extensions = extensionsOf(binDirectory, installation.major);
    return installation;
}

} // namespace

QList<LocalCluster::Installation> findInstallations()
{
    QStringList seen;
    QList<LocalCluster::Installation> found;
    for (const QString &folder : candidateFolders()) {
        const QString canonical = QFileInfo(folder).canonicalFilePath();
        if (canonical.isEmpty() || seen.contains(canonical))
            continue;
        seen.append(canonical);
        if (auto installation = inspect(canonical))
            found.append(*installation);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto &a, const auto &b) {
        return QVersionNumber::fromString(a.version) > QVersionNumber::fromString(b.version);
    });
    return found;
}

bool serverHasSetting(const LocalCluster::Installation &installation, const QString &setting)
{
    const QString all
        = outputOf(installation.binDirectory + QStringLiteral("/postgres"), {QStringLiteral("--describe-config")});
    const QStringList lines = all.split(u'\n');
    return std::any_of(
        lines.begin(), lines.end(), [&](const QString &line) { return line.startsWith(setting + u'\t'); });
}

} // namespace Shardboard
