// SPDX-License-Identifier: GPL-3.0-or-later
// What the Tables page asks its owner for: which wizard on which of the selected tables.
#include "ui/common/labels.h"
#include "ui/tables/tablespage.h"

#include "ui/tables/tableshead.h"

#include <QAction>
#include <QMetaMethod>
#include <QPushButton>
#include <QTreeView>

namespace Shardboard {

TableSelection TablesPage::selection() const
{
    TableSelection chosen;
    QStringList schemas;
    for (const QModelIndex &index : m_tree->selectionModel()->selectedRows()) {
        const QModelIndex row = m_filter.mapToSource(index);
        const CatalogueTable *table = m_model.table(row);
        if (table && table->isTable() && table->kind != TableKind::Foreign && !table->isPartition())
            chosen.tables << table;
        if (!table)
            schemas << row.data(TableTreeModel::SchemaRole).toString();
    }
    if (chosen.tables.isEmpty() && schemas.size() == 1)
        chosen.schema = schemas.first();
    return chosen;
}

void TablesPage::setupWizards()
{
    const auto on = [this](TableActions::Command command, auto slot) {
        connect(&m_actions->action(command), &QAction::triggered, this, slot);
    };
    connect(&m_head->distributeButton(), &QPushButton::clicked, this, &TablesPage::requestDistribution);
    on(TableActions::Distribute, &TablesPage::requestDistribution);
    on(TableActions::MakeLocal, &TablesPage::requestLocal);
    on(TableActions::ChangeDistribution, [this] {
        if (const CatalogueTable *table = selection().spreadByColumn())
            Q_EMIT changeDistributionRequested(table->name);
    });
    on(TableActions::IsolateTenant, [this] {
        if (const CatalogueTable *table = selection().spreadByColumn())
            Q_EMIT isolateTenantRequested(table->name);
    });
    on(TableActions::Partition, [this] {
        if (const auto tables = selection().tables; tables.size() == 1)
            Q_EMIT partitionRequested(tables.first()->name);
    });
    on(TableActions::Retain, [this] {
        if (const auto tables = selection().tables; tables.size() == 1)
            Q_EMIT retentionRequested(tables.first()->name);
    });
    on(TableActions::RollUp, [this] {
        if (const auto tables = selection().tables; tables.size() == 1)
            Q_EMIT rollUpRequested(tables.first()->name);
    });
}

void TablesPage::requestDistribution()
{
    const TableSelection chosen = selection();
    if (!chosen.schema.isEmpty() && m_actions->action(TableActions::Distribute).isEnabled())
        Q_EMIT distributeSchemaRequested(chosen.schema);
    else
        Q_EMIT distributeRequested(chosen.distributable());
}

void TablesPage::requestLocal()
{
    const TableSelection chosen = selection();
    UndistributeSettings settings;
    settings.schema = chosen.shardedSchema(*m_model.catalogue());
    if (settings.schema.isEmpty())
        settings.tables = chosen.distributed();
    Q_EMIT makeLocalRequested(settings);
}

bool TablesPage::maySpread() const
{
    return m_capabilities && m_capabilities->hasCitus() && m_capabilities->isCoordinator;
}

void TablesPage::offerActions()
{
    // What nobody carries out is not offered.
    const auto isWired = [this](auto signal) { return isSignalConnected(QMetaMethod::fromSignal(signal)); };
    m_actions->setShown(TableActions::Distribute, isWired(&TablesPage::distributeRequested));
    m_actions->setShown(TableActions::ChangeDistribution, isWired(&TablesPage::changeDistributionRequested));
    m_actions->setShown(TableActions::IsolateTenant, isWired(&TablesPage::isolateTenantRequested));
    m_actions->setShown(TableActions::MakeLocal, isWired(&TablesPage::makeLocalRequested));
    m_actions->setShown(TableActions::Partition, isWired(&TablesPage::partitionRequested));
    m_actions->setShown(TableActions::RollUp, isWired(&TablesPage::rollUpRequested));
    m_actions->setShown(TableActions::Retain, isWired(&TablesPage::retentionRequested));
    const TableSelection chosen = selection();
    m_actions->offer(chosen, *m_model.catalogue(), maySpread());
    QPushButton &button = m_head->distributeButton();
    button.setVisible(m_actions->action(TableActions::Distribute).isVisible());
    button.setEnabled(maySpread() && m_filter.tableCounts().second > 0);
    const int count = int(chosen.distributable().size());
    button.setToolTip(!maySpread() ? m_note->text()
            : count == 0           ? tr("Spread tables over the nodes")
                                   : tr("Spread %n table(s) over the nodes", nullptr, count));
}

} // namespace Shardboard
