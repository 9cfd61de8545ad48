// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/wizards/importpages.h"

#include <QComboBox>
#include <QHeaderView>
#include <QProgressBar>
#include <QSplitter>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

constexpr int widestColumn = 260;

void setupPairs(QTableWidget &table, const QStringList &headers, const QString &name)
{
    setupTable(table);
    table.setColumnCount(int(headers.size()));
    table.setHorizontalHeaderLabels(headers);
    table.verticalHeader()->hide();
    table.horizontalHeader()->setStretchLastSection(true);
    table.setColumnWidth(0, 160);
    table.setAccessibleName(name);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
}

QTableWidgetItem *fixedItem(const QString &text)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return item;
}

} // namespace

ImportMappingPage::ImportMappingPage(QWidget *parent)
    : QWidget(parent)
    , m_mapping(new QTableWidget(this))
    , m_constants(new QTableWidget(this))
    , m_rows(new QTableView(this))
    , m_problems(makeTextLabel(this))
    , m_error(new ErrorView(this))
    , m_bar(new QProgressBar(this))
{
    setupPairs(*m_mapping, {tr("In the file"), tr("Into column")}, tr("Columns of the file"));
    setupPairs(*m_constants, {tr("Column"), tr("Same value in every row")}, tr("Columns the file lacks"));
    setTone(m_problems, Tone::Error);
    m_rows->setModel(&m_model);
    m_rows->setAccessibleName(tr("First lines of the file"));
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    setupTable(*m_rows);
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_error->setRetryVisible(true);
    m_error->hide();
    connect(m_error, &ErrorView::retryRequested, this, &ImportMappingPage::retryRequested);
    connect(m_constants, &QTableWidget::itemChanged, this, &ImportMappingPage::edited);
    setupLayout();
}

void ImportMappingPage::setupLayout()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::huge, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addWidget(makeHeading(tr("Where does each column go?"), 1.35, this));
    layout->addWidget(m_bar);
    layout->addWidget(m_error);
    layout->addWidget(m_problems);
    auto *tables = new QSplitter(Qt::Horizontal, this);
    tables->addWidget(m_mapping);
    tables->addWidget(m_constants);
    auto *all = new QSplitter(Qt::Vertical, this);
    all->setChildrenCollapsible(false);
    all->addWidget(tables);
    all->addWidget(m_rows);
    layout->addWidget(all, 1);
}

void ImportMappingPage::showWorking()
{
    m_bar->show();
    m_error->hide();
}

void ImportMappingPage::showError(const ServerError &error)
{
    m_bar->hide();
    m_error->setError(error, tr("The file could not be looked at"));
    m_error->show();
}

void ImportMappingPage::showPreview(const ImportPreview &preview)
{
    m_bar->hide();
    m_error->hide();
    m_problems->setText(preview.problems.join(QLatin1Char('\n')));
    m_problems->setVisible(!preview.problems.isEmpty());
    m_model.setPreview(preview);
    m_rows->resizeColumnsToContents();
    for (int column = 0; column < m_model.columnCount(); ++column)
        m_rows->setColumnWidth(column, qMin(m_rows->columnWidth(column), widestColumn));
    fillMapping(preview);
    fillConstants(preview);
}

void ImportMappingPage::fillMapping(const ImportPreview &preview)
{
    m_mapping->setRowCount(int(preview.columns.size()));
    for (int row = 0; row < m_mapping->rowCount(); ++row) {
        const ImportColumn &column = preview.columns.at(row);
        m_mapping->setItem(row, 0, fixedItem(column.name));
        auto *box = new QComboBox(m_mapping);
        box->setAccessibleName(tr("Where %1 goes").arg(column.name));
        box->addItem(tr("leave out"), QString());
        for (const QString &target : preview.tableColumns)
            box->addItem(target, target);
        box->setCurrentIndex(qMax(0, box->findData(column.target)));
        connect(box, &QComboBox::activated, this, &ImportMappingPage::edited);
        m_mapping->setCellWidget(row, 1, box);
    }
}

void ImportMappingPage::fillConstants(const ImportPreview &preview)
{
    QStringList free = preview.tableColumns;
    for (const ImportColumn &column : preview.columns)
        free.removeAll(column.target);
    const QSignalBlocker blocker(m_constants);
    m_constants->setRowCount(int(free.size()));
    for (int row = 0; row < free.size(); ++row) {
        m_constants->setItem(row, 0, fixedItem(free.at(row)));
        m_constants->setItem(row, 1, new QTableWidgetItem(preview.settings.constants.value(free.at(row))));
    }
}

ImportSettings ImportMappingPage::settings(ImportSettings base) const
{
    base.columnMap.clear();
    for (int row = 0; row < m_mapping->rowCount(); ++row) {
        const auto *box = qobject_cast<QComboBox *>(m_mapping->cellWidget(row, 1));
        base.columnMap.insert(m_mapping->item(row, 0)->text(), box->currentData().toString());
    }
    base.constants.clear();
    for (int row = 0; row < m_constants->rowCount(); ++row)
        if (const QString value = m_constants->item(row, 1)->text(); !value.isEmpty())
            base.constants.insert(m_constants->item(row, 0)->text(), value);
    return base;
}

} // namespace Shardboard
