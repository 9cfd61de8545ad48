// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/serverobjects.h"

#include "admin/facts.h"
#include "connection/values/sqlquote.h"

#include <QFile>
#include <QRegularExpression>

namespace Shardboard::ServerObjects {

namespace {

/// The files in the order in which they must run.
const char *const files[] = {"buckets", "registry", "counters", "floats", "runstate", "nodes", "work", "batch",
    "replace", "run", "partitions", "maintenance", "conversion", "expiry", "retention", "verify", "rebuild", "entries",
    "access", "lag", "pins", "status"};

QString readResource(const char *name)
{
    QFile file(QStringLiteral(":/sql/%1.sql").arg(QLatin1String(name)));
    const bool isOpen = file.open(QIODevice::ReadOnly);
    Q_ASSERT_X(isOpen, "ServerObjects", name);
    return isOpen ? QString::fromUtf8(file.readAll()) : QString();
}

/// "-- step: id: title", perhaps "-- only: citus" and comments, then one statement.
QList<PlanStep> readSteps(const QString &text, bool hasCitus)
{
    static const QRegularExpression marker(
        QStringLiteral("^-- step: ([a-z-]+): (.*)\\n"), QRegularExpression::MultilineOption);
    static const QRegularExpression onlyCitus(QStringLiteral("^-- only: citus\\n"));
    QList<PlanStep> steps;
    auto found = marker.globalMatch(text);
    while (found.hasNext()) {
        const QRegularExpressionMatch match = found.next();
        const qsizetype end = found.hasNext() ? found.peekNext().capturedStart() : text.size();
        QString sql = text.mid(match.capturedEnd(), end - match.capturedEnd());
        if (onlyCitus.match(sql).hasMatch()) {
            if (!hasCitus)
                continue;
            sql.remove(onlyCitus);
        }
        sql = sql.trimmed();
        sql.chop(1); // the semicolon
        PlanStep step;
        step.id = match.captured(1);
        step.title = match.captured(2);
        step.sql = sql;
        steps << step;
    }
    return steps;
}

/// The tables and views that the installation creates in schema shardboard.
QStringList relationNames()
{
    static const QRegularExpression creation(
        QStringLiteral("^CREATE [A-Z ]*(?:TABLE|VIEW)[A-Z ]* shardboard\\.([a-z_]+)"),
        QRegularExpression::MultilineOption);
    QStringList names;
    for (const char *file : files) {
        auto found = creation.globalMatch(readResource(file));
        while (found.hasNext())
            names << found.next().captured(1);
    }
    return names;
}

} // namespace

QString versionComment(int ofVersion)
{
    return QStringLiteral("Shardboard server-side objects, version %1").arg(ofVersion);
}

int versionFromComment(const QString &comment)
{
    static const QRegularExpression pattern(QStringLiteral("^Shardboard server-side objects, version (\\d+)$"));
    return pattern.match(comment).captured(1).toInt();
}

Outcome<QList<PlanStep>> installSteps(const CatalogueFacts &facts, int group)
{
    if (facts.objectsVersion > version)
        return ServerError::usage(
            QStringLiteral("schema shardboard on this server is of version %1, this program knows %2")
                .arg(facts.objectsVersion)
                .arg(version),
            QStringLiteral("Use a newer Shardboard."));
    if (facts.objectsVersion == 0 && facts.schemas.contains(QStringLiteral("shardboard")))
        return ServerError::usage(QStringLiteral("there is a schema shardboard that Shardboard did not make"),
            QStringLiteral("Rename it: Shardboard keeps its registry and procedures in a schema of that name."));
    if (facts.objectsVersion == version)
        return QList<PlanStep>{};
    const QString isInstalled
        = QStringLiteral("SELECT coalesce(obj_description(to_regnamespace('shardboard'), 'pg_namespace') = %1, false)")
              .arg(quoteLiteral(versionComment(version)));
    QList<PlanStep> steps;
    for (const char *file : files)
        steps << readSteps(readResource(file), facts.capabilities.hasCitus());
    for (PlanStep &step : steps) {
        step.group = group;
        step.doneSql = isInstalled;
    }
    if (facts.objectsVersion == 0)
        steps.first().undoSql = removeStep(group).sql;
    return steps;
}

PlanStep removeStep(int group)
{
    PlanStep step = readSteps(readResource("removal"), false).constFirst();
    step.sql.replace(QStringLiteral("'{}'; -- tables and views"),
        QStringLiteral("'{%1}'; -- tables and views").arg(relationNames().join(u',')));
    step.doneSql = QStringLiteral("SELECT to_regnamespace('shardboard') IS NULL");
    step.locks = {QStringLiteral("ACCESS EXCLUSIVE on the tables of schema shardboard: waits for a run under way")};
    step.group = group;
    return step;
}

} // namespace Shardboard::ServerObjects
