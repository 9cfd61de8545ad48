// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/distributetablespage.h"

#include "admin/distribute/candidates.h"
#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QComboBox>
#include <QCompleter>
#include <QHeaderView>
#include <QPushButton>
#include <QRadioButton>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

enum Column { Name, Rows, Size, Kind, ColumnCount };

QTableWidgetItem *fixedItem(const QString &text, Qt::Alignment alignment = Qt::AlignLeft | Qt::AlignVCenter)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setTextAlignment(alignment);
    return item;
}

bool canBeDistributed(const CatalogueTable &table)
{
    return !table.isPartition() && (table.kind == TableKind::Local || table.kind == TableKind::LocalManaged);
}

} // namespace

QString spreadText(Spread spread)
{
    switch (spread) {
    case Spread::Distributed:
        return DistributeTablesPage::tr("Distributed by a column");
    case Spread::Reference:
        return DistributeTablesPage::tr("Reference table");
    case Spread::SingleShard:
        return DistributeTablesPage::tr("Whole on one node");
    case Spread::LocalManaged:
        return DistributeTablesPage::tr("Local, managed");
    }
    Q_UNREACHABLE();
}

namespace {

QString spreadMeaning(Spread spread)
{
    switch (spread) {
    case Spread::Distributed:
        return DistributeTablesPage::tr("Its rows are shared out among the nodes by the values of a column");
    case Spread::Reference:
        return DistributeTablesPage::tr("A copy on every node, for small tables that much is joined with");
    case Spread::SingleShard:
        return DistributeTablesPage::tr("One shard on one node, without a distribution column");
    case Spread::LocalManaged:
        return DistributeTablesPage::tr(
            "Stays on the coordinator; citus knows it, so that any node can be asked for it");
    }
    Q_UNREACHABLE();
}

} // namespace

DistributeTablesPage::DistributeTablesPage(QWidget *parent)
    : QWidget(parent)
    , m_someTables(new QRadioButton(tr("&Tables"), this))
    , m_wholeSchema(new QRadioButton(tr("A whole &schema, each tenant in one of its own"), this))
    , m_stack(new QStackedWidget(this))
    , m_table(new QTableWidget(this))
    , m_more(new QComboBox(this))
    , m_add(new QPushButton(tr("&Add"), this))
    , m_remove(new QPushButton(tr("&Remove"), this))
    , m_connected(makeDimLabel({}, this))
    , m_addConnected(new QPushButton(tr("Add &these too"), this))
    , m_schemas(new QComboBox(this))
    , m_status(makeDimLabel({}, this))
    , m_error(new ErrorView(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addWidget(makeHeading(tr("What shall be spread, and how?"), 1.35, this));
    layout->addWidget(m_someTables);
    layout->addWidget(m_wholeSchema);
    layout->addWidget(m_error);
    m_stack->addWidget(makeTablesView());
    m_stack->addWidget(makeSchemaView());
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_status);
    m_someTables->setChecked(true);
    m_error->hide();
    m_error->setRetryVisible(true);
    connect(m_error, &ErrorView::retryRequested, this, &DistributeTablesPage::retryRequested);
    for (QRadioButton *button : {m_someTables, m_wholeSchema})
        connect(button, &QRadioButton::clicked, this, &DistributeTablesPage::announceSchema);
}

QWidget *DistributeTablesPage::makeTablesView()
{
    setupTable(*m_table);
    m_table->setColumnCount(ColumnCount);
    m_table->setHorizontalHeaderLabels({tr("Table"), tr("Rows"), tr("Size"), tr("How")});
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(Name, 150);
    m_table->setColumnWidth(Rows, 64);
    m_table->setColumnWidth(Size, 72);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setAccessibleName(tr("Tables to spread"));
    m_more->setEditable(true);
    m_more->setInsertPolicy(QComboBox::NoInsert);
    m_more->completer()->setFilterMode(Qt::MatchContains);
    m_more->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_more->setAccessibleName(tr("Another table"));
    for (QPushButton *button : {m_add, m_remove, m_addConnected})
        button->setAutoDefault(false);
    auto *view = new QWidget(this);
    auto *layout = new QVBoxLayout(view);
    layout->setContentsMargins({});
    layout->setSpacing(Spacing::small);
    layout->addWidget(m_table, 1);
    auto *row = new QHBoxLayout;
    row->addWidget(m_more, 1);
    row->addWidget(m_add);
    row->addWidget(m_remove);
    layout->addLayout(row);
    layout->addWidget(m_connected);
    layout->addWidget(m_addConnected, 0, Qt::AlignLeft);
    connect(m_add, &QPushButton::clicked, this, &DistributeTablesPage::addTyped);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (const int current = m_table->currentRow(); current >= 0 && current < m_draft.tables.size())
            Q_EMIT tableRemoved(m_draft.tables.at(current).name);
    });
    connect(m_addConnected, &QPushButton::clicked, this, [this] { Q_EMIT tablesAdded(m_suggested); });
    return view;
}

QWidget *DistributeTablesPage::makeSchemaView()
{
    auto *view = new QWidget(this);
    auto *layout = new QVBoxLayout(view);
    layout->setContentsMargins({});
    layout->addWidget(makeDimLabel(
        tr("All tables of the schema go to one node together, keys and foreign keys unchanged. New tables of the "
           "schema follow by themselves. The nodes fill up schema by schema, so it suits many schemas of moderate "
           "size."),
        view));
    m_schemas->setAccessibleName(tr("Schema"));
    layout->addWidget(m_schemas);
    layout->addStretch(1);
    connect(m_schemas, &QComboBox::activated, this, &DistributeTablesPage::announceSchema);
    return view;
}

