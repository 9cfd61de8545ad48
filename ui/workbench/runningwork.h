// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/progress.h"

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>

namespace Shardboard {

/// What the program is working on, so that the status bar can always tell. Whoever starts long work adds an item and
/// takes it away; GUI thread.
class RunningWork final : public QObject
{
    Q_OBJECT

public:
    struct Item
    {
        int id = 0;
        QString title;
        Progress progress;
        std::function<void()> cancel; ///< null: it cannot be stopped
        bool isCancelling = false;
        bool asksBeforeExit = false; ///< the user decides whether it may be cut off by the end of the program
        QElapsedTimer since;
    };

    using QObject::QObject;
    /// What changes a server that is not the program's own is not cut off without a question.
    enum class AtExit { Ask, Stop };
    int add(const QString &title, std::function<void()> cancel, AtExit atExit = AtExit::Ask);
    void update(int id, const Progress &progress);
    void finish(int id);
    void cancel(int id);
    const QList<Item> &items() const { return m_items; }
    QStringList titlesToAskAbout() const;

Q_SIGNALS:
    void changed();

private:
    Item *find(int id);

    QList<Item> m_items;
    int m_lastId = 0;
};

/// "12,345 of 2,000,000 rows", "64.0 MiB", empty while nothing is known.
QString describeProgress(const Progress &progress);

} // namespace Shardboard
