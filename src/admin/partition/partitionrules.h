// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/partitionpreflight.h"

namespace Shardboard {

/// What the rules work with; each looks at one matter and adds what it finds.
struct PartitionRules
{
    const PartitionSettings &settings;
    const PartitionFacts &facts;
    PartitionWay way;
    QList<Finding> findings;

    Finding &add(Finding::Severity severity, const QString &code, const QString &subject = {});
    Finding &block(const QString &code, const QString &subject = {});
    Finding &warn(const QString &code, const QString &subject = {});
    Finding &inform(const QString &code, const QString &subject = {});
    const ConvertedTable &table() const { return *facts.table; }
    QString name() const { return settings.table.display(); }

    void checkServer();
    void checkTable(); ///< that it is a table which can be changed at all
    void checkPlace(); ///< how citus has spread it
    void checkColumn();
    void checkTimes(); ///< what the rows say
    void checkMethod();
    void checkColumnar();
    void checkKeys();
    void checkForeignKeys();
    void checkDependents();
    void checkRollups();
    void checkDisk();
    void checkNames();
    void checkPartitionKey(); ///< of a table that is partitioned already
};

} // namespace Shardboard
