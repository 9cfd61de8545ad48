// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/tabledetailview.h"

#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"
#include "ui/tables/actionrow.h"
#include "ui/tables/figures.h"
#include "ui/tables/partlist.h"
#include "ui/tables/tabletreemodel.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>
#include <QTabWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace Shardboard {

TableDetailView::TableDetailView(QWidget *parent)
    : Card(parent)
    , m_name(makeHeading({}, 1.2, this))
    , m_actions(new ActionRow(this))
    , m_summary(makeDimLabel({}, this))
    , m_ahead(makeDimLabel({}, this))
    , m_gaps(makeDimLabel({}, this))
    , m_progress(new ProgressLine(this))
    , m_error(new ErrorView(this))
    , m_tabs(new QTabWidget(this))
    , m_columns(addList(tr("Columns"), {tr("Column"), tr("Type"), tr("NULL"), tr("Default"), tr("Comment")}))
    , m_keys(addList(tr("Indexes and keys"), {tr("Name"), tr("Kind"), tr("Definition")}))
    , m_triggers(addList(tr("Triggers"), {tr("Name"), tr("State"), tr("Definition")}))
    , m_shards(addList(tr("Shards"), {tr("Shard"), tr("Node"), tr("Size"), tr("Rows"), tr("From hash"), tr("To hash")}))
    , m_definition(new SqlView(this))
{
    m_tabs->addTab(m_definition, tr("Definition"));
    setupLayout();
    clear();
    connect(m_error, &ErrorView::retryRequested, this, &TableDetailView::retryRequested);
}

void TableDetailView::setupLayout()
{
    setAccessibleName(tr("Details of the table"));
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    setTone(m_gaps, Tone::Warning);
    m_tabs->setDocumentMode(true);
    m_error->setRetryVisible(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::small, Spacing::small);
    layout->setSpacing(Spacing::small);
    auto *head = new QHBoxLayout;
    head->setSpacing(Spacing::small);
    head->addWidget(m_name, 1);
    head->addWidget(m_actions);
    layout->addLayout(head);
    layout->addWidget(m_summary);
    layout->addWidget(m_ahead);
    layout->addWidget(m_progress);
    layout->addWidget(m_error);
    layout->addWidget(m_gaps);
    layout->addWidget(m_tabs, 1);
}

void TableDetailView::setActions(const QList<QAction *> &actions)
{
    m_actions->setActions(actions);
}

TableDetailView::List TableDetailView::addList(const QString &name, const QStringList &headers)
{
    auto *view = new QTreeView(m_tabs);
    auto *model = new PartListModel(headers, view);
    auto *sorted = new QSortFilterProxyModel(view);
    sorted->setSourceModel(model);
    sorted->setSortRole(PartListModel::OrderRole);
    view->setModel(sorted);
    view->setRootIsDecorated(false);
    view->setUniformRowHeights(true);
    view->setSortingEnabled(true);
    view->sortByColumn(-1, Qt::AscendingOrder);
    view->setFrameShape(QFrame::NoFrame);
    view->setFont(Theme::figureFont());
    view->setAccessibleName(name);
    view->header()->setStretchLastSection(true);
    m_tabs->addTab(view, name);
    return {view, model};
}

void TableDetailView::setTable(const CatalogueTable &table, const Catalogue &catalogue)
{
    const bool isSame = table.oid == m_table.oid;
    m_table = table;
    m_error->hide();
    m_gaps->hide();
    m_name->show();
    m_actions->show();
    m_tabs->show();
    showSummary(catalogue);
    m_horizon = partitionHorizon(m_table, catalogue, QDateTime::currentDateTimeUtc());
    showHorizon({});
    m_progress->setRunning(true);
    if (isSame)
        return;
    for (const List &list : {m_columns, m_keys, m_triggers, m_shards})
        list.model->setRows({});
    m_tabs->setEnabled(false);
}

