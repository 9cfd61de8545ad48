// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/connection/linkstatus.h"

#include <QDialog>

namespace Shardboard {

/// The program's version, what it is built on, the connected server's version, and the licence; Copy for bug reports.
class AboutDialog final : public QDialog
{
    Q_OBJECT

public:
    AboutDialog(const LinkStatus &status, QWidget *parent);
    static void open(const LinkStatus &status, QWidget *parent);
    using QDialog::open;
};

} // namespace Shardboard
