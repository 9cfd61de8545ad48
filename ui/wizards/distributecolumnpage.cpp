// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/distributecolumnpage.h"

#include "admin/distribute/sampling.h"
#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"
#include "ui/tables/shardsizebars.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLocale>
#include <QProgressBar>
#include <QTableWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

enum Column { Name, Type, Values, Nulls, Common, ForeignKeys, Joins, Skew, ColumnCount };

QTableWidgetItem *makeItem(const QString &text, bool isPossible, bool isFigure = false)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setToolTip(text);
    if (isFigure)
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    if (!isPossible)
        item->setForeground(Theme::instance().dimText());
    return item;
}

QString bulleted(const QStringList &lines, QChar sign)
{
    QStringList out;
    for (const QString &line : lines)
        out << sign + QStringLiteral("  ") + line;
    return out.join(QLatin1Char('\n'));
}

} // namespace

DistributeColumnPage::DistributeColumnPage(QWidget *parent)
    : QWidget(parent)
    , m_table(new QComboBox(this))
    , m_list(new QTableWidget(this))
    , m_for(makeTextLabel(this))
    , m_against(makeTextLabel(this))
    , m_bars(new ShardSizeBars(this))
    , m_source(makeDimLabel({}, this))
    , m_reading(new QProgressBar(this))
    , m_error(new ErrorView(this))
{
    setTone(m_for, Tone::Success);
    setTone(m_against, Tone::Warning);
    setupCandidates();
    setupLayout();
    connect(m_table, &QComboBox::currentIndexChanged, this, [this] {
        showTable();
        Q_EMIT lookedAt();
    });
    connect(m_list, &QTableWidget::currentCellChanged, this, [this](int row, int, int before, int) {
        if (row < 0 || row == before || row >= m_candidates.size())
            return;
        showColumn();
        Q_EMIT columnChosen(currentTable(), m_candidates.at(row).isPossible ? m_candidates.at(row).column : QString());
        Q_EMIT lookedAt();
    });
}

void DistributeColumnPage::setupCandidates()
{
    setupTable(*m_list);
    m_list->setColumnCount(ColumnCount);
    m_list->setHorizontalHeaderLabels(
        {tr("Column"), tr("Type"), tr("Values"), tr("NULL"), tr("Most common"), tr("Keys"), tr("Joins"), tr("Skew")});
    m_list->horizontalHeaderItem(ForeignKeys)->setToolTip(tr("Foreign keys that stay possible"));
    m_list->horizontalHeaderItem(Joins)->setToolTip(tr("Other tables that have the column, and could be joined by it"));
    m_list->horizontalHeaderItem(Skew)->setToolTip(tr("The largest shard over the average; 1 is even"));
    m_list->verticalHeader()->hide();
    m_list->horizontalHeader()->setSectionResizeMode(Common, QHeaderView::Stretch);
    const QList<std::pair<int, int>> widths{
        {Name, 132}, {Type, 104}, {Values, 64}, {Nulls, 56}, {ForeignKeys, 52}, {Joins, 52}, {Skew, 56}};
    for (const auto &[column, width] : widths)
        m_list->setColumnWidth(column, width);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setAccessibleName(tr("Candidates for the distribution column, best first"));
}

void DistributeColumnPage::setupLayout()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    auto *head = new QHBoxLayout;
    head->addWidget(makeHeading(tr("By which column?"), 1.35, this), 1);
    head->addWidget(m_table);
    layout->addLayout(head);
    layout->addWidget(makeDimLabel(
        tr("Rows with the same value stay together on one node. The best column is what queries ask by."), this));
    layout->addWidget(m_list, 3);
    layout->addWidget(m_for);
    layout->addWidget(m_against);
    m_reading->setRange(0, 0);
    m_reading->setTextVisible(false);
    m_reading->setFixedHeight(4);
    m_reading->hide();
    m_error->hide();
    layout->addWidget(m_reading);
    layout->addWidget(m_bars, 2);
    layout->addWidget(m_source);
    layout->addWidget(m_error);
    m_table->setAccessibleName(tr("Table"));
    m_table->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setFocusProxy(m_list);
}

void DistributeColumnPage::setTables(
    const QList<DistributeDraft::Table> &tables, const ShardingFacts &facts, int shardCount)
{
    const QualifiedName before = currentTable();
    m_tables = tables;
    m_facts = facts;
    m_shardCount = shardCount;
    const QSignalBlocker blocker(m_table);
    m_table->clear();
    for (const DistributeDraft::Table &table : tables)
        m_table->addItem(table.name.display());
    const auto kept = std::ranges::find(m_tables, before, &DistributeDraft::Table::name);
    m_table->setCurrentIndex(kept == m_tables.end() ? 0 : int(kept - m_tables.begin()));
    m_table->setVisible(tables.size() > 1);
    showTable();
}

