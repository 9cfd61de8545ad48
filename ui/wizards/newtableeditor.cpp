// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/newtableeditor.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>

namespace Shardboard {

namespace {

enum Column { Name, Type, NotNull, Key, ColumnCount };

bool isTime(const QString &type)
{
    const QString word = type.trimmed().toLower();
    return word == QStringLiteral("date") || word.startsWith(QStringLiteral("timestamp"));
}

QTableWidgetItem *tick(bool isOn)
{
    auto *item = new QTableWidgetItem;
    item->setFlags(Qt::ItemIsUserCheckable | Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setCheckState(isOn ? Qt::Checked : Qt::Unchecked);
    return item;
}

} // namespace

NewTableEditor::NewTableEditor(bool hasCitus, QWidget *parent)
    : QWidget(parent)
    , m_hasCitus(hasCitus)
    , m_name(new QLineEdit(QStringLiteral("public.events"), this))
    , m_columns(new QTableWidget(0, ColumnCount, this))
    , m_distribution(new QComboBox(this))
{
    setupLayout();
    addColumn(QStringLiteral("customer_id"), QStringLiteral("bigint"), true, true);
    addColumn(QStringLiteral("event_time"), QStringLiteral("timestamptz"), true, true);
    addColumn(QStringLiteral("payload"), QStringLiteral("jsonb"), false, false);
    fillDistribution();
    connect(m_name, &QLineEdit::textChanged, this, &NewTableEditor::changed);
    connect(m_distribution, &QComboBox::activated, this, &NewTableEditor::changed);
    connect(m_columns, &QTableWidget::itemChanged, this, [this] {
        fillDistribution();
        Q_EMIT changed();
    });
}

void NewTableEditor::setupLayout()
{
    m_columns->setHorizontalHeaderLabels({tr("Column"), tr("Type"), tr("NOT NULL"), tr("Primary key")});
    m_columns->verticalHeader()->hide();
    m_columns->horizontalHeader()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_columns->setAccessibleName(tr("Columns"));
    m_columns->setMinimumHeight(140);
    m_name->setAccessibleName(tr("Name of the new table"));
    m_distribution->setAccessibleName(tr("Distributed by"));
    auto *add = new QPushButton(tr("&Add a column"), this);
    auto *remove = new QPushButton(tr("&Remove it"), this);
    connect(add, &QPushButton::clicked, this, [this] {
        addColumn(tr("column_%1").arg(m_columns->rowCount() + 1), QStringLiteral("text"), false, false);
        m_columns->editItem(m_columns->item(m_columns->rowCount() - 1, Name));
        fillDistribution();
        Q_EMIT changed();
    });
    connect(remove, &QPushButton::clicked, this, [this] {
        m_columns->removeRow(m_columns->currentRow());
        fillDistribution();
        Q_EMIT changed();
    });
    auto *nameLabel = new Label(tr("&Name"), this);
    nameLabel->setBuddy(m_name);
    auto *spreadLabel = new Label(tr("&Distributed by"), this);
    spreadLabel->setBuddy(m_distribution);
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setColumnStretch(1, 1);
    layout->addWidget(nameLabel, 0, 0);
    layout->addWidget(m_name, 0, 1, 1, 2);
    layout->addWidget(m_columns, 1, 0, 3, 2);
    layout->addWidget(add, 1, 2);
    layout->addWidget(remove, 2, 2);
    layout->addWidget(spreadLabel, 4, 0);
    layout->addWidget(m_distribution, 4, 1, 1, 2);
    spreadLabel->setVisible(m_hasCitus);
    m_distribution->setVisible(m_hasCitus);
    setFocusProxy(m_name);
}

void NewTableEditor::addColumn(const QString &name, const QString &type, bool isNotNull, bool isKey)
{
    const QSignalBlocker quiet(m_columns);
    const int row = m_columns->rowCount();
    m_columns->insertRow(row);
    m_columns->setItem(row, Name, new QTableWidgetItem(name));
    m_columns->setItem(row, Type, new QTableWidgetItem(type));
    m_columns->setItem(row, NotNull, tick(isNotNull));
    m_columns->setItem(row, Key, tick(isKey));
}

void NewTableEditor::fillDistribution()
{
    const QString chosen = m_distribution->count() == 0 && m_hasCitus && m_columns->rowCount() > 0
        ? m_columns->item(0, Name)->text()
        : m_distribution->currentData().toString();
    m_distribution->clear();
    m_distribution->addItem(tr("not distributed"), QString());
    for (int row = 0; row < m_columns->rowCount(); ++row) {
        const QString name = m_columns->item(row, Name)->text();
        m_distribution->addItem(name, name);
    }
    m_distribution->setCurrentIndex(std::max(0, m_distribution->findData(chosen)));
}

QualifiedName NewTableEditor::name() const
{
    QualifiedName name = parseQualifiedName(m_name->text());
    if (!name.name.isEmpty() && name.schema.isEmpty())
        name.schema = QStringLiteral("public");
    return name;
}

NewPartitionedTable NewTableEditor::table() const
{
    NewPartitionedTable made;
    for (int row = 0; row < m_columns->rowCount(); ++row) {
        const QString name = m_columns->item(row, Name)->text();
        made.columns << NewPartitionedTable::Column{name, m_columns->item(row, Type)->text().trimmed(),
            m_columns->item(row, NotNull)->checkState() == Qt::Checked, false};
        if (m_columns->item(row, Key)->checkState() == Qt::Checked)
            made.primaryKey << name;
    }
    if (m_hasCitus)
        made.distributionColumn = m_distribution->currentData().toString();
    return made;
}

QString NewTableEditor::timeColumn() const
{
    for (int row = 0; row < m_columns->rowCount(); ++row) {
        if (isTime(m_columns->item(row, Type)->text()))
            return m_columns->item(row, Name)->text();
    }
    return {};
}

} // namespace Shardboard
