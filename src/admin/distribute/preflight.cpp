// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflight.h"

#include "admin/distribute/preflightrules.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

Finding &addFinding(PreflightContext &context, Finding::Severity severity, const QString &code,
    const QualifiedName &table, const QString &subject)
{
    Finding finding;
    finding.severity = severity;
    finding.code = code;
    finding.table = table;
    finding.subject = subject;
    context.findings << finding;
    return context.findings.last();
}

QList<Finding> runRules(const DistributeSettings &settings, const ShardingFacts &facts, const QList<DataCheck> &checks)
{
    const PlannedState state(settings, facts);
    PreflightContext context{settings, facts, checks, state, {}};
    for (const auto check : {checkTables, checkDependencies, checkColumns, checkKeys, checkForeignKeys, checkColocation,
             checkSchema, checkReplaced, checkConcurrent, checkCluster})
        check(context);
    return context.findings;
}

QString severityName(Finding::Severity severity)
{
    switch (severity) {
    case Finding::Severity::Blocks:
        return u"BLOCKS"_s;
    case Finding::Severity::Warns:
        return u"WARNS"_s;
    case Finding::Severity::Informs:
        return u"INFORMS"_s;
    }
    return {};
}

bool isSame(const Finding &left, const Finding &right)
{
    return left.code == right.code && left.table == right.table && left.subject == right.subject;
}

} // namespace

QList<std::pair<const ShardingTable *, const TableChoice *>> PreflightContext::subjects() const
{
    QList<std::pair<const ShardingTable *, const TableChoice *>> found;
    for (const TableChoice &choice : settings.tables) {
        if (const ShardingTable *table = facts.table(choice.table))
            found << std::pair(table, &choice);
    }
    for (const ShardingTable &table : facts.tables) {
        if (!settings.schema.isEmpty() && table.name.schema == settings.schema)
            found << std::pair(&table, nullptr);
    }
    return found;
}

Finding &PreflightContext::block(const QString &code, const QualifiedName &table, const QString &subject)
{
    return addFinding(*this, Finding::Severity::Blocks, code, table, subject);
}

Finding &PreflightContext::warn(const QString &code, const QualifiedName &table, const QString &subject)
{
    return addFinding(*this, Finding::Severity::Warns, code, table, subject);
}

Finding &PreflightContext::inform(const QString &code, const QualifiedName &table, const QString &subject)
{
    return addFinding(*this, Finding::Severity::Informs, code, table, subject);
}

bool Preflight::passes() const
{
    return std::none_of(findings.begin(), findings.end(), [](const Finding &finding) { return finding.isOpen(); });
}

const Finding *Preflight::find(const QString &code, const QualifiedName &table) const
{
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding &finding) {
        return finding.code == code && (table.name.isEmpty() || finding.table == table);
    });
    return found == findings.end() ? nullptr : &*found;
}

QString Preflight::toText() const
{
    QStringList lines;
    for (const Finding &finding : findings) {
        const QString state = finding.fixedBy.isEmpty() ? severityName(finding.severity) : u"FIXED"_s;
        lines << u"%1  %2  %3"_s.arg(state, finding.code, finding.problem);
        if (!finding.rule.isEmpty())
            lines << u"    rule: %1"_s.arg(finding.rule);
        if (!finding.remedy.isEmpty())
            lines << u"    remedy: %1"_s.arg(finding.remedy);
        for (const Fix &fix : finding.fixes) {
            const QString mark = fix.id == finding.fixedBy ? u"chosen"_s : u"fix"_s;
            lines << u"    %1: %2 [%3]%4"_s.arg(
                mark, fix.title, fix.id, fix.consequence.isEmpty() ? QString() : u" - "_s + fix.consequence);
        }
    }
    return lines.join(u'\n');
}

