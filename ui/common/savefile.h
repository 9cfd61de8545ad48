// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QByteArray>
#include <QString>

#include <functional>

class QWidget;

namespace Shardboard {

/// Writes the file whole or not at all.
Completion writeFile(const QString &path, const QByteArray &bytes);

/// Asks where, then writes the file whole or not at all; `done` is not called when the user thinks better of it.
void askToSave(const QString &title, const QString &name, const QByteArray &bytes, QWidget *parent,
    std::function<void(const Completion &, const QString &path)> done);

} // namespace Shardboard