void TableDetailView::showSummary(const Catalogue &catalogue)
{
    m_name->setText(m_table.name.display());
    QStringList parts{tableKindText(m_table.kind)};
    if (!m_table.distributionColumn.isEmpty())
        parts << tr("by %1").arg(m_table.distributionColumn);
    if (m_table.shardCount > 1)
        parts << tr("%n shards", nullptr, m_table.shardCount);
    if (const ColocationGroup *group = catalogue.group(m_table.colocationId);
        group && m_table.kind == TableKind::Distributed)
        parts << tr("colocation group %1").arg(group->id);
    if (m_table.isPartitioned())
        parts << tr("%1 in %n partitions", nullptr, m_table.partitionCount).arg(m_table.partitionKey);
    if (m_table.bytes >= 0)
        parts << bytesText(double(m_table.bytes));
    if (m_table.rows >= 0)
        parts << tr("about %1 rows").arg(countText(double(m_table.rows)));
    parts << tr("owner %1").arg(m_table.owner);
    QString text = parts.join(QStringLiteral(" · "));
    if (m_table.leftoverBytes > 0)
        text += QLatin1Char('\n')
            + tr("The coordinator still keeps %1 of the rows as they were before the table was distributed.")
                  .arg(bytesText(double(m_table.leftoverBytes)));
    m_summary->setText(text);
}

void TableDetailView::showHorizon(std::optional<qint64> defaultRows)
{
    m_ahead->setVisible(m_horizon.has_value());
    if (!m_horizon)
        return;
    const auto state = m_horizon->state(QDateTime::currentDateTimeUtc());
    const QString until
        = m_horizon->until ? m_horizon->until->toString(QStringLiteral("yyyy-MM-dd HH:mm 'UTC'")) : QString();
    QStringList parts;
    if (m_horizon->isEndless)
        parts << tr("The last partition has no upper limit.");
    else if (state == PartitionHorizon::State::Good)
        parts << tr("%n partitions ready ahead, until %1.", nullptr, m_horizon->ahead).arg(until);
    else if (state == PartitionHorizon::State::RunsOut)
        parts << tr("Partitions run out: none is ready after %1.").arg(until);
    else if (m_horizon->hasDefault())
        parts << tr("Partitions have run out at %1: new rows go to the default partition.").arg(until);
    else
        parts << tr("Partitions have run out at %1: new rows are refused.").arg(until);
    if (defaultRows && *defaultRows > 0)
        parts << (*defaultRows < mostDefaultRows
                ? tr("%n rows in the default partition found none of their own.", nullptr, int(*defaultRows))
                : tr("More than %1 rows in the default partition found none of their own.")
                      .arg(countText(double(mostDefaultRows))));
    else if (defaultRows)
        parts << tr("Nothing in the default partition.");
    const bool isFine = state == PartitionHorizon::State::Good && defaultRows.value_or(0) == 0;
    setTone(m_ahead, isFine ? Tone::Dim : Tone::Warning);
    m_ahead->setText(parts.join(QLatin1Char(' ')));
}

void TableDetailView::setDetail(const TableDetail &detail)
{
    showHorizon(detail.defaultRows);
    m_progress->setRunning(false);
    m_tabs->setEnabled(true);
    m_gaps->setText(detail.gaps.join(QLatin1Char('\n')));
    m_gaps->setVisible(!detail.gaps.isEmpty());
    showColumns(detail);
    showKeys(detail);
    showTriggers(detail);
    showShards(detail);
    m_definition->setSql(detail.viewDefinition);
    m_tabs->setTabVisible(m_tabs->indexOf(m_definition), !detail.viewDefinition.isEmpty());
}

void TableDetailView::setError(const ServerError &error)
{
    m_progress->setRunning(false);
    m_error->setError(error, tr("The details could not be read"));
    m_error->show();
}

void TableDetailView::clear()
{
    m_table = {};
    m_horizon.reset();
    m_ahead->hide();
    m_progress->setRunning(false);
    m_error->hide();
    m_gaps->hide();
    m_name->clear();
    m_name->hide();
    m_actions->hide();
    m_summary->setText(tr("Choose a table to see its columns, keys and shards."));
    m_tabs->setTabVisible(m_tabs->indexOf(m_definition), false);
    m_tabs->hide();
}

void TableDetailView::setCount(QWidget *page, const QString &name, qsizetype count)
{
    const int tab = m_tabs->indexOf(page);
    m_tabs->setTabText(tab, tr("%1 (%2)").arg(name).arg(count));
    m_tabs->setTabVisible(tab, count > 0);
}

