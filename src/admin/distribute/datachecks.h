// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/shardingfacts.h"

namespace Shardboard {

/// A question to the rows themselves whose answer decides whether they can be copied into shards.
struct DataCheck
{
    enum class Kind {
        NullInColumn, ///< a row without a distribution value
        CheckViolated, ///< a row breaks a check constraint that was never validated
        ForeignKeyViolated, ///< rows break a foreign key: never validated, or written while its triggers were off
    };

    Kind kind = Kind::NullInColumn;
    QualifiedName table;
    QString subject; ///< column or constraint
    Query query; ///< the number of such rows; for all but foreign keys 1 stands for any number
    std::optional<qint64> found; ///< the answer; nullopt when the server gave none in time
};

/// What must be asked before these settings can be judged; to be sent in one pipeline. Each may read its table once and
/// gives up after half a minute.
QList<DataCheck> dataChecks(const DistributeSettings &settings, const ShardingFacts &facts);
void readDataChecks(const QList<Outcome<ResultSet>> &answers, QList<DataCheck> &checks);

} // namespace Shardboard
