// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QIcon>

#include <functional>

class QLineEdit;
class QListWidget;

namespace Shardboard {

/// One line to type into that finds everything there is to go to or do: dashboards, connections, commands. Enter does
/// it, Esc closes.
class CommandPalette final : public QDialog
{
    Q_OBJECT

public:
    struct Entry
    {
        QString title;
        QString kind; ///< "Dashboard", "Connection", or the keys of a command
        QIcon icon;
        std::function<void()> run;
    };

    CommandPalette(QList<Entry> entries, QWidget *parent);
    /// The entries that fit what is typed, best first: the beginning of the title, of a word, then letters in order.
    static QList<int> matches(const QList<Entry> &entries, const QString &typed);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter(const QString &typed);
    void runCurrent();

    QList<Entry> m_entries;
    QLineEdit *m_edit;
    QListWidget *m_list;
};

} // namespace Shardboard
