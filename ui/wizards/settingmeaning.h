// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"
#include "connection/values/capabilities.h"
#include "ui/wizards/meaningpanel.h"

#include <QMap>

namespace Shardboard {

/// What one setting of a blueprint means with the value it has now, worked out for this server: storage, freshness,
/// shards. `values` holds every setting as it is filled in.
Meaning meaningOf(const BlueprintInfo &blueprint, const BlueprintSetting &setting, const QMap<QString, QString> &values,
    const ServerCapabilities &server);

/// Seconds of "1 day", "90 minutes", "2 weeks"; a month counts 30 days. 0 when it does not read as one.
qint64 intervalSeconds(const QString &interval);

} // namespace Shardboard
