// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/conninfo/servicefile.h"

#include "connection/conninfo.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace Shardboard {

namespace {

// Calls visit(service, keyword, value) for each pair, and once with an empty keyword where a section begins.
template <typename Visitor>
void readServiceFile(const QString &path, Visitor visit)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return;
    QString service;
    while (!file.atEnd()) {
        const QString line = QString::fromUtf8(file.readLine()).trimmed();
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        if (line.startsWith(u'[')) {
            service = line.mid(1, line.indexOf(u']') - 1);
            visit(service, QString(), QString());
        } else if (line.contains(u'=')) {
            visit(service, line.section(u'=', 0, 0), line.section(u'=', 1));
        }
    }
}

} // namespace

QStringList serviceFiles()
{
    QStringList files;
    const QString named = qEnvironmentVariable("PGSERVICEFILE");
    files.append(named.isEmpty() ? QDir::homePath() + QStringLiteral("/.pg_service.conf") : named);
    const QString folder = qEnvironmentVariable("PGSYSCONFDIR");
    if (!folder.isEmpty()) {
        files.append(folder + QStringLiteral("/pg_service.conf"));
    } else {
        // libpq's built-in folder differs from system to system, and it does not tell.
        for (const auto *known :
            {"/etc/postgresql-common", "/etc/sysconfig/pgsql", "/etc", "/usr/local/etc/postgresql"})
            files.append(QLatin1String(known) + QStringLiteral("/pg_service.conf"));
    }
    QStringList present;
    for (const QString &file : files) {
        if (QFileInfo(file).isFile())
            present.append(file);
    }
    return present;
}

QMap<QString, QString> serviceKeywords(const QString &wanted)
{
    for (const QString &file : serviceFiles()) {
        QMap<QString, QString> keywords;
        bool isThere = false;
        readServiceFile(file, [&](const QString &service, const QString &keyword, const QString &value) {
            isThere = isThere || service == wanted;
            // As in libpq, the first of two equal keywords counts.
            if (service == wanted && !keyword.isEmpty() && !keywords.contains(keyword))
                keywords.insert(keyword, value);
        });
        if (isThere)
            return keywords;
    }
    return {};
}

QStringList serviceNames()
{
    QStringList names;
    for (const QString &file : serviceFiles()) {
        readServiceFile(file, [&](const QString &service, const QString &keyword, const QString &) {
            if (keyword.isEmpty() && !service.isEmpty() && !names.contains(service))
                names.append(service);
        });
    }
    return names;
}

} // namespace Shardboard
