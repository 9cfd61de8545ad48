// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

class QString;
class QWidget;

namespace Shardboard {

struct WizardContext;

namespace Testing {

/// Saves what a page looks like now under a name, "distribute-column"; false when it could not.
using SavePicture = std::function<bool(QWidget &page, const QString &name)>;

/// Goes through every page of the wizards about how tables are spread, on tables of a schema of its own that is dropped
/// afterwards. The server must have citus.
bool drawShardingWizards(const WizardContext &context, const SavePicture &save);

/// Partitions a filled table by time, page by page; any server will do.
bool drawPartitionWizard(const WizardContext &context, const SavePicture &save);

/// Rolls up a filled table, page by page; any server will do.
bool drawRollupWizard(const WizardContext &context, const SavePicture &save);

} // namespace Testing
} // namespace Shardboard
