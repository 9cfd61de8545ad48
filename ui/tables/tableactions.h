// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"

#include <QHash>
#include <QObject>

class QAction;

namespace Shardboard {

/// What is selected in the tree. The pointers live as long as the catalogue that is shown.
struct TableSelection
{
    QList<const CatalogueTable *> tables; ///< without views and partitions, which are spread with their table
    QString schema; ///< when it is one schema, and no table

    /// Those that are not spread yet.
    QList<QualifiedName> distributable() const;
    /// Those that citus has taken, a distributed schema's apart.
    QList<QualifiedName> distributed() const;
    /// The distributed schema that all of the tables belong to; empty when there is none.
    QString shardedSchema(const Catalogue &catalogue) const;
    /// The one table that is distributed by a column, or nullptr.
    const CatalogueTable *spreadByColumn() const;
};

/// The commands on chosen tables, each offered where it makes sense. What nobody carries out is not shown.
class TableActions final : public QObject
{
    Q_OBJECT

public:
    enum Command { Copy, Distribute, ChangeDistribution, IsolateTenant, MakeLocal, Partition, RollUp, Retain };
    Q_ENUM(Command)

    explicit TableActions(QObject *parent);

    QAction &action(Command command) const { return *m_actions.value(command); }
    QList<QAction *> all() const;
    /// Those about how tables are spread and cut, for buttons.
    QList<QAction *> wizards() const;
    /// `maySpread`: there is citus, and this is its coordinator.
    void offer(const TableSelection &selection, const Catalogue &catalogue, bool maySpread);
    void setShown(Command command, bool isShown);

private:
    void add(Command command, const QString &text, const QString &toolTip);

    QHash<Command, QAction *> m_actions;
};

} // namespace Shardboard
