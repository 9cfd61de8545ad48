// SPDX-License-Identifier: GPL-3.0-or-later
// SQL on its way into a script for psql: it cannot end the literal that carries it.
#include "admin/psqltext.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(psqltext)(const QByteArray &input)
{
    const QString sql = QString::fromUtf8(input);
    const QString quoted = dollarQuoted(sql);
    const QString tag = quoted.left(quoted.indexOf(QLatin1Char('$'), 1) + 1);
    Fuzzing::require(quoted.endsWith(tag) && quoted.size() == sql.size() + 2 * tag.size(), "the tag is at both ends");
    Fuzzing::require(quoted.indexOf(tag, tag.size()) == quoted.size() - tag.size(), "the tag is nowhere else");
    const QString statement = psqlStatement(sql);
    Fuzzing::require(isPlainForPsql(sql) || statement.contains(QLatin1String("\\gexec")), "psql acts on nothing of it");
}
