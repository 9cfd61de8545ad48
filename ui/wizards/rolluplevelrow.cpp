// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rolluplevelrow.h"

#include "admin/jobs/cronschedule.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"
#include "ui/jobs/scheduledialog.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace Shardboard {

namespace {

QString scheduleText(const QString &cron)
{
    if (cron.isEmpty())
        return RollupLevelRow::tr("only when asked");
    for (const auto &[known, text] :
        {std::pair("3 * * * *", RollupLevelRow::tr("every hour")), {"10 0 * * *", RollupLevelRow::tr("every day")}}) {
        if (cron == QLatin1String(known))
            return text;
    }
    const auto schedule = CronSchedule::parse(cron);
    return schedule ? schedule->toWords() : cron;
}

const QString never = QStringLiteral("never");

} // namespace

RollupLevelRow::RollupLevelRow(QWidget *parent)
    : QWidget(parent)
    , m_bucket(new QComboBox(this))
    , m_target(new QLineEdit(this))
    , m_schedule(new QPushButton(this))
    , m_keep(new QComboBox(this))
    , m_remove(new QToolButton(this))
    , m_problems(makeDimLabel({}, this))
{
    m_bucket->setEditable(true);
    for (const char *bucket : {"10 seconds", "1 minute", "5 minutes", "15 minutes", "1 hour", "6 hours", "1 day",
             "1 week", "1 month", "1 year"})
        m_bucket->addItem(QLatin1String(bucket));
    m_keep->setEditable(true);
    m_keep->addItem(tr("for ever"));
    for (const char *span : {"1 day", "7 days", "30 days", "90 days", "1 year", "5 years"})
        m_keep->addItem(QLatin1String(span));
    m_bucket->setAccessibleName(tr("Length of buckets"));
    m_target->setAccessibleName(tr("Table of the rollup"));
    m_keep->setAccessibleName(tr("Keep its rows for"));
    m_remove->setIcon(symbolicIcon(QStringLiteral("close")));
    m_remove->setToolTip(tr("Leave this one out"));
    m_remove->setAccessibleName(m_remove->toolTip());
    m_remove->setFocusPolicy(Qt::TabFocus);
    setupLayout();
    const auto announce = [this] {
        if (!m_isLoading)
            Q_EMIT changed();
    };
    connect(m_bucket, &QComboBox::currentTextChanged, this, announce);
    connect(m_target, &QLineEdit::textEdited, this, announce);
    connect(m_keep, &QComboBox::currentTextChanged, this, announce);
    connect(m_remove, &QToolButton::clicked, this, &RollupLevelRow::removeRequested);
}

void RollupLevelRow::setupLayout()
{
    auto *menu = new QMenu(m_schedule);
    for (const auto &[text, cron] :
        {std::pair(tr("Every &minute"), "* * * * *"), {tr("Every &5 minutes"), "*/5 * * * *"},
            {tr("Every &hour"), "3 * * * *"}, {tr("Every &day"), "10 0 * * *"}, {tr("&Only when asked"), ""}})
        menu->addAction(text, this, [this, cron = QString::fromLatin1(cron)] { setSchedule(cron); });
    menu->addSeparator();
    menu->addAction(tr("An&other schedule…"), this, &RollupLevelRow::askSchedule);
    m_schedule->setMenu(menu);
    m_schedule->setAutoDefault(false);
    m_target->setMinimumWidth(84);
    m_bucket->setFixedWidth(bucketWidth);
    m_schedule->setFixedWidth(scheduleWidth);
    m_keep->setFixedWidth(keepWidth);
    m_remove->setFixedWidth(removeWidth);
    setTone(m_problems, Tone::Error);
    m_problems->hide();
    auto *row = new QHBoxLayout;
    row->setSpacing(Spacing::tiny);
    row->addWidget(m_bucket);
    row->addWidget(m_target, 1);
    row->addWidget(m_schedule);
    row->addWidget(m_keep);
    row->addWidget(m_remove);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(Spacing::tiny);
    layout->addLayout(row);
    layout->addWidget(m_problems);
    setFocusProxy(m_bucket);
}

void RollupLevelRow::load(const RollupLevelDraft &level, const QString &usualName, bool canBeRemoved)
{
    m_isLoading = true;
    if (m_bucket->currentText().trimmed() != level.bucket) // typing goes on
        m_bucket->setCurrentText(level.bucket);
    m_target->setPlaceholderText(usualName);
    if (m_target->text().trimmed() != level.target)
        m_target->setText(level.target);
    const QString keep = level.keep == never ? m_keep->itemText(0) : level.keep;
    if (m_keep->currentText().trimmed() != keep)
        m_keep->setCurrentText(keep);
    m_cron = level.schedule;
    showSchedule();
    m_remove->setEnabled(canBeRemoved);
    m_isLoading = false;
}

RollupLevelDraft RollupLevelRow::level() const
{
    const QString keep = m_keep->currentText().trimmed();
    return {m_bucket->currentText().trimmed(), m_target->text().trimmed(), m_cron,
        keep == m_keep->itemText(0) ? never : keep};
}

void RollupLevelRow::showProblems(const QStringList &problems)
{
    m_problems->setText(problems.join(QLatin1Char('\n')));
    m_problems->setVisible(!problems.isEmpty());
}

void RollupLevelRow::setSchedule(const QString &schedule)
{
    m_cron = schedule;
    showSchedule();
    Q_EMIT changed();
}

void RollupLevelRow::showSchedule()
{
    const auto schedule = CronSchedule::parse(m_cron);
    const QString text = scheduleText(m_cron), words = schedule ? schedule->toWords() : QString();
    constexpr int aroundText = 24; // the button's padding and its arrow
    m_schedule->setText(elideText(m_schedule->fontMetrics(), text, Qt::ElideRight, scheduleWidth - aroundText));
    m_schedule->setToolTip(
        m_cron.isEmpty() ? tr("Nobody runs it but you") : tr("%1 (%2 in cron's way)").arg(words, m_cron));
    m_schedule->setAccessibleName(tr("Runs %1").arg(text));
}

void RollupLevelRow::askSchedule()
{
    auto *dialog = new ScheduleDialog(tr("When does the rollup run?"), ScheduleDialog::Asks::Schedule,
        {m_cron.isEmpty() ? QStringLiteral("* * * * *") : m_cron, {}, {}}, {}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { setSchedule(dialog->fields().schedule); });
    dialog->open();
}

} // namespace Shardboard
