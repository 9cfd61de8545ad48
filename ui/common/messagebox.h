// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMessageBox>

namespace Shardboard {

/// A question or message whose title and text are data: plain text, cut to what can be read. Deletes itself when
/// closed; the caller opens it.
QMessageBox *makeMessageBox(QMessageBox::Icon icon, const QString &title, const QString &text,
    QMessageBox::StandardButtons buttons, QWidget *parent);

} // namespace Shardboard
