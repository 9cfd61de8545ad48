// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/partitionrangepage.h"

#include "admin/partition/partitionpreflight.h"
#include "admin/partition/partitionsteps.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QSpinBox>

namespace Shardboard {

PartitionRangePage::PartitionRangePage(QWidget *parent)
    : QWidget(parent)
    , m_interval(new QComboBox(this))
    , m_ahead(new QSpinBox(this))
    , m_default(new QCheckBox(tr("A &default partition for rows of other times"), this))
    , m_method(new QComboBox(this))
    , m_advice(makeDimLabel({}, this))
    , m_methodNote(makeDimLabel({}, this))
{
    m_interval->addItems(partitionIntervals());
    m_interval->setAccessibleName(tr("Interval"));
    m_ahead->setRange(1, 1000);
    m_ahead->setAccessibleName(tr("Partitions ready ahead"));
    m_method->setAccessibleName(tr("Who makes partitions"));
    setupLayout();
    const auto announce = [this] {
        showMethod();
        if (!m_isLoading)
            Q_EMIT changed();
    };
    connect(m_interval, &QComboBox::currentIndexChanged, this, announce);
    connect(m_ahead, &QSpinBox::valueChanged, this, announce);
    connect(m_default, &QCheckBox::toggled, this, announce);
    connect(m_method, &QComboBox::currentIndexChanged, this, announce);
}

void PartitionRangePage::setupLayout()
{
    auto *form = makeForm(this);
    form->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    form->addRow(makeHeading(tr("How long is a partition?"), 1.35, this));
    form->addRow(m_advice);
    form->addRow(tr("&Interval"), m_interval);
    form->addRow(tr("Ready &ahead"), m_ahead);
    form->addRow({}, m_default);
    form->addRow({},
        makeDimLabel(
            tr("With it no row is refused: rows that find no partition wait there, are counted, and can be given "
               "one. Without it they are an error."),
            this));
    form->addRow(tr("&Made by"), m_method);
    form->addRow({}, m_methodNote);
    alignLabels(*form);
    setFocusProxy(m_interval);
}

QString PartitionRangePage::interval() const
{
    return m_interval->currentText();
}

void PartitionRangePage::setInterval(const QString &interval)
{
    m_interval->setCurrentText(interval);
}

void PartitionRangePage::fillMethods(const PartitionSettings &settings, const PartitionFacts &facts)
{
    const struct
    {
        PartitionMethod method;
        QString text;
    } all[]
        = {{PartitionMethod::Automatic, tr("The first that is there")}, {PartitionMethod::Partman, tr("pg_partman")},
            {PartitionMethod::Citus, tr("citus' own functions")}, {PartitionMethod::Sql, tr("Plain SQL")}};
    m_method->clear();
    for (const auto &[method, text] : all) {
        PartitionSettings asked = settings;
        asked.method = method;
        const QString why = PartitionSteps::unavailable(method, asked, facts.catalogue);
        if (!why.isEmpty() && method != settings.method)
            continue;
        m_method->addItem(text, int(method));
        m_method->setItemData(m_method->count() - 1, why, Qt::ToolTipRole);
    }
    m_method->setCurrentIndex(m_method->findData(int(settings.method)));
    const PartitionMethod taken = plannedMethod(settings, facts);
    for (const auto &[method, text] : all) {
        if (method == taken && settings.method == PartitionMethod::Automatic)
            m_method->setItemText(0, tr("The first that is there: %1").arg(text));
    }
}

void PartitionRangePage::showMethod()
{
    switch (PartitionMethod(m_method->currentData().toInt())) {
    case PartitionMethod::Automatic:
        m_methodNote->setText(
            tr("pg_partman before citus' functions before plain SQL, whichever can do with this table."));
        break;
    case PartitionMethod::Partman:
        m_methodNote->setText(tr("The table is in pg_partman's configuration; its time must never be NULL."));
        break;
    case PartitionMethod::Citus:
        m_methodNote->setText(tr("Partitions are named as create_time_partitions names them. No default partition."));
        break;
    case PartitionMethod::Sql:
        m_methodNote->setText(tr("Functions in schema shardboard; nothing else is needed."));
        break;
    }
}

void PartitionRangePage::load(const PartitionSettings &settings, const PartitionFacts &facts)
{
    m_isLoading = true;
    m_interval->setCurrentText(settings.interval);
    m_ahead->setValue(settings.ahead);
    m_default->setChecked(settings.hasDefault);
    fillMethods(settings, facts);
    const qint64 needed = partitionsNeeded(settings, facts.times);
    m_advice->setText(needed > 0
            ? tr("The shortest interval that needs at most a hundred partitions for the rows that are there is chosen.")
            : tr("A day suits most tables. Take less where a day has many million rows."));
    showMethod();
    m_isLoading = false;
    m_wasLoaded = true;
}

void PartitionRangePage::store(PartitionSettings &settings) const
{
    if (!m_wasLoaded)
        return;
    settings.interval = m_interval->currentText();
    settings.ahead = m_ahead->value();
    settings.method = PartitionMethod(m_method->currentData().toInt());
    settings.hasDefault = m_default->isChecked() && settings.method != PartitionMethod::Citus;
}

} // namespace Shardboard
