// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/tableactions.h"

#include <QAction>

#include <algorithm>

namespace Shardboard {

namespace {

bool isFree(const CatalogueTable &table)
{
    return table.kind == TableKind::Local || table.kind == TableKind::LocalManaged;
}

bool isTaken(const CatalogueTable &table)
{
    return table.kind == TableKind::Distributed || table.kind == TableKind::Reference
        || table.kind == TableKind::SingleShard || table.kind == TableKind::LocalManaged;
}

bool isSharded(const QString &schema, const Catalogue &catalogue)
{
    return std::ranges::any_of(catalogue.tables, [&](const CatalogueTable &table) {
        return table.name.schema == schema && table.kind == TableKind::SchemaSharded;
    });
}

} // namespace

QList<QualifiedName> TableSelection::distributable() const
{
    QList<QualifiedName> names;
    for (const CatalogueTable *table : tables) {
        if (isFree(*table))
            names << table->name;
    }
    return names;
}

QList<QualifiedName> TableSelection::distributed() const
{
    QList<QualifiedName> names;
    for (const CatalogueTable *table : tables) {
        if (isTaken(*table))
            names << table->name;
    }
    return names;
}

QString TableSelection::shardedSchema(const Catalogue &catalogue) const
{
    const QString name = tables.isEmpty() ? schema : tables.first()->name.schema;
    const bool isOneSchema
        = std::ranges::all_of(tables, [&](const CatalogueTable *table) { return table->name.schema == name; });
    return isOneSchema && !name.isEmpty() && isSharded(name, catalogue) ? name : QString();
}

const CatalogueTable *TableSelection::spreadByColumn() const
{
    return tables.size() == 1 && tables.first()->kind == TableKind::Distributed ? tables.first() : nullptr;
}

TableActions::TableActions(QObject *parent) : QObject(parent)
{
    add(Copy, tr("&Copy name"), {});
    add(Distribute, tr("&Distribute…"), tr("Spread it over the nodes"));
    add(ChangeDistribution, tr("C&hange distribution…"), tr("Another column, shard count or colocation group"));
    add(IsolateTenant, tr("&Isolate a tenant…"), tr("Give the rows of one tenant a shard of their own"));
    add(MakeLocal, tr("&Make local again…"), tr("Bring the rows back to the coordinator"));
    add(Partition, tr("&Partition by time…"), tr("Cut it by time, or look after its partitions"));
    add(RollUp, tr("&Roll up…"), tr("Keep counts, sums and distincts of it up to date in a small table"));
    add(Retain, tr("R&etention…"), tr("How long its rows are kept"));
    action(Copy).setShortcut(QKeySequence::Copy);
    action(Copy).setShortcutContext(Qt::WidgetShortcut);
}

void TableActions::add(Command command, const QString &text, const QString &toolTip)
{
    auto *action = new QAction(text, this);
    action->setToolTip(toolTip);
    m_actions.insert(command, action);
}

QList<QAction *> TableActions::all() const
{
    return QList<QAction *>{&action(Copy)} + wizards();
}

QList<QAction *> TableActions::wizards() const
{
    return {&action(Distribute), &action(ChangeDistribution), &action(IsolateTenant), &action(MakeLocal),
        &action(Partition), &action(RollUp), &action(Retain)};
}

void TableActions::offer(const TableSelection &selection, const Catalogue &catalogue, bool maySpread)
{
    const QString sharded = selection.shardedSchema(catalogue);
    const bool isPlainSchema
        = !selection.schema.isEmpty() && selection.schema != QStringLiteral("public") && sharded.isEmpty();
    action(Copy).setEnabled(!selection.tables.isEmpty() || !selection.schema.isEmpty());
    action(Distribute).setEnabled(maySpread && (!selection.distributable().isEmpty() || isPlainSchema));
    action(ChangeDistribution).setEnabled(maySpread && selection.spreadByColumn());
    action(IsolateTenant).setEnabled(maySpread && selection.spreadByColumn());
    action(MakeLocal).setEnabled(maySpread && (!selection.distributed().isEmpty() || !sharded.isEmpty()));
    action(Partition).setEnabled(selection.tables.size() == 1);
    action(RollUp).setEnabled(selection.tables.size() == 1);
    action(Retain).setEnabled(selection.tables.size() == 1);
}

void TableActions::setShown(Command command, bool isShown)
{
    action(command).setVisible(isShown);
}

} // namespace Shardboard
