// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/plancommand.h"

namespace Shardboard::Ctl {

namespace {

int run(Context &context)
{
    QCommandLineParser parser;
    parser.addOption({QStringLiteral("save"), {}, QStringLiteral("file")});
    Intent intent;
    if (const auto over = readIntent(context, parser, intent))
        return *over;
    return applyPlan(context, intent, parser.value(QStringLiteral("save")));
}

const CommandRegistration registration({QStringLiteral("apply"),
    {QStringLiteral("apply INTENT.json [--save RUN.json]")},
    QStringLiteral("Carries out an intent and reports what was done."),
    QStringLiteral("Does what plan prints, transaction by transaction, and stops at the first failure. Applying again\n"
                   "changes nothing that is already so.\n\n"
                   "      --save RUN.json  adds what was done to this file, from which undo undoes it"),
    run});

} // namespace

} // namespace Shardboard::Ctl
