// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/import.h"

#include "admin/import/importfile.h"
#include "admin/import/importrun.h"
#include "admin/import/sequences.h"
#include "connection/syncsession.h"

#include <QElapsedTimer>
#include <QJsonArray>

namespace Shardboard {

namespace {

QString describeFormat(const ImportSettings &settings)
{
    switch (settings.format.value_or(ImportFormat::Csv)) {
    case ImportFormat::Combined:
        return QStringLiteral("Read as an access log (common or combined format).");
    case ImportFormat::Caddy:
        return QStringLiteral("Read as an access log of Caddy.");
    case ImportFormat::Alb:
        return QStringLiteral("Read as an access log of an AWS load balancer.");
    case ImportFormat::Csv:
        break;
    }
    const char delimiter = settings.delimiter.value_or(',');
    const QString name
        = delimiter == '\t' ? QStringLiteral("tab") : QStringLiteral("\"%1\"").arg(QLatin1Char(delimiter));
    return QStringLiteral("Read as CSV with %1 between fields, %2.")
        .arg(
            name, settings.hasHeader ? QStringLiteral("the first line as header") : QStringLiteral("without a header"));
}

QStringList describeLeftOut(const LoadCounts &counts)
{
    QStringList notes;
    if (counts.withMore > 0)
        notes << QStringLiteral(
            "%1 lines have more fields than the table takes (a server name, X-Forwarded-For, times): "
            "these fields are left out.")
                     .arg(counts.withMore);
    if (counts.withoutAddress > 0)
        notes << QStringLiteral("%1 lines name the client by a word that is no IP address: ip_address is NULL there.")
                     .arg(counts.withoutAddress);
    return notes;
}

/// Everything that can be wrong before the first row is sent.
Outcome<ImportTask> prepare(SyncSession &session, const ImportSettings &settings)
{
    if (session.inTransaction())
        return ServerError::usage(QStringLiteral("The session is in a transaction; an import needs one of its own."));
    auto file = inspectFile(settings);
    if (!file)
        return file.failure<ImportTask>();
    auto table = readTargetTable(session, settings.table);
    if (!table)
        return table.failure<ImportTask>();
    ImportTask task;
    task.file = std::move(file).value();
    task.table = std::move(table).value();
    task.plan = planColumns(task.file.settings, task.file.columns, task.table);
    if (!task.plan.problems.isEmpty())
        return ServerError::usage(task.plan.problems.join(QLatin1Char('\n')));
    for (const auto &constant : task.plan.constants) {
        const TargetColumn &column = task.table.columns[constant.target];
        if (auto checked = checkConstant(session, column, constant.value); !checked)
            return checked.failure<ImportTask>();
    }
    return task;
}

} // namespace

Outcome<ImportReport> runImport(SyncSession &session, const ImportSettings &settings, const ProgressSink &progress,
    std::stop_token stop, const std::optional<FurtherSessions> &further)
{
    QElapsedTimer timer;
    timer.start();
    auto task = prepare(session, settings);
    if (!task)
        return task.failure<ImportReport>();
    auto rejectFile = RejectFile::create(settings.rejectPath());
    if (!rejectFile)
        return rejectFile.failure<ImportReport>();
    ImportRun run(session, *task, progress, stop, further);
    if (auto loaded = run.load(); !loaded)
        return loaded.failure<ImportReport>();

    ImportReport report;
    report.read = run.counts().read;
    report.loaded = run.counts().loaded;
    report.rejected = run.rejectedCount();
    report.dropped = run.counts().sent - run.counts().loaded;
    report.notes = QStringList{describeFormat(task->file.settings)} + task->file.notes + task->plan.notes
        + describeLeftOut(run.counts()) + run.notes();
    if (report.rejected > 0) {
        report.rejectFile = settings.rejectPath();
        if (auto written = (*rejectFile)->write(run.rejects()); !written)
            return ServerError::file(QStringLiteral("%1 rows are loaded, but the rejected lines could not be saved: %2")
                                         .arg(report.loaded)
                                         .arg(written.error().message));
    }
    report.notes += catchUpSequences(session, *task);
    report.duration = std::chrono::milliseconds(timer.elapsed());
    return report;
}

QString ImportReport::toText() const
{
    QString text = QStringLiteral("%1 read = %2 loaded + %3 rejected").arg(read).arg(loaded).arg(rejected);
    if (dropped != 0)
        text += QStringLiteral(" + %1 not stored by the server").arg(dropped);
    text += QStringLiteral(" (%1 s)").arg(double(duration.count()) / 1000, 0, 'f', 1);
    for (const QString &note : notes)
        text += QLatin1Char('\n') + note;
    if (!rejectFile.isEmpty())
        text += QStringLiteral("\nRejected lines and why: ") + rejectFile;
    return text;
}

QJsonObject ImportReport::toJson() const
{
    return {
        {QStringLiteral("read"), read},
        {QStringLiteral("loaded"), loaded},
        {QStringLiteral("rejected"), rejected},
        {QStringLiteral("dropped"), dropped},
        {QStringLiteral("rejectFile"), rejectFile.isEmpty() ? QJsonValue() : QJsonValue(rejectFile)},
        {QStringLiteral("milliseconds"), qint64(duration.count())},
        {QStringLiteral("notes"), QJsonArray::fromStringList(notes)},
    };
}

} // namespace Shardboard
