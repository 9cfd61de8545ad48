// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/runningwork.h"

#include <QLocale>

#include <algorithm>

namespace Shardboard {

int RunningWork::add(const QString &title, std::function<void()> cancel, AtExit atExit)
{
    Item item;
    item.id = ++m_lastId;
    item.title = title;
    item.cancel = std::move(cancel);
    item.asksBeforeExit = atExit == AtExit::Ask;
    item.since.start();
    m_items.append(std::move(item));
    Q_EMIT changed();
    return m_lastId;
}

void RunningWork::update(int id, const Progress &progress)
{
    if (Item *item = find(id)) {
        item->progress = progress;
        Q_EMIT changed();
    }
}

void RunningWork::finish(int id)
{
    if (m_items.removeIf([id](const Item &item) { return item.id == id; }) > 0)
        Q_EMIT changed();
}

void RunningWork::cancel(int id)
{
    Item *item = find(id);
    if (!item || !item->cancel || item->isCancelling)
        return;
    item->isCancelling = true;
    const auto cancel = item->cancel; // it may finish() the item
    Q_EMIT changed();
    cancel();
}

QStringList RunningWork::titlesToAskAbout() const
{
    QStringList titles;
    for (const Item &item : m_items)
        if (item.asksBeforeExit)
            titles.append(item.title);
    return titles;
}

RunningWork::Item *RunningWork::find(int id)
{
    const auto found = std::ranges::find(m_items, id, &Item::id);
    return found == m_items.end() ? nullptr : &*found;
}

QString describeProgress(const Progress &progress)
{
    const QLocale locale;
    if (progress.done == 0 && progress.total == 0)
        return {};
    if (progress.unit == QLatin1String("bytes")) {
        const QString done = locale.formattedDataSize(progress.done, 1);
        return progress.total ? RunningWork::tr("%1 of %2").arg(done, locale.formattedDataSize(progress.total, 1))
                              : done;
    }
    const QString unit = progress.unit == QLatin1String("steps") ? RunningWork::tr("steps")
        : progress.unit == QLatin1String("rows")                 ? RunningWork::tr("rows")
                                                                 : progress.unit;
    const QString done = locale.toString(progress.done);
    return progress.total ? RunningWork::tr("%1 of %2 %3").arg(done, locale.toString(progress.total), unit)
                          : RunningWork::tr("%1 %2").arg(done, unit);
}

} // namespace Shardboard