QualifiedName DistributeColumnPage::currentTable() const
{
    const int place = m_table->currentIndex();
    return place >= 0 && place < m_tables.size() ? m_tables.at(place).name : QualifiedName();
}

QString DistributeColumnPage::currentColumn() const
{
    const int row = m_list->currentRow();
    return row >= 0 && row < m_candidates.size() ? m_candidates.at(row).column : QString();
}

bool DistributeColumnPage::hasSampleOfRows(const QualifiedName &table, const QString &column) const
{
    const auto samples = m_samples.value(table);
    return samples.contains(column) && !samples[column].isFromStatistics;
}

void DistributeColumnPage::addSamples(const QualifiedName &table, const QHash<QString, HashSample> &samples)
{
    m_error->hide();
    for (auto it = samples.constBegin(); it != samples.constEnd(); ++it) {
        if (!it->isFromStatistics || !hasSampleOfRows(table, it.key()))
            m_samples[table].insert(it.key(), *it);
    }
    if (table == currentTable())
        showTable();
}

void DistributeColumnPage::showReading(bool isReading)
{
    m_reading->setVisible(isReading);
}

void DistributeColumnPage::showSampleError(const ServerError &error)
{
    m_error->setError(error, tr("The values could not be read"));
    m_error->show();
}

void DistributeColumnPage::showTable()
{
    const ShardingTable *table = m_facts.table(currentTable());
    m_candidates = table ? rankCandidates(*table, m_facts, m_shardCount, m_samples.value(table->name))
                         : QList<ShardingCandidate>();
    const QString chosen = m_tables.value(m_table->currentIndex()).column;
    const QSignalBlocker blocker(m_list);
    m_list->setRowCount(int(m_candidates.size()));
    int current = 0;
    for (int row = 0; row < m_candidates.size(); ++row) {
        fillRow(row, m_candidates.at(row));
        if (m_candidates.at(row).column == chosen)
            current = row;
    }
    m_list->setCurrentCell(current, Name);
    showColumn();
}

void DistributeColumnPage::fillRow(int row, const ShardingCandidate &candidate)
{
    const bool isPossible = candidate.isPossible;
    const QLocale locale;
    m_list->setItem(row, Name, makeItem(candidate.column, isPossible));
    m_list->setItem(row, Type, makeItem(candidate.type, isPossible));
    m_list->setItem(row, Values,
        makeItem(candidate.distinctValues < 0 ? tr("?") : countText(candidate.distinctValues), isPossible, true));
    m_list->setItem(row, Nulls,
        makeItem(
            candidate.nullFraction < 0 ? tr("?") : locale.toString(candidate.nullFraction * 100, 'f', 0) + tr(" %"),
            isPossible, true));
    m_list->setItem(row, Common, makeItem(candidate.commonValues.join(QStringLiteral(", ")), isPossible));
    m_list->setItem(row, ForeignKeys, makeItem(locale.toString(candidate.foreignKeys), isPossible, true));
    auto *joins = makeItem(locale.toString(candidate.joinableTables.size()), isPossible, true);
    joins->setToolTip(candidate.joinableTables.join(QLatin1Char('\n')));
    m_list->setItem(row, Joins, joins);
    m_list->setItem(
        row, Skew, makeItem(candidate.skew ? locale.toString(*candidate.skew, 'f', 2) : tr("?"), isPossible, true));
}

void DistributeColumnPage::showColumn()
{
    const ShardingTable *table = m_facts.table(currentTable());
    const int row = m_list->currentRow();
    if (!table || row < 0 || row >= m_candidates.size())
        return;
    const ShardingCandidate &candidate = m_candidates.at(row);
    m_for->setText(bulleted(candidate.speaksFor, QChar(u'+')));
    m_for->setVisible(!candidate.speaksFor.isEmpty());
    m_against->setText(bulleted(candidate.speaksAgainst, QChar(u'−')));
    m_against->setVisible(!candidate.speaksAgainst.isEmpty());
    const auto samples = m_samples.value(table->name);
    const auto sample = samples.constFind(candidate.column);
    if (sample == samples.cend()) {
        m_bars->setShards({});
        m_bars->setPlaceholder(table->hasRows
                ? tr("How the shards would be filled is not known yet.")
                : tr("The table is empty: there is nothing to foretell the shards from."));
        m_source->clear();
        return;
    }
    m_bars->setShards(simulateShards(*sample, evenShardEnds(m_shardCount), *table));
    m_source->setText(sample->isFromStatistics
            ? tr("Foretold for %n shard(s) from the statistics.", nullptr, m_shardCount)
            : tr("Foretold for %n shard(s) from the rows.", nullptr, m_shardCount));
}

} // namespace Shardboard
