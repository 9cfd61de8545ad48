// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace Shardboard {

/// Watches every widget of the program, also those that Qt makes: a label that would guess whether its text is HTML is
/// set to plain text before it is first laid out (tool tips are such labels), and long tool tips and window titles are
/// cut. HTML in the name of a table could otherwise load a file of this machine.
class TextGuard final : public QObject
{
    Q_OBJECT

public:
    /// For the whole program; a second call changes nothing.
    static void install();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    using QObject::QObject;
};

} // namespace Shardboard
