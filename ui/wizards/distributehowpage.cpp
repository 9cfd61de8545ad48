// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/distributehowpage.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QCheckBox>
#include <QRadioButton>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

Label *makeNote(const QString &text, QWidget *parent)
{
    Label *label = makeDimLabel(text, parent);
    label->setIndent(Spacing::huge);
    return label;
}

} // namespace

DistributeHowPage::DistributeHowPage(QWidget *parent)
    : QWidget(parent)
    , m_blocking(new QRadioButton(tr("&Block writes until it is done"), this))
    , m_concurrent(new QRadioButton(tr("Let writes &go on"), this))
    , m_truncate(new QCheckBox(tr("&Free the old copy on the coordinator"), this))
    , m_rows(makeTextLabel(this))
{
    setupLayout();
    const auto announce = [this] { Q_EMIT wayChosen(m_concurrent->isChecked(), m_truncate->isChecked()); };
    connect(m_blocking, &QRadioButton::clicked, this, announce);
    connect(m_concurrent, &QRadioButton::clicked, this, announce);
    connect(m_truncate, &QCheckBox::clicked, this, announce);
}

void DistributeHowPage::setupLayout()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addWidget(makeHeading(tr("May writes wait?"), 1.35, this));
    layout->addWidget(m_rows);
    layout->addWidget(m_blocking);
    layout->addWidget(
        makeNote(tr("Locks: EXCLUSIVE on each table until all rows are copied; reads go on. All tables in one "
                    "transaction: it happens as a whole or not at all. Needs nothing more."),
            this));
    layout->addWidget(m_concurrent);
    layout->addWidget(
        makeNote(tr("Locks: reads and writes wait for a moment at the start, writes for a moment at the end. "
                    "Needs wal_level = logical, a replica identity for UPDATE and DELETE, a free replication "
                    "slot for each node, and tables without foreign keys to other distributed tables. "
                    "Interrupted, it can be resumed or taken back."),
            this));
    layout->addSpacing(Spacing::medium);
    layout->addWidget(makeHeading(tr("And the rows that are there?"), 1.1, this));
    layout->addWidget(m_truncate);
    layout->addWidget(
        makeNote(tr("The rows are copied into the shards; what the coordinator keeps of the old table is not "
                    "read any more. Freed, its space can be used again; kept, it stays until someone "
                    "truncates it."),
            this));
    layout->addStretch(1);
    setFocusProxy(m_blocking);
}

void DistributeHowPage::setDraft(const DistributeDraft &draft, const ShardingFacts &facts)
{
    m_blocking->setChecked(!draft.isConcurrent);
    m_concurrent->setChecked(draft.isConcurrent);
    m_concurrent->setEnabled(!draft.isWholeSchema && !draft.distributed().isEmpty());
    m_truncate->setChecked(draft.truncatesLocalData);
    double bytes = 0, rows = 0;
    bool hasRows = false;
    for (const ShardingTable &table : facts.tables) {
        const bool isMeant = draft.isWholeSchema
            ? table.name.schema == draft.schema
            : std::ranges::any_of(draft.tables, [&](const auto &one) { return one.name == table.name; });
        if (!isMeant)
            continue;
        bytes += double(table.bytes);
        rows += double(std::max<qint64>(0, table.rows));
        hasRows = hasRows || table.hasRows;
    }
    m_rows->setText(hasRows ? tr("%1 rows, %2, will be copied.").arg(countText(rows), bytesText(bytes))
                            : tr("The tables are empty, so it takes a moment either way."));
    m_truncate->setEnabled(hasRows);
}

} // namespace Shardboard
