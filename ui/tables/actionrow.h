// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

class QAction;
class QPushButton;

namespace Shardboard {

/// A button for each action that can be carried out now; the others are not there.
class ActionRow final : public QWidget
{
    Q_OBJECT

public:
    explicit ActionRow(QWidget *parent = nullptr);
    void setActions(const QList<QAction *> &actions);

private:
    static void update(QPushButton &button, const QAction &action);
};

} // namespace Shardboard
