// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/context.h"
#include "connection/capabilityscan.h"
#include "connection/conninfo.h"

#include <QJsonDocument>

namespace Shardboard::Ctl {

namespace {

int run(Context &context)
{
    QCommandLineParser parser;
    if (const auto over = context.parse(parser))
        return *over;
    const QStringList words = parser.positionalArguments();
    if (words.size() > 1)
        return context.badUsage(QStringLiteral("doctor looks at one server."));
    if (!words.isEmpty()) {
        const auto target = readTarget(words.first());
        if (!target)
            return context.badUsage(target.error().toText());
        context.setConnection(*target);
    }
    auto session = context.openSession(SessionPurpose::Interactive);
    if (!session)
        return context.fail(session);
    const auto capabilities = scanCapabilities(**session);
    if (!capabilities)
        return context.fail(capabilities);
    if (context.json())
        context.printJson(QJsonDocument::fromJson(capabilitiesToJson(*capabilities)).object());
    else
        context.print(describeCapabilities(*capabilities).trimmed());
    return Ok;
}

const CommandRegistration registration({QStringLiteral("doctor"), {QStringLiteral("doctor [CONNINFO]")},
    QStringLiteral("Tells what a server can do for Shardboard, and what each missing thing would take."),
    QStringLiteral("Shows the server, the rights of the user, the nodes of the cluster and the extensions citus,\n"
                   "hll, topn, tdigest, pg_cron and pg_partman. It only reads. Exit status 0 when it could look,\n"
                   "whatever is missing."),
    run});

} // namespace

} // namespace Shardboard::Ctl
