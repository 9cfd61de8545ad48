// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/partitionkeeppage.h"

#include "admin/partition/partitionpreflight.h"
#include "admin/registrysteps.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>

namespace Shardboard {

namespace {

/// "never" is what an intent says; people read "for ever" and "not at all".
QComboBox *makeSpanBox(const QString &never, const QStringList &spans, const QString &name, QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->setEditable(true);
    box->addItem(never);
    box->addItems(spans);
    box->setAccessibleName(name);
    return box;
}

QString spanOf(const QComboBox &box)
{
    const QString text = box.currentText().trimmed();
    return text == box.itemText(0) ? QStringLiteral("never") : text;
}

void showSpan(QComboBox &box, const QString &span)
{
    if (span != spanOf(box)) // typing goes on
        box.setCurrentText(span == QStringLiteral("never") ? box.itemText(0) : span);
}

} // namespace

PartitionKeepPage::PartitionKeepPage(QWidget *parent)
    : QWidget(parent)
    , m_retention(makeSpanBox(tr("for ever"),
          {QStringLiteral("7 days"), QStringLiteral("30 days"), QStringLiteral("90 days"), QStringLiteral("1 year")},
          tr("Keep rows for"), this))
    , m_columnar(makeSpanBox(tr("not at all"),
          {QStringLiteral("7 days"), QStringLiteral("30 days"), QStringLiteral("90 days")}, tr("Columnar after"), this))
    , m_columnarNote(makeDimLabel({}, this))
    , m_drop(new QCheckBox(tr("&Drop the ordinary table at the end"), this))
    , m_dropNote(makeDimLabel({}, this))
    , m_problems(makeDimLabel({}, this))
    , m_job(makeDimLabel({}, this))
{
    setTone(m_problems, Tone::Error);
    setupLayout();
    const auto announce = [this] {
        if (!m_isLoading)
            Q_EMIT changed();
    };
    connect(m_retention, &QComboBox::currentTextChanged, this, announce);
    connect(m_columnar, &QComboBox::currentTextChanged, this, announce);
    connect(m_drop, &QCheckBox::toggled, this, announce);
}

void PartitionKeepPage::setupLayout()
{
    auto *form = makeForm(this);
    form->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    form->addRow(makeHeading(tr("What becomes of old partitions?"), 1.35, this));
    form->addRow(tr("&Keep rows for"), m_retention);
    form->addRow({},
        makeDimLabel(
            tr("A partition is dropped when all of it is older, and not before every rollup of the table has taken "
               "its rows."),
            this));
    form->addRow(tr("&Columnar after"), m_columnar);
    form->addRow({}, m_columnarNote);
    form->addRow({}, m_job);
    form->addRow({}, m_drop);
    form->addRow({}, m_dropNote);
    form->addRow({}, m_problems);
    alignLabels(*form);
    setFocusProxy(m_retention);
}

void PartitionKeepPage::setRetention(const QString &interval)
{
    m_retention->setCurrentText(interval);
}

void PartitionKeepPage::load(const PartitionSettings &settings, const PartitionFacts &facts)
{
    m_isLoading = true;
    showSpan(*m_retention, settings.retention);
    showSpan(*m_columnar, settings.columnarAfter);
    m_columnar->setEnabled(facts.hasColumnar);
    m_columnarNote->setText(facts.hasColumnar
            ? tr("Rewritten by columns, rows take a fraction of the room and can be read and added, not changed.")
            : tr("This database has no columnar storage: it comes with the extension citus_columnar."));
    const bool converts = partitionWay(settings, facts) == PartitionWay::Convert;
    m_drop->setVisible(converts);
    m_dropNote->setVisible(converts);
    m_drop->setChecked(settings.dropsOriginal);
    m_dropNote->setText(m_drop->isChecked()
            ? tr("Its rows are in the partitioned table by then, and compared. There is no way back afterwards.")
            : tr("It is kept as %1: until you drop it, the partitioning can be undone.")
                  .arg(ordinaryTableOf(settings.table).display()));
    m_job->setText(RegistrySteps::canSchedule(facts.catalogue)
            ? tr("A job makes and drops partitions (%1, in cron's five fields).")
                  .arg(defaultPartitionSchedule(settings.interval))
            : tr("pg_cron is not available here: the plan prints a line for the system's crontab instead."));
    m_isLoading = false;
    m_wasLoaded = true;
}

void PartitionKeepPage::store(PartitionSettings &settings) const
{
    if (!m_wasLoaded)
        return;
    settings.retention = spanOf(*m_retention);
    settings.columnarAfter = m_columnar->isEnabled() ? spanOf(*m_columnar) : QStringLiteral("never");
    settings.dropsOriginal = m_drop->isChecked();
}

void PartitionKeepPage::showProblems(const QStringList &problems)
{
    m_problems->setText(problems.join(QLatin1Char('\n')));
    m_problems->setVisible(!problems.isEmpty());
}

} // namespace Shardboard