void TableDetailView::showColumns(const TableDetail &detail)
{
    QList<QList<PartCell>> rows;
    for (const TableColumn &column : detail.columns) {
        const QString name
            = column.name == m_table.distributionColumn ? tr("%1  (distributes)").arg(column.name) : column.name;
        const QString type
            = column.collation.isEmpty() ? column.type : tr("%1, collation %2").arg(column.type, column.collation);
        const QString start = column.generation.isEmpty() ? column.defaultExpression
            : column.defaultExpression.isEmpty()          ? column.generation
                                                 : tr("%1: %2").arg(column.generation, column.defaultExpression);
        rows << QList<PartCell>{{name}, {type},
            {column.isNotNull ? tr("never") : tr("allowed"), {}, {}, !column.isNotNull}, {start}, {column.comment}};
    }
    m_columns.model->setRows(rows);
    setCount(m_columns.view, tr("Columns"), rows.size());
    m_columns.view->resizeColumnToContents(0);
    m_columns.view->resizeColumnToContents(1);
}

void TableDetailView::showKeys(const TableDetail &detail)
{
    QList<QList<PartCell>> rows;
    QStringList constraintNames;
    for (const TableConstraint &constraint : detail.constraints) {
        QString kind;
        switch (constraint.kind) {
        case TableConstraint::Kind::PrimaryKey:
            kind = tr("primary key");
            break;
        case TableConstraint::Kind::Unique:
            kind = tr("unique");
            break;
        case TableConstraint::Kind::ForeignKey:
            kind
                = constraint.isIncoming ? tr("foreign key from %1").arg(constraint.table.display()) : tr("foreign key");
            break;
        case TableConstraint::Kind::Check:
            kind = tr("check");
            break;
        case TableConstraint::Kind::Exclusion:
            kind = tr("exclusion");
            break;
        case TableConstraint::Kind::Other:
            kind = tr("constraint");
            break;
        }
        if (!constraint.isValidated)
            kind = tr("%1, not validated").arg(kind);
        constraintNames << constraint.name;
        rows << QList<PartCell>{{constraint.name}, {kind}, {constraint.definition}};
    }
    for (const TableIndex &index : detail.indexes) {
        if (constraintNames.contains(index.name))
            continue;
        QString kind = index.isUnique ? tr("unique index") : tr("index");
        if (!index.isValid)
            kind = tr("%1, invalid").arg(kind);
        rows << QList<PartCell>{{index.name}, {kind}, {index.definition}};
    }
    m_keys.model->setRows(rows);
    setCount(m_keys.view, tr("Indexes and keys"), rows.size());
    m_keys.view->resizeColumnToContents(0);
    m_keys.view->resizeColumnToContents(1);
}

void TableDetailView::showTriggers(const TableDetail &detail)
{
    QList<QList<PartCell>> rows;
    for (const TableTrigger &trigger : detail.triggers)
        rows << QList<PartCell>{
            {trigger.name}, {trigger.isEnabled ? tr("enabled") : tr("disabled")}, {trigger.definition}};
    m_triggers.model->setRows(rows);
    setCount(m_triggers.view, tr("Triggers"), rows.size());
    m_triggers.view->resizeColumnToContents(0);
}

void TableDetailView::showShards(const TableDetail &detail)
{
    QList<QList<PartCell>> rows;
    for (const ShardPlacement &placement : detail.placements) {
        const auto figure = [](qint64 value, const QString &text) {
            return value < 0 ? PartCell{tr("unknown"), -1, {}, true} : PartCell{text, value, exactText(value)};
        };
        const auto hash = [](const std::optional<int> &value) {
            return value ? PartCell{QString::number(*value), *value} : PartCell{QString(), 0};
        };
        rows << QList<PartCell>{{QString::number(placement.shardId), placement.shardId},
            {QStringLiteral("%1:%2").arg(placement.host).arg(placement.port)},
            figure(placement.bytes, bytesText(double(placement.bytes))),
            figure(placement.rows, countText(double(placement.rows))), hash(placement.minHash),
            hash(placement.maxHash)};
    }
    m_shards.model->setRows(rows);
    setCount(m_shards.view, tr("Shards"), rows.size());
    for (int column = 0; column < 2; ++column)
        m_shards.view->resizeColumnToContents(column);
}

} // namespace Shardboard
