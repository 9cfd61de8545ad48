// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/plancommand.h"

namespace Shardboard::Ctl {

namespace {

int run(Context &context)
{
    Intent intent;
    if (const auto over = readIntent(context, intent))
        return *over;
    return applyPlan(context, intent);
}

const CommandRegistration registration({QStringLiteral("apply"), {QStringLiteral("apply INTENT.json")},
    QStringLiteral("Carries out an intent and reports what was done."),
    QStringLiteral("Does what plan prints, transaction by transaction, and stops at the first failure. Applying again\n"
                   "changes nothing that is already so."),
    run});

} // namespace

} // namespace Shardboard::Ctl
