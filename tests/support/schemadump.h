// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/livecluster.h"

#include <QProcess>
#include <QRegularExpression>

namespace Shardboard::Testing {

/// What pg_dump says of the schema of each node, without what it makes up anew each time.
inline QStringList schemaDumps(const LiveCluster &cluster)
{
    static const QRegularExpression token(QStringLiteral("(?m)^\\\\(un)?restrict .*$"));
    QStringList dumps;
    const auto installation = LocalCluster::findInstallation();
    if (!installation)
        return dumps;
    for (const LocalCluster::Node &node : cluster.status().nodes) {
        QStringList conninfo;
        const ConnectionSettings settings = cluster.settings(node.name);
        for (auto it = settings.keywords.cbegin(); it != settings.keywords.cend(); ++it)
            conninfo << it.key() + QStringLiteral("='") + it.value() + QLatin1Char('\'');
        QProcess dump;
        dump.start(installation->binDirectory + QStringLiteral("/pg_dump"),
            {QStringLiteral("--schema-only"), QStringLiteral("-d"), conninfo.join(QLatin1Char(' '))});
        if (!dump.waitForFinished() || dump.exitCode() != 0)
            QTest::qFail(dump.readAllStandardError().constData(), __FILE__, __LINE__);
        dumps << QString::fromUtf8(dump.readAllStandardOutput()).remove(token);
    }
    return dumps;
}

/// The first lines in which two lists of dumps differ, for people; empty when they do not.
inline QString firstDifference(const QStringList &before, const QStringList &after)
{
    for (qsizetype node = 0; node < std::max(before.size(), after.size()); ++node) {
        const QStringList was = before.value(node).split(QLatin1Char('\n'));
        const QStringList is = after.value(node).split(QLatin1Char('\n'));
        for (qsizetype line = 0; line < std::max(was.size(), is.size()); ++line)
            if (was.value(line) != is.value(line))
                return QStringLiteral("node %1, line %2:\n- %3\n+ %4")
                    .arg(node)
                    .arg(line)
                    .arg(was.mid(line, 5).join(QLatin1Char('\n')), is.mid(line, 5).join(QLatin1Char('\n')));
    }
    return {};
}

} // namespace Shardboard::Testing
