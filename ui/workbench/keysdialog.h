// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QAction;

namespace Shardboard {

/// The list of keys, read from the window's actions and the page's own, so it cannot be wrong.
class KeysDialog final : public QDialog
{
    Q_OBJECT

public:
    KeysDialog(const QList<QAction *> &actions, QWidget *parent);
    static void open(const QList<QAction *> &actions, QWidget *parent);
    using QDialog::open;
};

} // namespace Shardboard
