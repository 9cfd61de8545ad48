// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/loadcontext.h"

#include <algorithm>

namespace Shardboard {

Completion LoadContext::reject(RejectSpool &spool, const std::vector<RejectedLine> &lines)
{
    if (lines.empty())
        return Nothing{};
    const qint64 total = rejected += qint64(lines.size());
    if (maximumRejects && total > *maximumRejects) {
        const RejectedLine &last = lines.back();
        return ServerError::usage(QStringLiteral("More than %1 lines would be rejected, line %2 because: %3")
                                      .arg(*maximumRejects)
                                      .arg(last.line)
                                      .arg(QString::fromUtf8(last.reason)));
    }
    return spool.add(lines);
}

Completion LoadContext::forget(RejectSpool &spool)
{
    rejected -= spool.count();
    return spool.clear();
}

LoadCounts &LoadCounts::operator+=(const LoadCounts &other)
{
    read += other.read;
    sent += other.sent;
    loaded += other.loaded;
    withMore += other.withMore;
    withoutAddress += other.withoutAddress;
    return *this;
}

bool blamesRow(const ServerError &error, const LoadContext &context)
{
    if (error.kind != ServerError::Kind::Server || error.connectionLost)
        return false;
    // Bad data, broken constraints, a view's check, an exception raised by a trigger.
    for (const char *code : {"22", "23", "44", "P0001"}) {
        if (error.sqlState.startsWith(QLatin1String(code)))
            return true;
    }
    // Two connections can wait for each other's rows: what one of them did is then done again, alone.
    if (context.isParallel && error.sqlState == QStringLiteral("40P01"))
        return true;
    // What a shard refuses comes back as an internal error; only one about a row has a detail to tell.
    return context.table.isDistributed && error.sqlState == QStringLiteral("XX000") && !error.detail.isEmpty();
}

QByteArrayView takeBlock(QByteArrayView &pending)
{
    const auto block = pending.first(std::min(pending.size(), sendBlock));
    pending = pending.sliced(block.size());
    return block;
}

} // namespace Shardboard
