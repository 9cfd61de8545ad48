// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/retentionwords.h"

#include "ui/tables/figures.h"

#include <QCoreApplication>

namespace Shardboard {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Shardboard::retentionwords", text);
}

QString partitionsText(qsizetype count)
{
    return count == 1 ? tr("1 partition") : tr("%1 partitions").arg(exactText(count));
}

QString rowsText(qint64 count)
{
    return count == 1 ? tr("1 row") : tr("%1 rows").arg(exactText(count));
}

} // namespace

QString healthText(RetentionHealth health)
{
    switch (health) {
    case RetentionHealth::Healthy:
        return tr("healthy");
    case RetentionHealth::Running:
        return tr("running");
    case RetentionHealth::New:
        return tr("no run yet");
    case RetentionHealth::ForEver:
        return tr("for ever");
    case RetentionHealth::Paused:
        return tr("paused");
    case RetentionHealth::Unscheduled:
        return tr("unscheduled");
    case RetentionHealth::HeldBack:
        return tr("held back");
    case RetentionHealth::Failing:
        return tr("failing");
    }
    return {};
}

Tone healthTone(RetentionHealth health)
{
    switch (health) {
    case RetentionHealth::Healthy:
        return Tone::Success;
    case RetentionHealth::Running:
    case RetentionHealth::New:
        return Tone::Accent;
    case RetentionHealth::ForEver:
    case RetentionHealth::Paused:
        return Tone::Dim;
    case RetentionHealth::Unscheduled:
    case RetentionHealth::HeldBack:
        return Tone::Warning;
    case RetentionHealth::Failing:
        return Tone::Error;
    }
    return Tone::Text;
}

QString retentionStateText(RetentionRun::State state)
{
    switch (state) {
    case RetentionRun::State::Running:
        return tr("running");
    case RetentionRun::State::Done:
        return tr("done");
    case RetentionRun::State::Refused:
        return tr("held back");
    case RetentionRun::State::Failed:
        return tr("failed");
    case RetentionRun::State::Cancelled:
        return tr("cancelled");
    case RetentionRun::State::Interrupted:
        return tr("died");
    case RetentionRun::State::AlreadyRunning:
        return tr("another session is at it");
    case RetentionRun::State::KeptForEver:
        return tr("rows are kept for ever");
    }
    return {};
}

QString howText(bool isByPartitions)
{
    return isByPartitions ? tr("drops partitions") : tr("deletes rows");
}

QString wentText(const RetentionRun &run)
{
    if (!run.changedAnything())
        return tr("nothing");
    if (run.partitionsDropped.isEmpty())
        return tr("%1, some %2").arg(rowsText(run.rowsDeleted), bytesText(double(run.bytesFreed)));
    return tr("%1, %2").arg(partitionsText(run.partitionsDropped.size()), bytesText(double(run.bytesFreed)));
}

QString momentInUtc(const QDateTime &moment, const QString &otherwise)
{
    return moment.isValid() ? moment.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm")) + tr(" UTC") : otherwise;
}

QString fateText(ExpiringPartition::Fate fate)
{
    switch (fate) {
    case ExpiringPartition::Fate::Goes:
        return tr("goes");
    case ExpiringPartition::Fate::Waits:
        return tr("stays: not rolled up yet");
    case ExpiringPartition::Fate::Wide:
        return tr("stays: wider than it looks");
    case ExpiringPartition::Fate::Beyond:
        return tr("stays: it also holds younger rows");
    }
    return {};
}

QString verdictText(const RetentionPreview &preview)
{
    if (preview.isEmpty())
        return preview.isRefused() ? tr("Nothing may go now.") : tr("Nothing is old enough to go.");
    if (preview.isByPartitions) {
        QStringList parts{partitionsText(preview.partitionsGoing())};
        if (preview.rows >= 0)
            parts << tr("about %1").arg(rowsText(preview.rows));
        if (preview.bytes >= 0)
            parts << bytesText(double(preview.bytes));
        return tr("A run now drops %1.").arg(parts.join(QStringLiteral(", ")));
    }
    const QString rows = preview.isExact ? rowsText(preview.rows) : tr("at least %1").arg(rowsText(preview.rows));
    return tr("A run now deletes %1, about %2.").arg(rows, bytesText(double(preview.bytes)));
}

} // namespace Shardboard
