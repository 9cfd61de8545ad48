// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/plancommand.h"

namespace Shardboard::Ctl {

namespace {

int run(Context &context)
{
    QCommandLineParser parser;
    Intent intent;
    if (const auto over = readIntent(context, parser, intent))
        return *over;
    return printPlan(context, intent);
}

const CommandRegistration registration({QStringLiteral("plan"), {QStringLiteral("plan INTENT.json")},
    QStringLiteral("Prints the SQL script that would carry out an intent."),
    QStringLiteral(
        "An intent is what a wizard saves: a JSON document with a kind and its settings. The script runs in\n"
        "psql; running it again does what is still missing."),
    run});

} // namespace

} // namespace Shardboard::Ctl
