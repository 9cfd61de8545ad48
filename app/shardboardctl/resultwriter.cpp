// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/resultwriter.h"

namespace Shardboard::Ctl {

std::unique_ptr<ResultWriter> makeResultWriter(const QString &format, ResultWriter::Output output)
{
    if (format == QStringLiteral("text"))
        return makeTextWriter(std::move(output));
    if (format == QStringLiteral("csv"))
        return makeCsvWriter(std::move(output));
    if (format == QStringLiteral("json"))
        return makeJsonWriter(std::move(output));
    return nullptr;
}

// The numbers are those of pg_type's built-in types, which never change.
CellKind kindOfType(quint32 typeOid)
{
    switch (typeOid) {
    case 20: // int8
    case 21: // int2
    case 23: // int4
    case 26: // oid
    case 700: // float4
    case 701: // float8
    case 1700: // numeric
        return CellKind::Number;
    case 16:
        return CellKind::Boolean;
    case 114: // json
    case 3802: // jsonb
        return CellKind::Json;
    default:
        return CellKind::Text;
    }
}

} // namespace Shardboard::Ctl
