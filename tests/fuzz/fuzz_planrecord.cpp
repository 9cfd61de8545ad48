// SPDX-License-Identifier: GPL-3.0-or-later
// Saved runs of plans: what is accepted is written and read again as the same, and undoes the same.
#include "admin/planrecord.h"
#include "admin/planscript.h"
#include "tests/fuzz/fuzzing.h"

#include <QJsonDocument>

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(planrecord)(const QByteArray &input)
{
    const auto history = historyFromJson(input);
    if (!history)
        return;
    const QByteArray written = QJsonDocument(historyToJson(*history)).toJson();
    const auto again = historyFromJson(written);
    Fuzzing::require(again.isOk(), "a written run can be read");
    Fuzzing::require(QJsonDocument(historyToJson(*again)).toJson() == written, "a run is read as it was written");
    const Plan undo = history->undo();
    Fuzzing::require(again->undo().steps == undo.steps, "a saved run undoes the same");
    (void)planScript(undo);
}