void DistributeTablesPage::announceSchema()
{
    Q_EMIT schemaChosen(m_wholeSchema->isChecked(), m_schemas->currentText());
}

void DistributeTablesPage::addTyped()
{
    const int place = m_more->findText(m_more->currentText());
    if (place < 0) {
        m_status->setText(tr("There is no table %1 that could be added.").arg(m_more->currentText()));
        return;
    }
    Q_EMIT tablesAdded({m_more->itemData(place).value<QualifiedName>()});
}

void DistributeTablesPage::setCatalogue(const Catalogue &catalogue)
{
    m_catalogue = catalogue;
    const QString before = m_schemas->currentText();
    m_schemas->clear();
    QStringList schemas;
    QStringList sharded;
    for (const CatalogueTable &table : catalogue.tables) {
        if (table.kind == TableKind::SchemaSharded)
            sharded << table.name.schema;
        else if (table.isTable() && table.name.schema != QStringLiteral("public"))
            schemas << table.name.schema;
    }
    schemas.removeDuplicates();
    schemas.removeIf([&](const QString &schema) { return sharded.contains(schema); });
    m_schemas->addItems(schemas);
    m_schemas->setCurrentIndex(qMax(0, schemas.indexOf(before)));
    m_wholeSchema->setEnabled(!schemas.isEmpty());
    m_wholeSchema->setToolTip(
        schemas.isEmpty() ? tr("No schema is left but public, which cannot be distributed") : QString());
}

void DistributeTablesPage::setDraft(const DistributeDraft &draft, const ShardingFacts &facts)
{
    m_draft = draft;
    m_error->hide();
    m_someTables->setChecked(!draft.isWholeSchema);
    m_wholeSchema->setChecked(draft.isWholeSchema);
    m_stack->setCurrentIndex(draft.isWholeSchema ? 1 : 0);
    if (const int place = m_schemas->findText(draft.schema); draft.isWholeSchema && place >= 0)
        m_schemas->setCurrentIndex(place);
    m_table->setRowCount(int(draft.tables.size()));
    for (int row = 0; row < m_table->rowCount(); ++row)
        fillRow(row, draft.tables.at(row), facts);
    m_remove->setEnabled(!draft.tables.isEmpty());
    m_more->clear();
    for (const CatalogueTable &table : m_catalogue.tables) {
        const bool isThere = m_draft.table(table.name);
        if (canBeDistributed(table) && !isThere)
            m_more->addItem(table.name.display(), QVariant::fromValue(table.name));
    }
    m_add->setEnabled(m_more->count() > 0);
    showConnected(draft, facts);
    if (!draft.isWholeSchema && draft.tables.isEmpty())
        m_status->setText(m_more->count() > 0 ? tr("Add the tables that belong together.")
                                              : tr("There is no table left that is not distributed."));
    else
        m_status->clear();
}

void DistributeTablesPage::fillRow(int row, const DistributeDraft::Table &table, const ShardingFacts &facts)
{
    const ShardingTable *known = facts.table(table.name);
    const auto right = Qt::AlignRight | Qt::AlignVCenter;
    m_table->setItem(row, Name, fixedItem(table.name.display()));
    m_table->setItem(row, Rows, fixedItem(known && known->rows >= 0 ? countText(double(known->rows)) : tr("?"), right));
    m_table->setItem(row, Size, fixedItem(known ? bytesText(double(known->bytes)) : tr("?"), right));
    m_table->setCellWidget(row, Kind, makeKindBox(table, known));
    if (known) {
        const QString why = adviseSpread(*known, facts).why;
        for (const int column : {int(Name), int(Rows), int(Size)})
            m_table->item(row, column)->setToolTip(why);
    }
}

QComboBox *DistributeTablesPage::makeKindBox(const DistributeDraft::Table &table, const ShardingTable *known)
{
    auto *box = new QComboBox(m_table);
    for (const Spread spread : {Spread::Distributed, Spread::Reference, Spread::SingleShard, Spread::LocalManaged}) {
        box->addItem(spreadText(spread), int(spread));
        box->setItemData(box->count() - 1, spreadMeaning(spread), Qt::ToolTipRole);
    }
    box->setCurrentIndex(box->findData(int(table.spread)));
    box->setEnabled(known);
    box->setAccessibleName(tr("How %1 shall be spread").arg(table.name.display()));
    connect(box, &QComboBox::activated, this,
        [this, box, name = table.name] { Q_EMIT spreadChosen(name, Spread(box->currentData().toInt())); });
    return box;
}

void DistributeTablesPage::showConnected(const DistributeDraft &draft, const ShardingFacts &facts)
{
    m_suggested.clear();
    QStringList names;
    DistributeDraft chosen = draft;
    for (const ShardingTable &table : facts.tables) {
        const bool isFree = table.kind == TableKind::Local && !table.isTemporary && table.partitionOf.name.isEmpty();
        if (isFree && !chosen.table(table.name) && !draft.tables.isEmpty()) {
            m_suggested << table.name;
            names << table.name.display();
        }
    }
    m_connected->setText(tr("Foreign keys connect them with: %1").arg(names.join(QStringLiteral(", "))));
    m_connected->setVisible(!names.isEmpty());
    m_addConnected->setVisible(!names.isEmpty());
}

void DistributeTablesPage::showWorking(bool isWorking)
{
    if (isWorking)
        m_status->setText(tr("Reading the tables…"));
    m_add->setEnabled(!isWorking && m_more->count() > 0);
}

void DistributeTablesPage::showError(const ServerError &error)
{
    m_status->clear();
    m_error->setError(error, tr("The tables could not be read"));
    m_error->show();
}

} // namespace Shardboard
