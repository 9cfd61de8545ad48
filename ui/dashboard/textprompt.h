// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace Shardboard {

/// Asks for one line of text, window-modal and without waiting; `done` gets it when it is not empty and differs from
/// `text`. Nothing happens when `owner` is gone by then.
void askText(const QString &title, const QString &label, const QString &text, QWidget *owner,
    std::function<void(const QString &)> done);

} // namespace Shardboard