std::optional<ServerError> whatBlocks(const Preflight &preflight)
{
    QStringList open;
    for (const Finding &finding : preflight.findings) {
        if (finding.isOpen())
            open << finding.problem;
    }
    if (open.isEmpty())
        return std::nullopt;
    return ServerError::usage(u"This cannot be done yet: %1"_s.arg(open.join(u' ')),
        u"Each obstacle has a fix or a remedy; \"fixes\" names the fixes to carry out."_s);
}

void addFindings(const Preflight &preflight, Plan &plan)
{
    for (const Finding &finding : preflight.findings) {
        if (!finding.fixedBy.isEmpty())
            continue;
        if (finding.severity == Finding::Severity::Warns)
            plan.warnings << (finding.problem + u' ' + finding.rule).trimmed();
        else if (finding.severity == Finding::Severity::Informs)
            plan.notes << finding.problem;
    }
}

Preflight judge(const QStringList &fixes, const ShardingFacts &facts,
    const std::function<QList<Finding>(const ShardingFacts &)> &rules)
{
    Preflight result;
    result.facts = facts;
    const QList<Finding> untouched = rules(facts);
    for (const Finding &finding : untouched) {
        for (const Fix &fix : finding.fixes) {
            const bool isKnown = std::any_of(result.chosenFixes.begin(), result.chosenFixes.end(),
                [&](const Fix &chosen) { return chosen.id == fix.id; });
            if (isKnown || !fixes.contains(fix.id))
                continue;
            result.chosenFixes << fix;
            result.chosenFixes.last().table = finding.table;
            if (fix.effect)
                fix.effect(result.facts);
        }
    }
    // The rules judge what is left when the chosen fixes have done their work; what they no longer find has been fixed.
    result.findings = result.chosenFixes.isEmpty() ? untouched : rules(result.facts);
    for (Finding finding : untouched) {
        const bool isLeft = std::any_of(result.findings.begin(), result.findings.end(),
            [&](const Finding &other) { return isSame(finding, other); });
        const auto fix = std::find_if(
            finding.fixes.begin(), finding.fixes.end(), [&](const Fix &one) { return fixes.contains(one.id); });
        if (isLeft)
            continue;
        finding.fixedBy = fix == finding.fixes.end() ? result.chosenFixes.first().id : fix->id;
        result.findings << finding;
    }
    std::stable_sort(result.findings.begin(), result.findings.end(), [](const Finding &left, const Finding &right) {
        return std::pair(left.severity, !left.isOpen()) < std::pair(right.severity, !right.isOpen());
    });
    return result;
}

/// Foreign keys that the shards would not accept as they are, or that keep the table from coming back: those of single
/// partitions, and those that are NOT VALID. They are dropped first and added again last, without asking.
void carryForeignKeys(const DistributeSettings &settings, Preflight &verdict)
{
    for (const ShardingForeignKey &key : QList<ShardingForeignKey>(verdict.facts.foreignKeys)) {
        const TableChoice *choice = settings.choice(key.table);
        const ShardingTable *table = verdict.facts.table(key.table);
        const bool isMoved = choice ? choice->spread != Spread::LocalManaged && !choice->concurrently
                                    : !settings.schema.isEmpty() && key.table.schema == settings.schema;
        if (!isMoved || !table || table->kind != TableKind::Local || key.isAddedLast
            || (key.isValidated && !key.concernsPartition()))
            continue;
        const Fix fix = addForeignKeyLastFix(key);
        const bool isChosen = std::any_of(verdict.chosenFixes.begin(), verdict.chosenFixes.end(),
            [&](const Fix &chosen) { return chosen.id == fix.id; });
        if (isChosen)
            continue;
        verdict.chosenFixes << fix;
        verdict.chosenFixes.last().table = key.table;
        fix.effect(verdict.facts);
    }
}

Preflight preflight(const DistributeSettings &settings, const ShardingFacts &facts, const QList<DataCheck> &checks)
{
    Preflight verdict = judge(
        settings.fixes, facts, [&](const ShardingFacts &present) { return runRules(settings, present, checks); });
    carryForeignKeys(settings, verdict);
    return verdict;
}

} // namespace Shardboard
