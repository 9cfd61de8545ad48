// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QMap>
#include <QStringList>

namespace Shardboard {

/// The keywords a psql call connects with, by its words after `psql`. Options that say nothing about the connection are
/// passed over; unknown ones are an error.
Outcome<QMap<QString, QString>> readPsqlArguments(const QStringList &words);

/// The path of psql, or of psql.exe, or the bare word.
bool isPsqlProgram(const QString &word);

} // namespace Shardboard
