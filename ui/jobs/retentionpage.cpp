// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/retentionpage.h"

#include "admin/jobs/cronschedule.h"
#include "admin/registrysteps.h"
#include "admin/rollupchooser.h"
#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"
#include "ui/jobs/scheduledialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>

namespace Shardboard {

namespace {

const QString usualSchedule = QStringLiteral("*/10 * * * *");

bool isTime(const ColumnFacts &column)
{
    return column.type.startsWith(QStringLiteral("timestamp")) || column.type == QStringLiteral("date");
}

} // namespace

RetentionPage::RetentionPage(const QualifiedName &table, QWidget *parent)
    : QWidget(parent)
    , m_table(new QComboBox(this))
    , m_column(new QComboBox(this))
    , m_keep(new QComboBox(this))
    , m_schedule(makeDimLabel({}, this))
    , m_editSchedule(new QPushButton(tr("&When…"), this))
    , m_wide(new QCheckBox(tr("Partitions far wider than the others may &go too"), this))
    , m_wideNote(makeDimLabel(tr("Such as a first one that holds all that came before the table was cut."), this))
    , m_error(new ErrorView(this))
    , m_progress(new ProgressLine(this))
{
    if (!table.name.isEmpty()) {
        m_table->addItem(table.display(), table.quoted());
        m_table->setEnabled(false);
    }
    m_keep->setEditable(true);
    m_keep->addItems({QStringLiteral("1 day"), QStringLiteral("7 days"), QStringLiteral("30 days"),
        QStringLiteral("90 days"), QStringLiteral("1 year")});
    m_keep->setCurrentText(QStringLiteral("30 days"));
    setupLayout();
    connect(m_table, &QComboBox::activated, this, &RetentionPage::showTable);
    connect(m_column, &QComboBox::activated, this, &RetentionPage::changed);
    connect(m_keep, &QComboBox::currentTextChanged, this, &RetentionPage::changed);
    connect(m_wide, &QCheckBox::toggled, this, &RetentionPage::changed);
    connect(m_editSchedule, &QPushButton::clicked, this, &RetentionPage::editSchedule);
    connect(m_error, &ErrorView::retryRequested, this, &RetentionPage::retryRequested);
}

void RetentionPage::setupLayout()
{
    m_table->setAccessibleName(tr("Table"));
    m_column->setAccessibleName(tr("Time"));
    m_keep->setAccessibleName(tr("Keep rows for"));
    m_error->setRetryVisible(true);
    m_error->hide();
    auto *when = new QHBoxLayout;
    when->addWidget(m_schedule, 1);
    when->addWidget(m_editSchedule);
    auto *form = makeForm(this);
    form->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    form->addRow(makeHeading(tr("How long are rows kept?"), 1.35, this));
    form->addRow(m_progress);
    form->addRow(tr("Ta&ble"), m_table);
    form->addRow(tr("By their &time"), m_column);
    form->addRow(tr("&Keep rows for"), m_keep);
    form->addRow({},
        makeDimLabel(tr("Older rows go for good: whole partitions where the table is cut by that time, else rows in "
                        "small steps. Never what a rollup has not taken yet."),
            this));
    form->addRow(tr("Delete"), when);
    form->addRow({}, m_wide);
    form->addRow({}, m_wideNote);
    form->addRow(m_error);
    alignLabels(*form);
    setFocusProxy(m_table->isEnabled() ? m_table : m_keep);
}

void RetentionPage::setFacts(const CatalogueFacts &facts)
{
    m_facts = facts;
    if (m_table->count() == 0) {
        for (const TableFacts &table : facts.tables)
            if (table.name.schema != QStringLiteral("shardboard") && std::ranges::any_of(table.columns, isTime))
                m_table->addItem(table.name.display(), table.name.quoted());
        m_table->setCurrentIndex(-1);
    }
    showTable();
}

void RetentionPage::chooseTable(const QualifiedName &table)
{
    m_table->setCurrentIndex(m_table->findData(table.quoted()));
    showTable();
}

void RetentionPage::setKeep(const QString &interval)
{
    m_keep->setCurrentText(interval);
}

void RetentionPage::showTable()
{
    const QualifiedName name = parseQualifiedName(m_table->currentData().toString());
    const TableFacts *table = m_facts.table(name);
    const RetentionFacts *known = m_facts.retention(name);
    const QSignalBlocker quietKeep(m_keep);
    const QSignalBlocker quietWide(m_wide);
    m_column->clear();
    if (table) {
        for (const ColumnFacts &column : table->columns)
            if (isTime(column))
                m_column->addItem(column.name);
        m_column->setCurrentText(known ? known->timeColumn : likelyTimeColumn(*table));
    }
    m_scheduleText.clear();
    if (known && known->keep)
        m_keep->setCurrentText(*known->keep);
    m_wide->setChecked(known && known->dropsWide);
    m_wide->setVisible(table && table->isPartitioned);
    m_wideNote->setVisible(table && table->isPartitioned);
    showSchedule();
    Q_EMIT changed();
}

void RetentionPage::showSchedule()
{
    const QString table = m_table->currentData().toString();
    const auto calls = [&](const char *procedure) {
        const QString command
            = QStringLiteral("CALL shardboard.%1(%2)").arg(QLatin1String(procedure), quoteLiteral(table));
        const auto job = std::ranges::find(m_facts.jobs, command, &CronJobFacts::command);
        return job == m_facts.jobs.cend() ? nullptr : &*job;
    };
    const CronJobFacts *maintenance = calls("maintain_partitions"), *known = calls("run_retention");
    const bool canSchedule = RegistrySteps::canSchedule(m_facts);
    m_editSchedule->setEnabled(canSchedule && !maintenance);
    if (!canSchedule) {
        m_schedule->setText(tr("when you run it: pg_cron is not in this database"));
        return;
    }
    const QString schedule = maintenance ? maintenance->schedule
        : !m_scheduleText.isEmpty()      ? m_scheduleText
        : known                          ? known->schedule
                                         : usualSchedule;
    const auto parsed = CronSchedule::parse(schedule);
    const QString words = parsed ? parsed->toWords() : schedule;
    m_schedule->setText(maintenance ? tr("%1, with the maintenance of its partitions").arg(words) : words);
}

void RetentionPage::editSchedule()
{
    auto *dialog = new ScheduleDialog(tr("When does it run?"), ScheduleDialog::Asks::Schedule,
        {m_scheduleText.isEmpty() ? usualSchedule : m_scheduleText, {}, {}}, {}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_scheduleText = dialog->fields().schedule;
        showSchedule();
        Q_EMIT changed();
    });
    dialog->open();
}

void RetentionPage::showWorking(bool isWorking)
{
    m_progress->setRunning(isWorking);
    if (isWorking)
        m_error->hide();
}

void RetentionPage::showError(const ServerError &error)
{
    m_error->setError(error, tr("That cannot be"));
    m_error->show();
}

RetentionSettings RetentionPage::settings() const
{
    RetentionSettings made;
    made.wish = {parseQualifiedName(m_table->currentData().toString()), m_column->currentText(),
        m_keep->currentText().trimmed(), m_wide->isChecked()};
    made.schedule = m_scheduleText;
    return made;
}

} // namespace Shardboard
