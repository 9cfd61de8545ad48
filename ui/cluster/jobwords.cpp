// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/jobwords.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>

namespace Shardboard {

namespace {

constexpr auto context = "Shardboard::JobWords";

QString translated(const QHash<QString, const char *> &words, const QString &word)
{
    const char *found = words.value(word, nullptr);
    return found ? QCoreApplication::translate(context, found) : word;
}

} // namespace

QString jobStateText(const QString &state)
{
    static const QHash<QString, const char *> words{
        {QStringLiteral("scheduled"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "scheduled")},
        {QStringLiteral("running"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "running")},
        {QStringLiteral("finished"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "finished")},
        {QStringLiteral("cancelling"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "being stopped")},
        {QStringLiteral("cancelled"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "stopped")},
        {QStringLiteral("failing"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "failing")},
        {QStringLiteral("failed"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "failed")},
    };
    return translated(words, state);
}

QString taskStateText(const BackgroundTask &task)
{
    static const QHash<QString, const char *> words{
        {QStringLiteral("blocked"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "waits for another")},
        {QStringLiteral("runnable"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "waits its turn")},
        {QStringLiteral("running"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "running")},
        {QStringLiteral("done"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "done")},
        {QStringLiteral("cancelling"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "being stopped")},
        {QStringLiteral("error"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "failed")},
        {QStringLiteral("unscheduled"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "given up")},
        {QStringLiteral("cancelled"), QT_TRANSLATE_NOOP("Shardboard::JobWords", "stopped")},
    };
    if (!task.phase.isEmpty())
        return task.phase;
    if (task.status == QStringLiteral("runnable") && task.notBefore > QDateTime::currentDateTimeUtc())
        return QCoreApplication::translate(context, "tried again at %1")
            .arg(QLocale().toString(task.notBefore.toLocalTime().time(), QLocale::LongFormat));
    return translated(words, task.status);
}

int taskOrder(const BackgroundTask &task)
{
    static const QStringList order{QStringLiteral("running"), QStringLiteral("cancelling"), QStringLiteral("error"),
        QStringLiteral("runnable"), QStringLiteral("blocked"), QStringLiteral("unscheduled"), QStringLiteral("done"),
        QStringLiteral("cancelled")};
    const qsizetype place = order.indexOf(task.status);
    return int(place < 0 ? order.size() : place);
}

QString taskText(const BackgroundTask &task)
{
    return task.command.contains(QStringLiteral("reference_table"))
        ? QCoreApplication::translate(context, "Copy reference tables to new nodes")
        : task.command.simplified();
}

} // namespace Shardboard
