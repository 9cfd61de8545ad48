// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/partitiontablepage.h"

#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"
#include "ui/tables/figures.h"
#include "ui/tables/tabletreemodel.h"
#include "ui/wizards/newtableeditor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>

namespace Shardboard {

PartitionTablePage::PartitionTablePage(const QualifiedName &table, bool hasCitus, QWidget *parent)
    : QWidget(parent)
    , m_isFixed(!table.name.isEmpty())
    , m_table(new QComboBox(this))
    , m_column(new QComboBox(this))
    , m_columnLabel(new Label(tr("&Time"), this))
    , m_about(makeDimLabel({}, this))
    , m_undo(new QCheckBox(tr("&Undo its partitioning instead"), this))
    , m_problems(makeDimLabel({}, this))
    , m_new(new NewTableEditor(hasCitus, this))
    , m_error(new ErrorView(this))
    , m_progress(new ProgressLine(this))
{
    setupLayout();
    if (m_isFixed) {
        m_table->addItem(table.display(), table.quoted());
        m_table->setEnabled(false);
    } else {
        m_table->addItem(tr("Choose a table…"), QString());
    }
    connect(m_table, &QComboBox::activated, this, &PartitionTablePage::choose);
    connect(m_column, &QComboBox::activated, this, [this] { Q_EMIT columnChosen(m_column->currentText()); });
    connect(m_new, &NewTableEditor::changed, this,
        [this] { Q_EMIT newTableChanged(m_new->name(), m_new->table(), m_new->timeColumn()); });
    connect(m_undo, &QCheckBox::toggled, this, &PartitionTablePage::undoChosen);
    connect(m_error, &ErrorView::retryRequested, this, &PartitionTablePage::retryRequested);
}

void PartitionTablePage::setupLayout()
{
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setVerticalSpacing(Spacing::medium);
    layout->setHorizontalSpacing(Spacing::large);
    layout->setColumnStretch(1, 1);
    auto *tableLabel = new Label(tr("Ta&ble"), this);
    tableLabel->setBuddy(m_table);
    m_columnLabel->setBuddy(m_column);
    m_table->setAccessibleName(tr("Table"));
    m_column->setAccessibleName(tr("Time"));
    m_error->setRetryVisible(true);
    m_error->hide();
    setTone(m_problems, Tone::Error);
    m_problems->hide();
    m_new->hide();
    m_undo->hide();
    layout->addWidget(makeHeading(tr("By which time?"), 1.35, this), 0, 0, 1, 2);
    layout->addWidget(m_progress, 1, 0, 1, 2);
    layout->addWidget(tableLabel, 2, 0);
    layout->addWidget(m_table, 2, 1);
    layout->addWidget(m_columnLabel, 3, 0);
    layout->addWidget(m_column, 3, 1);
    layout->addWidget(m_about, 4, 1);
    layout->addWidget(m_undo, 5, 1);
    layout->addWidget(m_error, 6, 0, 1, 2);
    layout->addWidget(m_new, 7, 0, 1, 2);
    layout->addWidget(m_problems, 8, 0, 1, 2);
    layout->setRowStretch(9, 1);
    setFocusProxy(m_isFixed ? m_column : m_table);
}

void PartitionTablePage::showWorking(bool isWorking)
{
    m_progress->setRunning(isWorking);
    m_column->setEnabled(!isWorking);
    if (isWorking)
        m_error->hide();
}

void PartitionTablePage::showError(const ServerError &error)
{
    m_error->setError(error, tr("The table could not be read"));
    m_error->show();
}

void PartitionTablePage::fillTables(const PartitionFacts &facts)
{
    const QVariant chosen = m_table->currentData();
    m_table->clear();
    m_table->addItem(tr("Choose a table…"), QString());
    for (const TableFacts &table : facts.catalogue.tables) {
        const bool isOurs = table.name.schema == QStringLiteral("shardboard");
        if (!isOurs)
            m_table->addItem(table.name.display(), table.name.quoted());
    }
    m_table->addItem(tr("A new table…"), true);
    m_table->setCurrentIndex(std::max(0, m_table->findData(chosen)));
}

void PartitionTablePage::setFacts(const PartitionFacts &facts, const QString &column)
{
    if (!m_isFixed && m_table->count() == 1)
        fillTables(facts);
    m_column->clear();
    if (facts.table) {
        for (const ConvertedColumn &one : facts.table->columns) {
            if (one.isTime())
                m_column->addItem(one.name);
        }
        m_column->setCurrentIndex(m_column->findText(column));
    }
    const bool isNew = m_table->currentData().metaType().id() == QMetaType::Bool;
    showNew(isNew);
    m_about->setText(isNew ? QString() : describe(facts));
    const bool isLookedAfter
        = facts.table && (facts.conversion || facts.catalogue.partitioning(facts.table->name) != nullptr);
    m_undo->setVisible(isLookedAfter && !isNew);
    if (!isLookedAfter)
        m_undo->setChecked(false);
}

QString PartitionTablePage::describe(const PartitionFacts &facts) const
{
    if (!facts.table)
        return m_isFixed ? tr("The table is not there any more.") : QString();
    const ConvertedTable &table = *facts.table;
    QStringList parts{tableKindText(table.kind)};
    if (!table.distributionColumn.isEmpty())
        parts << tr("by %1").arg(table.distributionColumn);
    if (table.rows >= 0)
        parts << tr("about %1 rows").arg(countText(double(table.rows)));
    parts << bytesText(double(table.bytes));
    QString text = parts.join(QStringLiteral(" · ")) + QLatin1Char('\n');
    if (facts.conversion && !facts.conversion->isSwapped)
        text += tr("A partitioned copy was begun and is not finished: go on with it, or take it back.");
    else if (table.isPartitioned())
        text += tr(
            "It is partitioned already (%1). New partitions are made ahead from now on, and old ones looked after.")
                    .arg(table.partitionKey);
    else if (m_column->count() == 0)
        text += tr("None of its columns is a timestamptz, a timestamp or a date.");
    else
        text += tr("It becomes partitioned by a copy beside it, which takes its place at the end. It can be read all "
                   "the time.");
    return text;
}

void PartitionTablePage::showNew(bool isNew)
{
    m_new->setVisible(isNew);
    m_column->setVisible(!isNew);
    m_columnLabel->setVisible(!isNew);
}

void PartitionTablePage::chooseTable(const QualifiedName &table)
{
    m_table->setCurrentIndex(table.name.isEmpty() ? m_table->count() - 1 : m_table->findData(table.quoted()));
    choose();
}

void PartitionTablePage::choose()
{
    const bool isNew = m_table->currentData().metaType().id() == QMetaType::Bool;
    showNew(isNew);
    showProblems({});
    m_about->clear();
    if (isNew)
        Q_EMIT newTableChanged(m_new->name(), m_new->table(), m_new->timeColumn());
    else
        Q_EMIT tableChosen(parseQualifiedName(m_table->currentData().toString()));
}

void PartitionTablePage::showProblems(const QStringList &problems)
{
    m_problems->setText(problems.join(QLatin1Char('\n')));
    m_problems->setVisible(!problems.isEmpty());
}

} // namespace Shardboard
